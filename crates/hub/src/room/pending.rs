use doorstep_mls::Journal;
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"pending");

/// A proposal that waits for a commit of this epoch. Its bytes are with the group.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Pending {
    /// ProposalRef.
    pub(crate) reference: VLByteVec,
    /// When, milliseconds since the UNIX epoch.
    pub(crate) accepted_at: u64,
    /// What it asks for.
    pub(crate) kind: PendingKind,
    /// Leaf that goes, or leaf of the sender where none goes.
    pub(crate) leaf: u32,
    /// 1: clients that only wait in a knock room have not got it.
    pub(crate) withheld: u8,
    /// The one of them that got it nevertheless, to commit it.
    pub(crate) handed_to: Option<u32>,
}

/// What a [`Pending`] proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub(crate) enum PendingKind {
    /// A leaf leaves by itself.
    SelfRemove = 0,
    /// A client removes another client.
    Remove,
    /// The hub removes a leaf.
    HubRemove,
    /// The user takes itself off the participant list.
    Leave,
    /// Anything else the policy lets a member propose.
    Other,
}

impl Pending {
    /// Does the proposal take a leaf out of the tree?
    pub(crate) fn removes_leaf(&self) -> bool {
        matches!(self.kind, PendingKind::SelfRemove | PendingKind::Remove | PendingKind::HubRemove)
    }
}

/// All of them, oldest first.
pub(crate) fn all(journal: &Journal) -> Result<Vec<Pending>, HubError> {
    Ok(TABLE.all(journal)?.into_iter().map(|(_, row)| row).collect())
}

/// Adds one as the last.
pub(crate) fn push(journal: &Journal, row: &Pending) -> Result<(), HubError> {
    let number = match TABLE.last(journal) {
        Some(key) => u32::from_be_bytes(key.try_into().map_err(|_| HubError::internal("pending row key"))?) + 1,
        None => 0,
    };
    TABLE.put(journal, &number.to_be_bytes(), row)
}

/// A new epoch began: none of them waits any more.
pub(crate) fn clear(journal: &Journal) {
    journal.delete_prefix(&TABLE.key(b""));
}
