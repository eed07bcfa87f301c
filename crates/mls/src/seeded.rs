//! Randomness that a test chooses: the same seed gives the same bytes.
//!
//! Only what is drawn differs from [`SuiteCrypto`], and only after [`on`]: everything else goes there. Keys for one message
//! are derived from the seed *and* everything that is sealed, so that they differ whenever anything differs, whatever the
//! order of the calls.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use hpke_rs::hpke_types::{AeadAlgorithm, KdfAlgorithm, KemAlgorithm};
use hpke_rs::rustcrypto::HpkeRustCrypto;
use hpke_rs::{Hpke, HpkePublicKey, Mode};
use openmls_rust_crypto::RandError;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair, KemOutput,
    SignatureScheme,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};
use tls_codec::SecretVLBytes;

use crate::crypto::{SuiteCrypto, only_our_hpke};

static ON: AtomicBool = AtomicBool::new(false);

/// From now on, in this process, every step draws from its seed. There is no way back: half a story would be neither.
pub fn on() {
    ON.store(true, Ordering::SeqCst);
}

/// Whether [`on`] was called: without, everything is as it is in shipped programs.
pub fn is_on() -> bool {
    ON.load(Ordering::SeqCst)
}

/// [`SuiteCrypto`], with draws that a seed decides.
pub struct SeededCrypto {
    shipped: SuiteCrypto,
    seeds: Option<Seeds>,
    /// Secrets of commit paths come out as zeros.
    pub(crate) garbage_paths: bool,
}

/// One for each purpose.
struct Seeds {
    ephemerals: [u8; 32],
    signatures: Mutex<ChaCha20Rng>,
    rand: Mutex<ChaCha20Rng>,
}

impl Seeds {
    fn of(seed: &[u8; 32]) -> Self {
        let of = |purpose: &[u8]| <[u8; 32]>::from(Sha256::new().chain_update(seed).chain_update(purpose).finalize());
        let row = |purpose| Mutex::new(ChaCha20Rng::from_seed(of(purpose)));
        Self { ephemerals: of(b"ephemerals"), signatures: row(b"signature keys"), rand: row(b"rand") }
    }

    /// Key material for one message.
    fn ephemeral(&self, purpose: &[u8], parts: [&[u8]; 4]) -> [u8; 32] {
        let mut hash = Sha256::new().chain_update(self.ephemerals).chain_update(purpose);
        for part in parts {
            hash.update(Sha256::digest(part));
        }
        hash.finalize().into()
    }
}

fn fill(row: &Mutex<ChaCha20Rng>, out: &mut [u8]) {
    row.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out);
}

/// HPKE whose next ephemeral key is derived from `ikm`.
fn hpke(ikm: &[u8; 32]) -> Result<Hpke<HpkeRustCrypto>, CryptoError> {
    let (kem, kdf, aead) = (KemAlgorithm::DhKem25519, KdfAlgorithm::HkdfSha256, AeadAlgorithm::Aes128Gcm);
    let mut hpke = Hpke::new(Mode::Base, kem, kdf, aead);
    hpke.seed(ikm).map_err(|_| CryptoError::InsufficientRandomness)?;
    Ok(hpke)
}

impl SeededCrypto {
    /// For one step.
    pub(crate) fn of_step(seed: &[u8; 32]) -> Self {
        let seeds = is_on().then(|| Seeds::of(seed));
        Self { shipped: SuiteCrypto::of_step(seed), seeds, garbage_paths: false }
    }

    /// The seeds, if the call is one of our suite's; what is not is for [`SuiteCrypto`] to refuse.
    fn seeds_for(&self, config: &HpkeConfig) -> Option<&Seeds> {
        self.seeds.as_ref().filter(|_| only_our_hpke(config).is_ok())
    }
}

impl std::fmt::Debug for SeededCrypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeededCrypto").finish_non_exhaustive()
    }
}

