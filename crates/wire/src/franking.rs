//! Franking: the hub vouches that a message came through it (mimi-protocol-06 §5.4.1).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::Body,
    credential::Credential,
    numbers::UnixMillis,
    sign::sign_content,
    uri::{RoomUri, UserUri},
};

/// Label of the hub's signature.
pub const FRANKING_LABEL: &str = "FrankingIntegrityTBS";

/// Item of component 0x0020 in the authenticated data of a message: `struct { uint8 franking_tag[32]; } FrankAAD;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct FrankAad {
    /// HMAC-SHA256 keyed with the salt of the content, over the application data.
    pub franking_tag: [u8; 32],
}

impl Body for FrankAad {}

/// Data of component 0x0021:
/// `struct { SignaturePublicKey franking_signature_key; Credential credential; } FrankingAgentData;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct FrankingAgent {
    /// Public key of the suite of the group.
    pub franking_signature_key: VLByteVec,
    /// The hub's.
    pub credential: Credential,
}

impl Body for FrankingAgent {}

/// ```text
/// struct { uint8 server_frank[32]; CipherSuite franking_signature_ciphersuite;
///          opaque franking_integrity_signature<V>; } Frank;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Frank {
    /// HMAC-SHA256 with a key only the hub has.
    pub server_frank: [u8; 32],
    /// Suite of the signature.
    pub cipher_suite: u16,
    /// Over [`FrankingIntegrityTbs`].
    pub signature: VLByteVec,
}

impl Body for Frank {}

/// ```text
/// struct { IdentifierUri sender_uri; IdentifierUri room_uri; uint64 accepted_timestamp; } ServerFrankingContext;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ServerFrankingContext {
    /// As the submit request said.
    pub sender: UserUri,
    /// The room.
    pub room: RoomUri,
    /// As in the fan-out.
    pub accepted_timestamp: UnixMillis,
}

impl Body for ServerFrankingContext {}

/// ```text
/// struct { opaque server_frank[32]; CipherSuite franking_signature_ciphersuite; ServerFrankingContext context; }
///     FrankingIntegrityTBS;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct FrankingIntegrityTbs {
    /// As in [`Frank`].
    pub server_frank: [u8; 32],
    /// As in [`Frank`].
    pub cipher_suite: u16,
    /// As the verifier knows it.
    pub context: ServerFrankingContext,
}

impl Body for FrankingIntegrityTbs {}

impl FrankingIntegrityTbs {
    /// The bytes that the hub's franking key signs.
    ///
    /// # Errors
    /// None in practice: all parts are limited.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(sign_content(FRANKING_LABEL, &self.encode()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

    #[test]
    fn franks_are_byte_exact() {
        let tag: FrankAad = strictly_hex(&"ab".repeat(32));
        assert_eq!(tag.franking_tag, [0xab; 32]);
        let hub = hex::encode("mimi://a.example");
        let agent: FrankingAgent = strictly_hex(&format!("20 {} 0001 10 {hub}", "33".repeat(32)));
        assert_eq!(agent.credential.hub(), Some("a.example".parse().unwrap()));
        let [user, room] = ["mimi://c.example/u/c", "mimi://a.example/r/x"].map(hex::encode);
        let context = format!("14 {user} 14 {room} 0000017edb14c03b");
        strictly_hex::<ServerFrankingContext>(&context);
        let tbs: FrankingIntegrityTbs = strictly_hex(&format!("{} 0001 {context}", "8c".repeat(32)));
        let signed = hex::encode(tbs.to_be_signed().unwrap());
        assert!(signed.starts_with(&format!("1c{}", hex::encode("MLS 1.0 FrankingIntegrityTBS"))), "{signed}");
        assert!(signed.ends_with(&context.replace(' ', "")));
    }
}
