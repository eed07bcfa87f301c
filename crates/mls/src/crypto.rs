//! The cryptography OpenMLS asks for, in suite 0x0001 only and repeatable from a seed.
//!
//! One suite means that the compiler can leave every other curve and cipher out of the wasm. The seed replaces each
//! draw from the system: HPKE ephemerals are derived from the seed *and* everything that is sealed, so that they
//! differ whenever anything differs, whatever the order of the calls.

use std::sync::{PoisonError, RwLock};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, Signer as _, SigningKey, VerifyingKey};
use hkdf::{Hkdf, HkdfExtract};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig,
    HpkeKdfType, HpkeKemType, HpkeKeyPair, KemOutput, SignatureScheme,
};
use sha2::{Digest, Sha256};
use tls_codec::SecretVLBytes;
use zeroize::Zeroizing;

use crate::hpke::{self, HpkeError, Info};
use crate::rand::StepRand;

/// The only suite: MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 (RFC 9420 §17.1).
pub const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// Cryptography of one step.
pub struct StepCrypto {
    ephemerals: Zeroizing<[u8; 32]>,
    signatures: StepRand,
    /// The last `info` that was sealed with. A commit seals to many leaves with one `info`, the group's context, which
    /// names every participant.
    last_info: RwLock<Option<(Vec<u8>, Info)>>,
    #[cfg(feature = "testing")]
    pub(crate) garbage_paths: bool,
}

impl StepCrypto {
    /// From the seed of the step.
    pub fn new(seed: &[u8; 32]) -> Self {
        Self {
            ephemerals: hmac_sha256(seed, &[b"doorstep hpke ephemeral"]),
            signatures: StepRand::new(hmac_sha256(seed, &[b"doorstep signature key"])),
            last_info: RwLock::new(None),
            #[cfg(feature = "testing")]
            garbage_paths: false,
        }
    }

    fn info(&self, bytes: &[u8]) -> Info {
        let last = self.last_info.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, info)) = last.as_ref().filter(|(last, _)| last == bytes) {
            return info.clone();
        }
        drop(last);
        let info = Info::of(bytes);
        *self.last_info.write().unwrap_or_else(PoisonError::into_inner) = Some((bytes.to_vec(), info.clone()));
        info
    }

    fn ephemeral(&self, purpose: &[u8], parts: [&[u8]; 4]) -> Zeroizing<[u8; 32]> {
        let lengths = parts.map(|part| (part.len() as u64).to_be_bytes());
        let [a, b, c, d] = parts;
        let [la, lb, lc, ld] = &lengths;
        hmac_sha256(&*self.ephemerals, &[purpose, la, a, lb, b, lc, c, ld, d])
    }
}

impl std::fmt::Debug for StepCrypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StepCrypto").finish_non_exhaustive()
    }
}

/// HMAC-SHA256 over the parts in a row; HKDF-Extract is the same function.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut extract = HkdfExtract::<Sha256>::new(Some(key));
    for part in parts {
        extract.input_ikm(part);
    }
    Zeroizing::new(extract.finalize().0.into())
}

fn only_sha256(hash: HashType) -> Result<(), CryptoError> {
    match hash {
        HashType::Sha2_256 => Ok(()),
        _ => Err(CryptoError::UnsupportedHashAlgorithm),
    }
}

fn only_aes128(aead: AeadType) -> Result<(), CryptoError> {
    match aead {
        AeadType::Aes128Gcm => Ok(()),
        _ => Err(CryptoError::UnsupportedAeadAlgorithm),
    }
}

fn only_ed25519(scheme: SignatureScheme) -> Result<(), CryptoError> {
    match scheme {
        SignatureScheme::ED25519 => Ok(()),
        _ => Err(CryptoError::UnsupportedSignatureScheme),
    }
}

fn only_our_hpke(config: &HpkeConfig) -> Result<(), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => Ok(()),
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}

fn invalid_length(_: HpkeError) -> CryptoError {
    CryptoError::InvalidLength
}

