//! `cargo xtask test`: everything CI checks, in the order in which failures are cheap.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::engines::Engine;
use crate::node::Node;
use crate::place::Place;
use crate::program;
use crate::steps::Steps;
use crate::wasm::{self, Build};
use crate::{arrows, browser, debian, host, size};

/// What to leave out while working.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only what needs no browser.
    #[arg(long)]
    no_browser: bool,
    /// Only the browser tests whose file name contains this.
    #[arg(long)]
    browser: Option<String>,
    /// Tell the main stories in Chromium without this engine; may be given more than once.
    #[arg(long, value_name = "ENGINE")]
    without: Vec<Engine>,
}

/// # Errors
/// Something is not as it should be.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    if options.browser.is_none() {
        steps.step("format", || cargo(place, &["fmt", "--all", "--check"]))?;
        steps.step("arrows", || arrows::run(place))?;
        if has_deny() {
            steps.step("deny", || cargo(place, &["deny", "--workspace", "check"]))?;
        } else {
            steps.skip("deny", "cargo-deny is not installed (cargo install --locked cargo-deny)");
        }
        steps.step("lints", || {
            let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
            cargo(place, &arguments)
        })?;
        steps.step("build", || host::with_tests(place))?;
        steps.step("tests", || tests(place))?;
    } else {
        steps.step("build", || host::packages(place, &host::SERVED))?;
    }
    steps.step("wasm", || {
        // What is measured next is what npm's tools have made small.
        Node::required(place)?;
        wasm::build(place, Build::Small).map(|_| ())
    })?;
    steps.step("size", || size::measure(place))?;
    if !options.no_browser {
        steps.step("browsers", || browser::stories(place, options.browser.as_deref(), &options.without))?;
    }
    steps.close();
    Ok(())
}

/// With the programs that operators try a listener with, which a test takes to be missing otherwise.
fn tests(place: &Place) -> Result<()> {
    if program::which("curl").is_none() || program::which("openssl").is_none() {
        debian::install(&["curl", "openssl"], "Testing TLS")?;
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(place.root()).env("DOORSTEP_PROGRAMS", "1").args(["test", "--workspace", "--locked"]);
    program::run(&mut cargo)
}

fn has_deny() -> bool {
    program::output(Command::new("cargo").args(["deny", "--version"])).is_ok()
}

fn cargo(place: &Place, arguments: &[&str]) -> Result<()> {
    program::run(Command::new("cargo").current_dir(place.root()).args(arguments))
}
