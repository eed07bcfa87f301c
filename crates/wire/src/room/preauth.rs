//! Component 0x0026, `preauth_list` (mimi-room-policy).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::RoleIndex;
use crate::codec::Body;

/// ```text
/// struct { CredentialType credential_type; opaque id<V>; } ClaimId;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ClaimId {
    /// RFC 9420 credential type.
    pub credential_type: u16,
    /// SD-CWT: the claim key in deterministic CBOR. Basic: empty.
    pub id: VLByteVec,
}

/// ```text
/// struct { ClaimId claim_id; opaque claim_value<V>; } Claim;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Claim {
    /// Which claim.
    pub claim_id: ClaimId,
    /// SD-CWT: the claim's value in deterministic CBOR. Basic: the identity.
    pub claim_value: VLByteVec,
}

/// ```text
/// struct { Claim claimset<V>; uint32 target_role_index; } PreAuthRoleEntry;
/// ```
/// The draft's figure has a whole `Role` in the second place; its text only needs to name one.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct PreAuthRoleEntry {
    /// All of them have to match.
    pub claimset: Vec<Claim>,
    /// The role of whoever matches.
    pub target_role: RoleIndex,
}

/// ```text
/// struct { PreAuthRoleEntry preauthorized_entries<V>; } PreAuthData;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct PreAuthData {
    /// The first that matches counts.
    pub entries: Vec<PreAuthRoleEntry>,
}

impl Body for PreAuthData {}
