//! The JavaScript tools of `package.json`: wasm-opt, esbuild, playwright-core, axe-core, lighthouse.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::debian;
use crate::place::Place;
use crate::program::{run, which};

/// Node with the packages of `package-lock.json`.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    modules: PathBuf,
}

impl Node {
    /// The tools, installed if need be; node itself too where we may.
    ///
    /// # Errors
    /// Node is missing and not ours to install, or npm fails.
    pub(crate) fn required(place: &Place) -> Result<Self> {
        if which("node").is_none() || which("npm").is_none() {
            debian::install(&["nodejs", "npm"], "Testing in a browser")?;
        }
        Self::install(place)
    }

    /// The tools, if this machine has node; without them a build still works and is only larger.
    pub(crate) fn if_there(place: &Place) -> Option<Self> {
        which("node")?;
        which("npm")?;
        match Self::install(place) {
            Ok(node) => Some(node),
            Err(error) => {
                println!("      going on without npm packages: {error:#}");
                None
            }
        }
    }

    fn install(place: &Place) -> Result<Self> {
        let modules = place.join("node_modules");
        let mark = modules.join(".installed-lock");
        let lock = fs::read(place.join("package-lock.json")).context("package-lock.json")?;
        if fs::read(&mark).ok().as_ref() != Some(&lock) {
            println!("      npm ci");
            run(Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(place.root()))?;
            fs::write(&mark, &lock)?;
        }
        Ok(Self { modules })
    }

    /// A tool's command, e.g. `esbuild`.
    pub(crate) fn tool(&self, name: &str) -> Command {
        Command::new(self.modules.join(".bin").join(name))
    }
}

/// The Chromium that tests drive: `DOORSTEP_CHROMIUM`, or the first one found, or Debian's.
///
/// # Errors
/// There is none and it is not ours to install.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(given) = env::var_os("DOORSTEP_CHROMIUM") {
        return Ok(given.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let find = || names.iter().find_map(|name| which(name));
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install(&["chromium", "fonts-dejavu-core"], "Testing in a browser")?;
    find().context("Debian's chromium was installed and is not in PATH")
}

/// Debian's reader and writer of QR codes, which the tests hold ours against.
///
/// # Errors
/// They are missing and not ours to install.
pub(crate) fn qr_tools() -> Result<()> {
    if which("zbarimg").is_none() || which("qrencode").is_none() {
        debian::install(&["zbar-tools", "qrencode"], "Testing QR codes")?;
    }
    Ok(())
}
