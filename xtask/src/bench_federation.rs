//! `cargo xtask bench-federation`: two providers as processes, and engines as their clients.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::host;
use crate::place::Place;
use crate::program;
use crate::provider::{Neighbourhood, Provider, free_port, fresh_data};

/// What is measured.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Followers of the rooms, ascending.
    #[arg(default_values_t = [1, 10, 100])]
    followers: Vec<usize>,
    /// Messages and commits of each measurement. A provider lets one client ask 300 times at once, then ten times a second.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Idle event streams, ascending; each is a file of this process and one of the provider's (`ulimit -n`).
    #[arg(long, num_args = 0.., default_values_t = [1_000, 10_000])]
    streams: Vec<usize>,
    /// Programs that are quick to build and slow: to see that it works, not for figures.
    #[arg(long)]
    quick: bool,
}

/// Programs that are measured, or measure.
const PACKAGES: [&str; 3] = ["doorstep-provider", "doorstep-crowd", "doorstep-authority"];
/// Names of this machine.
const DOMAINS: [&str; 2] = ["a.localhost", "b.localhost"];

/// # Errors
/// Something cannot be built or started, or a message does not arrive.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let place = if options.quick { place.clone() } else { place.released() };
    host::packages(&place, &PACKAGES)?;
    let data = fresh_data(&place, "bench-federation")?;
    let neighbours = Neighbourhood::found(&place, &data.join("certificates"), &DOMAINS)?.quiet();
    let start = |domain: &str| Provider::start_as(&place, domain, free_port()?, &data.join(domain), Some(&neighbours));
    let [hub, other] = DOMAINS.map(start);
    let (hub, other) = (hub?, other?);
    let named = |provider: &Provider| format!("{}={}", provider.domain(), provider.address());
    let mut crowd = Command::new(host::program(&place, "doorstep-crowd")?);
    crowd.args(["--hub", &named(&hub), "--other", &named(&other), "--process", &hub.process().to_string()]);
    crowd.args(["--rounds", &options.rounds.to_string(), "--followers"]);
    crowd.args(options.followers.iter().map(usize::to_string));
    crowd.arg("--streams").args(options.streams.iter().map(usize::to_string));
    program::run(&mut crowd)
}
