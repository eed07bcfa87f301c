//! Rows of former versions, brought to the shapes of this one when the engine is loaded.
//!
//! The version of all rows stands in one row ([`VERSION`]), which is written with the profile and whenever rows were
//! brought further; without it rows are of version 1. What is written here is in the journal like any other change: it
//! lies on the disk once the first step's writes do, all of it or nothing, and until then everything is as it was. A row
//! that is not what its version says is left as it is, for [`super::set_aside_unreadable`].

mod v1;

#[cfg(any(test, feature = "testing"))]
pub(crate) use v1::back::back;

use doorstep_mls::Journal;
use doorstep_rows::RowError;
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use super::VERSION;

/// Key of the one row.
const KEY: &str = "";
/// The version that is read and written here. Whoever changes the shape of a row so that rows of before are not read any
/// more makes it one more, and adds a step.
const CURRENT: u32 = 2;

/// The rows were written by a newer program: what they mean is not known here.
#[derive(Debug, Error)]
#[error("these rows are of a newer version")]
pub(crate) struct Newer;

/// Brings all rows to the current version.
pub(crate) fn migrate(journal: &Journal) -> Result<(), Newer> {
    let written = journal.scan_prefix(VERSION.prefix().as_bytes());
    let version = if written.is_empty() { 1 } else { VERSION.get(journal, KEY).ok_or(Newer)? };
    match version {
        1 if journal.is_empty() => Ok(()),
        1 => {
            v1::migrate(journal);
            mark(journal);
            Ok(())
        }
        CURRENT => Ok(()),
        _ => Err(Newer),
    }
}

/// All rows are of the current version.
pub(crate) fn mark(journal: &Journal) {
    VERSION.put(journal, KEY, &CURRENT);
}

/// Writes every row of a table anew that can be.
fn rewrite(journal: &Journal, prefix: &str, row: fn(&Journal, &[u8]) -> Result<Vec<u8>, RowError>) {
    for (key, bytes) in journal.scan_prefix(prefix.as_bytes()) {
        if let Ok(bytes) = row(journal, &bytes) {
            journal.put(&key, &bytes);
        }
    }
}

/// A row with some fields in the place of others, as it is written now. What has a new one already is no row of before.
fn renewed<T: Serialize + DeserializeOwned>(
    row: &[u8],
    old: &[&str],
    new: &[(&str, Vec<u8>)],
) -> Result<Vec<u8>, RowError> {
    let row: T = doorstep_rows::decode(&with_fields(row, old, new)?)?;
    doorstep_rows::encode(&row)
}

fn with_fields(row: &[u8], old: &[&str], new: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, RowError> {
    let mut fields = doorstep_rows::fields(row)?;
    fields.retain(|(name, _)| !old.contains(name));
    if fields.iter().any(|(there, _)| new.iter().any(|(name, _)| there == name)) {
        return Err(RowError::Unexpected);
    }
    fields.extend(new.iter().map(|(name, value)| (*name, value.as_slice())));
    let mut bytes = Vec::new();
    doorstep_rows::map_head(fields.len(), &mut bytes);
    for (name, value) in fields {
        doorstep_rows::text(name, &mut bytes);
        bytes.extend_from_slice(value);
    }
    Ok(bytes)
}
