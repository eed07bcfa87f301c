//! CBOR put together from pieces: heads by hand, items as stored.

use doorstep_rows::RowError;
pub(crate) use doorstep_rows::{array_head, map_head, text};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JournalError;

/// One value as CBOR.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, JournalError> {
    doorstep_rows::encode(value).map_err(written)
}

/// One value as CBOR, at the end of `bytes`.
pub(crate) fn encode_into<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) -> Result<(), JournalError> {
    doorstep_rows::encode_into(value, bytes).map_err(written)
}

/// One value from CBOR.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JournalError> {
    doorstep_rows::decode(bytes).map_err(JournalError::Decode)
}

fn written(error: RowError) -> JournalError {
    match error {
        RowError::Shape => JournalError::Shape,
        other => JournalError::Encode(other),
    }
}
