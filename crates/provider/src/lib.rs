//! The server of one provider domain: the API of its users' browsers, the public pages of its rooms, the web app.
//!
//! Handlers take a request apart, make one call and answer; what a room does is decided in [`doorstep_hub`], what is kept
//! is in a [`doorstep_hub::store::Store`]. [`build`] puts both behind a router that can be called in-process, with the
//! clock and the random bytes as arguments; [`serve`] puts it on a socket.
//!
//! This crate must never log or count who somebody is, where they come from, or which room they are in.
//!
//! Start reading with [`build`], `client_api` and `rooms`.

mod answers;
mod app;
mod app_links;
mod assets;
mod challenge;
mod client_api;
mod clock;
mod config;
mod courier;
mod create;
mod directory;
mod ending;
mod entropy;
mod error;
mod extract;
mod federation;
mod health;
mod keys;
mod middleware;
mod mimi;
mod observe;
mod operate;
pub mod operator;
mod pages;
mod parcels;
mod paths;
mod peer_keys;
mod proof;
mod provider;
mod rate;
mod rooms;
mod serve;
mod settings;
mod versions;
mod wakes;
mod warm;

pub use clock::{Clock, SystemClock};
pub use config::{Config, Limits, PeerConfig, Rate};
pub use doorstep_hub::HubConfig;
pub use entropy::{Entropy, SystemEntropy};
pub use federation::Federation;
pub use paths::MIMI;
pub use provider::{BuildError, Provider, build};
pub use serve::serve;
pub use settings::{PeerFiles, Settings};
