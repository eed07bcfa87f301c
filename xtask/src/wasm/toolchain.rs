//! A compiler for wasm32: rustup's where it has or can fetch what is needed, else Debian's. What visitors get has a
//! standard library of its own, built from its source so that a panic carries no text and simply ends the program; the
//! compilers' own, with the texts, does for trying.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The cargo that runs us, with what [`Part`] the build needs.
    Cargo,
    /// Debian's cargo and rustc in `/usr/bin`, with the standard library's source.
    Debian,
}

/// What a toolchain needs beyond compiler and linker, which rustup has and a distribution may have installed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The compiled standard library.
    Target,
    /// Its source.
    Source,
}

impl Toolchain {
    /// # Errors
    /// No compiler for such a build is here and none is ours to install.
    pub(super) fn find(build: Build) -> Result<Self> {
        let part = Part::for_build(build);
        if part.is_here() {
            return Ok(Self::Cargo);
        }
        if which("rustup").is_some() {
            let words = part.rustup();
            println!("      rustup {}", words.join(" "));
            if run(Command::new("rustup").args(words)).is_ok() && part.is_here() {
                return Ok(Self::Cargo);
            }
        }
        if !Path::new("/usr/share/doc/rust-web-src").exists() || !Path::new("/usr/bin/wasm-ld-22").exists() {
            debian::install(&DEBIAN_PACKAGES, &format!("Building for {TARGET} without rustup's {part:?}"))?;
        }
        Ok(Self::Debian)
    }

    /// Builds programs; gives the folder they are in.
    ///
    /// # Errors
    /// The build fails.
    pub(super) fn compile(self, place: &Place, build: Build, programs: &[&str]) -> Result<PathBuf> {
        let mut cargo = self.cargo(place, build);
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

    fn cargo(self, place: &Place, build: Build) -> Command {
        // What the host's build was told (sanitizers, coverage) is not for the browser.
        let mut cargo = match self {
            Self::Cargo => Command::new("cargo"),
            Self::Debian => Command::new("/usr/bin/cargo"),
        };
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        let source = place.root().display();
        let mut flags = format!("--remap-path-prefix={source}=.");
        if self == Self::Debian {
            flags.push_str(" -Clinker=wasm-ld-22");
            cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("LD_LIBRARY_PATH").env("RUSTC", "/usr/bin/rustc");
        }
        if self == Self::Debian || build == Build::Small {
            // Building the standard library is not stable yet; this makes a stable compiler do it.
            cargo.env("RUSTC_BOOTSTRAP", "1");
            cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        if build == Build::Small {
            let panic = format!("profile.{}.panic=\"immediate-abort\"", build.profile());
            cargo.args(["-Zpanic-immediate-abort", "--config", &panic]);
            // Nobody reads what a program prints for its programmer: no texts for debugging, no places.
            flags.push_str(" -Zfmt-debug=none -Zlocation-detail=none");
        }
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
        cargo
    }
}

impl Part {
    fn for_build(build: Build) -> Self {
        match build {
            Build::Small => Self::Source,
            Build::Quick => Self::Target,
        }
    }

    /// How rustup is asked for it.
    fn rustup(self) -> [&'static str; 3] {
        match self {
            Self::Target => ["target", "add", TARGET],
            Self::Source => ["component", "add", "rust-src"],
        }
    }

    fn is_here(self) -> bool {
        match self {
            Self::Target => {
                printed(&["--print", "target-libdir", "--target", TARGET]).is_some_and(|path| path.is_dir())
            }
            Self::Source => printed(&["--print", "sysroot"]).is_some_and(|path| {
                let library = path.join("lib/rustlib");
                library.join("src/rust/library/Cargo.lock").is_file() && has_linker(&library)
            }),
        }
    }
}

/// The path rustc answers with.
fn printed(question: &[&str]) -> Option<PathBuf> {
    let path = output(Command::new("rustc").args(question)).ok()?;
    Some(PathBuf::from(String::from_utf8_lossy(&path).trim()))
}

/// Whether the linker for wasm came with the compiler. A distribution has its own, under a name rustc does not know.
fn has_linker(library: &Path) -> bool {
    let hosts = fs::read_dir(library).into_iter().flatten().flatten();
    hosts.map(|host| host.path()).any(|host| host.join("bin/rust-lld").is_file())
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