impl OpenMlsCrypto for StepCrypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        if ciphersuite == SUITE { Ok(()) } else { Err(CryptoError::UnsupportedCiphersuite) }
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![SUITE]
    }

    fn hkdf_extract(&self, hash_type: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        Ok(hmac_sha256(salt, &[ikm]).as_slice().into())
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        Ok(hmac_sha256(key, &[message]).as_slice().into())
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        let mut okm = vec![0; okm_len];
        Hkdf::<Sha256>::from_prk(prk)
            .map_err(|_| CryptoError::HkdfOutputLengthInvalid)?
            .expand(info, &mut okm)
            .map_err(|_| CryptoError::HkdfOutputLengthInvalid)?;
        Ok(okm.into())
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        only_sha256(hash_type)?;
        Ok(Sha256::digest(data).to_vec())
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        only_aes128(alg)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| CryptoError::InvalidLength)?;
        Aes128Gcm::new_from_slice(key)
            .map_err(|_| CryptoError::InvalidLength)?
            .encrypt(Nonce::from_slice(&nonce), Payload { msg: data, aad })
            .map_err(|_| CryptoError::CryptoLibraryError)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        only_aes128(alg)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| CryptoError::InvalidLength)?;
        Aes128Gcm::new_from_slice(key)
            .map_err(|_| CryptoError::InvalidLength)?
            .decrypt(Nonce::from_slice(&nonce), Payload { msg: ct_tag, aad })
            .map_err(|_| CryptoError::AeadDecryptionError)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        only_ed25519(alg)?;
        let key = SigningKey::from_bytes(&self.signatures.draw());
        Ok((key.to_bytes().to_vec(), key.verifying_key().to_bytes().to_vec()))
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        only_ed25519(alg)?;
        if verify_ed25519(pk, data, signature) { Ok(()) } else { Err(CryptoError::InvalidSignature) }
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        only_ed25519(alg)?;
        let key = SigningKey::try_from(key).map_err(|_| CryptoError::InvalidLength)?;
        Ok(key.sign(data).to_bytes().to_vec())
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        only_our_hpke(&config)?;
        let hashed = self.info(info);
        let ikm_e = self.ephemeral(b"seal", [pk_r, hashed.as_bytes(), aad, ptxt]);
        let (enc, context) = hpke::setup_sender(&*ikm_e, pk_r, &hashed).map_err(invalid_length)?;
        let ciphertext = context.seal(aad, ptxt).map_err(|_| CryptoError::HpkeEncryptionError)?;
        #[cfg(feature = "testing")]
        let ciphertext = if self.garbage_paths && info.windows(14).any(|label| label == b"UpdatePathNode") {
            vec![0; ciphertext.len()]
        } else {
            ciphertext
        };
        Ok(HpkeCiphertext { kem_output: enc.to_vec().into(), ciphertext: ciphertext.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        only_our_hpke(&config)?;
        hpke::setup_receiver(input.kem_output.as_slice(), sk_r, info)
            .and_then(|context| context.open(aad, input.ciphertext.as_slice()))
            .map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        only_our_hpke(&config)?;
        let info = Info::of(info);
        let ikm_e = self.ephemeral(b"export", [pk_r, info.as_bytes(), exporter_context, &[]]);
        let (enc, context) = hpke::setup_sender(&*ikm_e, pk_r, &info).map_err(|_| CryptoError::SenderSetupError)?;
        let secret = context.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
        Ok((enc.to_vec(), secret.into()))
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
        only_our_hpke(&config)?;
        let context = hpke::setup_receiver(enc, sk_r, info).map_err(|_| CryptoError::ReceiverSetupError)?;
        let secret = context.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
        Ok(secret.into())
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        only_our_hpke(&config)?;
        let pair = hpke::derive_key_pair(ikm).map_err(invalid_length)?;
        Ok(HpkeKeyPair { private: pair.secret.as_slice().into(), public: pair.public.to_vec() })
    }
}

