//! What the page app and the engine in its worker say to each other: commands and events with whole views ([`view`]), as
//! bytes ([`packet`]), and what of a pasted text is a join link ([`link_text`]).
//!
//! Neither HTTP nor MLS is in it: the page app draws [`view`]s and sends commands, and knows nothing of either. The
//! provider does not know this crate; what a browser says to it is in `doorstep-client-api`.
//!
//! Start reading with [`view::Command`] and [`view::Event`].

pub mod link_text;
pub mod packet;
pub mod view;
