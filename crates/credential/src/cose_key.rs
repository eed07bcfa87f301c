//! COSE_Key of an Ed25519 public key (RFC 9053 §7.2, RFC 9864).

use doorstep_cbor::{CborError, Key, Reader, Writer};

const KTY: i64 = 1;
const CRV: i64 = -1;
const X: i64 = -2;
/// Octet Key Pair.
const OKP: u64 = 1;
const ED25519: u64 = 6;

/// Writes `{1: 1, -1: 6, -2: key}`.
pub(crate) fn write(writer: &mut Writer, key: &[u8; 32]) {
    writer.map(3).int(KTY).uint(OKP).int(CRV).uint(ED25519).int(X).bytes(key);
}

/// Reads exactly what [`write`] writes.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<[u8; 32], CborError> {
    let mut entries = reader.map()?;
    let mut key = None;
    let (mut kty, mut crv) = (None, None);
    while let Some(label) = entries.next(reader)? {
        match label {
            Key::Int(KTY) => kty = Some(reader.uint()?),
            Key::Int(CRV) => crv = Some(reader.uint()?),
            Key::Int(X) => key = Some(reader.byte_array()?),
            _ => return Err(CborError::Unexpected),
        }
    }
    match (kty, crv, key) {
        (Some(OKP), Some(ED25519), Some(key)) => Ok(key),
        _ => Err(CborError::Unexpected),
    }
}
