//! The way back from a commit that every member rejects and no hub can tell from a good one (docs/PROTOCOL.md, "A commit
//! nobody can follow"): what each accepted update replaced, until a different member has built on it.

use doorstep_mls::{Journal, Write};
use doorstep_wire::UserUri;
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{HubError, row::Table};

/// Which updates can be taken back: small, read often.
const UPDATES: Table = Table(b"undo");
/// What they replaced.
const REPLACED: Table = Table(b"replaced");

/// An accepted update that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct Undo {
    /// Epoch the update was made in.
    pub(crate) epoch: u64,
    /// When, milliseconds since the UNIX epoch.
    pub(crate) at: u64,
    /// The commit, or `None` for proposals.
    pub(crate) commit: Option<UndoneCommit>,
}

/// The commit of an [`Undo`].
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct UndoneCommit {
    /// SHA-256 of the MLSMessage.
    pub(crate) digest: [u8; 32],
    /// User who made it.
    pub(crate) user: UserUri,
    /// Signature key of the leaf that made it.
    pub(crate) signature_key: VLByteVec,
    /// 1: from outside.
    pub(crate) external: u8,
}

/// A row before an update.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
struct ReplacedRow {
    key: VLByteVec,
    value: Option<VLByteVec>,
}

/// Numbers and updates, oldest first.
pub(crate) fn all(journal: &Journal) -> Result<Vec<(u64, Undo)>, HubError> {
    UPDATES
        .all(journal)?
        .into_iter()
        .map(|(key, row)| {
            let number: [u8; 8] = key.try_into().map_err(|_| HubError::internal("undo row key"))?;
            Ok((u64::from_be_bytes(number), row))
        })
        .collect()
}

/// Remembers an update and what it replaced.
pub(crate) fn push(journal: &Journal, row: &Undo, replaced: Vec<Write>) -> Result<(), HubError> {
    let number = match UPDATES.last(journal) {
        Some(key) => u64::from_be_bytes(key.try_into().map_err(|_| HubError::internal("undo row key"))?) + 1,
        None => 0,
    };
    let replaced: Vec<ReplacedRow> = replaced
        .into_iter()
        .filter(|write| !stays(&write.key))
        .map(|write| ReplacedRow { key: write.key.into(), value: write.value.map(Into::into) })
        .collect();
    UPDATES.put(journal, &number.to_be_bytes(), row)?;
    REPLACED.put(journal, &number.to_be_bytes(), &replaced)
}

/// The update is there for good.
pub(crate) fn delete(journal: &Journal, number: u64) {
    UPDATES.delete(journal, &number.to_be_bytes());
    REPLACED.delete(journal, &number.to_be_bytes());
}

/// Puts back what the update replaced, and forgets it.
pub(crate) fn take_back(journal: &Journal, number: u64) -> Result<(), HubError> {
    let rows: Vec<ReplacedRow> = REPLACED
        .get(journal, &number.to_be_bytes())?
        .ok_or_else(|| HubError::internal("an update without what it replaced"))?;
    for row in rows {
        match row.value {
            Some(value) => journal.put(row.key.as_slice(), value.as_slice()),
            None => journal.delete(row.key.as_slice()),
        }
    }
    delete(journal, number);
    Ok(())
}

/// Rows that keep their value when the room goes back. What was answered and counted between updates is put right apart;
/// what was granted is not granted again.
fn stays(key: &[u8]) -> bool {
    [&b"h/undo/"[..], b"h/replaced/", b"h/answer", b"h/restored/", b"h/distrusted/", b"h/reservation/", b"h/claim/"]
        .iter()
        .any(|prefix| key.starts_with(prefix))
}
