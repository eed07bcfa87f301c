//! The engine's driver in a Web Worker: inputs in, one step at a time; what a step wrote goes to disk in one
//! transaction, and only then its effects are performed.
//!
//! It decides nothing: what happens is the engine's business, what is shown the pages'.
//!
//! Start reading with [`driver`].

mod bundle;
mod channel;
mod database;
mod driver;
mod events;
mod inbox;
mod panic;
mod parcel;
mod request;
mod scope;
mod store;
mod stream;
mod timer;
mod vault;

/// A smaller allocator than the standard library's, and a faster one. One thread has it to itself.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {
    panic::say_where();
    if doorstep_engine::SEEDED && !cfg!(debug_assertions) {
        let why = "built with the feature `seeded`, which is for tests: anybody could choose its keys";
        return web_sys::console::error_1(&why.into());
    }
    wasm_bindgen_futures::spawn_local(driver::run());
}
