//! What a browser and its own provider say to each other ([`http`], feature `wire`), what anybody may read of a room
//! before showing up ([`door`]), and what a page and the engine in its worker say to each other ([`view`], as bytes: [`packet`]).
//!
//! The page app links this crate without `wire`: it draws [`view`]s and sends commands, and knows nothing of MLS.
//!
//! Start reading with [`view::Command`] and [`view::Event`].

pub mod door;
#[cfg(feature = "wire")]
pub mod http;
pub mod link_text;
pub mod naming;
pub mod packet;
pub mod view;
