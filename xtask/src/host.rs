//! Programs of this workspace for the machine we are on.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::program::run;

/// What a provider with a room in it takes: a demo, a story in a browser.
pub(crate) const SERVED: [&str; 3] = ["doorstep-provider", "doorstep-authority", "doorstep-resident"];

/// Crates of ours that tests wait for and who tries a demo does not: there they are compiled as quickly as it can be.
const UNHURRIED: [&str; 9] = [
    "doorstep-engine",
    "doorstep-hub",
    "doorstep-membership",
    "doorstep-mls",
    "doorstep-policy",
    "doorstep-provider",
    "doorstep-rows",
    "doorstep-storage-sqlite",
    "doorstep-wire",
];

/// Builds [`SERVED`] in less time, to run in more.
///
/// # Errors
/// The build fails.
pub(crate) fn for_demo(place: &Place) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(place.root()).args(["build", "--locked", "--bins"]);
    for package in SERVED {
        command.args(["--package", package]);
    }
    for package in UNHURRIED {
        command.args(["--config", &format!("profile.dev.package.{package}.opt-level=0")]);
    }
    run(&mut command)
}

/// Builds all tests and [`SERVED`] at once, with the features that the tests need: `cargo test --workspace` then finds
/// everything, and nothing is compiled twice.
///
/// # Errors
/// The build fails.
pub(crate) fn with_tests(place: &Place) -> Result<()> {
    let mut command = Command::new("cargo");
    command.current_dir(place.root()).args(["build", "--workspace", "--locked", "--tests", "--examples"]);
    for program in SERVED {
        command.args(["--bin", program]);
    }
    run(&mut command)
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
