//! `IdentifierUri` fields that are empty where there is nobody to name (mimi-protocol-06 §5.2, §5.9).

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, VLByteSlice, VLByteVec};

use super::UriError;
use crate::codec::invalid;

/// Bytes of the field.
pub(crate) fn len<T: AsRef<str>>(uri: Option<&T>) -> usize {
    VLByteSlice(bytes(uri)).tls_serialized_len()
}

/// Writes the URI, or an empty one.
pub(crate) fn write<W: Write, T: AsRef<str>>(writer: &mut W, uri: Option<&T>) -> Result<usize, Error> {
    VLByteSlice(bytes(uri)).tls_serialize(writer)
}

/// Reads a URI in its canonical spelling, or an empty one.
pub(crate) fn read<R: Read, T: TryFrom<String, Error = UriError>>(reader: &mut R) -> Result<Option<T>, Error> {
    let raw = Vec::from(VLByteVec::tls_deserialize(reader)?);
    if raw.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(raw).map_err(|_| invalid("URI is not UTF-8"))?;
    T::try_from(text).map(Some).map_err(|error| invalid(&error.to_string()))
}

fn bytes<T: AsRef<str>>(uri: Option<&T>) -> &[u8] {
    uri.map_or(&[], |uri| uri.as_ref().as_bytes())
}
