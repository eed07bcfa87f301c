//! What a browser and its own provider say to each other: the HTTP API of the engine ([`http`], feature `wire`), and what
//! the page app reads by itself before anybody has shown up ([`door`]).
//!
//! The page app links this crate without `wire`: what it has to say it says to the engine (`doorstep-page-api`).
//!
//! Start reading with [`http`]'s paths.

pub mod door;
#[cfg(feature = "wire")]
pub mod http;
