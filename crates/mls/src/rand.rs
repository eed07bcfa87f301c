//! Random numbers of one step, all from its seed.

use std::sync::{Mutex, PoisonError};

use openmls_traits::random::OpenMlsRand;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use zeroize::Zeroizing;

/// ChaCha20 from a seed. Two calls give two values; the same seed gives the same row of values.
pub struct StepRand(Mutex<ChaCha20Rng>);

/// There is no way in which [`StepRand`] fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Never {}

impl StepRand {
    /// From key material that is used for nothing else.
    pub fn new(seed: Zeroizing<[u8; 32]>) -> Self {
        Self(Mutex::new(ChaCha20Rng::from_seed(*seed)))
    }

    /// The next 32 bytes.
    pub(crate) fn draw(&self) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        self.fill(&mut *out);
        out
    }

    /// Fills `out` with what comes next.
    pub fn fill(&self, out: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out);
    }
}

impl OpenMlsRand for StepRand {
    type Error = Never;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], Never> {
        let mut out = [0; N];
        self.fill(&mut out);
        Ok(out)
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, Never> {
        let mut out = vec![0; len];
        self.fill(&mut out);
        Ok(out)
    }
}

impl std::fmt::Debug for StepRand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepRand").finish_non_exhaustive()
    }
}
