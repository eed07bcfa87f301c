//! Doorstep's own room components: 0x8D40 pseudonym policy, 0x8D41 purpose, 0x8D48 knock room, and what stands in a join
//! link of 0x002A (`docs/PROTOCOL.md`).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::Body,
    room::{Optionality, RoleIndex},
    uri::{ProviderDomain, RoomUri},
};

/// Component 0x8D40:
/// ```text
/// struct { Optionality pseudonyms; Optionality disclosure; uint32 disclosure_grace; DomainName allowed_issuers<V>; }
///     PseudonymPolicyData;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct PseudonymPolicyData {
    /// Whether people are here under a pseudonym.
    pub pseudonyms: Optionality,
    /// Whether they say inside the room who they are.
    pub disclosure: Optionality,
    /// Seconds they have for it; 0 unless it is required.
    pub disclosure_grace: u32,
    /// Whose credentials the room takes; empty: any provider's.
    pub allowed_issuers: Vec<ProviderDomain>,
}

/// Component 0x8D41:
/// ```text
/// enum { standard(0), connection(1), knock(2), (255) } RoomPurposeType;
/// struct { RoomPurposeType purpose; select (purpose) {
///     case standard: struct {};
///     case connection: uint64 expires_at;
///     case knock: opaque target_room_uri<V>; uint32 knocker_role_index; uint32 max_messages_per_knocker;
///                 uint32 max_message_bytes; }; } RoomPurpose;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum RoomPurpose {
    /// A room to talk in.
    #[tls_codec(discriminant = 0)]
    Standard,
    /// A room in which two people get to know each other.
    Connection {
        /// When the hub deletes it; seconds since the UNIX epoch.
        expires_at: u64,
    },
    /// A room in which strangers ask to be let into another.
    Knock(KnockTerms),
}

/// What a knock room is for, and how much one may say in it.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KnockTerms {
    /// The room that is knocked at.
    pub target_room: RoomUri,
    /// The role of knockers.
    pub knocker_role: RoleIndex,
    /// Messages a knocker may send.
    pub max_messages_per_knocker: u32,
    /// Greatest MLSMessage of a knocker, in bytes.
    pub max_message_bytes: u32,
}

/// Component 0x8D48: `struct { opaque knock_room_uri<V>; } KnockRoom;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KnockRoom {
    /// The one room through which this one is knocked at.
    pub knock_room: RoomUri,
}

/// Content of a [`JoinLink`](crate::room::JoinLink):
/// ```text
/// struct { uint8 version = 1; opaque link_id[16]; opaque code_public_key[32]; uint32 target_role_index;
///          uint64 not_after; uint32 max_uses; } JoinLinkEntry;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct JoinLinkEntry {
    /// [`Self::VERSION`].
    pub version: u8,
    /// Random.
    pub link_id: [u8; 16],
    /// Ed25519; its private half comes from the secret in the link.
    pub code_public_key: [u8; 32],
    /// The role of whoever uses the link.
    pub target_role: RoleIndex,
    /// Seconds since the UNIX epoch.
    pub not_after: u64,
    /// 0: any number.
    pub max_uses: u32,
}

impl JoinLinkEntry {
    /// The only version there is.
    pub const VERSION: u8 = 1;
}

impl Body for PseudonymPolicyData {}
impl Body for RoomPurpose {}
impl Body for KnockRoom {}
impl Body for JoinLinkEntry {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::DecodeError;

    #[test]
    fn pseudonym_policy_bytes() {
        let policy = PseudonymPolicyData {
            pseudonyms: Optionality::Required,
            disclosure: Optionality::Optional,
            disclosure_grace: 0,
            allowed_issuers: Vec::new(),
        };
        assert_eq!(hex::encode(policy.encode().unwrap()), "01000000000000");
        assert_eq!(PseudonymPolicyData::decode(&hex::decode("01000000000000").unwrap()).unwrap(), policy);
    }

    #[test]
    fn connection_purpose_bytes() {
        let purpose = RoomPurpose::Connection { expires_at: 1_790_000_000 };
        assert_eq!(hex::encode(purpose.encode().unwrap()), "01000000006ab13b80");
        assert_eq!(RoomPurpose::decode(&hex::decode("01000000006ab13b80").unwrap()).unwrap(), purpose);
    }

    #[test]
    fn standard_purpose_is_one_byte_and_unknown_purposes_fail() {
        assert_eq!(RoomPurpose::decode(&[0]).unwrap(), RoomPurpose::Standard);
        assert!(matches!(RoomPurpose::decode(&[0, 0]), Err(DecodeError::Malformed(_))));
        assert!(matches!(RoomPurpose::decode(&[3]), Err(DecodeError::Malformed(_))));
    }

    #[test]
    fn knock_purpose_and_knock_room_bytes() {
        let target: RoomUri = "mimi://a.example/r/x".parse().unwrap();
        let purpose = RoomPurpose::Knock(KnockTerms {
            target_room: target.clone(),
            knocker_role: RoleIndex(2),
            max_messages_per_knocker: 1,
            max_message_bytes: 65536,
        });
        let uri = "14".to_owned() + &hex::encode("mimi://a.example/r/x");
        let bytes = format!("02{uri}000000020000000100010000");
        assert_eq!(hex::encode(purpose.encode().unwrap()), bytes);
        assert_eq!(RoomPurpose::decode(&hex::decode(&bytes).unwrap()).unwrap(), purpose);
        assert_eq!(hex::encode(KnockRoom { knock_room: target }.encode().unwrap()), uri);
    }

    #[test]
    fn join_link_entry_is_65_bytes() {
        let entry = JoinLinkEntry {
            version: JoinLinkEntry::VERSION,
            link_id: [7; 16],
            code_public_key: [8; 32],
            target_role: RoleIndex(2),
            not_after: 1_790_000_000,
            max_uses: 1,
        };
        let bytes = entry.encode().unwrap();
        assert_eq!(bytes.len(), 65);
        let expected = format!("01{}{}00000002000000006ab13b8000000001", "07".repeat(16), "08".repeat(32));
        assert_eq!(hex::encode(&bytes), expected);
        assert_eq!(JoinLinkEntry::decode(&bytes).unwrap(), entry);
        for end in 0..bytes.len() {
            assert!(JoinLinkEntry::decode(&bytes[..end]).is_err());
        }
    }
}
