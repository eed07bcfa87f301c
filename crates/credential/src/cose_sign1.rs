//! COSE_Sign1 under tag 18 (RFC 9052 §4.2), with Ed25519 and nothing in the unprotected headers but, where an identity is
//! shown, the disclosed claims. `coset` reads and writes it; that nothing is there but what the profile has, in the one
//! encoding that it has, is checked here.

use coset::cbor::{self, Value};
use coset::{AsCborValue, CoseSign1, CoseSign1Builder, Header, Label, ProtectedHeader, TaggedCborSerializable};
use doorstep_cbor::{CborError, Key, decode};
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, VerifyingKey};

use crate::CredentialError;

/// Claims that can be shown: as many as a token redacts.
const MAX_SHOWN: usize = 2;

/// COSE header parameters of the profile, of which `coset` has no name for the later ones.
pub(crate) mod header {
    use coset::iana::HeaderParameter;

    /// Algorithm.
    pub(crate) const ALG: i64 = HeaderParameter::Alg as i64;
    /// Key identifier.
    pub(crate) const KID: i64 = HeaderParameter::Kid as i64;
    /// The SD-CWT inside a key binding token.
    pub(crate) const KCWT: i64 = 13;
    /// What kind of token it is.
    pub(crate) const TYP: i64 = 16;
    /// Salted claims that a holder shows (unprotected).
    pub(crate) const SD_CLAIMS: i64 = 17;
}

/// A COSE_Sign1 as received: protected headers of any kind in deterministic CBOR, a payload, a signature that nobody has
/// looked at.
#[derive(Clone, Debug)]
pub(crate) struct Sign1(CoseSign1);

impl Sign1 {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CredentialError> {
        decode(bytes, |reader| reader.raw().map(drop))?;
        let value = cbor::from_reader(bytes).map_err(|_| CborError::Unexpected)?;
        Self::from_value(value)
    }

    /// Reads one out of an item that is deterministic CBOR.
    pub(crate) fn from_value(value: Value) -> Result<Self, CredentialError> {
        let envelope = Self::with_unprotected(value)?;
        if envelope.0.unprotected.is_empty() { Ok(envelope) } else { Err(CredentialError::Header) }
    }

    /// Reads one with salted claims in its unprotected headers; an empty list is not written.
    pub(crate) fn from_value_showing(value: Value) -> Result<(Self, Vec<Vec<u8>>), CredentialError> {
        let mut envelope = Self::with_unprotected(value)?;
        let mut unprotected = std::mem::take(&mut envelope.0.unprotected);
        let Some((label, claims)) = unprotected.rest.pop() else {
            return if unprotected.is_empty() { Ok((envelope, Vec::new())) } else { Err(CredentialError::Header) };
        };
        let (Label::Int(header::SD_CLAIMS), Value::Array(claims), true) = (label, claims, unprotected.is_empty())
        else {
            return Err(CredentialError::Header);
        };
        if !(1..=MAX_SHOWN).contains(&claims.len()) {
            return Err(CredentialError::Header);
        }
        let shown: Result<_, _> = claims.into_iter().map(|claim| claim.into_bytes()).collect();
        Ok((envelope, shown.map_err(|_| CredentialError::Header)?))
    }

    fn with_unprotected(value: Value) -> Result<Self, CredentialError> {
        let (CoseSign1::TAG, content) = value.into_tag().map_err(|_| CborError::Unexpected)? else {
            return Err(CborError::Unexpected.into());
        };
        check_headers(&content)?;
        let message = CoseSign1::from_cbor_value(*content).map_err(|_| CredentialError::Header)?;
        if message.payload.is_none() || message.signature.len() != SIGNATURE_LENGTH {
            return Err(CborError::Unexpected.into());
        }
        Ok(Self(message))
    }

    /// Takes the protected headers out. What is signed are the bytes that they came in, which stay.
    pub(crate) fn take_headers(&mut self) -> Header {
        std::mem::take(&mut self.0.protected.header)
    }

    /// Encoded claims.
    pub(crate) fn payload(&self) -> &[u8] {
        self.0.payload.as_deref().unwrap_or_default()
    }

    /// The same signed thing with these salted claims shown.
    pub(crate) fn showing(mut self, shown: Vec<Vec<u8>>) -> Vec<u8> {
        if !shown.is_empty() {
            let claims = shown.into_iter().map(Value::Bytes).collect();
            self.0.unprotected.rest = vec![(Label::Int(header::SD_CLAIMS), Value::Array(claims))];
        }
        encoded(self.0)
    }

    pub(crate) fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(key) else { return false };
        self.0
            .verify_signature(&[], |signature, data| key.verify_strict(data, &Signature::from_slice(signature)?))
            .is_ok()
    }
}

/// Refuses headers that the profile does not have, and protected ones that are not deterministic, before `coset` reads them:
/// it follows counter signatures, whose headers lie in byte strings, as deep as somebody has nested them, and takes a bignum
/// for the integer that it could have been.
fn check_headers(content: &Value) -> Result<(), CredentialError> {
    let Some([Value::Bytes(protected), Value::Map(unprotected), ..]) = content.as_array().map(Vec::as_slice) else {
        return Err(CborError::Unexpected.into());
    };
    decode(protected, |reader| {
        let mut entries = reader.map()?;
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(header::ALG | header::TYP) => reader.int().map(drop)?,
                Key::Int(header::KID | header::KCWT) => reader.raw().map(drop)?,
                _ => return Err(CredentialError::Header),
            }
        }
        Ok(())
    })?;
    let shown = Value::from(header::SD_CLAIMS);
    if unprotected.iter().all(|(label, _)| *label == shown) { Ok(()) } else { Err(CredentialError::Header) }
}

/// Signs and wraps. `protected` is the encoded map of the protected headers.
pub(crate) fn write(protected: &[u8], payload: &[u8], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let mut message = CoseSign1Builder::new().payload(payload.to_vec()).build();
    message.protected = ProtectedHeader { original_data: Some(protected.to_vec()), ..ProtectedHeader::default() };
    message.signature = sign(&message.tbs_data(&[])).to_vec();
    encoded(message)
}

/// `coset` refuses to write nothing but a header that is there twice, which none of ours is.
fn encoded(message: CoseSign1) -> Vec<u8> {
    message.to_tagged_vec().unwrap_or_default()
}
