//! The flows: each file tells one of them from its first row to its last.

mod account;
mod answer;
mod chat;
mod command;
mod disclose;
mod disclosed;
mod epoch;
mod identities;
mod incoming;
mod join;
mod keys;
mod knock;
mod link;
mod mailbox;
mod making;
mod outcome;
mod recovery;
mod room;
mod seal;
mod sealing;
mod welcome;

pub(crate) use command::hex;
pub(crate) use room::WarmRoom;
