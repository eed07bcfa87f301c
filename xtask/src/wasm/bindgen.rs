//! From what cargo made to what a browser loads: glue, and a smaller module.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Build, names};
use crate::node::Node;
use crate::program::run;

/// Post-MVP features every browser of the last years has and rustc uses.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Writes `{name}.js` and `{name}_bg.wasm`; `www/boot.js` and `www/worker.js` start them. The functions keep their `names` if
/// [`shrink`] comes next, which needs them and drops them.
///
/// # Errors
/// wasm-bindgen refuses the module.
pub(super) fn bind(wasm: &Path, name: &str, build: Build, names: bool, work: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .remove_name_section(!names)
        .remove_producers_section(build == Build::Small)
        .out_name(name)
        .generate(work)
        .with_context(|| format!("wasm-bindgen on {}", wasm.display()))?;
    Ok(())
}

/// Runs wasm-opt over `{name}_bg.wasm`. Its inliner and its search for common subexpressions make modules built for size
/// larger once compressed (binaryen issue 4322), so they stay out. Low memory is the far end of the stack (rustc links
/// with `--stack-first`), which nobody addresses by going around the end of memory: so offsets may move into loads and
/// stores. At last the functions of the worker are put in the order of their names, so that the copies of a generic
/// function lie together: brotli finds what is alike more cheaply when it is near, which is worth one part in a hundred
/// there; in the page app it costs one in three hundred. Then the names between module and glue are shortened.
///
/// # Errors
/// wasm-opt fails, or made what is no module.
pub(super) fn shrink(node: &Node, name: &str, work: &Path) -> Result<()> {
    let wasm = work.join(format!("{name}_bg.wasm"));
    let smaller = work.join(format!("{name}_small.wasm"));
    run(node
        .tool("wasm-opt")
        .args(["-Oz", "--skip-pass=inlining-optimizing", "--skip-pass=local-cse", "--low-memory-unused"])
        .args(FEATURES)
        .arg(&wasm)
        .args((name != "app").then_some("--reorder-functions-by-name"))
        .arg("-o")
        .arg(&smaller))?;
    let glue = work.join(format!("{name}.js"));
    let (module, text) = names::shorten(&fs::read(&smaller)?, &fs::read_to_string(&glue)?)?;
    fs::write(&wasm, module)?;
    fs::write(&glue, text)?;
    fs::remove_file(&smaller)?;
    Ok(())
}
