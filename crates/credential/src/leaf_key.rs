//! The signature key of one MLS leaf, on its owner's side.

use core::fmt;

use ed25519_dalek::{Signer, SigningKey};

/// Ed25519 key of one leaf: one client in one room, never used for another. Its private half is wiped when it is dropped
/// and never printed.
pub struct LeafKey(SigningKey);

impl LeafKey {
    /// From the 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Public half: the leaf's `signature_key`.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs exactly these bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

impl fmt::Debug for LeafKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeafKey").finish_non_exhaustive()
    }
}
