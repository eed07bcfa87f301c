//! `cargo xtask test`: everything CI checks, in the order in which failures are cheap.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::node::{Node, chromium};
use crate::place::Place;
use crate::program;
use crate::steps::Steps;
use crate::wasm::{self, Build};
use crate::{arrows, host, size};

/// What to leave out while working.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only what needs no browser.
    #[arg(long)]
    no_browser: bool,
    /// Only the browser tests whose file name contains this.
    #[arg(long)]
    browser: Option<String>,
}

/// # Errors
/// Something is not as it should be.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    if options.browser.is_none() {
        steps.step("format", || cargo(place, &["fmt", "--all", "--check"]))?;
        steps.step("arrows", || arrows::run(place))?;
        steps.step("lints", || {
            let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
            cargo(place, &arguments)
        })?;
        steps.step("tests", || cargo(place, &["test", "--workspace", "--locked"]))?;
    }
    steps.step("programs", || host::build(place))?;
    steps.step("wasm", || wasm::build(place, Build::Small).map(|_| ()))?;
    steps.step("size", || size::measure(place))?;
    if !options.no_browser {
        steps.step("browsers", || browsers(place, options.browser.as_deref()))?;
    }
    steps.close();
    Ok(())
}

fn cargo(place: &Place, arguments: &[&str]) -> Result<()> {
    program::run(Command::new("cargo").current_dir(place.root()).args(arguments))
}

/// The stories in real browsers, by node's own test runner.
fn browsers(place: &Place, only: Option<&str>) -> Result<()> {
    Node::required(place)?;
    let chromium = chromium()?;
    let files = stories(place, only)?;
    program::run(
        Command::new("node")
            .current_dir(place.root())
            // One at a time: each has several browsers of its own.
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .args(files)
            .env("DOORSTEP_CHROMIUM", chromium)
            .env("DOORSTEP_PROVIDER", host::program(place, "doorstep-provider")?)
            .env("DOORSTEP_DIST", place.dist()),
    )
}

fn stories(place: &Place, only: Option<&str>) -> Result<Vec<PathBuf>> {
    let folder = place.join("tests/browser");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).context("tests/browser")? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".test.mjs") && only.is_none_or(|part| name.contains(part)) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("no story in tests/browser is called so");
    }
    Ok(files)
}
