//! Sealing a knock to the admins' clients: the key in their leaves, and what the two encryptions are bound to.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::Body,
    component::{IDENTITY_DISCLOSURE, KNOCK_SEALING_KEY},
    hpke,
    numbers::{Epoch, LeafIndex},
    uri::{RoomUri, UserUri},
};

/// Component 0x8D46 in the leaf of a client that may accept knocks: `struct { HPKEPublicKey knock_key; }`.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KnockSealingKey {
    /// X25519 public key, 32 bytes.
    pub knock_key: VLByteVec,
}

impl KnockSealingKey {
    /// The key, if it has the length of the suite we use.
    pub fn x25519(&self) -> Option<[u8; 32]> {
        self.knock_key.as_slice().try_into().ok()
    }
}

impl Body for KnockSealingKey {
    const LIMIT: usize = 2048;
}

/// Who knocks where, in which epoch: the `aad` of a knock's body.
///
/// ```text
/// struct { opaque room_uri<V>; opaque group_id<V>; uint64 epoch; uint32 sender_leaf_index; opaque sender_user<V>;
///          opaque request_id[16]; } KnockContext;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KnockContext {
    /// The knock room.
    pub room: RoomUri,
    /// Its group.
    pub group_id: VLByteVec,
    /// Epoch the knock is sent in.
    pub epoch: Epoch,
    /// The knocker's leaf.
    pub sender_leaf: LeafIndex,
    /// The knocker in the knock room.
    pub sender_user: UserUri,
    /// Names the knock.
    pub request_id: [u8; 16],
}

impl Body for KnockContext {}

/// [`KnockContext`] and one recipient: the HPKE context under which the body's key is sealed to that recipient.
///
/// ```text
/// struct { KnockContext context; uint32 recipient_leaf_index; } RecipientContext;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RecipientContext {
    /// The knock.
    pub context: KnockContext,
    /// The admin's leaf.
    pub recipient_leaf: LeafIndex,
}

impl Body for RecipientContext {}

impl RecipientContext {
    /// HPKE `info` for sealing to this recipient.
    ///
    /// # Errors
    /// [`tls_codec::Error`] if the group id is too long for its length prefix.
    pub fn info(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(hpke::info(&hpke::component_label(KNOCK_SEALING_KEY, "knock"), &self.encode()?))
    }

    /// HPKE `info` for sealing a disclosure to this recipient's leaf: the same context, in the room it is made in.
    ///
    /// # Errors
    /// As [`RecipientContext::info`].
    pub fn disclosure_info(&self) -> Result<Vec<u8>, tls_codec::Error> {
        Ok(hpke::info(&hpke::component_label(IDENTITY_DISCLOSURE, "disclosure"), &self.encode()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> KnockContext {
        KnockContext {
            room: "mimi://a.example/r/k".parse().unwrap(),
            group_id: VLByteVec::from(b"g"),
            epoch: Epoch(3),
            sender_leaf: LeafIndex(1),
            sender_user: "mimi://c.example/u/cathy".parse().unwrap(),
            request_id: [0xee; 16],
        }
    }

    #[test]
    fn a_knock_is_bound_to_room_group_epoch_and_sender() {
        let expected = [
            "14",
            &hex::encode("mimi://a.example/r/k"),
            "0167",
            "0000000000000003",
            "00000001",
            "18",
            &hex::encode("mimi://c.example/u/cathy"),
            &"ee".repeat(16),
        ]
        .concat();
        assert_eq!(hex::encode(context().encode().unwrap()), expected);
        let to = RecipientContext { context: context(), recipient_leaf: LeafIndex(7) };
        assert_eq!(hex::encode(to.encode().unwrap()), expected + "00000007");
    }

    #[test]
    fn info_starts_with_the_components_label() {
        let to = RecipientContext { context: context(), recipient_leaf: LeafIndex(7) };
        let info = hex::encode(to.info().unwrap());
        assert!(info.starts_with("1e4d4c5320312e30200d4d4c5320436f6d706f6e656e748d46056b6e6f636b4050"), "{info}");
    }

    #[test]
    fn a_disclosure_is_sealed_under_a_label_of_its_own() {
        let to = RecipientContext { context: context(), recipient_leaf: LeafIndex(7) };
        let info = hex::encode(to.disclosure_info().unwrap());
        assert!(
            info.starts_with("234d4c5320312e30200d4d4c5320436f6d706f6e656e748d430a646973636c6f737572654050"),
            "{info}"
        );
        assert_ne!(info, hex::encode(to.info().unwrap()));
    }

    #[test]
    fn a_sealing_key_of_another_length_is_none() {
        let key = KnockSealingKey::decode(&hex::decode(format!("20{}", "55".repeat(32))).unwrap()).unwrap();
        assert_eq!(key.x25519(), Some([0x55; 32]));
        assert_eq!(KnockSealingKey::decode(&[1, 0]).unwrap().x25519(), None);
    }
}
