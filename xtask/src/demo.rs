//! `cargo xtask demo`: everything built, a provider with a room to knock at, and the addresses to open.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::host;
use crate::place::Place;
use crate::program::output;
use crate::provider::{Neighbourhood, Provider, fresh_data};
use crate::wasm::{self, Build};

/// Where the demo runs.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Port on this machine.
    #[arg(long, default_value_t = 8400)]
    port: u16,
    /// Folder for the database; without it the demo begins anew each time.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The app as it is delivered, small to download; that takes longer to build.
    #[arg(long)]
    small: bool,
}

/// Two providers on names of this machine.
const DOMAINS: [&str; 2] = ["a.localhost", "b.localhost"];
/// Handle of the admin.
const KEEPER: &str = "keeper";
/// How many steps it takes until there is something to open.
const STEPS: u32 = 5;
/// File in the data folder: the admin's address, for the next time.
const ADMIN: &str = "admin-address";

/// Runs until Ctrl-C.
///
/// # Errors
/// Something cannot be built or started.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;
    say(1, "these commands are built");
    say(2, "the app for browsers (about 3 minutes the first time)");
    wasm::build(place, if options.small { Build::Small } else { Build::Quick })?;
    say(3, "the provider, and a client without a window (about 3 minutes the first time)");
    host::for_demo(place)?;
    say(4, "two providers that know each other");
    let data = match &options.data {
        Some(data) => env::current_dir()?.join(data),
        None => fresh_data(place, "demo")?,
    };
    let second_port = options.port.checked_add(1).context("--port: the port after it is needed too")?;
    let neighbours = Neighbourhood::found(place, &data.join("certificates"), &DOMAINS)?;
    let [first, second] = DOMAINS;
    let provider = Provider::start_as(place, first, options.port, &data, Some(&neighbours))?;
    let other = Provider::start_as(place, second, second_port, &data.join(second), Some(&neighbours))?;
    say(5, "the room clubhouse, and who is in it");
    let admin = admin(place, &provider, &data)?;
    println!("home  {}/", provider.origin());
    println!("room  {}/r/clubhouse", provider.origin());
    println!("admin {admin}");
    println!("other {}/", other.origin());
    println!("ask   {}/connect#{KEEPER}@{}", other.origin(), provider.domain());
    println!(
        "Open the admin's address in one browser and the room's in another one. Whoever is at home at the other provider \
         says so on the room's page. Whoever makes an account at the other provider can ask the admin whether they want \
         to talk, by the last address; the admin answers under requests. Ctrl-C ends the demo."
    );
    let mut providers = [provider, other];
    loop {
        if stopped.recv_timeout(Duration::from_millis(200)).is_ok() {
            println!("stopping");
            return Ok(());
        }
        for provider in &mut providers {
            if let Some(status) = provider.ended()? {
                bail!("the provider {} ended ({status})", provider.domain());
            }
        }
    }
}

/// Which step comes now.
fn say(step: u32, what: &str) {
    println!("step {step} of {STEPS}: {what}");
}

/// The address by which a browser becomes the admin of `clubhouse`; makes both if this database has none.
fn admin(place: &Place, provider: &Provider, data: &Path) -> Result<String> {
    let note = data.join(ADMIN);
    let parcel = data.join("admin-parcel");
    let (name, key) = match fs::read_to_string(&note).ok().as_deref().and_then(|text| text.trim().split_once('.')) {
        Some((name, key)) if parcel.is_file() => (name.to_owned(), key.to_owned()),
        _ => {
            let key = make_clubhouse(place, provider, &parcel)?;
            // As unguessable as the key, and not made from it.
            let name = format!("parcel-{}", random_name()?);
            fs::write(&note, format!("{name}.{key}"))?;
            (name, key)
        }
    };
    let parcels = data.join("parcels");
    fs::create_dir_all(&parcels).and_then(|()| fs::copy(&parcel, parcels.join(&name))).context("the admin's parcel")?;
    Ok(format!("{}/move-in#{name}.{key}", provider.origin()))
}

/// Lets a client without a window make the room; gives the key of what it leaves behind.
///
/// # Errors
/// The provider refuses.
pub(crate) fn make_clubhouse(place: &Place, provider: &Provider, parcel: &Path) -> Result<String> {
    let mut resident = Command::new(host::program(place, "doorstep-resident")?);
    resident.args(["--provider", &provider.address(), "--domain", provider.domain()]);
    resident.args(["--handle", KEEPER, "--slug", "clubhouse", "--name", "Clubhouse"]);
    resident.args([
        "--description",
        "A room to try Doorstep in.\nKnock, say who you are or do not, and see what the keeper answers.",
    ]);
    resident.arg("--out").arg(parcel);
    let key = output(&mut resident).context("the room clubhouse could not be made")?;
    Ok(String::from_utf8(key)?.trim().to_owned())
}

fn random_name() -> Result<String> {
    let mut bytes = [0; 16];
    let mut source = fs::File::open("/dev/urandom").context("/dev/urandom")?;
    std::io::Read::read_exact(&mut source, &mut bytes)?;
    Ok(hex::encode(bytes))
}
