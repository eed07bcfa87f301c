//! Users who took their knock back: nobody can add them any more with what the knock brought.

use doorstep_mls::Journal;
use doorstep_wire::UserUri;

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"withdrawn");

/// Remembers it until `until` (milliseconds). At the limit the one that ends first makes room.
pub(crate) fn put(journal: &Journal, user: &UserUri, until: u64, limit: usize) -> Result<(), HubError> {
    if !TABLE.has(journal, user.as_str().as_bytes()) {
        let mut rows = TABLE.all::<u64>(journal)?;
        if rows.len() >= limit {
            rows.sort_by_key(|(_, until)| *until);
            if let Some((key, _)) = rows.first() {
                TABLE.delete(journal, key);
            }
        }
    }
    TABLE.put(journal, user.as_str().as_bytes(), &until)
}

/// Did this user take the knock back?
pub(crate) fn has(journal: &Journal, user: &UserUri, now: u64) -> Result<bool, HubError> {
    Ok(TABLE.get::<u64>(journal, user.as_str().as_bytes())?.is_some_and(|until| now < until))
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
