//! The engine's driver in a Web Worker: inputs in, one step at a time; what a step wrote goes to disk in one
//! transaction, and only then its effects are performed.
//!
//! It decides nothing: what happens is the engine's business, what is shown the pages'.
//!
//! Start reading with [`driver`].

mod channel;
mod database;
mod driver;
mod event_lines;
mod inbox;
mod listener;
mod panic;
mod parcel;
mod request;
mod scope;
mod store;
mod stream;
mod timer;
mod vault;

fn main() {
    panic::leave_last_word();
    wasm_bindgen_futures::spawn_local(driver::run());
}
