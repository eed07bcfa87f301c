//! The key with which a provider says who is who.

use core::fmt;

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// First 8 bytes of the SHA-256 of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

impl KeyId {
    /// Id of an Ed25519 public key.
    pub fn of(public: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::digest(public).into();
        let [a, b, c, d, e, f, g, h, ..] = hash;
        Self([a, b, c, d, e, f, g, h])
    }
}

/// A provider's Ed25519 key for issuing credentials. Its private half is wiped when it is dropped and never printed.
pub struct IssuerKey {
    key: SigningKey,
    id: KeyId,
}

impl IssuerKey {
    /// From the 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let id = KeyId::of(key.verifying_key().as_bytes());
        Self { key, id }
    }

    /// What tokens name it by.
    pub fn kid(&self) -> KeyId {
        self.id
    }

    /// Public half.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key: _, id } = self;
        f.debug_struct("IssuerKey").field("id", id).finish_non_exhaustive()
    }
}
