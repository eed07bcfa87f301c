//! Joining codes: what goes into `joiningCode` of a `GroupInfoRequest`, and what its proof covers.

use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, put_vector},
    uri::RoomUri,
};

/// ```text
/// struct { opaque link_id[16]; opaque proof[64]; } JoiningCode;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoiningCode {
    /// Names the `JoinLinkEntry`.
    pub link_id: [u8; 16],
    /// Ed25519 signature by the code's key over [`proof_message`].
    pub proof: [u8; 64],
}

impl Body for JoiningCode {}

/// The bytes that a joining code's key signs: the request's room, suite and keys, so that nobody who relays the code can
/// use it.
///
/// ```text
/// "mimi join proof v1" || SHA-256(struct { opaque room_uri<V>; CipherSuite cipher_suite;
///     SignaturePublicKey requesting_signature_key; HPKEPublicKey group_info_public_key; })
/// ```
pub fn proof_message(room: &RoomUri, cipher_suite: u16, signature_key: &[u8], group_info_key: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(256);
    put_vector(&mut content, room.as_bytes());
    content.extend(cipher_suite.to_be_bytes());
    put_vector(&mut content, signature_key);
    put_vector(&mut content, group_info_key);
    let mut out = b"mimi join proof v1".to_vec();
    out.extend_from_slice(&Sha256::digest(&content));
    out
}

/// The `info` of the HKDF-SHA256 (no salt) that makes the code's Ed25519 seed from the secret in a link.
pub fn code_key_info(room: &RoomUri) -> Vec<u8> {
    let mut out = b"mimi join code v1 ".to_vec();
    out.extend_from_slice(room.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, SigningKey, Verifier};

    use super::*;
    use crate::strictness::strictly_hex;

    const PROOF: &str = concat!(
        "e1483cad6b1996147384ebd998d64f46a24038f7ce7e758437443177e03e703a",
        "7b9c922910ca43a75abfca52436d8f7711c2595499c0cde167115641eb51eb0f"
    );

    /// A worked example that was not computed with this code.
    #[test]
    fn a_proof_covers_room_suite_and_both_keys() {
        let room: RoomUri = "mimi://a.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap();
        let mut seed = [0; 32];
        hkdf::Hkdf::<Sha256>::new(None, &[0x44; 32]).expand(&code_key_info(&room), &mut seed).unwrap();
        assert_eq!(hex::encode(seed), "fe890ffe7538e1dac72e75d31b7b985300d5003a6d6c2fe5ddd16165c01b10d8");
        let key = SigningKey::from_bytes(&seed).verifying_key();
        assert_eq!(hex::encode(key), "dc253a2a6183e985ceefe633b868d359ec259f48043c060cad72509d61c87d2b");

        let requester = hex::decode("8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394").unwrap();
        let code: JoiningCode = strictly_hex(&format!("{} {PROOF}", "66".repeat(16)));
        let proof = Signature::from_bytes(&code.proof);
        key.verify(&proof_message(&room, 1, &requester, &[0x55; 32]), &proof).unwrap();
        let other: RoomUri = "mimi://a.example/r/x".parse().unwrap();
        for message in [
            proof_message(&other, 1, &requester, &[0x55; 32]),
            proof_message(&room, 2, &requester, &[0x55; 32]),
            proof_message(&room, 1, &requester[1..], &[0x55; 32]),
            proof_message(&room, 1, &requester, &[0x56; 32]),
        ] {
            assert!(key.verify(&message, &proof).is_err());
        }
    }
}
