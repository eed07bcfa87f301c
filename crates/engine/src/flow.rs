//! The flows: each file tells one of them from its first row to its last.

mod answer;
mod chat;
mod command;
mod identities;
mod incoming;
mod join;
mod keepers;
mod keys;
mod knock;
mod link;
mod mailbox;
mod making;
mod outcome;
mod recovery;
mod renewal;
mod repair;
mod room;
mod seal;
mod welcome;

pub(crate) use command::hex;
pub(crate) use room::WarmRoom;
