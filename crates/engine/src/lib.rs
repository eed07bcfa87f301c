//! The client without a browser: many pseudonyms, rooms and knocks of one browser profile in one state machine.
//!
//! [`Engine::step`] takes an input, the time and 32 bytes of entropy, and returns what has to be written and what has
//! to be done. The caller writes first, in one transaction, and only then performs the effects; after a crash the engine
//! is loaded from the rows and repeats what was not finished. Every request it sends may be sent twice.
//!
//! It must never read a clock, a random number or the network by itself (what OpenMLS draws comes from the system, through
//! `doorstep_mls`), and it believes nothing a hub says that it can check: every commit gets the same verdict here
//! ([`doorstep_membership`]) as on an honest hub.
//!
//! Start reading with [`step`] and with `engine.rs`, its table of contents. Each part is a module that is lent a
//! `Context` for the length of a call; lower parts never call higher ones, but tell by a `DomainEvent` what happened.

mod chat;
mod command;
mod connection;
mod context;
mod disclosure;
mod engine;
mod entropy;
mod event;
mod few;
mod group;
mod identity;
mod issuers;
mod job;
mod knock;
mod link;
mod mail;
mod record;
mod room;
mod scheduler;
mod session;
pub mod step;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod tidy;
mod view;

pub use context::Config;
pub use doorstep_mls::SEEDED;
pub use doorstep_wire::UnixMillis;
pub use engine::{Engine, LoadError};
pub use step::{Bearer, Effect, Input, Method, Step, Write};
