//! The web app: takes over the document the provider rendered, draws what the engine tells, and sends it commands. It
//! knows nothing of MLS; the engine runs in a worker, maybe in another tab.
//!
//! Start reading with [`app`], then [`route`], then a page of [`pages`]. Everything a page can use is in [`hooks`]; only
//! [`services`] names web-sys.

#![recursion_limit = "512"]

mod app;
mod components;
mod hooks;
mod invite;
mod pages;
mod route;
mod services;
mod state;
mod text;

use crate::app::{App, AppProps};
use crate::services::{address, document, panic};

fn main() {
    panic::report_place_only();
    if !document::take_language() {
        return document::say_boot_failed();
    }
    // Before the router reads the address: it is replaced.
    let parcel = address::take_parcel();
    if let Some(root) = document::app_root() {
        yew::Renderer::<App>::with_root_and_props(root, AppProps { parcel }).render();
    }
}
