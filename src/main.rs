//! The page app: takes over the document the provider rendered, draws what the engine tells, and sends it commands. It
//! knows nothing of MLS; the engine runs in a worker, maybe in another tab.
//!
//! Start reading with [`route`], then [`app`], then [`state`].

#![recursion_limit = "1024"]

mod app;
mod components;
mod invite;
mod pages;
mod piece;
mod route;
mod services;
mod state;
mod text;

fn main() {
    services::panic::report_place_only();
    if !services::document::take_language() {
        return services::document::say_boot_failed();
    }
    if let Some(root) = services::document::app_root() {
        let draw = std::rc::Rc::new(app::root);
        yew::Renderer::<piece::Piece>::with_root_and_props(root, piece::PieceProps { draw }).render();
    }
}
