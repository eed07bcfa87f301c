//! `cargo xtask phone`: how long everything takes somebody on a phone, in real Chromium with a slow line and a slow processor.

use std::ffi::OsStr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::place::Place;
use crate::wasm::{self, Build};
use crate::{browser, host};

/// What is measured.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How often; the medians are told.
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// A provider's program that is there already, e.g. of another checkout; without it this one's is built.
    #[arg(long)]
    provider: Option<PathBuf>,
    /// The folder with the app that belongs to it, unless it carries its own.
    #[arg(long, requires = "provider")]
    dist: Option<PathBuf>,
}

/// # Errors
/// Something cannot be built, or somebody does not get in.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let runs = options.runs.to_string();
    let (provider, dist) = match &options.provider {
        Some(provider) => {
            (provider.canonicalize()?, options.dist.as_ref().map(|dist| dist.canonicalize()).transpose()?)
        }
        None => {
            let dist = wasm::build(place, Build::Small)?;
            host::packages(place, &host::SERVED)?;
            (host::program(place, "doorstep-provider")?, Some(dist))
        }
    };
    let mut settings = vec![("DOORSTEP_RUNS", OsStr::new(&runs)), ("DOORSTEP_PROVIDER", provider.as_os_str())];
    settings.extend(dist.iter().map(|dist| ("DOORSTEP_DIST", dist.as_os_str())));
    browser::bench(place, "phone.bench.mjs", settings)
}
