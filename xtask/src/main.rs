//! The project's own commands. `cargo xtask --help` lists them; each is one module here.

mod arrows;
mod bench;
mod bench_federation;
mod bench_links;
mod bench_profile;
mod browser;
mod debian;
mod demo;
mod engines;
mod host;
mod lighthouse;
mod node;
mod phone;
mod place;
mod program;
mod provider;
mod shots;
mod simulate;
mod size;
mod steps;
mod timing;
mod trace;
mod verify;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::place::Place;
use crate::wasm::Build;

/// Doorstep's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what it takes, start two providers, one with the room `clubhouse`, and print what to open.
    Demo(demo::Options),
    /// Everything CI checks: format, arrows, lints, tests, wasm, sizes, real browsers.
    Test(verify::Options),
    /// The stories that nobody wrote, by the thousand.
    Simulate(simulate::Options),
    /// Build the web app and its worker into target/web/dist.
    Wasm {
        /// Quick to build instead of small to download.
        #[arg(long)]
        quick: bool,
    },
    /// What a visitor downloads, and whether it keeps to the goals.
    Size,
    /// Who may depend on whom, and who may name what.
    Arrows,
    /// What a room costs as it grows: at the hub, and to join, natively and in wasm, beside what OpenMLS alone costs.
    Bench {
        /// Members of the rooms, ascending.
        #[arg(default_values_t = bench::SIZES)]
        members: Vec<u32>,
    },
    /// What a hub takes in a second, how long messages are under way, and what idle event streams cost: two providers as
    /// processes.
    BenchFederation(bench_federation::Options),
    /// What crosses between two providers when somebody knocks and when somebody comes by a link, byte by byte, beside the
    /// drafts' names.
    Trace {
        /// Every byte, also of long fields.
        #[arg(long)]
        whole: bool,
    },
    /// From opening a link to the first message sent, in real Chromium, in rooms of several sizes.
    BenchLinks(bench_links::Options),
    /// What it costs to have been there for long: start and step with many rooms, messages and requests, natively and in
    /// real Chromium.
    BenchProfile(bench_profile::Options),
    /// How long everything takes somebody on a phone: a slow line and a slow processor, in real Chromium.
    Phone(phone::Options),
    /// How well somebody who sees when things happen at one of two providers puts the two rooms of a connection together,
    /// by volume and delay: a table, and the picture docs/timing.svg.
    Timing(timing::Options),
    /// A picture of every page and state, under target/shots.
    Shots,
    /// Lighthouse's scores of a room's public page.
    Lighthouse,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": "));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let place = Place::find()?;
    match arguments.command {
        Command::Demo(options) => demo::run(&place, &options),
        Command::Test(options) => verify::run(&place, &options),
        Command::Simulate(options) => simulate::run(&place, &options),
        Command::Wasm { quick } => {
            let dist = wasm::build(&place, if quick { Build::Quick } else { Build::Small })?;
            println!("wasm  {}", dist.display());
            Ok(())
        }
        Command::Size => size::run(&place),
        Command::Arrows => arrows::run(&place),
        Command::Bench { members } => bench::run(&place, &members),
        Command::BenchFederation(options) => bench_federation::run(&place, &options),
        Command::Trace { whole } => trace::run(&place, whole),
        Command::BenchLinks(options) => bench_links::run(&place, &options),
        Command::BenchProfile(options) => bench_profile::run(&place, &options),
        Command::Phone(options) => phone::run(&place, &options),
        Command::Timing(options) => timing::run(&place, &options),
        Command::Shots => shots::run(&place),
        Command::Lighthouse => lighthouse::run(&place),
    }
}
