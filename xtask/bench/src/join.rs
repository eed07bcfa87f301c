//! Joining, for a browser's engine: `join(name, group_info, tree)` gives the length of the commit.

/// Joins once.
///
/// # Errors
/// The group does not hold.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn join(name: &str, group_info: &[u8], tree: &[u8]) -> Result<usize, String> {
    doorstep_bench::join(name, group_info, tree)
        .map(|outgoing| outgoing.commit.len())
        .map_err(|error| format!("{error:#}"))
}

fn main() {}
