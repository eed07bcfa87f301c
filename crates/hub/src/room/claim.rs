//! Uses of join links that are kept for somebody for a while: their commit was overtaken by another one, and the last
//! use must not be gone when they come again. Looking claims nothing.

use doorstep_mls::Journal;
use sha2::{Digest, Sha256};

use crate::{HubError, row::Table};

/// By link id and SHA-256 of the leaf key: until when, milliseconds since the UNIX epoch.
const TABLE: Table = Table(b"claim");

/// How many uses of a link are claimed for others than this leaf key.
pub(crate) fn of_others(journal: &Journal, link: &[u8; 16], leaf_key: &[u8], now: u64) -> Result<u32, HubError> {
    let own = name(link, leaf_key);
    let others = live(journal, link, now)?.into_iter().filter(|key| *key != own).count();
    Ok(u32::try_from(others).unwrap_or(u32::MAX))
}

/// How many uses of a link are claimed.
pub(crate) fn count(journal: &Journal, link: &[u8; 16], now: u64) -> Result<u32, HubError> {
    of_others(journal, link, &[], now)
}

/// Claims a use until `until`, and forgets claims that have ended. One that goes on is not prolonged, so that nobody
/// keeps a use for ever by losing on purpose.
pub(crate) fn make(journal: &Journal, link: &[u8; 16], leaf_key: &[u8], now: u64, until: u64) -> Result<(), HubError> {
    for (key, end) in TABLE.all::<u64>(journal)? {
        if end <= now {
            TABLE.delete(journal, &key);
        }
    }
    let name = name(link, leaf_key);
    if TABLE.has(journal, &name) { Ok(()) } else { TABLE.put(journal, &name, &until) }
}

/// Is a use of this link claimed for this leaf key?
pub(crate) fn has(journal: &Journal, link: &[u8; 16], leaf_key: &[u8], now: u64) -> Result<bool, HubError> {
    Ok(TABLE.get::<u64>(journal, &name(link, leaf_key))?.is_some_and(|until| now < until))
}

/// The use was spent.
pub(crate) fn delete(journal: &Journal, link: &[u8; 16], leaf_key: &[u8]) {
    TABLE.delete(journal, &name(link, leaf_key));
}

/// The link is gone.
pub(crate) fn forget(journal: &Journal, link: &[u8; 16]) {
    for (key, _) in journal.scan_prefix(&TABLE.key(link)) {
        journal.delete(&key);
    }
}

fn live(journal: &Journal, link: &[u8; 16], now: u64) -> Result<Vec<Vec<u8>>, HubError> {
    let claims = TABLE.all::<u64>(journal)?;
    Ok(claims.into_iter().filter(|(key, until)| key.starts_with(link) && now < *until).map(|(key, _)| key).collect())
}

fn name(link: &[u8; 16], leaf_key: &[u8]) -> Vec<u8> {
    let digest: [u8; 32] = Sha256::digest(leaf_key).into();
    [link.as_slice(), &digest].concat()
}
