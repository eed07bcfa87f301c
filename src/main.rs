//! The page app: takes over the document the provider rendered, draws what the engine tells, and sends it commands. It
//! knows nothing of MLS; the engine runs in a worker, maybe in another tab.
//!
//! Start reading with [`route`], then [`app`], then [`state`].

mod app;
mod components;
mod pages;
mod route;
mod services;
mod state;
mod text;

fn main() {
    services::panic::report_place_only();
    if let Some(root) = services::document::app_root() {
        yew::Renderer::<app::Root>::with_root(root).render();
    }
}
