//! Join links: made in rooms of mine, and looked at by whoever has one.

pub(crate) mod handing;
pub(crate) mod invite;
pub(crate) mod looking;
pub(crate) mod making;
pub(crate) mod uses;
