//! The HPKE of the suite (RFC 9180, base mode): hpke-rs on the primitives of its RustCrypto provider, which is what
//! `openmls_rust_crypto` runs it on too.
//!
//! hpke-rs chooses algorithms at run time, out of sight of the compiler. [`SuiteHpke`] is where each is written out: what
//! other suites need (P-256, P-384, secp256k1, the pre-releases of ML-KEM) is neither reachable nor downloaded.

use hpke_rs::hpke_types::{AeadAlgorithm, KdfAlgorithm, KemAlgorithm};
use hpke_rs::rustcrypto::{HpkeRustCrypto, HpkeRustCryptoPrng};
use hpke_rs::{Hpke, HpkeError, Mode};
use hpke_rs_crypto::HpkeCrypto;
use hpke_rs_crypto::error::Error;
use openmls_traits::types::{CryptoError, ExporterSecret, HpkeCiphertext, HpkeKeyPair, KemOutput};

const KEM: KemAlgorithm = KemAlgorithm::DhKem25519;
const KDF: KdfAlgorithm = KdfAlgorithm::HkdfSha256;
const AEAD: AeadAlgorithm = AeadAlgorithm::Aes128Gcm;

/// [`HpkeRustCrypto`] in [`KEM`], [`KDF`] and [`AEAD`] only.
#[derive(Debug)]
struct SuiteHpke;

fn only_our_kem(alg: KemAlgorithm) -> Result<(), Error> {
    if alg == KEM { Ok(()) } else { Err(Error::UnknownKemAlgorithm) }
}

fn only_our_kdf(alg: KdfAlgorithm) -> Result<(), Error> {
    if alg == KDF { Ok(()) } else { Err(Error::UnknownKdfAlgorithm) }
}

fn only_our_aead(alg: AeadAlgorithm) -> Result<(), Error> {
    if alg == AEAD { Ok(()) } else { Err(Error::UnknownAeadAlgorithm) }
}

impl HpkeCrypto for SuiteHpke {
    type HpkePrng = HpkeRustCryptoPrng;

    fn name() -> String {
        HpkeRustCrypto::name()
    }

    fn supports_kdf(alg: KdfAlgorithm) -> Result<(), Error> {
        only_our_kdf(alg)
    }

    fn supports_kem(alg: KemAlgorithm) -> Result<(), Error> {
        only_our_kem(alg)
    }

    fn supports_aead(alg: AeadAlgorithm) -> Result<(), Error> {
        only_our_aead(alg)
    }

    fn prng() -> HpkeRustCryptoPrng {
        HpkeRustCrypto::prng()
    }

    fn kdf_extract(alg: KdfAlgorithm, salt: &[u8], ikm: &[u8]) -> Result<Vec<u8>, Error> {
        only_our_kdf(alg)?;
        HpkeRustCrypto::kdf_extract(KDF, salt, ikm)
    }

    fn kdf_expand(alg: KdfAlgorithm, prk: &[u8], info: &[u8], output_size: usize) -> Result<Vec<u8>, Error> {
        only_our_kdf(alg)?;
        HpkeRustCrypto::kdf_expand(KDF, prk, info, output_size)
    }

    fn dh(alg: KemAlgorithm, pk: &[u8], sk: &[u8]) -> Result<Vec<u8>, Error> {
        only_our_kem(alg)?;
        HpkeRustCrypto::dh(KEM, pk, sk)
    }

    fn secret_to_public(alg: KemAlgorithm, sk: &[u8]) -> Result<Vec<u8>, Error> {
        only_our_kem(alg)?;
        HpkeRustCrypto::secret_to_public(KEM, sk)
    }

    fn kem_key_gen(alg: KemAlgorithm, prng: &mut HpkeRustCryptoPrng) -> Result<(Vec<u8>, Vec<u8>), Error> {
        only_our_kem(alg)?;
        HpkeRustCrypto::kem_key_gen(KEM, prng)
    }

    // What follows is asked of KEMs that are no Diffie-Hellman, and of curves whose keys can be wrong: not of ours.

