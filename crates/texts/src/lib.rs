//! What the pages say, in every language: the public pages ([`Words`]) and the app ([`Texts`]). A language gives every
//! sentence of both catalogues, or this does not compile.
//!
//! Whoever renders or tests on a computer has all languages compiled in. A browser has none: it fetches the file of the
//! one it needs ([`file`]; written by `cargo xtask wasm` and named by content) and takes it in before it draws.
//!
//! To add a sentence: its name into [`public`] or [`app`], and the sentence into each of the three files beside it.
//!
//! The crate must never do anything but hold texts and put them together.

pub mod app;
mod catalogue;
pub mod lang;
mod loaded;
pub mod public;
pub mod text;

pub use app::Texts;
pub use lang::Lang;
#[cfg(not(target_arch = "wasm32"))]
pub use loaded::file;
pub use loaded::load;
pub use public::Words;
