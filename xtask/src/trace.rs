//! `cargo xtask trace`: what crosses between two providers, byte by byte, beside the drafts' names.

use std::process::Command;

use anyhow::Result;

use crate::place::Place;
use crate::program;

/// # Errors
/// It cannot be built, or the story does not hold.
pub(crate) fn run(place: &Place, whole: bool) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(place.root());
    command.args(["run", "--quiet", "--package", "doorstep-tests", "--example", "trace", "--"]);
    program::run(if whole { command.arg("--whole") } else { &mut command })
}
