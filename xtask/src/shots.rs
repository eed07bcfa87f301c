//! `cargo xtask shots`: the real app, walked through its pages and states, and a picture of each.

use std::fs;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::wasm::{self, Build};
use crate::{browser, host};

/// # Errors
/// Something cannot be built, or the walk does not come to its end.
pub(crate) fn run(place: &Place) -> Result<()> {
    wasm::build(place, Build::Small)?;
    host::packages(place, &host::SERVED)?;
    let folder = place.target().join("shots");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("target/shots")?;
    }
    browser::story(place, "shots.mjs", [("DOORSTEP_SHOTS", folder.as_os_str())])
}
