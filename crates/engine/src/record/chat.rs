//! What was said in a room.

use doorstep_page_api::view::{Change, Delivery, Happening, Problem};
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
    /// Changes of mine that are shown and that the hub has not taken yet, in the order they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<PendingChange>,
    /// The last change of mine that it refused, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<(Change, Problem)>,
}

/// A change that is shown before the hub has taken it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PendingChange {
    /// Id of the message that makes it.
    pub(crate) id: [u8; 32],
    pub(crate) undo: Undone,
}

/// What is as before again when a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Undone {
    /// Another content: what stood there.
    Content { body: Body, edited: bool },
    /// A reaction.
    Reacted,
    /// A reaction that was taken back: what it was.
    TookBack { reaction: String, user: UserUri, id: [u8; 32] },
}

impl StoredMessage {
    /// A line that nothing was done to yet.
    pub(crate) fn new(id: Option<[u8; 32]>, from: UserUri, at: u64, body: Body, delivery: Delivery) -> Self {
        Self {
            id,
            from,
            at,
            body,
            delivery,
            in_reply_to: None,
            edited: false,
            reactions: Vec::new(),
            changes: Vec::new(),
            refused: None,
        }
    }

    /// Shows another content until the hub has taken the message `id`, or has refused it.
    pub(crate) fn change_content(&mut self, id: [u8; 32], body: Body) {
        let edited = self.edited || matches!(body, Body::Text(_));
        let undo = Undone::Content {
            body: core::mem::replace(&mut self.body, body),
            edited: core::mem::replace(&mut self.edited, edited),
        };
        self.changes.push(PendingChange { id, undo });
        self.refused = None;
    }

    /// The hub took the message that makes a change.
    pub(crate) fn change_stands(&mut self, id: &[u8; 32]) {
        self.changes.retain(|change| change.id != *id);
    }

    /// The hub refused the message that makes a change: everything is as before it, and what was wanted is kept.
    pub(crate) fn change_refused(&mut self, id: &[u8; 32], problem: Problem) {
        let Some(at) = self.changes.iter().position(|change| change.id == *id) else { return };
        let wanted = match self.changes.remove(at).undo {
            Undone::Content { body, edited } => {
                // What a later change would go back to, or what is shown.
                let later = self.changes.iter_mut().skip(at).find_map(|change| match &mut change.undo {
                    Undone::Content { body, edited } => Some((body, edited)),
                    Undone::Reacted | Undone::TookBack { .. } => None,
                });
                let (now, now_edited) = later.unwrap_or((&mut self.body, &mut self.edited));
                *now_edited = edited;
                match core::mem::replace(now, body) {
                    Body::Text(text) => Change::Text(text),
                    Body::Deleted | Body::Unknown(_) | Body::Happened(_) | Body::Invite { .. } => Change::Delete,
                }
            }
            Undone::Reacted => {
                let Some(at) = self.reactions.iter().position(|(_, _, reaction)| reaction == id) else { return };
                Change::React(self.reactions.remove(at).0)
            }
            Undone::TookBack { reaction, user, id } => {
                self.reactions.push((reaction, user, id));
                Change::React(String::new())
            }
        };
        self.refused = Some((wanted, problem));
    }
}

/// Content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Body {
    Text(String),
    Deleted,
    Unknown(String),
    Happened(Happening),
    /// A way into another room: an invite as CBOR, what it calls itself, and where it leads.
    Invite {
        invite: serde_bytes::ByteBuf,
        name: String,
        room: RoomUri,
    },
}

/// `room URI # number`, so that the messages of a room lie together in the order they came.
pub(crate) fn message_key(room: &RoomUri, number: u64) -> String {
    format!("{room}#{number:016x}")
}

/// The number in a [`message_key`].
pub(crate) fn message_number(key: &str) -> Option<u64> {
    u64::from_str_radix(key.rsplit_once('#')?.1, 16).ok()
}
