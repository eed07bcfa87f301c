//! The worker's global scope.

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// The global scope; none outside a worker.
pub(crate) fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Milliseconds since the UNIX epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// Fresh random bytes for one step. None: this browser has no generator.
pub(crate) fn seed() -> Option<[u8; 32]> {
    let mut seed = [0; 32];
    scope()?.crypto().ok()?.get_random_values_with_u8_array(&mut seed).ok()?;
    Some(seed)
}
