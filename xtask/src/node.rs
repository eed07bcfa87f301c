//! The JavaScript tools of `package.json`: wasm-opt, esbuild, playwright-core, axe-core, lighthouse.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::place::Place;
use crate::program::{output, run, which};

/// Oldest node that the packages run on.
const OLDEST: u32 = 20;
/// What is taken from npm where node is older: Debian 12 has 18.
const FROM_NPM: &str = "22.23.3";

/// Node with the packages of `package-lock.json`.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    modules: PathBuf,
    /// What programs find first in `PATH`, with node in it.
    path: OsString,
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
        let path = env::var_os("PATH").unwrap_or_default();
        let path = if major("node".as_ref())? >= OLDEST {
            path
        } else {
            let folders = std::iter::once(younger(place)?).chain(env::split_paths(&path));
            env::join_paths(folders).context("PATH")?
        };
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
        Ok(Self { modules, path })
    }

    /// Node itself.
    pub(crate) fn node(&self) -> Command {
        // Which program is meant is looked up in the PATH that the command gets.
        let mut command = Command::new("node");
        command.env("PATH", &self.path);
        command
    }

    /// A tool's command, e.g. `esbuild`.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.modules.join(".bin").join(name));
        command.env("PATH", &self.path);
        command
    }
}

/// The first number of a node's version.
fn major(node: &Path) -> Result<u32> {
    let version = String::from_utf8(output(Command::new(node).arg("--version"))?)?;
    let number = version.trim().trim_start_matches('v').split('.').next().and_then(|number| number.parse().ok());
    number.with_context(|| format!("{version:?} is no version of node"))
}

/// The folder of a node that is young enough, from npm.
fn younger(place: &Place) -> Result<PathBuf> {
    let machine = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        _ => bail!("node is older than {OLDEST}: install a newer one"),
    };
    let (package, home) = (format!("node-{machine}"), place.target().join("node"));
    let folder = home.join("node_modules").join(&package).join("bin");
    let program = folder.join("node");
    if !program.is_file() || major(&program)? < OLDEST {
        println!("      npm install {package}@{FROM_NPM}, because node is older than {OLDEST}");
        fs::create_dir_all(&home)?;
        run(Command::new("npm")
            .args(["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--loglevel=error", "--prefix"])
            .arg(&home)
            .arg(format!("{package}@{FROM_NPM}")))?;
    }
    Ok(folder)
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
