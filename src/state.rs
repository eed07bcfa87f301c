//! What the page knows: a pure function of what the engine says and what was sent to it.

pub(crate) mod ago;
pub(crate) mod code;
pub(crate) mod contact;
mod model;
pub(crate) mod sight;

pub(crate) use model::{Action, Drawn, Model};
