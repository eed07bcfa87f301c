//! How often each join link was used, and by whom. The group itself does not count.

use doorstep_mls::Journal;
use doorstep_wire::{UserUri, ext::policy::JoinLinkEntry};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use super::claim;
use crate::{HubError, row::Table};

/// By link id: how often.
const TABLE: Table = Table(b"link");
/// By link id and the number of the use (big endian, from 0).
const JOINED: Table = Table(b"linked");
/// Uses whose user is remembered.
const REMEMBERED: u32 = 100;

/// Somebody who came in by a link.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Joined {
    pub(crate) user: UserUri,
    /// Milliseconds since the UNIX epoch.
    pub(crate) at: u64,
}

pub(crate) fn get(journal: &Journal, link: &[u8; 16]) -> Result<u32, HubError> {
    Ok(TABLE.get(journal, link)?.unwrap_or(0))
}

/// Is there a use left for whoever has this leaf key? What is claimed for others counts as spent.
pub(crate) fn is_left(journal: &Journal, entry: &JoinLinkEntry, leaf_key: &[u8], now: u64) -> Result<bool, HubError> {
    if entry.max_uses == 0 {
        return Ok(true);
    }
    let claimed = claim::of_others(journal, &entry.link_id, leaf_key, now)?;
    Ok(get(journal, &entry.link_id)?.saturating_add(claimed) < entry.max_uses)
}

/// This user came in by the link now.
pub(crate) fn count(journal: &Journal, link: &[u8; 16], user: &UserUri, now: u64) -> Result<(), HubError> {
    let number = get(journal, link)?;
    JOINED.put(journal, &name(link, number), &Joined { user: user.clone(), at: now })?;
    if let Some(old) = number.checked_sub(REMEMBERED) {
        JOINED.delete(journal, &name(link, old));
    }
    TABLE.put(journal, link, &number.saturating_add(1))
}

/// Who came in by the link, oldest first; the last [`REMEMBERED`].
pub(crate) fn joined(journal: &Journal, link: &[u8; 16]) -> Result<Vec<Joined>, HubError> {
    let used = get(journal, link)?;
    let numbers = used.saturating_sub(REMEMBERED)..used;
    numbers.filter_map(|number| JOINED.get(journal, &name(link, number)).transpose()).collect()
}

/// The link is gone; who used it is nobody's business any more.
pub(crate) fn forget(journal: &Journal, link: &[u8; 16]) {
    TABLE.delete(journal, link);
    for (key, _) in journal.scan_prefix(&JOINED.key(link)) {
        journal.delete(&key);
    }
    claim::forget(journal, link);
}

fn name(link: &[u8; 16], number: u32) -> Vec<u8> {
    [link.as_slice(), &number.to_be_bytes()].concat()
}
