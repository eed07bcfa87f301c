//! A client of a provider without a window. It makes an account and a room as a browser does, then seals everything it
//! knows into a file and prints the key: whoever opens the address made of both carries on as this client
//! (`docs/adr/0004-the-admin-of-the-demo-moves-in.md`).

mod driver;
mod http;
mod parcel;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use doorstep_client_api::door::{DisclosurePolicy, Pseudonyms};
use doorstep_client_api::view::{Command, Outcome, Preset, RoomDraft, Visibility};

use crate::driver::Driver;

/// Makes a room and hands its admin over.
#[derive(Parser, Debug)]
struct Options {
    /// `host:port` of the provider.
    #[arg(long)]
    provider: String,
    /// The provider's domain in URIs.
    #[arg(long)]
    domain: String,
    /// Handle of the admin.
    #[arg(long)]
    handle: String,
    /// Address of the room, `/r/{slug}`.
    #[arg(long)]
    slug: String,
    /// Name of the room.
    #[arg(long)]
    name: String,
    /// Its description.
    #[arg(long)]
    description: String,
    /// File for the sealed client.
    #[arg(long)]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(key) => {
            use std::io::Write as _;
            let written = writeln!(std::io::stdout(), "{key}");
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("doorstep-resident: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The key of the parcel.
fn run(options: &Options) -> Result<String> {
    let domain = options.domain.parse().map_err(|error| anyhow::anyhow!("{}: {error}", options.domain))?;
    let mut driver = Driver::start(&options.provider, domain)?;
    driver.carry_out(Command::SignUp { handle: options.handle.clone(), display_name: None }).context("account")?;
    let room = driver.carry_out(Command::CreateRoom(RoomDraft {
        name: options.name.clone(),
        description: options.description.clone(),
        slug: Some(options.slug.clone()),
        preset: Preset::AskToJoin,
        visibility: Visibility::Listed,
        noindex: false,
        guests: true,
        pseudonyms: Pseudonyms::Optional,
        as_account: true,
        disclosure: DisclosurePolicy::Optional,
    }));
    let made = room.context("room")?;
    anyhow::ensure!(matches!(made, Outcome::Room { .. }), "the room was not made");
    let rows = driver.settle()?;
    parcel::seal(&rows, &options.out)
}
