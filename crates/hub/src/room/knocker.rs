//! What the hub counts of somebody who waits in a knock room.

use doorstep_mls::Journal;
use doorstep_wire::UserUri;
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{HubError, row::Table};

const TABLE: Table = Table(b"knocker");

/// One knocker.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Knocker {
    /// Knocks accepted.
    pub(crate) messages: u32,
    /// Epoch of the last one.
    pub(crate) last_epoch: u64,
    /// Last sign of life, milliseconds since the UNIX epoch.
    pub(crate) seen_at: u64,
}

pub(crate) fn get(journal: &Journal, user: &UserUri) -> Result<Option<Knocker>, HubError> {
    TABLE.get(journal, user.as_str().as_bytes())
}

pub(crate) fn put(journal: &Journal, user: &UserUri, row: &Knocker) -> Result<(), HubError> {
    TABLE.put(journal, user.as_str().as_bytes(), row)
}

pub(crate) fn delete(journal: &Journal, user: &UserUri) {
    TABLE.delete(journal, user.as_str().as_bytes());
}

/// All of them by user URI.
pub(crate) fn all(journal: &Journal) -> Result<Vec<(UserUri, Knocker)>, HubError> {
    TABLE
        .all(journal)?
        .into_iter()
        .map(|(key, row)| {
            let text = String::from_utf8(key).map_err(HubError::internal)?;
            Ok((text.parse().map_err(HubError::internal)?, row))
        })
        .collect()
}

/// The room went back to `epoch`: knocks of later epochs cannot be read by anybody and do not count.
pub(crate) fn forget_after(journal: &Journal, epoch: u64) -> Result<(), HubError> {
    for (user, row) in all(journal)? {
        if row.messages > 0 && row.last_epoch > epoch {
            put(journal, &user, &Knocker { messages: 0, last_epoch: 0, ..row })?;
        }
    }
    Ok(())
}
