//! Decoding a whole body: limits, no trailing bytes; and the two writers that cannot fail.

use std::io::Read;

use thiserror::Error;
use tls_codec::{Deserialize, Serialize};

/// Why bytes are not what they should be. Always the sender's fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Longer than a body of this sort may be.
    #[error("{len} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes received.
        len: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More elements than a list of this sort may have.
    #[error("more than {limit} elements")]
    TooMany {
        /// Elements allowed.
        limit: usize,
    },
    /// Not this structure, or bytes follow it.
    #[error("malformed: {0}")]
    Malformed(#[from] tls_codec::Error),
}

/// A structure that stands alone: an HTTP body or the data of a component. Nothing may follow it.
pub trait Body: Serialize + Deserialize + Sized {
    /// Greatest length in bytes.
    const LIMIT: usize = 1 << 20;

    /// Decodes exactly one structure.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are too long, malformed, or do not end with the structure.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > Self::LIMIT {
            return Err(DecodeError::TooLong { len: bytes.len(), limit: Self::LIMIT });
        }
        Ok(Self::tls_deserialize_exact(bytes)?)
    }

    /// Encodes.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if a vector is too long for its length prefix (1 GiB).
    fn encode(&self) -> Result<Vec<u8>, tls_codec::Error> {
        self.tls_serialize_detached()
    }
}

/// Appends `opaque data<V>` (RFC 9420 §2.1.2) to `out`.
///
/// Total, so that signature and HPKE contexts need no error path: data of 1 GiB and more, which no limit of ours lets
/// in, gets the eight byte length that MLS forbids and so never verifies anywhere.
pub fn put_vector(out: &mut Vec<u8>, data: &[u8]) {
    put_length(out, data.len() as u64);
    out.extend_from_slice(data);
}

fn put_length(out: &mut Vec<u8>, length: u64) {
    let bytes = length.to_be_bytes();
    let [a, b, c, d, e, f, g, h] = bytes;
    match length {
        0..0x40 => out.push(h),
        0x40..0x4000 => out.extend([g | 0x40, h]),
        0x4000..0x4000_0000 => out.extend([e | 0x80, f, g, h]),
        _ => out.extend([a | 0xc0, b, c, d, e, f, g, h]),
    }
}

/// Reads through a structure and keeps what passed by. One type for all readers: what walks through it is compiled once.
pub(crate) struct Recorder<'a> {
    inner: &'a mut dyn Read,
    seen: Vec<u8>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(inner: &'a mut dyn Read) -> Self {
        Self { inner, seen: Vec::new() }
    }

    pub(crate) fn into_seen(self) -> Vec<u8> {
        self.seen
    }
}

impl Read for Recorder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen.extend(buffer.iter().take(count));
        Ok(count)
    }
}

/// Writes bytes that already are an encoding.
pub(crate) fn write_raw<W: std::io::Write>(writer: &mut W, bytes: &[u8]) -> Result<usize, tls_codec::Error> {
    writer.write_all(bytes)?;
    Ok(bytes.len())
}

pub(crate) fn invalid(what: &str) -> tls_codec::Error {
    tls_codec::Error::DecodingError(what.to_owned())
}
