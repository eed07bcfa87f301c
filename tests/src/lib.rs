//! What needs two sides at once: browsers' engines and the real provider (its whole router, on a database in memory),
//! in one process, with a clock that stands still until it is moved and a network that loses, repeats and reorders when
//! told to. The same seed gives the same story.
//!
//! Start reading with [`world::World`].

use doorstep_client_api::door::Door;

pub mod browser;
pub mod network;
mod provider;
pub mod world;

pub use browser::Browser;
pub use network::Faults;
pub use world::World;

/// Reads the door of a room as the provider tells it.
pub fn door(json: &[u8]) -> Door {
    serde_json::from_slice(json).expect("a door")
}
