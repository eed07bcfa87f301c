//! HPKE outside of MLS messages (RFC 9180): base mode, in the suite's DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
//! AES-128-GCM, by the same provider as OpenMLS's. Knocks, disclosures, outcomes and GroupInfos are sealed with it.

use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::HpkeCiphertext;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::{SuiteCrypto, hpke_config};

/// An X25519 key pair for HPKE.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct HpkeKeyPair {
    /// The private key.
    pub secret: [u8; 32],
    /// The public key.
    #[zeroize(skip)]
    pub public: [u8; 32],
}

impl std::fmt::Debug for HpkeKeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { secret: _, public } = self;
        f.debug_struct("HpkeKeyPair").field("public", public).finish_non_exhaustive()
    }
}

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HpkeError {
    /// A key is not 32 bytes long, or has low order.
    #[error("not a usable X25519 key")]
    BadKey,
    /// The ciphertext was not made for this key, `info` and `aad`.
    #[error("the ciphertext does not open")]
    Open,
}

/// Opens what [`crate::Mls::hpke_seal`] made for the public key of `secret`.
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
    let sealed = HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() };
    SuiteCrypto::default().hpke_open(hpke_config(), &sealed, secret, info, aad).map_err(|_| HpkeError::Open)
}

/// A key pair for [`crate::Mls::hpke_seal`], always the same one for the same seed (`DeriveKeyPair`, RFC 9180 §7.1.3).
///
/// # Errors
/// None in practice: the derivation has a fixed output length.
pub fn hpke_keypair(seed: &[u8; 32]) -> Result<HpkeKeyPair, HpkeError> {
    let pair = SuiteCrypto::default().derive_hpke_keypair(hpke_config(), seed).map_err(|_| HpkeError::BadKey)?;
    let public = pair.public.try_into().map_err(|_| HpkeError::BadKey)?;
    Ok(HpkeKeyPair { secret: (*pair.private).try_into().map_err(|_| HpkeError::BadKey)?, public })
}

/// Whether a public key is 32 bytes that do not force the shared secret to be zero.
pub(crate) fn is_usable_public_key(public: &[u8]) -> bool {
    // Whoever receives from this key agrees with it: that fails for no other reason (RFC 9180 §7.1.4).
    SuiteCrypto::default().hpke_setup_receiver_and_export(hpke_config(), public, &[0x55; 32], b"", b"", 32).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Journal, Mls};

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// RFC 9180 A.1.1: what another implementation sealed is opened.
    const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    const PK_E: &str = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431";
    const IKM_R: [u8; 32] = [
        0x6d, 0xb9, 0xdf, 0x30, 0xaa, 0x07, 0xdd, 0x42, 0xee, 0x5e, 0x81, 0x81, 0xaf, 0xdb, 0x97, 0x7e, 0x53, 0x8f,
        0x5e, 0x1f, 0xec, 0x8a, 0x06, 0x22, 0x3f, 0x33, 0xf7, 0x01, 0x3e, 0x52, 0x50, 0x37,
    ];
    const PK_R: &str = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d";
    const SK_R: &str = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
    const PLAINTEXT: &str = "4265617574792069732074727574682c20747275746820626561757479";
    const CIPHERTEXT: &str =
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a";

    #[test]
    fn rfc_9180_appendix_a_1_1() {
        let receiver = hpke_keypair(&IKM_R).unwrap();
        assert_eq!(receiver.public.as_slice(), bytes(PK_R));
        assert_eq!(receiver.secret.as_slice(), bytes(SK_R));
        let open = |info: &[u8], aad: &[u8], enc: &str, ciphertext: &[u8]| {
            hpke_open(&receiver.secret, info, aad, &bytes(enc), ciphertext)
        };
        assert_eq!(open(&bytes(INFO), b"Count-0", PK_E, &bytes(CIPHERTEXT)).unwrap(), bytes(PLAINTEXT));
        assert_eq!(open(&bytes(INFO), b"Count-1", PK_E, &bytes(CIPHERTEXT)), Err(HpkeError::Open));
        assert_eq!(open(b"", b"Count-0", PK_E, &bytes(CIPHERTEXT)), Err(HpkeError::Open));
        assert_eq!(open(&bytes(INFO), b"Count-0", PK_R, &bytes(CIPHERTEXT)), Err(HpkeError::Open));
        assert_eq!(open(&bytes(INFO), b"Count-0", "37", &bytes(CIPHERTEXT)), Err(HpkeError::Open));
        assert_eq!(open(&bytes(INFO), b"Count-0", PK_E, b"short"), Err(HpkeError::Open));
    }

    /// What Doorstep sealed before `openmls_rust_crypto` sealed for it: knocks and outcomes may lie unread for weeks.
    #[test]
    fn what_was_sealed_by_the_first_edition_opens() {
        let receiver = hpke_keypair(&[9; 32]).unwrap();
        let (kem_output, ciphertext) = FIRST_EDITION;
        let opened = hpke_open(&receiver.secret, b"a label and a context", b"", &bytes(kem_output), &bytes(ciphertext));
        assert_eq!(opened.unwrap(), b"sixteen bytes of");
    }

    const FIRST_EDITION: (&str, &str) = (
        "16814f459771e8cba422c0df8283a559b4cf6fe5ca9807efc23832c8f0f8cb17",
        "a06f10c0f013ca4572599c800e22cd6631f32d6439e92b6951087c30dbdc76a2",
    );

    #[test]
    fn what_is_sealed_opens_with_the_same_info_and_aad_only() {
        let journal = Journal::new();
        let receiver = hpke_keypair(&[7; 32]).unwrap();
        let mls = Mls::new(&journal, [1; 32]);
        let (kem_output, ciphertext) = mls.hpke_seal(&receiver.public, b"info", b"aad", b"text").unwrap();
        let open = |info, aad| hpke_open(&receiver.secret, info, aad, &kem_output, &ciphertext);
        assert_eq!(open(b"info", b"aad").unwrap(), b"text");
        assert!(open(b"other", b"aad").is_err() && open(b"info", b"").is_err());
        assert_eq!(mls.hpke_seal(&[0; 32], b"info", b"", b"text"), Err(HpkeError::BadKey));
        assert_eq!(mls.hpke_seal(&[9; 31], b"info", b"", b"text"), Err(HpkeError::BadKey));
    }

    #[test]
    fn low_order_keys_are_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        assert!(!is_usable_public_key(&[0; 32]) && !is_usable_public_key(&one) && !is_usable_public_key(&[9; 31]));
        assert!(is_usable_public_key(&hpke_keypair(&[8; 32]).unwrap().public));
    }
}
