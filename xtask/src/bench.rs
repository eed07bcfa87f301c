//! `cargo xtask bench`: what a room costs as it grows.

use std::process::Command;

use anyhow::Result;

use crate::node::Node;
use crate::place::Place;
use crate::{program, wasm};

/// Rooms that are measured unless others are asked for.
pub(crate) const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];

/// # Errors
/// Something cannot be built, or a room does not hold.
pub(crate) fn run(place: &Place, members: &[u32]) -> Result<()> {
    let sizes: Vec<String> = members.iter().map(u32::to_string).collect();
    let folder = place.target().join("bench");
    let cargo = ["run", "--release", "--quiet", "--package", "doorstep-bench", "--bin", "doorstep-bench", "--"];
    program::run(Command::new("cargo").current_dir(place.root()).args(cargo).arg(&folder).args(&sizes))?;
    let node = Node::required(place)?;
    let bundle = wasm::bench(place)?;
    let script = place.join("xtask/bench/join.mjs");
    program::run(node.node().arg(script).arg(bundle).arg(folder).args(&sizes))
}
