//! Whether anything changed since the last build: a hash over every file that can reach the browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::Build;
use crate::place::Place;

/// What ends up in a browser.
const SOURCES: [&str; 7] = ["src", "worker", "scanner", "www", "crates", "index.html", "Cargo.toml"];
/// What turns a compiled program into what a browser loads.
const TOOLS: [&str; 4] = ["xtask/src/wasm", "xtask/src/wasm.rs", "Cargo.lock", "package-lock.json"];
/// Crates that never do.
const SERVER_ONLY: [&str; 4] = ["hub", "provider", "storage-sqlite", "storage-postgres"];

/// Hash of the sources and of how they are built.
///
/// # Errors
/// A file cannot be read.
pub(super) fn of_sources(place: &Place, build: Build, with_node: bool) -> Result<String> {
    let paths = SOURCES.iter().chain(&TOOLS).map(|path| place.join(path));
    of_files(place, paths, build, with_node)
}

/// Hash of a compiled program and of how it is made ready.
///
/// # Errors
/// A file cannot be read.
pub(super) fn of_program(place: &Place, wasm: PathBuf, build: Build, with_node: bool) -> Result<String> {
    let paths = TOOLS.iter().map(|path| place.join(path)).chain([wasm]);
    of_files(place, paths, build, with_node)
}

fn of_files(place: &Place, paths: impl Iterator<Item = PathBuf>, build: Build, with_node: bool) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(&path, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    hash.update(format!("{build:?} {with_node}\n"));
    for file in files {
        let name = file.strip_prefix(place.root()).unwrap_or(&file);
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        hash.update(format!("{} {}\n", name.display(), bytes.len()));
        hash.update(bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
            let entry = entry?;
            let server_only = path.ends_with("crates") && SERVER_ONLY.iter().any(|name| entry.file_name() == *name);
            if !server_only {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}
