//! Two people who begin to talk: one of them asks, under a pseudonym, in a room that is made for it; the other sees who asks
//! before they answer, and makes another room, in which both are under other pseudonyms (docs/PROTOCOL.md, "To connect").

pub(crate) mod address;
pub(crate) mod answering;
pub(crate) mod asking;
pub(crate) mod material;
pub(crate) mod packages;
pub(crate) mod request;
pub(crate) mod settings;
pub(crate) mod views;
pub(crate) mod welcome;
pub(crate) mod yes;
