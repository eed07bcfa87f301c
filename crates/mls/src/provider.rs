//! What one step of MLS works with: the journal, and cryptography.

use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::HpkeCiphertext;

use crate::crypto::hpke_config;
use crate::hpke::HpkeError;
use crate::journal::Journal;

/// What shipped programs have.
#[cfg(not(feature = "seeded"))]
type Crypto = crate::crypto::SuiteCrypto;
/// The same until a test asks for seeds.
#[cfg(feature = "seeded")]
type Crypto = crate::seeded::SeededCrypto;

/// Whether this program has the feature `seeded`, with which a test can choose what is drawn. A released program that has
/// it must not start.
pub const SEEDED: bool = cfg!(feature = "seeded");

/// The provider of one step.
#[derive(Debug)]
pub struct Mls<'a> {
    journal: &'a Journal,
    crypto: Crypto,
}

impl<'a> Mls<'a> {
    /// A provider over `journal`. What OpenMLS draws comes from the system; in a test that has called `seeded::on`, it all
    /// comes from `seed`, which therefore has to be a fresh one for every step: two steps with one seed would repeat their
    /// keys.
    pub fn new(journal: &'a Journal, seed: [u8; 32]) -> Self {
        Self { journal, crypto: Crypto::of_step(&seed) }
    }

    /// The same, but the secrets of commit paths come out as zeros: the commit is in order for a hub, and nobody in the
    /// group can follow it.
    #[cfg(feature = "seeded")]
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
        let sealed = self.crypto.hpke_seal(hpke_config(), public, info, aad, plaintext);
        let HpkeCiphertext { kem_output, ciphertext } = sealed.map_err(|_| HpkeError::BadKey)?;
        Ok((kem_output.into(), ciphertext.into()))
    }
}

impl OpenMlsProvider for Mls<'_> {
    type CryptoProvider = Crypto;
    type RandProvider = Crypto;
    type StorageProvider = Journal;

    fn storage(&self) -> &Journal {
        self.journal
    }

    fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    fn rand(&self) -> &Crypto {
        &self.crypto
    }
}
