//! Who a client is in one group: its key and its credential.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use openmls::prelude::{Credential, CredentialType, CredentialWithKey};
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use zeroize::Zeroizing;

/// The signature key of a leaf and the credential that speaks for it.
#[derive(Clone)]
pub struct Identity {
    signer: Zeroizing<[u8; 32]>,
    credential: Vec<u8>,
}

impl Identity {
    /// From the seed of an Ed25519 key and the SD-KBT of a credential bound to it.
    pub fn new(signer: [u8; 32], credential: Vec<u8>) -> Self {
        Self { signer: Zeroizing::new(signer), credential }
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key().verifying_key().to_bytes()
    }

    /// The credential's content.
    pub fn credential(&self) -> &[u8] {
        &self.credential
    }

    /// Signs `bytes` as they are.
    pub fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.key().sign(bytes).to_bytes()
    }

    /// `SignWithLabel` of RFC 9420 §5.1.2.
    pub fn sign_with_label(&self, label: &str, content: &[u8]) -> [u8; 64] {
        self.sign_bytes(&doorstep_wire::sign::sign_content(label, content))
    }

    pub(crate) fn credential_with_key(&self) -> CredentialWithKey {
        let kind = CredentialType::Other(doorstep_wire::credential::SD_CWT);
        CredentialWithKey {
            credential: Credential::new(kind, self.credential.clone()),
            signature_key: self.public_key().as_slice().into(),
        }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.signer)
    }
}

impl Signer for Identity {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.sign_bytes(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { signer: _, credential } = self;
        f.debug_struct("Identity").field("credential", &credential.len()).finish_non_exhaustive()
    }
}

/// Whether `SignWithLabel` (RFC 9420 §5.1.2) by an Ed25519 key holds; strict, as everywhere, so that every implementation
/// gives the same answer.
pub fn verify_with_label(public_key: &[u8], label: &str, content: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::try_from(public_key), Signature::from_slice(signature)) else {
        return false;
    };
    key.verify_strict(&doorstep_wire::sign::sign_content(label, content), &signature).is_ok()
}
