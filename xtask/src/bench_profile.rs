//! `cargo xtask bench-profile`: what it costs to have been there for long, natively and in Chromium.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::place::Place;
use crate::wasm::{self, Build};
use crate::{browser, host, program};

/// What is measured.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A profile four times as large too.
    #[arg(long)]
    large: bool,
}

/// # Errors
/// Something cannot be built, or the profile does not open.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let folder = place.target().join("profile");
    let most = if options.large { "3" } else { "2" };
    let cargo = ["run", "--release", "--quiet", "--package", "doorstep-tests", "--example", "profile", "--", most];
    program::run(Command::new("cargo").current_dir(place.root()).args(cargo).arg(&folder))?;
    let dist = wasm::build(place, Build::Small)?;
    host::packages(place, &host::SERVED)?;
    let (provider, rows) = (host::program(place, "doorstep-provider")?, folder.join("profile.rows"));
    let settings: [(&str, &OsStr); 3] = [
        ("DOORSTEP_PROVIDER", provider.as_os_str()),
        ("DOORSTEP_DIST", dist.as_os_str()),
        ("DOORSTEP_PROFILE", rows.as_os_str()),
    ];
    browser::bench(place, "profile.bench.mjs", settings)
}
