//! A join link that was made in this browser.

use core::fmt;

use doorstep_content::{CodeSeed, Invite};
use doorstep_wire::RoomUri;
use serde::{Deserialize, Serialize};

/// A join link of mine. Key: hex of the link id. The room itself knows a public key; the secret is only here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkRecord {
    pub(crate) room: RoomUri,
    pub(crate) link_id: [u8; 16],
    /// Index of the role it gives.
    pub(crate) role: u32,
    /// Seconds since the UNIX epoch.
    pub(crate) not_after: u64,
    /// 0: any number.
    pub(crate) max_uses: u32,
    pub(crate) note: String,
    pub(crate) state: LinkState,
    /// In which room it is said once it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) said_in: Option<RoomUri>,
}

/// Where it stands, with the secret as long as it opens anything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LinkState {
    /// On its way into the room. `command` is to be answered.
    Making { seed: [u8; 32], command: String },
    /// The room has it.
    Standing { seed: [u8; 32] },
    /// The room does not have it any more.
    Gone,
}

impl LinkRecord {
    pub(crate) fn code_seed(&self) -> Option<CodeSeed> {
        match self.state {
            LinkState::Making { seed, .. } | LinkState::Standing { seed } => Some(CodeSeed(seed)),
            LinkState::Gone => None,
        }
    }

    /// The command that waits for it.
    pub(crate) fn command(&self) -> Option<&str> {
        match &self.state {
            LinkState::Making { command, .. } => Some(command),
            LinkState::Standing { .. } | LinkState::Gone => None,
        }
    }
}

impl LinkState {
    /// The room has it now.
    pub(crate) fn stand(self) -> Self {
        match self {
            Self::Making { seed, .. } => Self::Standing { seed },
            other => other,
        }
    }

    /// The room has it no more.
    pub(crate) fn go(self) -> Self {
        match self {
            Self::Standing { .. } => Self::Gone,
            other => other,
        }
    }
}

impl fmt::Debug for LinkState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Making { seed: _, command: _ } => "Making",
            Self::Standing { seed: _ } => "Standing",
            Self::Gone => "Gone",
        })
    }
}

impl fmt::Debug for LinkRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRecord").field("room", &self.room).field("state", &self.state).finish_non_exhaustive()
    }
}

/// The invite by which somebody is coming in: its CBOR, kept until they are in. Does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptInvite {
    invite: serde_bytes::ByteBuf,
    /// The person was asked about the missing inviter, and goes on.
    pub(crate) without_inviter: bool,
}

impl KeptInvite {
    pub(crate) fn new(invite: &Invite, without_inviter: bool) -> Option<Self> {
        Some(Self { invite: serde_bytes::ByteBuf::from(invite.encode().ok()?), without_inviter })
    }

    pub(crate) fn read(&self) -> Option<Invite> {
        Invite::decode(&self.invite).ok()
    }
}

impl fmt::Debug for KeptInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptInvite(..)")
    }
}
