//! A knock on its way: everybody in the knock room gets it, only the admins' clients can open it.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::LeafIndex;

use super::{HouseError, KIND_KEY, KNOCK_KIND, Knock, REQUEST_ID_KEY, VERSION, VERSION_KEY, expect_number};

/// Clients a knock can be sealed to.
const MAX_RECIPIENTS: usize = 1024;
/// Bytes of the sealed map.
const MAX_CIPHERTEXT: usize = 256 * 1024;

pub(super) const RECIPIENTS: i64 = 50;
const NONCE: i64 = 51;
const CIPHERTEXT: i64 = 52;

/// A sealed knock.
///
/// ```text
/// {0: 1, 1: 5, 2: request id, 50: [+ [leaf index, kem_output, wrapped]], 51: nonce, 52: ciphertext}
/// ```
/// `ciphertext` is the encoded [`Knock`] under a fresh AES-128-GCM key with the encoded
/// `doorstep_wire::ext::knock::KnockContext` as additional data; each `wrapped` is that key under HPKE to the
/// `knock_key` of one leaf, with `RecipientContext` as context. Entries ascend by leaf index.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKnock {
    /// Names the knock; the same as inside.
    pub request_id: [u8; 16],
    /// Whom it is sealed to, ascending.
    pub recipients: Vec<SealedTo>,
    /// AES-GCM nonce.
    pub nonce: [u8; 12],
    /// The sealed map and its tag.
    pub ciphertext: Vec<u8>,
}

/// The key of a knock, sealed to one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedTo {
    /// That client's leaf in the knock room.
    pub leaf: LeafIndex,
    /// HPKE encapsulated key.
    pub kem_output: [u8; 32],
    /// 16 bytes of key, 16 of tag.
    pub wrapped: [u8; 32],
}

impl SealedKnock {
    /// The content of the message.
    ///
    /// # Errors
    /// [`HouseError::Value`] or [`HouseError::TooLong`] for what [`SealedKnock::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        self.encode_as(KNOCK_KIND)
    }

    pub(super) fn encode_as(&self, kind: u64) -> Result<Vec<u8>, HouseError> {
        self.check()?;
        let Self { request_id, recipients, nonce, ciphertext } = self;
        let mut writer = Writer::new();
        writer.map(6).int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(kind);
        writer.int(REQUEST_ID_KEY).bytes(request_id).int(RECIPIENTS).array(recipients.len());
        for SealedTo { leaf, kem_output, wrapped } in recipients {
            writer.array(3).uint(u64::from(leaf.0)).bytes(kem_output).bytes(wrapped);
        }
        writer.int(NONCE).bytes(nonce).int(CIPHERTEXT).bytes(ciphertext);
        Ok(writer.finish())
    }

    /// Reads a sealed knock. Fields that this software does not know are passed over.
    ///
    /// # Errors
    /// Anything but exactly one well-formed sealed knock; recipients that do not ascend.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        Self::decode_as(KNOCK_KIND, bytes)
    }

    pub(super) fn decode_as(kind: u64, bytes: &[u8]) -> Result<Self, HouseError> {
        let sealed = decode(bytes, |reader| Self::read(kind, reader))?;
        sealed.check()?;
        Ok(sealed)
    }

    /// What is sealed to this leaf. A client that is not named shows nothing.
    pub fn sealed_to(&self, leaf: LeafIndex) -> Option<&SealedTo> {
        let at = self.recipients.binary_search_by_key(&leaf, |recipient| recipient.leaf).ok()?;
        self.recipients.get(at)
    }

    /// Reads what was inside, once it is decrypted.
    ///
    /// # Errors
    /// As [`Knock::decode`]; [`HouseError::RequestId`] if it is about another knock.
    pub fn read_opened(&self, opened: &[u8]) -> Result<Knock, HouseError> {
        let knock = Knock::decode(opened)?;
        if knock.request_id == self.request_id { Ok(knock) } else { Err(HouseError::RequestId) }
    }

    fn read(expected: u64, reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let (mut version, mut kind) = (None, None);
        let (mut request_id, mut recipients, mut nonce, mut ciphertext) = (None, None, None, None);
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            match key {
                VERSION_KEY => version = Some(expect_number(reader, VERSION)?),
                KIND_KEY => kind = Some(expect_number(reader, expected)?),
                REQUEST_ID_KEY => request_id = Some(reader.byte_array()?),
                RECIPIENTS => recipients = Some(read_recipients(reader)?),
                NONCE => nonce = Some(reader.byte_array()?),
                CIPHERTEXT => ciphertext = Some(reader.bytes()?.to_vec()),
                _ => drop(reader.raw()?),
            }
        }
        match (version, kind, request_id, recipients, nonce, ciphertext) {
            (Some(()), Some(()), Some(request_id), Some(recipients), Some(nonce), Some(ciphertext)) => {
                Ok(Self { request_id, recipients, nonce, ciphertext })
            }
            _ => Err(HouseError::Missing),
        }
    }

    fn check(&self) -> Result<(), HouseError> {
        if self.recipients.len() > MAX_RECIPIENTS || self.ciphertext.len() > MAX_CIPHERTEXT {
            return Err(HouseError::TooLong);
        }
        let ascend = self.recipients.iter().zip(self.recipients.iter().skip(1)).all(|(one, next)| one.leaf < next.leaf);
        if ascend && !self.recipients.is_empty() { Ok(()) } else { Err(HouseError::Value) }
    }
}

impl fmt::Debug for SealedKnock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id: _, recipients, nonce: _, ciphertext } = self;
        f.debug_struct("SealedKnock")
            .field("recipients", &recipients.len())
            .field("ciphertext", &ciphertext.len())
            .finish_non_exhaustive()
    }
}

fn read_recipients(reader: &mut Reader<'_>) -> Result<Vec<SealedTo>, HouseError> {
    let count = reader.array()?;
    if count > MAX_RECIPIENTS {
        return Err(HouseError::TooLong);
    }
    let one = |_| {
        reader.array_of(3)?;
        let leaf = LeafIndex(reader.uint_as()?);
        Ok(SealedTo { leaf, kem_output: reader.byte_array()?, wrapped: reader.byte_array()? })
    };
    (0..count).map(one).collect()
}
