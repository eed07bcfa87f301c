//! What the pages say, in every language: the public pages ([`Words`]), the app's pages for visitors ([`VisitorTexts`]) and
//! for members ([`MemberTexts`]), and all of them ([`Texts`]). A language gives every sentence of every catalogue, or this
//! does not compile.
//!
//! Whoever renders or tests on a computer has all languages compiled in. A browser has none: it fetches the file of the
//! one it needs ([`visitor_file`], [`members_file`]; written by `cargo xtask wasm` and named by content) and takes it in before
//! it draws.
//!
//! To add a sentence: its name into [`public`], [`visitor`], [`members`] or, where both of the app's modules say it, [`app`],
//! and the sentence into each of the three files beside it.
//!
//! The crate must never do anything but hold texts and put them together.

pub mod app;
mod catalogue;
pub mod lang;
mod loaded;
pub mod members;
pub mod public;
pub mod text;
pub mod visitor;

pub use app::Texts;
pub use lang::Lang;
pub use loaded::{load_members, load_visitor};
#[cfg(not(target_arch = "wasm32"))]
pub use loaded::{members_file, visitor_file};
pub use members::MemberTexts;
pub use public::Words;
pub use visitor::VisitorTexts;
