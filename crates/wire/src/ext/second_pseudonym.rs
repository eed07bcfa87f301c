//! The signature that binds KeyPackages of a second pseudonym to the message that carries them.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{codec::Body, sign::sign_content, uri::IdentifierUri};

/// Label of the signature.
pub const SECOND_PSEUDONYM_LABEL: &str = "mimi second pseudonym v1";

/// Signed with the KeyPackage's leaf key; without it anybody who once got the KeyPackage could pass it off as their
/// own.
///
/// ```text
/// struct { opaque disclosure_context<V>; opaque request_id[16]; opaque recipient<V>; opaque kp_ref<V>; }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct SecondPseudonym {
    /// Encoded [`DisclosureContext`](super::disclosure_context::DisclosureContext) of the carrying message.
    pub disclosure_context: VLByteVec,
    /// Names the request or knock.
    pub request_id: [u8; 16],
    /// User addressed by a request, target room of a knock.
    pub recipient: IdentifierUri,
    /// KeyPackageRef (RFC 9420 §5.2).
    pub kp_ref: VLByteVec,
}

impl Body for SecondPseudonym {}

impl SecondPseudonym {
    /// The bytes to sign.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if a part is too long for its length prefix.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(sign_content(SECOND_PSEUDONYM_LABEL, &self.encode()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

    #[test]
    fn the_signature_names_message_recipient_and_key_package() {
        let room = hex::encode("mimi://a.example/r/x");
        let bytes = format!("02 c0c0 {} 14 {room} 01 ab", "ee".repeat(16));
        let content: SecondPseudonym = strictly_hex(&bytes);
        assert_eq!(content.request_id, [0xee; 16]);
        let label = hex::encode("MLS 1.0 mimi second pseudonym v1");
        let bytes = bytes.replace(' ', "");
        assert_eq!(hex::encode(content.to_be_signed().unwrap()), format!("20{label}2a{bytes}"));
    }
}
