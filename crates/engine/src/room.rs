//! Rooms of mine, from the making to the leaving. What I want of a room stands in its `queue`; `requests` makes a
//! request of the first of it (by `plan`, where it takes a commit), `answers` takes what the hub says to that, and
//! `intent` tells whoever wanted it what became of it. What others do is `incoming`, and what follows from a commit,
//! whoever made it, is told in `commit`.

pub(crate) mod answers;
pub(crate) mod commit;
pub(crate) mod ending;
pub(crate) mod forgetting;
pub(crate) mod in_order;
pub(crate) mod incoming;
pub(crate) mod intent;
pub(crate) mod joining;
pub(crate) mod joins;
pub(crate) mod leaving;
pub(crate) mod making;
pub(crate) mod plan;
pub(crate) mod purpose;
pub(crate) mod queue;
pub(crate) mod recovery;
pub(crate) mod repair;
pub(crate) mod requests;
pub(crate) mod settling;
pub(crate) mod unreached;
