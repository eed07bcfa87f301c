//! The cryptography OpenMLS asks for: that of `openmls_rust_crypto`, in suite 0x0001 and no other.
//!
//! Every call goes on to [`RustCrypto`], or to the HPKE below it, with the algorithms of the suite written out, after a look
//! that the caller meant these: so nothing of another suite is accepted by accident, and what the others need can be left
//! out of the wasm. What RustCrypto draws, it draws from the system (docs/adr/0006).

mod hpke;

use openmls_rust_crypto::{RandError, RustCrypto};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig,
    HpkeKdfType, HpkeKemType, HpkeKeyPair, KemOutput, SignatureScheme,
};
use tls_codec::SecretVLBytes;

/// The only suite: MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 (RFC 9420 §17.1).
pub const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

const HASH: HashType = HashType::Sha2_256;
const AEAD: AeadType = AeadType::Aes128Gcm;
const SIGNATURE: SignatureScheme = SignatureScheme::ED25519;

/// Bytes of a nonce of AES-128-GCM.
const NONCE_LEN: usize = 12;

/// HPKE as the suite has it.
pub(crate) fn hpke_config() -> HpkeConfig {
    HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128)
}

/// [`RustCrypto`], in [`SUITE`] only.
#[derive(Debug, Default)]
pub struct SuiteCrypto(RustCrypto);

impl SuiteCrypto {
    /// For one step, whose seed it has no use for: every draw is the system's.
    pub(crate) fn of_step(_seed: &[u8; 32]) -> Self {
        Self::default()
    }
}

fn only_sha256(hash: HashType) -> Result<(), CryptoError> {
    if hash == HASH { Ok(()) } else { Err(CryptoError::UnsupportedHashAlgorithm) }
}

fn only_aes128(aead: AeadType) -> Result<(), CryptoError> {
    if aead == AEAD { Ok(()) } else { Err(CryptoError::UnsupportedAeadAlgorithm) }
}

fn only_ed25519(scheme: SignatureScheme) -> Result<(), CryptoError> {
    if scheme == SIGNATURE { Ok(()) } else { Err(CryptoError::UnsupportedSignatureScheme) }
}

pub(crate) fn only_our_hpke(config: &HpkeConfig) -> Result<(), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => Ok(()),
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}

/// RustCrypto takes the length of a nonce for granted.
fn only_whole_nonce(nonce: &[u8]) -> Result<(), CryptoError> {
    if nonce.len() == NONCE_LEN { Ok(()) } else { Err(CryptoError::InvalidLength) }
}

