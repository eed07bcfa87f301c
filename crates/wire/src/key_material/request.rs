//! What somebody who wants to add a user asks.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, invalid},
    credential::Credential,
    numbers::Protocol,
    sign::sign_content,
    uri::{RoomUri, UserUri, absent},
};

/// Label of the requester's signature.
pub const KEY_MATERIAL_REQUEST_LABEL: &str = "KeyMaterialRequestTBS";

/// RFC 9420 §11.1:
/// `struct { ExtensionType extension_types<V>; ProposalType proposal_types<V>; CredentialType credential_types<V>; }
/// RequiredCapabilities;`
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RequiredCapabilities {
    /// Extensions that a client must know.
    pub extensions: Vec<u16>,
    /// Proposals that a client must know.
    pub proposals: Vec<u16>,
    /// Credentials that a client must know.
    pub credentials: Vec<u16>,
}

/// ```text
/// struct { Protocol protocol; IdentifierUri requestingUser; IdentifierUri targetUser; IdentifierUri roomId;
///   select (protocol) { case mls10: CipherSuite acceptableCiphersuites<V>; RequiredCapabilities requiredCapabilities;
///     SignaturePublicKey requesterSignatureKey; Credential requesterCredential; }; } KeyMaterialRequestTBS;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMaterialRequestTbs {
    /// Who asks.
    pub requester: UserUri,
    /// Whose clients are to be added.
    pub target: UserUri,
    /// The room that they are to be added to; none: for no room yet (`roomId` is empty).
    pub room: Option<RoomUri>,
    /// At least one, the best first. The first is also the suite of the signature (`docs/PROTOCOL.md`).
    pub cipher_suites: Vec<u16>,
    /// What the clients must know.
    pub required: RequiredCapabilities,
    /// Key of the signature.
    pub signature_key: VLByteVec,
    /// The requester's, for that key.
    pub credential: Credential,
}

impl Body for KeyMaterialRequestTbs {
    const LIMIT: usize = 64 << 10;
}

impl KeyMaterialRequestTbs {
    /// The bytes to sign.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if there is no cipher suite.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, Error> {
        Ok(sign_content(KEY_MATERIAL_REQUEST_LABEL, &self.encode()?))
    }
}

impl Size for KeyMaterialRequestTbs {
    fn tls_serialized_len(&self) -> usize {
        1 + self.requester.tls_serialized_len()
            + self.target.tls_serialized_len()
            + absent::len(self.room.as_ref())
            + self.cipher_suites.tls_serialized_len()
            + self.required.tls_serialized_len()
            + self.signature_key.tls_serialized_len()
            + self.credential.tls_serialized_len()
    }
}

impl Serialize for KeyMaterialRequestTbs {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        if self.cipher_suites.is_empty() {
            return Err(Error::EncodingError("no cipher suite".to_owned()));
        }
        Ok(Protocol::Mls10.tls_serialize(writer)?
            + self.requester.tls_serialize(writer)?
            + self.target.tls_serialize(writer)?
            + absent::write(writer, self.room.as_ref())?
            + self.cipher_suites.tls_serialize(writer)?
            + self.required.tls_serialize(writer)?
            + self.signature_key.tls_serialize(writer)?
            + self.credential.tls_serialize(writer)?)
    }
}

impl Deserialize for KeyMaterialRequestTbs {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        Protocol::tls_deserialize(bytes)?;
        let requester = UserUri::tls_deserialize(bytes)?;
        let target = UserUri::tls_deserialize(bytes)?;
        let room = absent::read(bytes)?;
        let cipher_suites = Vec::<u16>::tls_deserialize(bytes)?;
        if cipher_suites.is_empty() {
            return Err(invalid("no cipher suite"));
        }
        Ok(Self {
            requester,
            target,
            room,
            cipher_suites,
            required: RequiredCapabilities::tls_deserialize(bytes)?,
            signature_key: VLByteVec::tls_deserialize(bytes)?,
            credential: Credential::tls_deserialize(bytes)?,
        })
    }
}

/// `struct { KeyMaterialRequestTBS; opaque key_material_request_signature<V>; } KeyMaterialRequest;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KeyMaterialRequest {
    /// All but the signature.
    pub tbs: KeyMaterialRequestTbs,
    /// By `signature_key` over [`KeyMaterialRequestTbs::to_be_signed`].
    pub signature: VLByteVec,
}

impl Body for KeyMaterialRequest {
    const LIMIT: usize = 64 << 10;
}
