//! What a KeyPackage may be used for: component 0x8D42 of its `app_data_dictionary`.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size};

use crate::{
    codec::{Body, invalid},
    uri::{RoomUri, UserUri},
};

/// ```text
/// enum { reserved(0), any(1), connection_only(2), room_bound(3), requester_bound(4), (255) } KpUsageType;
/// struct { KpUsageType usage;
///   select (usage) { case any, connection_only: struct{};
///                    case room_bound: opaque room_uri<V>; case requester_bound: opaque requester_user_uri<V>; };
/// } KpUsage;
/// ```
///
/// A KeyPackage without it is [`KpUsage::Any`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KpUsage {
    /// For any room.
    #[default]
    Any,
    /// For a first connection only.
    ConnectionOnly,
    /// For one room.
    RoomBound(RoomUri),
    /// For whoever asked for it.
    RequesterBound(UserUri),
}

impl Body for KpUsage {
    const LIMIT: usize = 2048;
}

impl Size for KpUsage {
    fn tls_serialized_len(&self) -> usize {
        1 + match self {
            Self::Any | Self::ConnectionOnly => 0,
            Self::RoomBound(room) => room.tls_serialized_len(),
            Self::RequesterBound(user) => user.tls_serialized_len(),
        }
    }
}

impl Serialize for KpUsage {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        match self {
            Self::Any => 1u8.tls_serialize(writer),
            Self::ConnectionOnly => 2u8.tls_serialize(writer),
            Self::RoomBound(room) => Ok(3u8.tls_serialize(writer)? + room.tls_serialize(writer)?),
            Self::RequesterBound(user) => Ok(4u8.tls_serialize(writer)? + user.tls_serialize(writer)?),
        }
    }
}

impl Deserialize for KpUsage {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        match u8::tls_deserialize(bytes)? {
            1 => Ok(Self::Any),
            2 => Ok(Self::ConnectionOnly),
            3 => Ok(Self::RoomBound(RoomUri::tls_deserialize(bytes)?)),
            4 => Ok(Self::RequesterBound(UserUri::tls_deserialize(bytes)?)),
            _ => Err(invalid("unknown usage of a KeyPackage")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usages_are_byte_exact() {
        let room: RoomUri = "mimi://a.example/r/x".parse().unwrap();
        for (usage, bytes) in [
            (KpUsage::Any, "01".to_owned()),
            (KpUsage::ConnectionOnly, "02".to_owned()),
            (KpUsage::RoomBound(room.clone()), format!("0314{}", hex::encode(room.as_str()))),
        ] {
            assert_eq!(hex::encode(usage.encode().unwrap()), bytes);
            assert_eq!(KpUsage::decode(&hex::decode(bytes).unwrap()).unwrap(), usage);
        }
    }

    #[test]
    fn an_unknown_usage_is_refused() {
        assert!(KpUsage::decode(&[0]).is_err());
        assert!(KpUsage::decode(&[5]).is_err());
        assert!(KpUsage::decode(&[1, 0]).is_err());
        assert!(KpUsage::decode(b"").is_err());
    }
}
