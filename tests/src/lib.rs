//! What needs two sides at once: browsers' engines and the real provider (its whole router, on a database in memory),
//! in one process, with a clock that stands still until it is moved and a network that loses, repeats and reorders when
//! told to. The same seed gives the same story.
//!
//! Start reading with [`world::World`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "nothing here but tests uses this crate, and a broken expectation has to stop them"
)]

use doorstep_client_api::door::Door;
use doorstep_provider::MIMI;

pub mod abroad;
mod between;
pub mod browser;
mod check;
pub mod forge;
pub mod long_past;
pub mod meetings;
mod memory;
pub mod network;
mod provider;
pub mod scene;
pub mod simulation;
pub mod storm;
mod story;
pub mod trace;
pub mod world;

pub use between::{Crossing, Meddler, Raw, TamperBetween};
pub use browser::Browser;
pub use memory::MemoryStore;
pub use network::Faults;
pub use story::Story;
pub use world::{Received, World};

/// Where an errand goes at a provider of ours.
pub fn errand_path(errand: &doorstep_peers::Errand) -> String {
    let template = format!("{MIMI}{}/{{x}}", errand.endpoint.name());
    doorstep_client_api::http::path_with(&template, &errand.subject)
}

/// Reads the door of a room as the provider tells it.
pub fn door(json: &[u8]) -> Door {
    serde_json::from_slice(json).expect("a door")
}
