//! The web app: takes over the document the provider rendered, draws what the engine tells, and sends it commands. It
//! knows nothing of MLS; the engine runs in a worker, maybe in another tab.
//!
//! It is built twice, as two programs (`src/bin`) that differ in the pages they have: [`visitor`] and [`members`].
//!
//! Start reading with [`route`], then [`app`], then [`state`].

#![recursion_limit = "1024"]

mod app;
mod components;
mod invite;
pub mod members;
mod pages;
mod piece;
mod qr;
mod route;
mod services;
mod state;
mod text;
pub mod visitor;
