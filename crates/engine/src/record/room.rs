//! A room I am in.

use core::fmt;

use doorstep_client_api::view::RoomEnd;
use doorstep_wire::{ClientUri, GroupUri, RoomUri, UserUri};
use serde::{Deserialize, Serialize};

/// A room of mine: its group, who I am in it, what waits to be done in it. Key: room URI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoomRecord {
    pub(crate) room: RoomUri,
    pub(crate) group: GroupUri,
    pub(crate) client: ClientUri,
    /// Name as last seen, for when the group is gone.
    pub(crate) name: String,
    /// For a knock room: the room it belongs to.
    pub(crate) target: Option<RoomUri>,
    /// For a knock room where I am only to knock: the knock's id.
    pub(crate) knock: Option<String>,
    /// I came in at, milliseconds.
    pub(crate) since: u64,
    /// Time of the last thing in it, milliseconds.
    pub(crate) at: u64,
    pub(crate) unread: u32,
    pub(crate) last: Option<(UserUri, String)>,
    pub(crate) ended: Option<RoomEnd>,
    /// What I want done, in order. One at a time is under way.
    pub(crate) queue: Vec<Queued>,
    pub(crate) busy: Option<Busy>,
    /// The hub is ahead of this group: nothing is sent before this epoch is reached.
    pub(crate) behind: Option<u64>,
    /// Hash of a commit nobody can follow, that this client told the hub to take back, and the request for it.
    pub(crate) rejecting: Option<serde_bytes::ByteBuf>,
    /// Counts queue entries.
    pub(crate) next: u64,
    /// Counts messages, for their order.
    pub(crate) messages: u64,
}

impl RoomRecord {
    /// A room that was just entered, or made; nothing was said in it yet.
    pub(crate) fn entered(room: RoomUri, group: GroupUri, client: ClientUri, name: String, at: u64) -> Self {
        Self {
            room,
            group,
            client,
            name,
            target: None,
            knock: None,
            since: at,
            at,
            unread: 0,
            last: None,
            ended: None,
            queue: Vec::new(),
            busy: None,
            behind: None,
            rejecting: None,
            next: 0,
            messages: 0,
        }
    }
}

/// A queue entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queued {
    pub(crate) number: u64,
    pub(crate) intent: Intent,
    /// Times the hub was ahead.
    pub(crate) tries: u32,
}

/// Something I want done in a room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intent {
    /// Send these framed MIMI content bytes; the same bytes at every try, hence the same message id.
    Say { message: [u8; 32], framed: serde_bytes::ByteBuf },
    /// Seal the knock and send it; sealed anew at every try.
    Knock { knock: String },
    /// Commit what others proposed.
    Settle,
    /// Add the knocker of this request (hex id).
    Accept { request: String },
    /// Put the knocker of this request (hex id) into the list as banned.
    KeepOut { request: String },
    /// Remove a user, or ban her.
    Remove { user: UserUri, ban: bool },
    /// Leave.
    Leave { command: Option<String> },
    /// New keys in the own leaf.
    Refresh,
    /// Say who I am; made anew at every try.
    Disclose { disclosure: String },
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Say { .. } => "Say",
            Self::Knock { .. } => "Knock",
            Self::Settle => "Settle",
            Self::Accept { .. } => "Accept",
            Self::KeepOut { .. } => "KeepOut",
            Self::Remove { .. } => "Remove",
            Self::Leave { .. } => "Leave",
            Self::Refresh => "Refresh",
            Self::Disclose { .. } => "Disclose",
        })
    }
}

/// The request under way in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Busy {
    /// `SubmitMessageRequest` for the entry at the head of the queue.
    Message { number: u64, request: serde_bytes::ByteBuf },
    /// `HandshakeBundle` with a commit. `hash`: SHA-256 of its MLSMessage. `number`: the entry it is for, if any.
    Commit { number: Option<u64>, hash: [u8; 32], request: serde_bytes::ByteBuf },
    /// `HandshakeBundle` with my SelfRemove.
    Leaving { number: u64, request: serde_bytes::ByteBuf },
}

/// Undoes one merged commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// SHA-256 of the commit's MLSMessage.
    pub(crate) commit: [u8; 32],
    /// Milliseconds.
    pub(crate) at: u64,
    /// Who made it.
    pub(crate) by: UserUri,
    /// Rows as they were before: key, value or none.
    pub(crate) rows: Vec<(serde_bytes::ByteBuf, Option<serde_bytes::ByteBuf>)>,
}
