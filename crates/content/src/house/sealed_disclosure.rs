//! A disclosure for some of a room: everybody gets it, only those it is sealed to can open it.

use core::fmt;

use doorstep_wire::LeafIndex;

use super::{DISCLOSURE_KIND, Disclosure, HouseError, SealedKnock, SealedTo};

/// A sealed disclosure (kind 1).
///
/// ```text
/// {0: 1, 1: 1, 2: request id, 50: [+ [leaf index, kem_output, wrapped]], 51: nonce, 52: ciphertext}
/// ```
/// Sealed as a [`SealedKnock`] is, but each `wrapped` is for the encryption key of a leaf, which every leaf has, under a
/// label of its own (`doorstep_wire::ext::knock::RecipientContext::disclosure_info`).
#[derive(Clone, PartialEq, Eq)]
pub struct SealedDisclosure {
    /// Names the disclosure; the same as inside.
    pub request_id: [u8; 16],
    /// Whom it is sealed to, ascending.
    pub recipients: Vec<SealedTo>,
    /// AES-GCM nonce.
    pub nonce: [u8; 12],
    /// The sealed map and its tag.
    pub ciphertext: Vec<u8>,
}

impl SealedDisclosure {
    /// The content of the message.
    ///
    /// # Errors
    /// As [`SealedKnock::encode`].
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        let Self { request_id, recipients, nonce, ciphertext } = self.clone();
        SealedKnock { request_id, recipients, nonce, ciphertext }.encode_as(DISCLOSURE_KIND)
    }

    /// Reads a sealed disclosure. Fields that this software does not know are passed over.
    ///
    /// # Errors
    /// As [`SealedKnock::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let SealedKnock { request_id, recipients, nonce, ciphertext } = SealedKnock::decode_as(DISCLOSURE_KIND, bytes)?;
        Ok(Self { request_id, recipients, nonce, ciphertext })
    }

    /// What is sealed to this leaf. A client that is not named shows nothing.
    pub fn sealed_to(&self, leaf: LeafIndex) -> Option<&SealedTo> {
        let at = self.recipients.binary_search_by_key(&leaf, |recipient| recipient.leaf).ok()?;
        self.recipients.get(at)
    }

    /// Reads what was inside, once it is decrypted.
    ///
    /// # Errors
    /// As [`Disclosure::decode_filled`]; [`HouseError::RequestId`] if it is about another one.
    pub fn read_opened(&self, opened: &[u8]) -> Result<Disclosure, HouseError> {
        let disclosure = Disclosure::decode_filled(opened)?;
        if disclosure.request_id == Some(self.request_id) { Ok(disclosure) } else { Err(HouseError::RequestId) }
    }
}

impl fmt::Debug for SealedDisclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id: _, recipients, nonce: _, ciphertext } = self;
        f.debug_struct("SealedDisclosure")
            .field("recipients", &recipients.len())
            .field("ciphertext", &ciphertext.len())
            .finish_non_exhaustive()
    }
}
