//! One verdict on every commit, for hub and client: credentials, identities, policy.
//!
//! `mls` says what a commit does to the tree, `credential` who somebody is, `policy` who may do what. Here the three meet,
//! once: the hub judges with it before it accepts a commit, every client before it follows one, and whoever makes a commit
//! before sending it. If they judged apart, a room could split.
//!
//! It must never read a clock and never ask for keys: both are arguments. For a commit that the hub has accepted, `now` is
//! the time of the hub's acceptance (`FanoutMessage.timestamp`), so that a client that comes late gets the same verdict.
//!
//! Start with [`judge`]. A [`Roster`](doorstep_policy::Roster) is made by [`verify_all`] when a client comes in and by
//! [`roster`] from own storage, and then only follows [`Judged::roster`]: a leaf is verified once, when it comes in.

mod denied;
mod judge;
mod leaf;
mod plan;
mod proposal;
mod roster;

pub use denied::Denied;
pub use judge::{Granted, Judged, judge, judge_own};
pub use leaf::{knock_key, own_leaf, requester};
pub use plan::{join_update, join_update_by_link, knock_recipients, list_update, with_clean_up};
pub use proposal::{judge_proposal, proposals};
pub use roster::{roster, verify_all};
