//! COSE_Sign1 under tag 18 (RFC 9052 §4.2), with Ed25519 and nothing in the unprotected headers but, where an identity is
//! shown, the disclosed claims.

use doorstep_cbor::{CborError, Key, Reader, Writer};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::CredentialError;

const TAG: u64 = 18;
/// Claims that can be shown: as many as a token redacts.
const MAX_SHOWN: usize = 2;

/// COSE header parameters that the profile uses.
pub(crate) mod header {
    /// Algorithm.
    pub(crate) const ALG: i64 = 1;
    /// Key identifier.
    pub(crate) const KID: i64 = 4;
    /// The SD-CWT inside a key binding token.
    pub(crate) const KCWT: i64 = 13;
    /// What kind of token it is.
    pub(crate) const TYP: i64 = 16;
    /// Salted claims that a holder shows (unprotected).
    pub(crate) const SD_CLAIMS: i64 = 17;
}

/// Ed25519, fully specified (RFC 9864).
pub(crate) const ALG_ED25519: i64 = -19;

/// A COSE_Sign1 as received.
#[derive(Clone, Debug)]
pub(crate) struct Sign1<'a> {
    /// Encoded map of the protected headers.
    pub(crate) protected: &'a [u8],
    /// Encoded claims.
    pub(crate) payload: &'a [u8],
    signature: [u8; 64],
}

impl<'a> Sign1<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, CredentialError> {
        match Self::read_showing(reader)? {
            (envelope, shown) if shown.is_empty() => Ok(envelope),
            _ => Err(CredentialError::Header),
        }
    }

    /// Reads one with salted claims in its unprotected headers; an empty list is not written.
    pub(crate) fn read_showing(reader: &mut Reader<'a>) -> Result<(Self, Vec<&'a [u8]>), CredentialError> {
        if reader.tag()? != TAG {
            return Err(CborError::Unexpected.into());
        }
        reader.array_of(4)?;
        let protected = reader.bytes()?;
        let mut unprotected = reader.map()?;
        let mut shown = Vec::new();
        while let Some(key) = unprotected.next(reader)? {
            let count = match key {
                Key::Int(header::SD_CLAIMS) => reader.array()?,
                _ => return Err(CredentialError::Header),
            };
            if !(1..=MAX_SHOWN).contains(&count) {
                return Err(CredentialError::Header);
            }
            for _ in 0..count {
                shown.push(reader.bytes()?);
            }
        }
        let payload = reader.bytes()?;
        Ok((Self { protected, payload, signature: reader.byte_array()? }, shown))
    }

    /// The same signed thing with these salted claims shown.
    pub(crate) fn showing(&self, shown: &[Vec<u8>]) -> Vec<u8> {
        let Self { protected, payload, signature } = self;
        let mut writer = Writer::new();
        writer.tag(TAG).array(4).bytes(protected).map(usize::from(!shown.is_empty()));
        if !shown.is_empty() {
            writer.int(header::SD_CLAIMS).array(shown.len());
            for claim in shown {
                writer.bytes(claim);
            }
        }
        writer.bytes(payload).bytes(signature);
        writer.finish()
    }

    pub(crate) fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        VerifyingKey::from_bytes(key).is_ok_and(|key| {
            let signature = Signature::from_bytes(&self.signature);
            key.verify_strict(&to_be_signed(self.protected, self.payload), &signature).is_ok()
        })
    }
}

/// Signs and wraps.
pub(crate) fn write(protected: &[u8], payload: &[u8], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Vec<u8> {
    let signature = sign(&to_be_signed(protected, payload));
    let mut writer = Writer::new();
    writer.tag(TAG).array(4).bytes(protected).map(0).bytes(payload).bytes(&signature);
    writer.finish()
}

/// `Sig_structure` of RFC 9052 §4.4.
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(4).text("Signature1").bytes(protected).bytes(&[]).bytes(payload);
    writer.finish()
}
