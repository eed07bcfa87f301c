//! The hub's own rows in a room's journal: TLS structs under keys that begin with [`HUB`], beside the rows of the MLS
//! group. What is not in a row does not exist.

use doorstep_mls::Journal;
use tls_codec::{Deserialize, Serialize};

use crate::HubError;

/// First bytes of every key of the hub.
pub(crate) const HUB: &[u8] = b"h/";

/// A kind of row: `h/` + name + `/` + rest of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table(pub(crate) &'static [u8]);

impl Table {
    /// Key of the row named `rest`.
    pub(crate) fn key(self, rest: &[u8]) -> Vec<u8> {
        [HUB, self.0, b"/", rest].concat()
    }

    /// The row, if there is one.
    pub(crate) fn get<T: Deserialize>(self, journal: &Journal, rest: &[u8]) -> Result<Option<T>, HubError> {
        journal.get(&self.key(rest)).map(|bytes| decode(&bytes)).transpose()
    }

    /// Is there such a row?
    pub(crate) fn has(self, journal: &Journal, rest: &[u8]) -> bool {
        journal.get(&self.key(rest)).is_some()
    }

    /// Writes the row.
    pub(crate) fn put<T: Serialize>(self, journal: &Journal, rest: &[u8], row: &T) -> Result<(), HubError> {
        journal.put(&self.key(rest), &row.tls_serialize_detached().map_err(HubError::internal)?);
        Ok(())
    }

    /// Deletes the row if there is one.
    pub(crate) fn delete(self, journal: &Journal, rest: &[u8]) {
        let key = self.key(rest);
        if journal.get(&key).is_some() {
            journal.delete(&key);
        }
    }

    /// Rest of the key of the last row.
    pub(crate) fn last(self, journal: &Journal) -> Option<Vec<u8>> {
        let prefix = self.key(b"");
        let (key, _) = journal.scan_prefix(&prefix).pop()?;
        key.get(prefix.len()..).map(<[u8]>::to_vec)
    }

    /// All rows in key order: the rest of the key, and the row.
    pub(crate) fn all<T: Deserialize>(self, journal: &Journal) -> Result<Vec<(Vec<u8>, T)>, HubError> {
        let prefix = self.key(b"");
        journal
            .scan_prefix(&prefix)
            .into_iter()
            .map(|(key, value)| Ok((key.get(prefix.len()..).unwrap_or_default().to_vec(), decode(&value)?)))
            .collect()
    }
}

fn decode<T: Deserialize>(bytes: &[u8]) -> Result<T, HubError> {
    let mut rest = bytes;
    let row = T::tls_deserialize(&mut rest).map_err(HubError::internal)?;
    if rest.is_empty() { Ok(row) } else { Err(HubError::internal("row with trailing bytes")) }
}
