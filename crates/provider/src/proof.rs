//! Signatures at the end of a request.

use doorstep_wire::sign::sign_content;
use ed25519_dalek::{Signature, VerifyingKey};

/// Is `signature`, the last 64 bytes of `body`, `SignWithLabel(key, label, the bytes before it)`? The bytes are taken as
/// they were received.
pub(crate) fn is_signed(key: &[u8; 32], label: &str, body: &[u8], signature: &[u8; 64]) -> bool {
    let Some((content, tail)) = body.split_last_chunk::<64>() else { return false };
    tail == signature
        && VerifyingKey::from_bytes(key).is_ok_and(|key| {
            key.verify_strict(&sign_content(label, content), &Signature::from_bytes(signature)).is_ok()
        })
}
