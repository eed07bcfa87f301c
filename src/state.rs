//! What the page knows: a pure reducer over what the engine says and what was sent to it.

pub(crate) mod ago;
mod model;

pub(crate) use model::{Action, Model};
