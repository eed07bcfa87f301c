//! Measures two running providers from outside, with engines in the place of browsers: what the hub of a room takes in a
//! second, how long a message is under way, and what an idle event stream costs (`cargo xtask bench-federation`).

mod idle;
mod person;
mod room;
mod stream;
mod table;

use std::io::{Write as _, stdout};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use doorstep_wire::ProviderDomain;

/// Measures and prints.
#[derive(Parser, Debug)]
struct Options {
    /// The provider whose rooms are measured: `domain=host:port`.
    #[arg(long)]
    hub: Provider,
    /// The other provider: `domain=host:port`.
    #[arg(long)]
    other: Provider,
    /// Process of the hub.
    #[arg(long)]
    process: u32,
    /// Followers of the rooms, ascending.
    #[arg(long, num_args = 1..)]
    followers: Vec<usize>,
    /// Messages and commits of each measurement.
    #[arg(long)]
    rounds: usize,
    /// Idle event streams, ascending.
    #[arg(long, num_args = 0..)]
    streams: Vec<usize>,
}

/// Where a provider is.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    domain: ProviderDomain,
    address: String,
}

impl FromStr for Provider {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (domain, address) = text.split_once('=').context("domain=host:port")?;
        Ok(Self { domain: domain.parse()?, address: address.to_owned() })
    }
}

/// What was measured in one room.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    followers: usize,
    /// Accepted in a second, several speakers at once.
    messages: f64,
    /// The hub's answers to them.
    message: Vec<Duration>,
    /// Accepted in a second, one committer.
    commits: f64,
    /// The hub's answers to them.
    commit: Vec<Duration>,
    /// From the command to the other engine's view.
    under_way: Vec<Duration>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let mut out = stdout().lock();
    table::head(&mut out, options.rounds)?;
    let homes =
        [("followers at the hub's provider", &options.hub), ("followers at the other provider", &options.other)];
    for (place, (title, home)) in homes.into_iter().enumerate() {
        let mut figures = Vec::new();
        for followers in &options.followers {
            let slug = format!("room-{place}-{followers}");
            let measured = room::measure(&options.hub, home, &slug, *followers, options.rounds);
            figures.push(measured.with_context(|| format!("{title}: {followers}"))?);
        }
        table::rooms(&mut out, title, &figures)?;
        out.flush()?;
    }
    if !options.streams.is_empty() {
        table::memory(&mut out, &idle::measure(&options.hub, options.process, &options.streams)?)?;
    }
    writeln!(out)?;
    Ok(table::load(&mut out)?)
}
