//! Where things lie in the journal.
//!
//! Rows of one group share a prefix made from its id, so that a group can be listed, moved or deleted as a whole:
//! `'g' ‖ SHA-256(CBOR(group_id))[0..16] ‖ column ‖ …`. What belongs to no group (key packages, key pairs) lies under its own
//! letter. Numbers inside keys are big-endian, so that key order is number order.

use sha2::{Digest, Sha256};

/// Columns of a group, one byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Column {
    JoinConfig = 0x01,
    OwnLeafNodes = 0x02,
    Proposals = 0x03,
    TreeHead = 0x04,
    TreeLeaf = 0x05,
    TreeParent = 0x06,
    InterimTranscriptHash = 0x07,
    Context = 0x08,
    ConfirmationTag = 0x09,
    State = 0x0a,
    SecretsHead = 0x0b,
    SecretsOfPastEpoch = 0x0c,
    LeavesOfPastEpoch = 0x0d,
    ResumptionSecrets = 0x0e,
    OwnLeafIndex = 0x0f,
    EpochSecrets = 0x10,
    ExportTree = 0x11,
    EpochKeyPairs = 0x12,
    /// The bytes of pending proposals, which OpenMLS itself does not keep.
    ProposalBytes = 0x13,
    CurrentSecrets = 0x14,
    CurrentContext = 0x15,
    ContextOfPastEpoch = 0x16,
    /// Of values that are large, by hash.
    Piece = 0x17,
}

const GROUP: u8 = b'g';

/// What every key of the group with this id starts with.
pub fn group_prefix(group_id: &[u8]) -> Vec<u8> {
    super::storage::prefix_of(group_id)
}

/// The prefix from the id as the storage interface hands it over, serialised.
pub(crate) fn prefix_of_encoded(group_id: &[u8]) -> Vec<u8> {
    let digest = Sha256::digest(group_id);
    let mut key = Vec::with_capacity(32);
    key.push(GROUP);
    key.extend(digest.iter().take(16));
    key
}

/// The key of a column of a group, or what its keys start with.
pub(crate) fn column(group: &[u8], column: Column) -> Vec<u8> {
    let mut key = Vec::with_capacity(group.len() + 9);
    key.extend_from_slice(group);
    key.push(column as u8);
    key
}

/// The key of a numbered row of a column.
pub(crate) fn numbered(group: &[u8], name: Column, number: u32) -> Vec<u8> {
    let mut key = column(group, name);
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The key of a row that belongs to an epoch.
pub(crate) fn of_epoch(group: &[u8], name: Column, epoch: u64) -> Vec<u8> {
    let mut key = column(group, name);
    key.extend_from_slice(&epoch.to_be_bytes());
    key
}

/// Rows that belong to no group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Loose {
    EncryptionKeyPair = b'e',
    KeyPackage = b'k',
    PreSharedKey = b'p',
    SignatureKeyPair = b's',
}

/// The key of a row outside groups, from the serialised name of its object.
pub(crate) fn loose(kind: Loose, name: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(33);
    key.push(kind as u8);
    key.extend_from_slice(&Sha256::digest(name));
    key
}
