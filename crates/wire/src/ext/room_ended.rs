//! A room is over: what its hub says to everybody who is in it, and what a member says who ends it.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, put_vector},
    uri::RoomUri,
};

/// Label of the signature of a [`RoomEnded`], by the hub's key for its external proposals.
pub const ROOM_ENDED_LABEL: &str = "doorstep room ended v1";

/// ```text
/// struct { opaque room<V>; uint64 epoch; uint8 reason; uint64 at; opaque signature[64]; } RoomEnded;
/// ```
///
/// An address is never used again, so that this can be said twice, and a former one means no other room.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct RoomEnded {
    /// Which.
    pub room: RoomUri,
    /// Its last epoch.
    pub epoch: u64,
    /// Why.
    pub reason: EndReason,
    /// When, milliseconds since the UNIX epoch.
    pub at: u64,
    /// Ed25519 by the hub's key over [`Self::signed`], label [`ROOM_ENDED_LABEL`].
    pub signature: [u8; 64],
}

impl Body for RoomEnded {
    const LIMIT: usize = 4 << 10;
}

impl RoomEnded {
    /// What the hub signs: the struct without its last field.
    pub fn signed(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(128);
        put_vector(&mut content, self.room.as_bytes());
        content.extend(self.epoch.to_be_bytes());
        content.push(self.reason as u8);
        content.extend(self.at.to_be_bytes());
        content
    }
}

/// Why a room is over: `enum { expired(1), by_member(2), by_operator(3), served(4), (255) } EndReason;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum EndReason {
    /// Its time was over (component 0x8D41).
    Expired = 1,
    /// Somebody in it who may end it did.
    ByMember = 2,
    /// The operator of the hub did.
    ByOperator = 3,
    /// Two were to meet in it, and one of them has left.
    Served = 4,
}

/// Label of the signature of an [`EndRoom`].
pub const END_ROOM_LABEL: &str = "doorstep end room v1";

/// A member ends the room: `struct { uint64 epoch; uint32 leaf_index; opaque signature[64]; } EndRoom;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct EndRoom {
    /// The current epoch.
    pub epoch: u64,
    /// Leaf of the signer in it, whose role has canDestroyRoom.
    pub leaf_index: u32,
    /// Ed25519 by that leaf's key over [`end_room_content`], label [`END_ROOM_LABEL`].
    pub signature: [u8; 64],
}

impl Body for EndRoom {
    const LIMIT: usize = 256;
}

/// What the member signs: `struct { opaque room<V>; uint64 epoch; }`.
pub fn end_room_content(room: &RoomUri, epoch: u64) -> Vec<u8> {
    let mut content = Vec::with_capacity(64);
    put_vector(&mut content, room.as_bytes());
    content.extend(epoch.to_be_bytes());
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly;

    fn room() -> RoomUri {
        "mimi://a.example/r/x".parse().unwrap()
    }

    #[test]
    fn the_hub_signs_all_but_its_signature() {
        let head = format!("14{} 0000000000000004 02 0000000000000007", hex::encode(room().as_str())).replace(' ', "");
        let bytes = hex::decode(format!("{head}{}", "bb".repeat(64))).unwrap();
        let ended: RoomEnded = strictly(&bytes);
        let signature = [0xbb; 64];
        assert_eq!(ended, RoomEnded { room: room(), epoch: 4, reason: EndReason::ByMember, at: 7, signature });
        assert_eq!(hex::encode(ended.signed()), head);
    }

    #[test]
    fn there_are_four_reasons() {
        for (byte, known) in [(0, false), (1, true), (4, true), (5, false), (255, false)] {
            let read = <EndReason as tls_codec::Deserialize>::tls_deserialize_exact([byte]);
            assert_eq!(read.is_ok(), known, "{byte}");
        }
    }

    #[test]
    fn what_a_member_signs_names_room_and_epoch() {
        let bytes = hex::decode(format!("0000000000000004 00000002 {}", "cc".repeat(64)).replace(' ', "")).unwrap();
        let end: EndRoom = strictly(&bytes);
        assert_eq!(end, EndRoom { epoch: 4, leaf_index: 2, signature: [0xcc; 64] });
        let content = hex::encode(end_room_content(&room(), 4));
        assert_eq!(content, format!("14{}0000000000000004", hex::encode(room().as_str())));
    }
}
