//! `enum { false(0), true(1) } bool;` in one byte (mimi-room-policy), for `#[tls_codec(with = …)]`.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize};

pub(crate) fn tls_serialized_len(_: &bool) -> usize {
    1
}

pub(crate) fn tls_serialize<W: Write>(value: &bool, writer: &mut W) -> Result<usize, Error> {
    u8::from(*value).tls_serialize(writer)
}

pub(crate) fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<bool, Error> {
    match u8::tls_deserialize(bytes)? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Error::DecodingError(format!("{other} is not a bool"))),
    }
}
