//! The randomness of one step, drawn from the 32 bytes the caller gave.

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

/// Where a step takes its random bytes from.
pub(crate) struct Entropy(ChaCha20Rng);

impl Entropy {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// `N` fresh random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A fresh UUIDv4.
    pub(crate) fn uuid(&mut self) -> [u8; 16] {
        *uuid::Builder::from_random_bytes(self.bytes()).as_uuid().as_bytes()
    }

    /// A number in `0..limit`, near enough to uniform for waiting times; 0 for `limit` 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        u64::from_le_bytes(self.bytes()).checked_rem(limit).unwrap_or(0)
    }
}
