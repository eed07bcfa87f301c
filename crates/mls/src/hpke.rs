//! HPKE of RFC 9180 for the one suite we use: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
//!
//! Why not a library: those at hand draw the ephemeral key from the system on every call, and a step of the engine
//! must come out the same for the same seed. Here the ephemeral's key material is an argument. The test vectors are
//! those of RFC 9180 A.1, and the tests also seal to and open from another implementation.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret, x25519};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::hmac_sha256;

const KEM: [u8; 5] = *b"KEM\x00\x20";
const SUITE: [u8; 10] = *b"HPKE\x00\x20\x00\x01\x00\x01";
const VERSION: &[u8] = b"HPKE-v1";

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

/// Why a ciphertext could not be made or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HpkeError {
    /// A key is not 32 bytes long, or has low order.
    #[error("not a usable X25519 key")]
    BadKey,
    /// The ciphertext was not made for this key, `info` and `aad`.
    #[error("the ciphertext does not open")]
    Open,
    /// An output longer than the key derivation allows was asked for.
    #[error("output too long")]
    Length,
}

/// `DeriveKeyPair` of RFC 9180 §7.1.3.
pub fn derive_key_pair(ikm: &[u8]) -> Result<HpkeKeyPair, HpkeError> {
    let prk = labeled_extract(&KEM, b"", b"dkp_prk", ikm);
    let mut secret = [0; 32];
    labeled_expand(&KEM, &*prk, b"sk", b"", &mut secret)?;
    let public = public_of(secret);
    Ok(HpkeKeyPair { secret, public })
}

/// The state both sides reach: enough to seal or open once, and to export.
pub(crate) struct Context {
    key: Zeroizing<[u8; 16]>,
    base_nonce: [u8; 12],
    exporter_secret: Zeroizing<[u8; 32]>,
}

/// What becomes of `info` in every key schedule: `key_schedule_context` of RFC 9180 §5.1 in base mode. It is the same for
/// all receivers, so that whoever seals to many hashes a long `info` once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Info([u8; 65]);

impl Info {
    pub(crate) fn of(info: &[u8]) -> Self {
        // The first byte is the mode.
        let mut context = [0; 65];
        let (psk_id_hash, info_hash) = context[1..].split_at_mut(32);
        psk_id_hash.copy_from_slice(&*labeled_extract(&SUITE, b"", b"psk_id_hash", b""));
        info_hash.copy_from_slice(&*labeled_extract(&SUITE, b"", b"info_hash", info));
        Self(context)
    }

    /// Differs whenever `info` differs.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// `SetupBaseS` of RFC 9180 §5.1.1 with the ephemeral derived from `ikm_e`. Returns the encapsulated key too.
pub(crate) fn setup_sender(ikm_e: &[u8], pk_r: &[u8], info: &Info) -> Result<([u8; 32], Context), HpkeError> {
    let pk_r: [u8; 32] = pk_r.try_into().map_err(|_| HpkeError::BadKey)?;
    let ephemeral = derive_key_pair(ikm_e)?;
    let dh = agree(ephemeral.secret, pk_r)?;
    let shared = extract_and_expand(&*dh, &ephemeral.public, &pk_r)?;
    Ok((ephemeral.public, schedule(&*shared, info)?))
}

/// `SetupBaseR` of RFC 9180 §5.1.1.
pub(crate) fn setup_receiver(enc: &[u8], sk_r: &[u8], info: &[u8]) -> Result<Context, HpkeError> {
    let enc: [u8; 32] = enc.try_into().map_err(|_| HpkeError::BadKey)?;
    let sk_r = Zeroizing::new(<[u8; 32]>::try_from(sk_r).map_err(|_| HpkeError::BadKey)?);
    let dh = agree(*sk_r, enc)?;
    let pk_r = public_of(*sk_r);
    let shared = extract_and_expand(&*dh, &enc, &pk_r)?;
    schedule(&*shared, &Info::of(info))
}

impl Context {
    /// The first, and only, message of this context.
    pub(crate) fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, HpkeError> {
        let message = Payload { msg: plaintext, aad };
        self.aead()?.encrypt(&self.base_nonce.into(), message).map_err(|_| HpkeError::Length)
    }

