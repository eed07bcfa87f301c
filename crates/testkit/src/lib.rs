//! People with real credentials and rooms with real MLS, for the tests of more than one crate. What only one crate's tests
//! need is with them.
//!
//! Only dev-dependencies name this crate (`cargo xtask arrows` checks it): nothing of it is in a program.
//!
//! Start reading with [`people::Person`] and [`rooms::found`].

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "nothing but tests uses this crate, and a broken expectation has to stop them"
)]

pub mod people;
pub mod rooms;
pub mod strangers;

use std::time::{SystemTime, UNIX_EPOCH};

use doorstep_wire::UnixMillis;

/// The machine's time. OpenMLS compares lifetimes with it, so that a test that makes a group begins now.
pub fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixMillis(u64::try_from(since.as_millis()).unwrap())
}
