//! One request to another provider and what comes back.

use bytes::Bytes;

use crate::Endpoint;

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Errand {
    /// What is asked.
    pub endpoint: Endpoint,
    /// What stands in its template, as it is: it is percent-encoded on the way.
    pub subject: String,
    /// Whom it reaches at the peer ([`RECIPIENTS_HEADER`]); `None`: the peer's to know.
    pub recipients: Option<String>,
    /// Body; empty where it is read.
    pub body: Bytes,
}

/// Ours, optional, with `notify` and what is like it: client URIs of the peer, separated by commas. A peer that keeps to the
/// draft passes it over and looks at its own list of who is in the room.
pub const RECIPIENTS_HEADER: &str = "doorstep-recipients";
/// Why something was refused, a kebab-case word, as in the client API.
pub const REASON_HEADER: &str = "doorstep-reason";

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// [`REASON_HEADER`].
    pub reason: Option<String>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u32>,
    /// Whole body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PeerError {
    /// This provider's operator does not speak with that one, or with nobody.
    #[error("this provider does not speak with that one")]
    NotAllowed,
    /// It cannot be reached, or broke off.
    #[error("the other provider cannot be reached")]
    Unreachable,
    /// What answers there cannot prove that it is that provider.
    #[error("what answers there is not that provider")]
    NotItself,
    /// Its directory cannot be read.
    #[error("the other provider has no directory that can be read")]
    NoDirectory,
    /// Its directory does not have the endpoint.
    #[error("the other provider does not offer this")]
    NotOffered,
    /// Its answer is longer than any answer may be.
    #[error("the answer is too long")]
    TooLong,
}
