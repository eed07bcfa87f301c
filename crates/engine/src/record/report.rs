//! What it takes to show later that somebody said something.

use doorstep_wire::RoomUri;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A message as it was decrypted, and the hub's word for it. Key: `message key # hex message id`, so that the versions of a
/// message lie together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProofRecord {
    /// The application data.
    pub(crate) framed: ByteBuf,
    /// `Frank`
    pub(crate) frank: ByteBuf,
    /// When the hub took it, milliseconds.
    pub(crate) at: u64,
}

/// A report under way. Key: the id of the command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReportRecord {
    pub(crate) room: RoomUri,
    /// `AbuseReport`
    pub(crate) body: ByteBuf,
}
