//! What one step of MLS works with: the journal, and cryptography from the seed of the step.

use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::HpkeCiphertext as MlsHpkeCiphertext;

use crate::crypto::{SUITE, StepCrypto, hmac_sha256};
use crate::hpke::{self, HpkeError, HpkeKeyPair};
use crate::journal::Journal;
use crate::rand::StepRand;

/// The provider of one step. Make a new one, from a fresh seed, for every step: two steps with one seed would repeat
/// their keys.
#[derive(Debug)]
pub struct Mls<'a> {
    journal: &'a Journal,
    crypto: StepCrypto,
    rand: StepRand,
}

impl<'a> Mls<'a> {
    /// A provider over `journal` whose every random value comes from `seed`.
    pub fn new(journal: &'a Journal, seed: [u8; 32]) -> Self {
        Self { journal, crypto: StepCrypto::new(&seed), rand: StepRand::new(hmac_sha256(&seed, &[b"doorstep rand"])) }
    }

    /// The same, but the secrets of commit paths come out as zeros: the commit is in order for a hub, and nobody in the
    /// group can follow it.
    #[cfg(feature = "testing")]
    pub fn with_garbage_paths(journal: &'a Journal, seed: [u8; 32]) -> Self {
        let mut mls = Self::new(journal, seed);
        mls.crypto.garbage_paths = true;
        mls
    }

    /// The journal of the step.
    pub fn journal(&self) -> &'a Journal {
        self.journal
    }

    /// `EncryptWithLabel`'s HPKE of RFC 9420 §5.1.3, with `info` made by the caller: `(kem_output, ciphertext)`.
    ///
    /// # Errors
    /// The public key is not 32 bytes long, or has low order.
    pub fn hpke_seal(
        &self,
        public: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), HpkeError> {
        let sealed =
            self.crypto.hpke_seal(SUITE.hpke_config(), public, info, aad, plaintext).map_err(|_| HpkeError::BadKey)?;
        let MlsHpkeCiphertext { kem_output, ciphertext } = sealed;
        Ok((kem_output.into(), ciphertext.into()))
    }
}

/// Opens what [`Mls::hpke_seal`] made for the public key of `secret`.
///
/// # Errors
/// [`HpkeError::Open`] if the ciphertext was not made for this key, `info` and `aad`.
pub fn hpke_open(
    secret: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    kem_output: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, HpkeError> {
    hpke::setup_receiver(kem_output, secret, info)?.open(aad, ciphertext)
}

/// A key pair for [`Mls::hpke_seal`], always the same one for the same seed.
///
/// # Errors
/// None in practice: the derivation has a fixed output length.
pub fn hpke_keypair(seed: &[u8; 32]) -> Result<HpkeKeyPair, HpkeError> {
    hpke::derive_key_pair(seed)
}

impl OpenMlsProvider for Mls<'_> {
    type CryptoProvider = StepCrypto;
    type RandProvider = StepRand;
    type StorageProvider = Journal;

    fn storage(&self) -> &Journal {
        self.journal
    }

    fn crypto(&self) -> &StepCrypto {
        &self.crypto
    }

    fn rand(&self) -> &StepRand {
        &self.rand
    }
}
