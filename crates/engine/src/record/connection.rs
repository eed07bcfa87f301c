//! Connections: people I asked, people who ask me, and the rooms for two that came of it.

use core::fmt;

use doorstep_page_api::view::{AnswerPause, AskedBy, Claims, Disclosed, FoundBy, Problem};
use doorstep_wire::{ClientUri, RoomUri, UserUri};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::Pack;

/// How long whoever made a room with my second pseudonym has to show who they are, milliseconds.
const PROVES_WITHIN: u64 = 24 * 3_600_000;

/// Somebody I asked. Key: the id of its draft.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AskRecord {
    /// Their account.
    pub(crate) user: UserUri,
    pub(crate) greeting: String,
    pub(crate) claims: Claims,
    /// When I clicked, milliseconds.
    pub(crate) at: u64,
    /// The room in which I ask, at my own provider.
    pub(crate) room: RoomUri,
    /// My client in it.
    pub(crate) first: ClientUri,
    /// My client in the room that they will make: another pseudonym.
    pub(crate) second: ClientUri,
    pub(crate) request_id: [u8; 16],
    pub(crate) state: AskState,
}

/// Where it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AskState {
    /// Their provider is asked whether they are to be found.
    Looking,
    /// The room is being made.
    Making,
    /// Their provider is asked for KeyPackages; so often it had none left.
    Fetching { exhausted: u32 },
    /// They are being added to the room with these.
    Adding { packages: Vec<ByteBuf> },
    /// They are in it. What is said to them is made: my provider hears where the Welcome for these will go.
    Announcing { pack: Pack },
    /// It is being said;
    /// `hash` of what is under way, as in the next state.
    Saying { pack: Pack, hash: Option<[u8; 32]> },
    /// It was said. `hash`: SHA-256 of it, by which they say what they answer. `sent`: milliseconds.
    Waiting { pack: Pack, hash: [u8; 32], sent: u64 },
    /// Somebody who got the KeyPackages made a room with my second pseudonym, and has not yet shown there who they are.
    LetIn { room: RoomUri, hash: [u8; 32], sent: u64, since: u64 },
    /// We talk there.
    Connected { room: RoomUri },
    /// It came to nothing.
    Over(AskEnd),
}

/// How it came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AskEnd {
    /// They are not there, are not to be found, or are not to be asked.
    NotReached,
    /// I took it back.
    Withdrawn,
    /// For this reason.
    Refused(Problem),
}

impl AskState {
    /// Nothing more is to be done about it.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Connected { .. } | Self::Over(_))
    }

    /// The KeyPackages that were, or will be, handed out.
    pub(crate) fn pack(&self) -> Option<&Pack> {
        match self {
            Self::Announcing { pack } | Self::Saying { pack, .. } | Self::Waiting { pack, .. } => Some(pack),
            _ => None,
        }
    }
}

impl AskRecord {
    /// When I wait no longer for somebody to show who they are.
    pub(crate) fn due(&self) -> Option<u64> {
        match self.state {
            AskState::LetIn { since, .. } => Some(since.saturating_add(PROVES_WITHIN)),
            _ => None,
        }
    }
}

impl fmt::Debug for AskRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskRecord").field("room", &self.room).field("state", &self.state).finish_non_exhaustive()
    }
}

impl fmt::Debug for AskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Looking => "Looking",
            Self::Making => "Making",
            Self::Fetching { .. } => "Fetching",
            Self::Adding { .. } => "Adding",
            Self::Announcing { .. } => "Announcing",
            Self::Saying { .. } => "Saying",
            Self::Waiting { .. } => "Waiting",
            Self::LetIn { .. } => "LetIn",
            Self::Connected { .. } => "Connected",
            Self::Over(_) => "Over",
        })
    }
}

/// Somebody asks me, and has proven who they are. Key: hex of the request id.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactRequestRecord {
    pub(crate) request_id: [u8; 16],
    /// The room in which they ask.
    pub(crate) room: RoomUri,
    pub(crate) who: Disclosed,
    pub(crate) greeting: String,
    /// Accepted by the hub at, as far as it is believed; milliseconds.
    pub(crate) at: u64,
    /// Their second pseudonym.
    pub(crate) reply_to: UserUri,
    /// Their KeyPackages for it.
    pub(crate) packages: Vec<ByteBuf>,
    /// Until when these can be used, milliseconds.
    pub(crate) expires: u64,
    /// What renews them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ticket: Option<[u8; 32]>,
    /// SHA-256 of the request as it came.
    pub(crate) hash: [u8; 32],
    pub(crate) state: ContactState,
}

/// Where my answer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ContactState {
    /// Not answered.
    Open,
    /// Not now.
    NotNow,
    /// And never again.
    Blocked,
    /// Yes, and the room is made at this time, milliseconds.
    Pausing { until: u64 },
    /// Yes: the room for the two of us, in which I am this client, is made and they are brought into it.
    Answering { room: RoomUri, client: ClientUri },
    /// We talk there.
    Connected { room: RoomUri },
    /// My yes was refused.
    Failed(Problem),
}

impl fmt::Debug for ContactRequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactRequestRecord")
            .field("room", &self.room)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// With whom I am in a room for two. Key: room URI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairRecord {
    /// Their account: who they proved to be, or, before they did, whom I asked.
    pub(crate) with: UserUri,
    /// They have proven it, here or when they asked.
    pub(crate) proven: bool,
}

/// How I can be found and asked, and what is kept for it. One row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactRecord {
    pub(crate) found_by: FoundBy,
    pub(crate) asked_by: AskedBy,
    #[serde(default)]
    pub(crate) pause: AnswerPause,
    /// The provider has heard it so.
    pub(crate) told: bool,
    /// Accounts of whom nothing reaches me, in order.
    pub(crate) blocked: Vec<UserUri>,
    /// KeyPackages for first contacts that the provider has, or will once it has heard.
    pub(crate) packages: Vec<OfferedPackage>,
    /// When the provider was asked last what is left of them, milliseconds; 0: it has to be.
    pub(crate) counted: u64,
}

impl ContactRecord {
    /// The provider has something with which I can be added.
    pub(crate) fn can_be_added(&self) -> bool {
        self.packages.iter().any(|package| package.bytes.is_none())
    }
}

/// A KeyPackage that the provider gives out for me.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfferedPackage {
    pub(crate) reference: [u8; 32],
    /// Seconds since the UNIX epoch.
    pub(crate) not_after: u64,
    pub(crate) last_resort: bool,
    /// It was given out, by the count of the provider: another takes its place.
    #[serde(default)]
    pub(crate) given: bool,
    /// It, until the provider has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<ByteBuf>,
}
