//! CBOR put together from pieces: heads by hand, items as stored.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JournalError;
use super::encode::{Encoder, head};

/// One value as CBOR.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, JournalError> {
    let mut bytes = Vec::new();
    encode_into(value, &mut bytes)?;
    Ok(bytes)
}

/// One value as CBOR, at the end of `bytes`.
pub(crate) fn encode_into<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) -> Result<(), JournalError> {
    value.serialize(Encoder(bytes))
}

/// One value from CBOR.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JournalError> {
    ciborium::from_reader(bytes).map_err(|error| JournalError::Decode(error.to_string()))
}

/// The head of an array of `length` items.
pub(crate) fn array_head(length: usize, bytes: &mut Vec<u8>) {
    head(4, length as u64, bytes);
}

/// The head of a map of `length` entries.
pub(crate) fn map_head(length: usize, bytes: &mut Vec<u8>) {
    head(5, length as u64, bytes);
}

/// A text string.
pub(crate) fn text(value: &str, bytes: &mut Vec<u8>) {
    head(3, value.len() as u64, bytes);
    bytes.extend_from_slice(value.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_items_are_what_the_library_writes() {
        for length in [0_usize, 1, 23, 24, 255, 256, 65_535, 65_536] {
            let list = vec![7_u16; length];
            let mut composed = Vec::new();
            array_head(length, &mut composed);
            for item in &list {
                encode_into(item, &mut composed).unwrap();
            }
            assert_eq!(composed, encode(&list).unwrap());
        }
        let mut composed = Vec::new();
        map_head(1, &mut composed);
        text("name", &mut composed);
        encode_into(&1_u8, &mut composed).unwrap();
        assert_eq!(composed, encode(&std::collections::BTreeMap::from([("name", 1)])).unwrap());
    }
}
