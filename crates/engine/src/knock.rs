//! Knocks. Mine: `knocker` tells it from the click to the answer, with `keys` that are made for it and erased after it,
//! and `sealed` as nobody but moderators reads it; `welcome` or `let_in` leads into the room. Those of others at rooms
//! of mine: `moderator` answers them, an `outcome` is brought to whoever knocked, and `keepers` are moderators among
//! themselves.

pub(crate) mod keepers;
pub(crate) mod keys;
pub(crate) mod knocker;
pub(crate) mod let_in;
pub(crate) mod moderator;
pub(crate) mod outcome;
pub(crate) mod sealed;
pub(crate) mod welcome;