impl OpenMlsCrypto for SuiteCrypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        if ciphersuite == SUITE { self.0.supports(SUITE) } else { Err(CryptoError::UnsupportedCiphersuite) }
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![SUITE]
    }

    fn hkdf_extract(&self, hash_type: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        self.0.hkdf_extract(HASH, salt, ikm)
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        self.0.hmac(HASH, key, message)
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        only_sha256(hash_type)?;
        self.0.hkdf_expand(HASH, prk, info, okm_len)
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        only_sha256(hash_type)?;
        self.0.hash(HASH, data)
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
        only_whole_nonce(nonce)?;
        self.0.aead_encrypt(AEAD, key, data, nonce, aad)
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
        only_whole_nonce(nonce)?;
        self.0.aead_decrypt(AEAD, key, ct_tag, nonce, aad)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        only_ed25519(alg)?;
        self.0.signature_key_gen(SIGNATURE)
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        only_ed25519(alg)?;
        self.0.verify_signature(SIGNATURE, data, pk, signature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        only_ed25519(alg)?;
        self.0.sign(SIGNATURE, data, key)
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
        hpke::seal(pk_r, info, aad, ptxt)
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
        hpke::open(input, sk_r, info, aad)
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
        hpke::export_to(pk_r, info, exporter_context, exporter_length)
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
        hpke::export_from(enc, sk_r, info, exporter_context, exporter_length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        only_our_hpke(&config)?;
        hpke::key_pair(ikm)
    }
}

impl OpenMlsRand for SuiteCrypto {
    type Error = RandError;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], RandError> {
        self.0.random_array()
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, RandError> {
        self.0.random_vec(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [Ciphersuite; 3] = [
        Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256,
        Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        Ciphersuite::MLS_256_DHKEMP384_AES256GCM_SHA384_P384,
    ];

    #[test]
    fn the_suite_is_let_through_and_no_other() {
        let crypto = SuiteCrypto::default();
        assert_eq!(crypto.supported_ciphersuites(), [SUITE]);
        assert!(crypto.supports(SUITE).is_ok());
        for other in OTHERS {
            assert_eq!(crypto.supports(other), Err(CryptoError::UnsupportedCiphersuite));
            assert!(crypto.derive_hpke_keypair(other.hpke_config(), &[7; 32]).is_err());
        }
    }

    #[test]
    fn no_algorithm_of_another_suite_is_carried_out() {
        let crypto = SuiteCrypto::default();
        for hash in [HashType::Sha2_384, HashType::Sha2_512] {
            assert!(crypto.hash(hash, b"data").is_err());
            assert!(crypto.hmac(hash, b"key", b"data").is_err());
            assert!(crypto.hkdf_extract(hash, b"salt", b"ikm").is_err());
            assert!(crypto.hkdf_expand(hash, &[7; 64], b"info", 32).is_err());
        }
        for aead in [AeadType::Aes256Gcm, AeadType::ChaCha20Poly1305] {
            assert!(crypto.aead_encrypt(aead, &[7; 32], b"data", &[1; 12], b"").is_err());
            assert!(crypto.aead_decrypt(aead, &[7; 32], &[0; 32], &[1; 12], b"").is_err());
        }
        for scheme in [SignatureScheme::ECDSA_SECP256R1_SHA256, SignatureScheme::ECDSA_SECP384R1_SHA384] {
            assert!(crypto.signature_key_gen(scheme).is_err());
            assert!(crypto.sign(scheme, b"data", &[7; 32]).is_err());
            assert!(crypto.verify_signature(scheme, b"data", &[7; 33], &[7; 70]).is_err());
        }
        let p256 = Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
        let receiver = RustCrypto::default().derive_hpke_keypair(p256.hpke_config(), &[7; 32]).unwrap();
        assert!(crypto.hpke_seal(p256.hpke_config(), &receiver.public, b"", b"", b"data").is_err());
    }

    #[test]
    fn a_nonce_of_another_length_is_refused_and_stops_nothing() {
        let crypto = SuiteCrypto::default();
        for length in [0, 11, 13] {
            let nonce = vec![1; length];
            assert_eq!(crypto.aead_encrypt(AEAD, &[7; 16], b"data", &nonce, b""), Err(CryptoError::InvalidLength));
            assert_eq!(crypto.aead_decrypt(AEAD, &[7; 16], &[0; 20], &nonce, b""), Err(CryptoError::InvalidLength));
        }
        assert!(crypto.aead_encrypt(AEAD, &[7; 15], b"data", &[1; 12], b"").is_err());
    }

    #[test]
    fn what_is_drawn_is_never_the_same_whatever_the_seed_of_the_step() {
        let (one, other) = (SuiteCrypto::of_step(&[1; 32]), SuiteCrypto::of_step(&[1; 32]));
        assert_ne!(one.random_array::<32>().unwrap(), other.random_array::<32>().unwrap());
        assert_ne!(one.random_vec(32).unwrap(), one.random_vec(32).unwrap());
        assert_ne!(one.signature_key_gen(SIGNATURE).unwrap(), other.signature_key_gen(SIGNATURE).unwrap());
        let receiver = one.derive_hpke_keypair(hpke_config(), &[7; 32]).unwrap();
        let seal = |crypto: &SuiteCrypto| crypto.hpke_seal(hpke_config(), &receiver.public, b"", b"", b"text").unwrap();
        assert_ne!(seal(&one).kem_output, seal(&other).kem_output);
        assert_ne!(seal(&one).kem_output, seal(&one).kem_output);
    }
}
