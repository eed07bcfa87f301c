//! The owner of rooms, without HTTP or SQL.
//!
//! [`Hub`] holds what belongs to the provider (its domain, its two keys, its limits); [`Room`] holds one room, warm.
//! Every operation takes the bytes of a request and the time, changes the room and returns an [`Answer`]: the bytes of
//! the draft's response struct, a word for a refusal, and the [`Effects`] (rows to write, messages to fan out) that the
//! caller commits in one transaction before it answers. An operation that fails leaves the room as it was. A request
//! seen before gets the answer it got first.
//!
//! Everything a room is lives in the rows of its journal: [`Room::load`] after a crash gives the same answers.
//!
//! The hub must never read a clock or a random number (what HPKE needs comes from the system, through `doorstep_mls`), and
//! it never lets a commit in by a rule of its own: the verdict is the one every member's client gives too
//! ([`doorstep_membership`]). What it adds is what only the owner of the room can know: who asked before, what was handed
//! out, what waits, and what was answered already.
//!
//! Start reading with [`update`], then [`group_info`].

mod answer;
mod caller;
mod config;
pub mod create_rooms;
pub mod door;
mod effects;
pub mod end_room;
mod fanout;
mod franking;
pub mod group_info;
mod hub;
pub mod identifier_query;
pub mod key_material;
mod keys;
pub mod link_uses;
pub mod reject_commit;
pub mod report_abuse;
mod room;
mod row;
mod stop;
pub mod store;
pub mod submit_message;
pub mod tick;
pub mod update;
pub mod withdraw;

pub use answer::{Answer, HubError};
pub use caller::Caller;
pub use config::HubConfig;
pub use create_rooms::{Created, RoomRequest, RoomsOutcome};
pub use doorstep_mls::SEEDED;
pub use effects::{Effects, Ended, Fanout, FanoutKind, LogEntry, LogKind};
pub use hub::Hub;
pub use keys::HubKeys;
pub use link_uses::LinkUse;
pub use reject_commit::CommitRejection;
pub use report_abuse::{Doubt, Finding, JudgedReport};
pub use room::{KnockFacts, LoadError, Room, TargetFacts, Visibility};