/// Whether an Ed25519 signature holds; strict, so that every implementation gives the same answer.
pub(crate) fn verify_ed25519(public: &[u8], data: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::try_from(public), <[u8; SIGNATURE_LENGTH]>::try_from(signature))
    else {
        return false;
    };
    key.verify_strict(data, &Signature::from_bytes(&signature)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> HpkeConfig {
        SUITE.hpke_config()
    }

    #[test]
    fn the_same_seed_seals_the_same_bytes_and_other_plaintexts_get_other_ephemerals() {
        let receiver = hpke::derive_key_pair(b"receiver").unwrap();
        let seal = |seed: [u8; 32], plaintext: &[u8]| {
            StepCrypto::new(&seed).hpke_seal(config(), &receiver.public, b"info", b"aad", plaintext).unwrap()
        };
        assert_eq!(seal([1; 32], b"a"), seal([1; 32], b"a"));
        assert_ne!(seal([1; 32], b"a").kem_output, seal([1; 32], b"b").kem_output);
        assert_ne!(seal([1; 32], b"a").kem_output, seal([2; 32], b"a").kem_output);
    }

    #[test]
    fn an_info_that_is_remembered_is_never_taken_for_another() {
        let receiver = hpke::derive_key_pair(b"receiver").unwrap();
        let crypto = StepCrypto::new(&[3; 32]);
        let mut ephemerals = std::collections::BTreeSet::new();
        for info in [b"one".as_slice(), b"one", b"two", b"", b"one"] {
            let sealed = crypto.hpke_seal(config(), &receiver.public, info, b"aad", b"text").unwrap();
            let open = |info| crypto.hpke_open(config(), &sealed, receiver.secret.as_slice(), info, b"aad");
            assert_eq!(open(info).unwrap(), b"text");
            assert!(open(b"three").is_err());
            ephemerals.insert(sealed.kem_output.as_slice().to_vec());
        }
        assert_eq!(ephemerals.len(), 3);
    }

    #[test]
    fn another_implementation_opens_what_we_seal_and_we_open_what_it_seals() {
        let ours = StepCrypto::new(&[7; 32]);
        let theirs = openmls_rust_crypto::RustCrypto::default();
        let receiver = theirs.derive_hpke_keypair(config(), b"some key material of any length!").unwrap();
        assert_eq!(
            ours.derive_hpke_keypair(config(), b"some key material of any length!").unwrap().public,
            receiver.public
        );
        let sealed = ours.hpke_seal(config(), &receiver.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(theirs.hpke_open(config(), &sealed, &receiver.private, b"info", b"aad").unwrap(), b"text");
        let sealed = theirs.hpke_seal(config(), &receiver.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(ours.hpke_open(config(), &sealed, &receiver.private, b"info", b"aad").unwrap(), b"text");
        assert!(ours.hpke_open(config(), &sealed, &receiver.private, b"info", b"").is_err());

        let (enc, sent) = ours.hpke_setup_sender_and_export(config(), &receiver.public, b"i", b"c", 32).unwrap();
        let received =
            theirs.hpke_setup_receiver_and_export(config(), &enc, &receiver.private, b"i", b"c", 32).unwrap();
        assert_eq!(&*sent, &*received);
        for (key, message) in [(b"".as_slice(), b"m".as_slice()), (b"key", b""), (&[9; 100], b"m")] {
            let hash = HashType::Sha2_256;
            assert_eq!(
                ours.hmac(hash, key, message).unwrap().as_slice(),
                theirs.hmac(hash, key, message).unwrap().as_slice()
            );
        }
    }

    #[test]
    fn other_suites_are_refused() {
        let crypto = StepCrypto::new(&[0; 32]);
        let other = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
        assert!(crypto.supports(other).is_err());
        assert!(crypto.hash(HashType::Sha2_512, b"").is_err());
        assert!(crypto.derive_hpke_keypair(other.hpke_config(), b"ikm").is_err());
    }
}
