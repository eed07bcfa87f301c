//! A client of a provider without a window. It makes an account and a room as a browser does, then seals everything it
//! knows into a file and prints the key: whoever opens the address made of both carries on as this client
//! (`docs/adr/0004-the-admin-of-the-demo-moves-in.md`).

mod parcel;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use doorstep_client_api::door::{DisclosurePolicy, Pseudonyms};
use doorstep_page_api::view::{Command, Outcome, Preset, RoomDraft, Visibility};
use doorstep_wire::ProviderDomain;

use doorstep_resident::driver::Driver;

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
    /// File for the sealed client; its key is printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Fill the room: so many people are in it at the end, all but the admin come in by a link, whose code is printed.
    #[arg(long)]
    crowd: Option<u32>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(lines) => {
            use std::io::Write as _;
            let written = std::io::stdout().write_all(lines.as_bytes());
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("doorstep-resident: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What is printed: the code of the link, the key of the parcel, as far as they were asked for.
fn run(options: &Options) -> Result<String> {
    let mut driver = Driver::start(&options.provider, domain(options)?)?;
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
    let Outcome::Room { room } = made else { bail!("the room was not made") };
    let mut lines = String::new();
    if let Some(people) = options.crowd {
        lines = format!("{}\n", crowd(&mut driver, options, &room, people)?);
    }
    if let Some(out) = &options.out {
        lines += &format!("{}\n", parcel::seal(&driver.settle()?, out)?);
    }
    Ok(lines)
}

/// Lets people in by a link until there are enough. Each is a client of their own and gone once they are in.
fn crowd(admin: &mut Driver, options: &Options, room: &str, people: u32) -> Result<String> {
    let code = admin.make_link(room, "member").context("link")?;
    for number in 1..people {
        let mut person = Driver::start(&options.provider, domain(options)?)?;
        let join =
            Command::JoinByLink { invite: code.clone(), as_account: false, pseudonym: None, inviter_gone: false };
        person.carry_out(join).with_context(|| format!("person {number}"))?;
    }
    Ok(code.0)
}

fn domain(options: &Options) -> Result<ProviderDomain> {
    options.domain.parse().map_err(|error| anyhow::anyhow!("{}: {error}", options.domain))
}