impl OpenMlsCrypto for SeededCrypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        self.shipped.supports(ciphersuite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        self.shipped.supported_ciphersuites()
    }

    fn hkdf_extract(&self, hash_type: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.shipped.hkdf_extract(hash_type, salt, ikm)
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.shipped.hmac(hash_type, key, message)
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        self.shipped.hkdf_expand(hash_type, prk, info, okm_len)
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.shipped.hash(hash_type, data)
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.shipped.aead_encrypt(alg, key, data, nonce, aad)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.shipped.aead_decrypt(alg, key, ct_tag, nonce, aad)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        match &self.seeds {
            Some(seeds) if alg == SignatureScheme::ED25519 => {
                let mut secret = [0; 32];
                fill(&seeds.signatures, &mut secret);
                let key = ed25519_dalek::SigningKey::from_bytes(&secret);
                Ok((key.to_bytes().to_vec(), key.verifying_key().to_bytes().to_vec()))
            }
            _ => self.shipped.signature_key_gen(alg),
        }
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.shipped.verify_signature(alg, data, pk, signature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.shipped.sign(alg, data, key)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let mut sealed = match self.seeds_for(&config) {
            None => self.shipped.hpke_seal(config, pk_r, info, aad, ptxt)?,
            Some(seeds) => {
                let ikm = seeds.ephemeral(b"seal", [pk_r, info, aad, ptxt]);
                let (kem_output, ciphertext) = hpke(&ikm)?
                    .seal(&HpkePublicKey::from(pk_r), info, aad, ptxt, None, None, None)
                    .map_err(|_| CryptoError::HpkeEncryptionError)?;
                HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() }
            }
        };
        if self.garbage_paths && info.windows(14).any(|label| label == b"UpdatePathNode") {
            sealed.ciphertext = vec![0; sealed.ciphertext.as_slice().len()].into();
        }
        Ok(sealed)
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.shipped.hpke_open(config, input, sk_r, info, aad)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        let Some(seeds) = self.seeds_for(&config) else {
            return self.shipped.hpke_setup_sender_and_export(config, pk_r, info, exporter_context, exporter_length);
        };
        let ikm = seeds.ephemeral(b"export", [pk_r, info, exporter_context, &[]]);
        let (kem_output, secret) = hpke(&ikm)?
            .send_export(&HpkePublicKey::from(pk_r), info, None, None, None, exporter_context, exporter_length)
            .map_err(|_| CryptoError::SenderSetupError)?;
        Ok((kem_output, secret.into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        self.shipped.hpke_setup_receiver_and_export(config, enc, sk_r, info, exporter_context, exporter_length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        self.shipped.derive_hpke_keypair(config, ikm)
    }
}

impl OpenMlsRand for SeededCrypto {
    type Error = RandError;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], RandError> {
        let Some(seeds) = &self.seeds else { return self.shipped.random_array() };
        let mut out = [0; N];
        fill(&seeds.rand, &mut out);
        Ok(out)
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, RandError> {
        let Some(seeds) = &self.seeds else { return self.shipped.random_vec(len) };
        let mut out = vec![0; len];
        fill(&seeds.rand, &mut out);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hpke_config;
    use crate::hpke::hpke_keypair;

    /// As after [`on`], which the other tests of this process would hear of.
    fn seeded(seed: u8) -> SeededCrypto {
        SeededCrypto { shipped: SuiteCrypto::default(), seeds: Some(Seeds::of(&[seed; 32])), garbage_paths: false }
    }

    #[test]
    fn the_same_seed_seals_the_same_bytes_and_other_plaintexts_get_other_ephemerals() {
        let receiver = hpke_keypair(&[7; 32]).unwrap();
        let seal = |seed, plaintext: &[u8]| {
            seeded(seed).hpke_seal(hpke_config(), &receiver.public, b"info", b"aad", plaintext).unwrap()
        };
        assert_eq!(seal(1, b"a"), seal(1, b"a"));
        assert_ne!(seal(1, b"a").kem_output, seal(1, b"b").kem_output);
        assert_ne!(seal(1, b"a").kem_output, seal(2, b"a").kem_output);
    }

    #[test]
    fn what_is_shipped_opens_what_a_seed_sealed() {
        let receiver = hpke_keypair(&[7; 32]).unwrap();
        let (seeded, shipped) = (seeded(3), SuiteCrypto::default());
        let sealed = seeded.hpke_seal(hpke_config(), &receiver.public, b"info", b"aad", b"text").unwrap();
        let opened = shipped.hpke_open(hpke_config(), &sealed, &receiver.secret, b"info", b"aad");
        assert_eq!(opened.unwrap(), b"text");
        let (enc, sent) = seeded.hpke_setup_sender_and_export(hpke_config(), &receiver.public, b"i", b"c", 32).unwrap();
        let received = shipped.hpke_setup_receiver_and_export(hpke_config(), &enc, &receiver.secret, b"i", b"c", 32);
        assert_eq!(*sent, *received.unwrap());
    }

    #[test]
    fn the_same_seed_draws_the_same_and_never_twice_the_same() {
        let draw = |crypto: &SeededCrypto| (crypto.random_array::<8>().unwrap(), crypto.random_vec(8).unwrap());
        let (one, other) = (seeded(4), seeded(4));
        let first = draw(&one);
        assert_eq!(first, draw(&other));
        assert_ne!(first, draw(&one));
        assert_ne!(first.0.as_slice(), first.1);
        let scheme = SignatureScheme::ED25519;
        assert_eq!(one.signature_key_gen(scheme).unwrap(), other.signature_key_gen(scheme).unwrap());
    }

    #[test]
    fn other_suites_are_refused_with_a_seed_as_well() {
        let other = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
        assert!(seeded(5).supports(other).is_err());
        assert!(seeded(5).hpke_seal(other.hpke_config(), &[4; 65], b"", b"", b"").is_err());
        assert!(seeded(5).signature_key_gen(SignatureScheme::ECDSA_SECP256R1_SHA256).is_err());
    }
}
