//! What is encrypted in the answer.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::Body,
    hpke,
    mls_message::{BareGroupInfo, RawMlsMessage},
    numbers::UnixMillis,
    tree::RatchetTreeOption,
    uri::RoomUri,
};

/// Proposal type `self_remove` (mls-extensions §6.1).
const SELF_REMOVE: u16 = 0x000A;

/// ```text
/// struct { GroupInfo groupInfo; RatchetTreeOption ratchetTreeOption; PendingProposal pending_proposals<V>; }
///     GroupInfoRatchetTreeTBE;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct GroupInfoRatchetTree {
    /// Bare, without tree.
    pub group_info: BareGroupInfo,
    /// The tree.
    pub ratchet_tree: RatchetTreeOption,
    /// All that wait in the epoch.
    pub pending_proposals: Vec<PendingProposal>,
}

impl Body for GroupInfoRatchetTree {
    const LIMIT: usize = 4 << 20;
}

impl GroupInfoRatchetTree {
    /// The `info` of its encryption; `aad` is empty. The context is the room's URI, without a length of its own.
    pub fn hpke_info(room: &RoomUri) -> Vec<u8> {
        hpke::info(b"GroupInfo and ratchet_tree encryption", room.as_bytes())
    }

    /// Body of the ratchet tree extension, if it is here.
    pub fn ratchet_tree(&self) -> Option<&[u8]> {
        self.ratchet_tree.full().map(|tree| tree.as_bytes())
    }

    /// The pending SelfRemoves, which a joiner must take along: `MLSMessage` bytes, in the order given.
    pub fn self_removes(&self) -> Vec<Vec<u8>> {
        self.pending_proposals
            .iter()
            .filter(|pending| pending.proposal.proposal_type() == Some(SELF_REMOVE))
            .map(|pending| pending.proposal.as_bytes().to_vec())
            .collect()
    }
}

/// `struct { MLSMessage proposal; uint64 hub_accepted_time; } PendingProposal;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct PendingProposal {
    /// A public message.
    pub proposal: RawMlsMessage,
    /// When the hub took it.
    pub hub_accepted_time: UnixMillis,
}
