//! The flows: each file tells one of them from its first row to its last.

mod account;
mod answer;
mod chat;
mod command;
mod disclose;
mod disclosed;
mod epoch;
mod frank;
mod group_info;
mod identities;
mod incoming;
mod invite;
mod join;
mod keepers;
mod keys;
mod knock;
mod leaving;
mod link;
mod links;
mod look;
mod mailbox;
mod making;
mod outcome;
mod parked;
mod recovery;
mod renewal;
mod repair;
mod room;
mod seal;
mod sealing;
mod warm;
mod welcome;

pub(crate) use command::hex;
pub(crate) use links::link_rules;
pub(crate) use look::Look;
pub(crate) use warm::WarmRoom;
