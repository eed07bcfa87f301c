//! The web app: three wasm modules (the pages, the worker with MLS in it, and the reader of QR codes), their glue, the document
//! (`index.html`) and the static files of `www/`, named by their content and compressed once, so that a provider only has
//! to hand them out.

mod bindgen;
mod dist;
mod manifest;
mod names;
mod stamp;
mod toolchain;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

pub(crate) use self::manifest::Manifest;
use self::toolchain::Toolchain;
use crate::node::Node;
use crate::place::Place;

/// What the build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// For visitors: every byte counts.
    Small,
    /// For the next look at a change.
    Quick,
}

impl Build {
    /// Cargo profile (in the workspace's `Cargo.toml`).
    fn profile(self) -> &'static str {
        match self {
            Self::Small => "web",
            Self::Quick => "web-dev",
        }
    }
}

/// The programs that run in a browser: cargo's name, our name.
const PROGRAMS: [(&str, &str); 3] =
    [("doorstep", "app"), ("doorstep-worker", "worker"), ("doorstep-scanner", "scanner")];

/// Builds the app, or finds it already built from the same sources. Gives the folder a provider serves.
///
/// # Errors
/// A compiler or tool is missing or fails; the message says which.
pub(crate) fn build(place: &Place, build: Build) -> Result<PathBuf> {
    // What is built for the next look is neither minified nor made smaller: no waiting for npm.
    let node = if build == Build::Small { Node::if_there(place) } else { None };
    let stamp = stamp::of_sources(place, build, node.is_some())?;
    let dist = place.dist();
    if Manifest::read(&dist).is_ok_and(|manifest| manifest.stamp == stamp) {
        println!("      target/web/dist is up to date");
        return Ok(dist);
    }
    let made = Toolchain::find(build)?.compile(place, build, &PROGRAMS.map(|(program, _)| program))?;
    let work = place.web().join("bundle");
    let names = build == Build::Quick || node.is_some();
    for (program, name) in PROGRAMS {
        let wasm = made.join(format!("{program}.wasm"));
        // Whoever changed a page waits for nothing of the worker's.
        let mark = work.join(format!("{name}.from"));
        let from = stamp::of_program(place, wasm.clone(), build, node.is_some())?;
        if fs::read_to_string(&mark).is_ok_and(|before| before == from) {
            continue;
        }
        let _ = fs::remove_file(&mark);
        bindgen::bind(&wasm, name, build, names, &work)?;
        if let Some(node) = &node {
            bindgen::shrink(node, name, &work)?;
        }
        fs::write(&mark, from).with_context(|| mark.display().to_string())?;
    }
    dist::lay_out(place, node.as_ref(), build, &work, stamp)?;
    Ok(dist)
}

/// Builds what `xtask/bench` measures in wasm, as visitors would get it. Gives the folder with `bench.mjs`.
///
/// # Errors
/// A compiler or tool is missing or fails.
pub(crate) fn bench(place: &Place) -> Result<PathBuf> {
    let node = Node::required(place)?;
    let made = Toolchain::find(Build::Small)?.compile(place, Build::Small, &["doorstep-bench-join"])?;
    let work = place.web().join("bench");
    bindgen::bind(&made.join("doorstep-bench-join.wasm"), "bench", Build::Small, true, &work)?;
    bindgen::shrink(&node, "bench", &work)?;
    fs::rename(work.join("bench.js"), work.join("bench.mjs"))?;
    Ok(work)
}
