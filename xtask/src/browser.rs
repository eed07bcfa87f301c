//! Stories in real browsers (`tests/browser`), run by node's own test runner.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::engines::{self, Engine};
use crate::node::{Node, chromium, qr_tools};
use crate::place::Place;
use crate::{host, program};

/// Every story, or those whose file name contains `only`; those on several engines go `without` some.
///
/// # Errors
/// There is none, or one fails.
pub(crate) fn stories(place: &Place, only: Option<&str>, without: &[Engine]) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(place.join("tests/browser")).context("tests/browser")? {
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
    let is_told = |names: &[&str]| files.iter().any(|file| names.iter().any(|name| file.ends_with(name)));
    if is_told(&["engines.test.mjs", "links.test.mjs", "scan.test.mjs"]) {
        qr_tools()?;
    }
    let engines = if is_told(&["engines.test.mjs"]) { engines::settings(without)? } else { Vec::new() };
    program::run(runner(place, files, [])?.envs(engines))
}

/// One story, with further settings in its environment.
///
/// # Errors
/// It fails.
pub(crate) fn story<'a>(
    place: &Place,
    file: &str,
    settings: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Result<()> {
    program::run(&mut runner(place, vec![place.join("tests/browser").join(file)], settings)?)
}

/// The same with programs of whoever asks: they are in the settings.
///
/// # Errors
/// It fails.
pub(crate) fn bench<'a>(
    place: &Place,
    file: &str,
    settings: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Result<()> {
    let mut node = node(place, vec![place.join("tests/browser").join(file)])?;
    program::run(node.envs(settings))
}

fn runner<'a>(
    place: &Place,
    files: Vec<PathBuf>,
    settings: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Result<Command> {
    let mut node = node(place, files)?;
    node.env("DOORSTEP_PROVIDER", host::program(place, "doorstep-provider")?)
        .env("DOORSTEP_AUTHORITY", host::program(place, "doorstep-authority")?)
        .env("DOORSTEP_RESIDENT", host::program(place, "doorstep-resident")?)
        .env("DOORSTEP_DIST", place.dist())
        .envs(settings);
    Ok(node)
}

fn node(place: &Place, files: Vec<PathBuf>) -> Result<Command> {
    let mut node = Node::required(place)?.node();
    node.current_dir(place.root())
        // One at a time: each has several browsers of its own.
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(files)
        .env("DOORSTEP_CHROMIUM", chromium()?);
    Ok(node)
}
