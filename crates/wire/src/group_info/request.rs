//! What a joiner asks.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{codec::Body, credential::Credential, numbers::Protocol, sign::sign_content};

/// Label of the requester's signature.
pub const GROUP_INFO_REQUEST_LABEL: &str = "GroupInfoRequestTBS";

/// ```text
/// struct { Protocol protocol; select (protocol) { case mls10: CipherSuite cipher_suite;
///   SignaturePublicKey requestingSignatureKey; Credential requestingCredential; HPKEPublicKey groupInfoPublicKey;
///   optional<opaque<V>> joiningCode; }; } GroupInfoRequestTBS;
/// ```
///
/// The draft has `joiningCode` optional here and not in the request; it is optional in both, so that this is the
/// beginning of the request.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct GroupInfoRequestTbs {
    /// Always MLS 1.0.
    pub protocol: Protocol,
    /// Suite of the answer's encryption.
    pub cipher_suite: u16,
    /// Key of the leaf that will join.
    pub requesting_signature_key: VLByteVec,
    /// Credential of the leaf that will join.
    pub requesting_credential: Credential,
    /// Fresh; the answer is encrypted to it.
    pub group_info_public_key: VLByteVec,
    /// [`JoiningCode`](crate::ext::join_code::JoiningCode), if a link led here.
    pub joining_code: Option<VLByteVec>,
}

impl Body for GroupInfoRequestTbs {}

impl GroupInfoRequestTbs {
    /// The bytes to sign.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if a part is too long for its length prefix.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(sign_content(GROUP_INFO_REQUEST_LABEL, &self.encode()?))
    }
}

/// `struct { GroupInfoRequestTBS; opaque signature<V>; } GroupInfoRequest;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct GroupInfoRequest {
    /// All but the signature.
    pub tbs: GroupInfoRequestTbs,
    /// By `requesting_signature_key` over [`GroupInfoRequestTbs::to_be_signed`].
    pub signature: VLByteVec,
}

impl Body for GroupInfoRequest {}
