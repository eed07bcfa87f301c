//! What the disclosure of an identity is bound to.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, put_vector},
    numbers::{Epoch, LeafIndex},
    uri::{RoomUri, UserUri},
};

/// First field of a [`DisclosureContext`], and the exporter label of the binding secret.
pub const DISCLOSURE_LABEL: &str = "mimi-disclosure v1";

/// ```text
/// struct { opaque label<V> = "mimi-disclosure v1"; opaque room_uri<V>; opaque group_id<V>; uint64 epoch;
///          uint32 leaf_index; SignaturePublicKey leaf_signature_key; opaque user_pseudonym<V>; } DisclosureContext;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureContext {
    /// Room the disclosure is made in.
    pub room: RoomUri,
    /// Its group.
    pub group_id: Vec<u8>,
    /// Epoch of the carrying message.
    pub epoch: Epoch,
    /// Sender's leaf.
    pub leaf_index: LeafIndex,
    /// Sender's signature key.
    pub leaf_signature_key: Vec<u8>,
    /// Sender's user URI in the room.
    pub user: UserUri,
}

impl DisclosureContext {
    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        put_vector(&mut out, DISCLOSURE_LABEL.as_bytes());
        put_vector(&mut out, self.room.as_bytes());
        put_vector(&mut out, &self.group_id);
        out.extend(self.epoch.0.to_be_bytes());
        out.extend(self.leaf_index.0.to_be_bytes());
        put_vector(&mut out, &self.leaf_signature_key);
        put_vector(&mut out, self.user.as_bytes());
        out
    }

    /// Reads the bytes that [`to_bytes`](Self::to_bytes) makes.
    ///
    /// # Errors
    /// [`DecodeError`](crate::codec::DecodeError) if they are not such bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, crate::codec::DecodeError> {
        let fields = Fields::decode(bytes)?;
        if fields.label.as_slice() != DISCLOSURE_LABEL.as_bytes() {
            return Err(crate::codec::invalid("not a disclosure context").into());
        }
        Ok(Self {
            room: fields.room,
            group_id: fields.group_id.into(),
            epoch: fields.epoch,
            leaf_index: fields.leaf_index,
            leaf_signature_key: fields.leaf_signature_key.into(),
            user: fields.user,
        })
    }
}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
struct Fields {
    label: VLByteVec,
    room: RoomUri,
    group_id: VLByteVec,
    epoch: Epoch,
    leaf_index: LeafIndex,
    leaf_signature_key: VLByteVec,
    user: UserUri,
}

impl Body for Fields {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_has_232_bytes() {
        let context = DisclosureContext {
            room: "mimi://b.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap(),
            group_id: b"mimi://b.example/g/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".to_vec(),
            epoch: Epoch(3),
            leaf_index: LeafIndex(1),
            leaf_signature_key: (0..32).collect(),
            user: "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427".parse().unwrap(),
        };
        let bytes = context.to_bytes();
        assert_eq!(bytes.len(), 232);
        assert_eq!(DisclosureContext::decode(&bytes).unwrap(), context);
        for end in 0..bytes.len() {
            assert!(DisclosureContext::decode(&bytes[..end]).is_err());
        }
        let mut other = bytes;
        other[1] ^= 1;
        assert!(DisclosureContext::decode(&other).is_err());
    }
}