    /// The plaintext of the first message.
    pub(crate) fn open(&self, aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, HpkeError> {
        let message = Payload { msg: ciphertext, aad };
        self.aead()?.decrypt(&self.base_nonce.into(), message).map_err(|_| HpkeError::Open)
    }

    /// The exporter of RFC 9180 §5.3.
    pub(crate) fn export(&self, exporter_context: &[u8], length: usize) -> Result<Vec<u8>, HpkeError> {
        let mut secret = vec![0; length];
        labeled_expand(&SUITE, &*self.exporter_secret, b"sec", exporter_context, &mut secret)?;
        Ok(secret)
    }

    fn aead(&self) -> Result<Aes128Gcm, HpkeError> {
        Aes128Gcm::new_from_slice(&*self.key).map_err(|_| HpkeError::BadKey)
    }
}

fn public_of(secret: [u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(secret)).to_bytes()
}

/// The X25519 shared secret; a low-order peer key, which would make it zero, is refused (RFC 9180 §7.1.4).
fn agree(secret: [u8; 32], public: [u8; 32]) -> Result<Zeroizing<[u8; 32]>, HpkeError> {
    let shared = Zeroizing::new(x25519(secret, public));
    if shared.iter().fold(0, |sum, byte| sum | byte) == 0 {
        return Err(HpkeError::BadKey);
    }
    Ok(shared)
}

/// Whether a public key is 32 bytes that do not force the shared secret to be zero.
pub(crate) fn is_usable_public_key(public: &[u8]) -> bool {
    public.try_into().is_ok_and(|public| agree([0x55; 32], public).is_ok())
}

fn extract_and_expand(dh: &[u8], enc: &[u8; 32], pk_r: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, HpkeError> {
    let prk = labeled_extract(&KEM, b"", b"eae_prk", dh);
    let mut context = [0; 64];
    let (first, second) = context.split_at_mut(32);
    first.copy_from_slice(enc);
    second.copy_from_slice(pk_r);
    let mut shared = Zeroizing::new([0; 32]);
    labeled_expand(&KEM, &*prk, b"shared_secret", &context, &mut *shared)?;
    Ok(shared)
}

fn schedule(shared: &[u8], Info(context): &Info) -> Result<Context, HpkeError> {
    let secret = labeled_extract(&SUITE, shared, b"secret", b"");
    let mut key = Zeroizing::new([0; 16]);
    labeled_expand(&SUITE, &*secret, b"key", context, &mut *key)?;
    let mut base_nonce = [0; 12];
    labeled_expand(&SUITE, &*secret, b"base_nonce", context, &mut base_nonce)?;
    let mut exporter_secret = Zeroizing::new([0; 32]);
    labeled_expand(&SUITE, &*secret, b"exp", context, &mut *exporter_secret)?;
    Ok(Context { key, base_nonce, exporter_secret })
}

fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Zeroizing<[u8; 32]> {
    hmac_sha256(salt, &[VERSION, suite, label, ikm])
}

fn labeled_expand(suite: &[u8], prk: &[u8], label: &[u8], info: &[u8], okm: &mut [u8]) -> Result<(), HpkeError> {
    let length = u16::try_from(okm.len()).map_err(|_| HpkeError::Length)?;
    Hkdf::<Sha256>::from_prk(prk)
        .map_err(|_| HpkeError::BadKey)?
        .expand_multi_info(&[&length.to_be_bytes(), VERSION, suite, label, info], okm)
        .map_err(|_| HpkeError::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    const IKM_E: &str = "7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234";
    const PK_E: &str = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431";
    const IKM_R: &str = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037";
    const PK_R: &str = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d";
    const PLAINTEXT: &str = "4265617574792069732074727574682c20747275746820626561757479";
    const CIPHERTEXT: &str =
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a";

    #[test]
    fn rfc_9180_appendix_a_1_1() {
        let receiver = derive_key_pair(&bytes(IKM_R)).unwrap();
        assert_eq!(receiver.public.as_slice(), bytes(PK_R));
        let (enc, sender) = setup_sender(&bytes(IKM_E), &receiver.public, &Info::of(&bytes(INFO))).unwrap();
        assert_eq!(enc.as_slice(), bytes(PK_E));
        assert_eq!(sender.seal(b"Count-0", &bytes(PLAINTEXT)).unwrap(), bytes(CIPHERTEXT));
        assert_eq!(
            sender.export(b"", 32).unwrap(),
            bytes("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee")
        );
        let opened = setup_receiver(&enc, &receiver.secret, &bytes(INFO)).unwrap();
        assert_eq!(opened.open(b"Count-0", &bytes(CIPHERTEXT)).unwrap(), bytes(PLAINTEXT));
        assert_eq!(opened.open(b"Count-1", &bytes(CIPHERTEXT)), Err(HpkeError::Open));
    }

    #[test]
    fn low_order_keys_are_refused() {
        assert!(!is_usable_public_key(&[0; 32]));
        let mut one = [0; 32];
        one[0] = 1;
        assert!(!is_usable_public_key(&one));
        assert!(!is_usable_public_key(&[9; 31]));
        assert!(is_usable_public_key(&derive_key_pair(b"any").unwrap().public));
        assert!(setup_sender(b"e", &[0; 32], &Info::of(b"")).is_err());
    }
}
