//! Who says who they are: I to others, and others to me.

pub(crate) mod hearing;
pub(crate) mod saying;
