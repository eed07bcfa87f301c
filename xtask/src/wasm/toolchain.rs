//! A compiler for wasm32: rustup's where it has or can fetch the target, else Debian's, which builds the standard
//! library itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Build;
use crate::debian;
use crate::place::Place;
use crate::program::{output, run, which};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's packages, under names that do not disturb its own older compiler.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// Who compiles.
#[derive(Clone, Debug)]
pub(super) enum Toolchain {
    /// The cargo that runs us, with the target's standard library installed.
    Cargo,
    /// Debian's cargo and rustc in `/usr/bin`, with the standard library's source.
    Debian,
}

impl Toolchain {
    /// # Errors
    /// No compiler for wasm is here and none is ours to install.
    pub(super) fn find() -> Result<Self> {
        if has_target() {
            return Ok(Self::Cargo);
        }
        if which("rustup").is_some() {
            println!("      rustup target add {TARGET}");
            if run(Command::new("rustup").args(["target", "add", TARGET])).is_ok() && has_target() {
                return Ok(Self::Cargo);
            }
        }
        if !Path::new("/usr/share/doc/rust-web-src").exists() || !Path::new("/usr/bin/wasm-ld-22").exists() {
            debian::install(&DEBIAN_PACKAGES, &format!("Building for {TARGET} without rustup's target"))?;
        }
        Ok(Self::Debian)
    }

    /// Builds programs; gives the folder they are in.
    ///
    /// # Errors
    /// The build fails.
    pub(super) fn compile(&self, place: &Place, build: Build, programs: &[&str]) -> Result<PathBuf> {
        let mut cargo = self.cargo(place);
        cargo.current_dir(place.root()).args(["build", "--target", TARGET, "--profile", build.profile()]);
        cargo.arg("--target-dir").arg(place.web());
        for program in programs {
            cargo.args(["--package", &package_of(place, program)?, "--bin", program]);
        }
        run(&mut cargo)?;
        let folder = place.web().join(TARGET).join(build.profile());
        fs::metadata(&folder).with_context(|| folder.display().to_string())?;
        Ok(folder)
    }

    fn cargo(&self, place: &Place) -> Command {
        // What the host's build was told (sanitizers, coverage) is not for the browser.
        let mut cargo = match self {
            Self::Cargo => Command::new("cargo"),
            Self::Debian => Command::new("/usr/bin/cargo"),
        };
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        let source = place.root().display();
        let mut flags = format!("--remap-path-prefix={source}=.");
        if let Self::Debian = self {
            flags.push_str(" -Clinker=wasm-ld-22");
            cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("LD_LIBRARY_PATH");
            cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
            cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        cargo
    }
}

fn has_target() -> bool {
    output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_ok_and(|path| Path::new(String::from_utf8_lossy(&path).trim()).is_dir())
}

/// The workspace package that has the program.
fn package_of(place: &Place, program: &str) -> Result<String> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(place.root()).args(["metadata", "--format-version=1", "--no-deps"]);
    let metadata: Value = serde_json::from_slice(&output(&mut cargo)?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata without packages")?;
    for package in packages {
        let targets = package.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_program = |target: &Value| target.get("name").and_then(Value::as_str) == Some(program);
        if let (true, Some(name)) = (targets.iter().any(is_program), package.get("name").and_then(Value::as_str)) {
            return Ok(name.to_owned());
        }
    }
    bail!("no package has the program {program}")
}
