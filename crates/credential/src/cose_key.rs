//! COSE_Key of an Ed25519 public key (RFC 9053 §7.2, RFC 9864).

use coset::cbor::Value;
use coset::iana::{EllipticCurve, EnumI64, OkpKeyParameter};
use coset::{CborSerializable, CoseKey, CoseKeyBuilder, Label};
use doorstep_cbor::{CborError, Reader, Writer};

const X: Label = Label::Int(OkpKeyParameter::X as i64);

/// `{1: 1, -1: 6, -2: key}`.
pub(crate) fn public(key: &[u8; 32]) -> CoseKey {
    CoseKeyBuilder::new_okp_key()
        .param(OkpKeyParameter::Crv.to_i64(), Value::from(EllipticCurve::Ed25519.to_i64()))
        .param(OkpKeyParameter::X.to_i64(), Value::Bytes(key.to_vec()))
        .build()
}

/// The 32 bytes of a key; that nothing else is in it is for the caller to compare.
pub(crate) fn x(key: &CoseKey) -> Option<[u8; 32]> {
    let (_, value) = key.params.iter().find(|(label, _)| *label == X)?;
    value.as_bytes()?.as_slice().try_into().ok()
}

/// Writes [`public`].
pub(crate) fn write(writer: &mut Writer, key: &[u8; 32]) {
    // `coset` refuses to write nothing but a parameter that is there twice, which none of ours is.
    writer.raw(&public(key).to_vec().unwrap_or_default());
}

/// Reads exactly what [`write`] writes.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<[u8; 32], CborError> {
    let bytes = reader.raw()?;
    // The bytes of the key come last, and what comes before them is the same for all.
    let key = bytes.last_chunk().ok_or(CborError::Unexpected)?;
    if public(key).to_vec().is_ok_and(|ours| ours == bytes) { Ok(*key) } else { Err(CborError::Unexpected) }
}
