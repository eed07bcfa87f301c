//! What was said in a room.

use doorstep_client_api::view::{Delivery, Happening};
use doorstep_wire::{RoomUri, UserUri};
use serde::{Deserialize, Serialize};

/// A message, or something that happened. Key: [`message_key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    /// Message id; none for a happening.
    pub(crate) id: Option<[u8; 32]>,
    pub(crate) from: UserUri,
    /// Milliseconds.
    pub(crate) at: u64,
    pub(crate) body: Body,
    pub(crate) delivery: Delivery,
    pub(crate) in_reply_to: Option<[u8; 32]>,
    pub(crate) edited: bool,
    /// Reaction, user, id of the message that made it.
    pub(crate) reactions: Vec<(String, UserUri, [u8; 32])>,
}

/// Content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Body {
    Text(String),
    Deleted,
    Unknown(String),
    Happened(Happening),
}

/// `room URI # number`, so that the messages of a room lie together in the order they came.
pub(crate) fn message_key(room: &RoomUri, number: u64) -> String {
    format!("{room}#{number:016x}")
}
