//! `cargo xtask bench-links`: from opening a link to the first message sent, in real Chromium, in rooms of several sizes.
//! The rooms are made by clients without a window that join by the same link.

use std::ffi::OsStr;

use anyhow::Result;
use clap::Args;

use crate::place::Place;
use crate::wasm::{self, Build};
use crate::{browser, host};

/// Which rooms.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Numbers of people, the visitor included.
    #[arg(long, default_value = "10,100,1000")]
    sizes: String,
}

/// # Errors
/// Something cannot be built, or a room cannot be filled or joined.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    wasm::build(place, Build::Small)?;
    host::packages(place, &host::SERVED)?;
    browser::story(place, "links.bench.mjs", [("DOORSTEP_SIZES", OsStr::new(&options.sizes))])
}
