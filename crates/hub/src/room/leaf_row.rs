//! Whose each leaf is, since when, and whether its owner ever showed up. Verified once, when the leaf came in; read back
//! without keys, clock or signatures.

use doorstep_mls::Journal;
use doorstep_policy::Leaf;
use doorstep_wire::{ClientUri, Epoch, IdentityKind, LeafIndex, ProviderDomain, UserUri};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::hosts;
use crate::{HubError, row::Table};

const LEAVES: Table = Table(b"leaf");
/// Leaves whose owner never showed up: since when, in milliseconds.
const SILENT: Table = Table(b"silent");

/// One leaf.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct LeafRow {
    /// First epoch it is in.
    pub(crate) since: Epoch,
    user: UserUri,
    client: ClientUri,
    kind: IdentityKind,
    issuer: ProviderDomain,
    has_knock_key: u8,
    signature_key: VLByteVec,
}

impl LeafRow {
    pub(crate) fn new(since: Epoch, leaf: &Leaf) -> Self {
        let Leaf { user, client, kind, issuer, has_knock_key, signature_key } = leaf.clone();
        let has_knock_key = has_knock_key.into();
        Self { since, user, client, kind, issuer, has_knock_key, signature_key: signature_key.into() }
    }

    pub(crate) fn user(&self) -> &UserUri {
        &self.user
    }

    pub(crate) fn into_leaf(self) -> Leaf {
        let Self { since: _, user, client, kind, issuer, has_knock_key, signature_key } = self;
        let signature_key = signature_key.into();
        Leaf { user, client, kind, issuer, has_knock_key: has_knock_key != 0, signature_key }
    }
}

pub(crate) fn get(journal: &Journal, leaf: LeafIndex) -> Result<Option<LeafRow>, HubError> {
    LEAVES.get(journal, &leaf.0.to_be_bytes())
}

pub(crate) fn put(journal: &Journal, leaf: LeafIndex, row: &LeafRow) -> Result<(), HubError> {
    hosts::note(journal, &row.user.host())?;
    LEAVES.put(journal, &leaf.0.to_be_bytes(), row)
}

/// The leaf is blank.
pub(crate) fn delete(journal: &Journal, leaf: LeafIndex) {
    LEAVES.delete(journal, &leaf.0.to_be_bytes());
    show(journal, leaf);
}

/// All leaves.
pub(crate) fn all(journal: &Journal) -> Result<Vec<(LeafIndex, LeafRow)>, HubError> {
    LEAVES.all(journal)?.into_iter().map(|(key, row)| Ok((index(key)?, row))).collect()
}

/// Somebody else put the leaf there, at `at` milliseconds: its owner has to show up.
pub(crate) fn expect(journal: &Journal, leaf: LeafIndex, at: u64) -> Result<(), HubError> {
    SILENT.put(journal, &leaf.0.to_be_bytes(), &at)
}

/// Its owner showed up.
pub(crate) fn show(journal: &Journal, leaf: LeafIndex) {
    SILENT.delete(journal, &leaf.0.to_be_bytes());
}

/// Leaves that were put there by others and never showed up, with the time since when.
pub(crate) fn silent(journal: &Journal) -> Result<Vec<(LeafIndex, u64)>, HubError> {
    SILENT.all(journal)?.into_iter().map(|(key, at)| Ok((index(key)?, at))).collect()
}

fn index(key: Vec<u8>) -> Result<LeafIndex, HubError> {
    let bytes = key.try_into().map_err(|_| HubError::internal("leaf row key"))?;
    Ok(LeafIndex(u32::from_be_bytes(bytes)))
}
