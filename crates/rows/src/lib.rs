//! Values as stored rows: what serde derives, written as CBOR (RFC 8949) and read again.
//!
//! Structs are maps by field name, so that a row outlives the version that wrote it: unknown fields are skipped. A variant is
//! its name, or a map of one entry from its name to what it holds. Lists of bytes are byte strings; where a list of small
//! integers is wanted, both are read.
//!
//! It exists because no kept crate writes the lists of bytes in OpenMLS's types as byte strings and reads them so, and because
//! of its size (docs/adr/0001-journal-storage.md has the figures). Every stored type brings a copy of whatever is generic here,
//! and all of it is downloaded by whoever knocks: so the work is done in a few functions that know no type, errors carry no
//! text, and nothing is here that no row needs (tags, floating point numbers, indefinite lengths). What others sign or send is
//! the business of `doorstep-cbor`, which reads strictly.
//!
//! It must never allocate by a length it has only read, never recurse deeper than [`MAX_DEPTH`], and never panic, whatever
//! the bytes. Start with [`encode`] and [`decode`].

mod error;
mod read;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use error::RowError;
pub use write::{array_head, map_head, text};

/// Deepest nesting that is read.
pub const MAX_DEPTH: u32 = 128;

/// One value as CBOR.
///
/// # Errors
/// [`RowError::Shape`].
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, RowError> {
    let mut bytes = Vec::new();
    encode_into(value, &mut bytes)?;
    Ok(bytes)
}

/// One value as CBOR, at the end of `bytes`.
///
/// # Errors
/// [`RowError::Shape`]; `bytes` may then end in a part of the value.
pub fn encode_into<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) -> Result<(), RowError> {
    value.serialize(&mut write::Encoder::new(bytes))
}

/// One value from CBOR, all of it.
///
/// # Errors
/// The bytes are not such a value.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RowError> {
    let mut decoder = read::Decoder::new(bytes);
    let value = T::deserialize(&mut decoder)?;
    decoder.finish()?;
    Ok(value)
}

/// The entries of a row that is a map by field name, as they are stored: for whoever changes some of them and keeps what
/// it does not know.
///
/// # Errors
/// The bytes are not such a row.
pub fn fields(row: &[u8]) -> Result<Vec<(&str, &[u8])>, RowError> {
    read::Decoder::new(row).fields()
}

#[cfg(test)]
mod tests;
