//! Rooms of a given size and the things that cost: a commit at the hub, joining from outside, and verifying everybody who
//! is there.

mod join;
mod person;
mod room;

pub use join::{Door, enter, enter_listed};
pub use person::{Person, issuer_keys};
pub use room::{List, Room};
