use doorstep_wire::Refusal;

use crate::Effects;

/// What an operation did: the response and what has to be written and sent before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The draft's response struct; empty where there is none.
    pub body: Vec<u8>,
    /// Why it was refused; `None` on success, and where a word would tell a private room
    /// from an unknown one.
    pub reason: Option<Refusal>,
    /// Nothing in it: nothing changed.
    pub effects: Effects,
    /// The other side has shown that the room's door is known to it: by a joining code, or by what groupInfo granted
    /// before. To such a one also a private room says why it refuses.
    pub knows_room: bool,
}

impl Answer {
    /// A refusal: nothing changed.
    pub(crate) fn refused(body: Vec<u8>, reason: Option<Refusal>) -> Self {
        Self { body, reason, effects: Effects::default(), knows_room: false }
    }
}

/// An operation that has no answer in the draft's terms. The room is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// Not a request at all (400). Says what could not be read.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The request speaks for a user of another provider (403).
    #[error("the request speaks for a user of another provider")]
    NotYours,
    /// A signature or credential of the request does not hold (403).
    #[error("not proven: {0}")]
    Unproven(Refusal),
    /// Bigger than this hub takes (413).
    #[error("too large")]
    TooLarge,
    /// There is no such thing for the caller (404).
    #[error("not found")]
    NotFound,
    /// Not now (503 with Retry-After).
    #[error("try again in {after_seconds} s")]
    Retry {
        /// Seconds.
        after_seconds: u32,
    },
    /// The hub's own fault (500): a row that does not decode, or the MLS library failing where it cannot.
    #[error("internal: {0}")]
    Internal(String),
}

impl HubError {
    /// Wraps what went wrong inside.
    pub(crate) fn internal(what: impl core::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}
