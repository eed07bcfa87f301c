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
    /// None once the link is gone.
    pub(crate) seed: Option<[u8; 32]>,
    /// Index of the role it gives.
    pub(crate) role: u32,
    /// Seconds since the UNIX epoch.
    pub(crate) not_after: u64,
    /// 0: any number.
    pub(crate) max_uses: u32,
    pub(crate) note: String,
    /// The command that asked for it; empty once it was answered.
    pub(crate) command: String,
    /// The room has it.
    pub(crate) stands: bool,
}

impl LinkRecord {
    pub(crate) fn code_seed(&self) -> Option<CodeSeed> {
        self.seed.map(CodeSeed)
    }
}

impl fmt::Debug for LinkRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRecord").field("room", &self.room).field("stands", &self.stands).finish_non_exhaustive()
    }
}

/// The invite by which somebody is coming in: its CBOR, kept until she is in. Does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptInvite {
    invite: serde_bytes::ByteBuf,
    /// She was asked about the missing inviter, and goes on.
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
