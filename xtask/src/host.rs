//! Programs of this workspace for the machine we are on. All of them are built at once and together with the tests'
//! features, so that nothing is compiled twice.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::program::run;

/// Builds every program of the workspace but this one and those that only run in a worker.
///
/// # Errors
/// The build fails.
pub(crate) fn build(place: &Place) -> Result<()> {
    run(Command::new("cargo").current_dir(place.root()).args([
        "build",
        "--workspace",
        "--bins",
        "--exclude",
        "xtask",
        "--exclude",
        "doorstep-worker",
        "--exclude",
        "doorstep-scanner",
        "--locked",
    ]))
}

/// Builds these packages' programs, where [`Place::programs`] says.
///
/// # Errors
/// The build fails.
pub(crate) fn packages(place: &Place, packages: &[&str]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(place.root()).args(["build", "--locked", "--bins"]);
    if place.is_released() {
        command.arg("--release");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    run(&mut command)
}

/// Where a built program is.
///
/// # Errors
/// It was not built.
pub(crate) fn program(place: &Place, name: &str) -> Result<PathBuf> {
    let file = place.programs().join(name).with_extension(std::env::consts::EXE_EXTENSION);
    file.is_file().then_some(file).with_context(|| format!("{name} was not built"))
}
