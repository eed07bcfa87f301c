//! The whole system in one process: every story that needs two sides at once, in one program, because linking one for each
//! file takes longer than running most of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a broken expectation has to stop the test"
)]

mod alone;
mod connection;
mod ending;
mod false_followers;
mod false_hubs;
mod federation;
mod former;
mod knock;
mod links;
mod looking;
mod malice;
mod memory;
mod moderators;
mod mutations;
mod peers;
mod privacy;
mod recovery;
mod refused;
mod renewal;
mod reports;
mod reveal;
mod round_trips;
mod simulation;
mod told;
mod trace;

/// As in the provider's program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