    fn kem_key_gen_derand(_: KemAlgorithm, _: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn kem_encaps(_: KemAlgorithm, _: &[u8], _: &mut HpkeRustCryptoPrng) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn kem_decaps(_: KemAlgorithm, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn dh_validate_sk(_: KemAlgorithm, _: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::UnknownKemAlgorithm)
    }

    fn aead_seal(alg: AeadAlgorithm, key: &[u8], nonce: &[u8], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, Error> {
        only_our_aead(alg)?;
        HpkeRustCrypto::aead_seal(AEAD, key, nonce, aad, msg)
    }

    fn aead_open(alg: AeadAlgorithm, key: &[u8], nonce: &[u8], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, Error> {
        only_our_aead(alg)?;
        HpkeRustCrypto::aead_open(AEAD, key, nonce, aad, msg)
    }
}

fn hpke() -> Hpke<SuiteHpke> {
    Hpke::new(Mode::Base, KEM, KDF, AEAD)
}

/// Only keys can be of a wrong length.
fn of_keys(error: HpkeError) -> CryptoError {
    match error {
        HpkeError::InvalidInput => CryptoError::InvalidLength,
        _ => CryptoError::CryptoLibraryError,
    }
}

pub(super) fn seal(pk_r: &[u8], info: &[u8], aad: &[u8], ptxt: &[u8]) -> Result<HpkeCiphertext, CryptoError> {
    let (kem_output, ciphertext) = hpke().seal(&pk_r.into(), info, aad, ptxt, None, None, None).map_err(of_keys)?;
    Ok(HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() })
}

pub(super) fn open(input: &HpkeCiphertext, sk_r: &[u8], info: &[u8], aad: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let HpkeCiphertext { kem_output, ciphertext } = input;
    hpke()
        .open(kem_output.as_slice(), &sk_r.into(), info, aad, ciphertext.as_slice(), None, None, None)
        .map_err(|_| CryptoError::HpkeDecryptionError)
}

pub(super) fn export_to(
    pk_r: &[u8],
    info: &[u8],
    exporter_context: &[u8],
    exporter_length: usize,
) -> Result<(KemOutput, ExporterSecret), CryptoError> {
    let (kem_output, context) =
        hpke().setup_sender(&pk_r.into(), info, None, None, None).map_err(|_| CryptoError::SenderSetupError)?;
    let secret = context.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
    Ok((kem_output, secret.into()))
}

pub(super) fn export_from(
    enc: &[u8],
    sk_r: &[u8],
    info: &[u8],
    exporter_context: &[u8],
    exporter_length: usize,
) -> Result<ExporterSecret, CryptoError> {
    let context = hpke()
        .setup_receiver(enc, &sk_r.into(), info, None, None, None)
        .map_err(|_| CryptoError::ReceiverSetupError)?;
    let secret = context.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
    Ok(secret.into())
}

pub(super) fn key_pair(ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
    let (private, public) = hpke().derive_key_pair(ikm).map_err(of_keys)?.into_keys();
    Ok(HpkeKeyPair { private: private.as_slice().into(), public: public.as_slice().into() })
}

#[cfg(test)]
mod tests {
    use openmls_rust_crypto::RustCrypto;
    use openmls_traits::crypto::OpenMlsCrypto;

    use super::*;
    use crate::crypto::hpke_config;

    #[test]
    fn what_one_seals_the_provider_of_openmls_opens_and_the_other_way_round() {
        let theirs = RustCrypto::default();
        let pair = key_pair(&[7; 32]).unwrap();
        let same = theirs.derive_hpke_keypair(hpke_config(), &[7; 32]).unwrap();
        assert_eq!((&pair.public, &*pair.private), (&same.public, &*same.private));

        let sealed = seal(&pair.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(theirs.hpke_open(hpke_config(), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
        let sealed = theirs.hpke_seal(hpke_config(), &pair.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(open(&sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
        for (info, aad) in [(b"Info", b"aad"), (b"info", b"Aad")] {
            assert_eq!(open(&sealed, &pair.private, info, aad), Err(CryptoError::HpkeDecryptionError));
        }

        let (enc, sent) = export_to(&pair.public, b"info", b"context", 32).unwrap();
        let received =
            theirs.hpke_setup_receiver_and_export(hpke_config(), &enc, &pair.private, b"info", b"context", 32).unwrap();
        assert_eq!(*sent, *received);
        assert_eq!(*sent, *export_from(&enc, &pair.private, b"info", b"context", 32).unwrap());
    }

    #[test]
    fn no_algorithm_of_another_suite_is_carried_out() {
        let mut prng = SuiteHpke::prng();
        let p256 = KemAlgorithm::DhKemP256;
        assert!(SuiteHpke::supports_kem(p256).is_err());
        assert!(SuiteHpke::dh(p256, &[4; 65], &[7; 32]).is_err());
        assert!(SuiteHpke::secret_to_public(p256, &[7; 32]).is_err());
        assert!(SuiteHpke::kem_key_gen(p256, &mut prng).is_err());
        assert!(SuiteHpke::dh_validate_sk(p256, &[7; 32]).is_err());
        let ml_kem = KemAlgorithm::MlKem768;
        assert!(SuiteHpke::kem_key_gen_derand(ml_kem, &[7; 64]).is_err());
        assert!(SuiteHpke::kem_encaps(ml_kem, &[7; 1184], &mut prng).is_err());
        assert!(SuiteHpke::kem_decaps(ml_kem, &[7; 1088], &[7; 64]).is_err());
        for kdf in [KdfAlgorithm::HkdfSha384, KdfAlgorithm::HkdfSha512] {
            assert!(SuiteHpke::supports_kdf(kdf).is_err());
            assert!(SuiteHpke::kdf_extract(kdf, b"salt", b"ikm").is_err());
            assert!(SuiteHpke::kdf_expand(kdf, &[7; 64], b"info", 32).is_err());
        }
        for aead in [AeadAlgorithm::Aes256Gcm, AeadAlgorithm::ChaCha20Poly1305] {
            assert!(SuiteHpke::supports_aead(aead).is_err());
            assert!(SuiteHpke::aead_seal(aead, &[7; 32], &[1; 12], b"", b"text").is_err());
            assert!(SuiteHpke::aead_open(aead, &[7; 32], &[1; 12], b"", &[0; 20]).is_err());
        }
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        for public in [[0; 32].as_slice(), &[7; 31], &[]] {
            assert!(seal(public, b"", b"", b"text").is_err());
            assert!(export_to(public, b"", b"", 32).is_err());
        }
        assert!(export_from(&[9; 32], &[7; 31], b"", b"", 32).is_err());
    }
}
