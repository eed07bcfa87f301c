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
