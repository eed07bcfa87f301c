//! Clients that knocked, and are out of the knock room again: who is told when the room behind it ends. Those of other
//! providers are not kept, because their providers know them.

use doorstep_mls::Journal;
use doorstep_wire::ClientUri;

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"waiting");

/// Remembers it until `until` (milliseconds). At the limit the one that ends first makes room.
pub(crate) fn put(journal: &Journal, client: &ClientUri, until: u64, limit: usize) -> Result<(), HubError> {
    if !TABLE.has(journal, client.as_str().as_bytes()) {
        let mut rows = TABLE.all::<u64>(journal)?;
        if rows.len() >= limit {
            rows.sort_by_key(|(_, until)| *until);
            if let Some((key, _)) = rows.first() {
                TABLE.delete(journal, key);
            }
        }
    }
    TABLE.put(journal, client.as_str().as_bytes(), &until)
}

/// All of them.
pub(crate) fn all(journal: &Journal) -> Result<Vec<ClientUri>, HubError> {
    let rows = TABLE.all::<u64>(journal)?.into_iter();
    rows.map(|(key, _)| {
        let text = String::from_utf8(key).map_err(HubError::internal)?;
        text.parse().map_err(HubError::internal)
    })
    .collect()
}

/// Forgets what has ended.
pub(crate) fn prune(journal: &Journal, now: u64) -> Result<(), HubError> {
    for (key, until) in TABLE.all::<u64>(journal)? {
        if until <= now {
            TABLE.delete(journal, &key);
        }
    }
    Ok(())
}
