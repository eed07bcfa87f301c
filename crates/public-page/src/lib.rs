//! What a stranger may read without JavaScript: the home page of a provider, the public page of a room, and the answer
//! for a room that does not exist or shows itself to nobody. The provider renders these components into a document
//! (`document`, feature `ssr`); the app mounts the same over it from the data the document carries, so the
//! markup is the same and nothing moves.
//!
//! The crate must never name web-sys, ask for the time, or fetch anything: what it shows is in its properties.
//!
//! Start reading with [`door_page::DoorPage`], and with [`route::Route`] for which pages there are.

pub mod door_facts;
pub mod door_page;
pub mod elsewhere;
pub mod figure;
pub mod frame;
pub mod house_page;
pub mod icon;
pub mod join_form;
pub mod knock_form;
pub mod look;
pub mod moderators;
pub mod naming;
pub mod no_room_page;
pub mod page_link;
pub mod person;
pub mod route;
pub mod text;
pub mod title;

#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod server;

#[cfg(feature = "ssr")]
pub use document::document;
pub use doorstep_texts::{Lang, Texts, Words};
pub use look::{Look, Theme};
pub use route::Route;
pub use yew_router::Routable;
