//! Says where the web app is that the program carries: `DOORSTEP_DIST`, or `target/web/dist` of this workspace, where
//! `cargo xtask wasm` lays it out. A checkout in which none was built yet gives a program without one.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=DOORSTEP_DIST");
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/web/dist");
    let folder = env::var_os("DOORSTEP_DIST").map_or_else(own, PathBuf::from);
    // What is not there counts as changed for ever: an empty folder does not.
    if let Err(error) = fs::create_dir_all(&folder) {
        println!("cargo::warning={}: {error}; the program will carry no web app", folder.display());
    }
    let folder = folder.canonicalize().unwrap_or(folder);
    println!("cargo::rustc-env=DOORSTEP_APP={}", folder.display());
    // A program for development looks into the folder when it is asked (`src/assets/carried.rs`).
    let watched =
        if env::var("PROFILE").is_ok_and(|profile| profile == "release") { folder } else { "build.rs".into() };
    println!("cargo::rerun-if-changed={}", watched.display());
}
