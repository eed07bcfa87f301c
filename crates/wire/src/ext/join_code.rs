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
