//! Room state and room policy: pure permit and apply.
//!
//! The browser predicts with it, the hub enforces with it, and every member checks with it what the hub let through; the
//! three must never differ, so there is one crate. It must never look at a clock, a key or a tree: leaves come in as
//! [`Leaf`], made from credentials that somebody verified, and times as arguments.
//!
//! Start with [`RoomState`] (what a room is), then [`permit_commit`] (what may become of it). [`preset`] makes new rooms.
//! The sources are mimi-room-policy (roles and capabilities), mimi-protocol-06 §7 (participant list, metadata) and
//! `docs/PROTOCOL.md` for what is ours. Whatever no rule allows is denied.

mod clean_up;
mod commit;
mod denied;
mod initial;
mod join;
mod leaf;
mod message;
mod participants;
pub mod preset;
mod proposal;
mod roster;
mod state;
#[cfg(test)]
mod testing;

pub use clean_up::clean_up;
pub use commit::{Author, CommitView, Permitted, permit_commit};
pub use denied::Denied;
pub use initial::{CONNECTION_LIFE, initial, initial_connection, initial_knock_room};
pub use join::{JoinGrant, JoinGround, permit_group_info, permit_join_link, permit_knock, suits};
pub use leaf::Leaf;
pub use message::{may_receive, permit_send};
pub use participants::{ListChanges, Participants};
pub use proposal::{Added, Change, Proposal, Proposer, permit_proposal};
pub use roster::{Roster, RosterDelta};
pub use state::{RoleDifference, RoomState, Settings, StateError};

/// A KeyPackage must live this much longer when its client is added: 28 days, in seconds.
pub const KEY_PACKAGE_MARGIN: u64 = 28 * 86_400;
