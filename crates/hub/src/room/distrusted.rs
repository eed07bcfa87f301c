//! Clients whose commit was rejected. They commit nothing any more; the room removes them or lets them be.

use doorstep_mls::Journal;
use sha2::{Digest, Sha256};

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"distrusted");

/// By the signature key of the leaf.
pub(crate) fn put(journal: &Journal, signature_key: &[u8], at: u64) -> Result<(), HubError> {
    TABLE.put(journal, &Sha256::digest(signature_key), &at)
}

pub(crate) fn has(journal: &Journal, signature_key: &[u8]) -> bool {
    TABLE.has(journal, &Sha256::digest(signature_key))
}

/// The leaf is gone.
pub(crate) fn delete(journal: &Journal, signature_key: &[u8]) {
    TABLE.delete(journal, &Sha256::digest(signature_key));
}
