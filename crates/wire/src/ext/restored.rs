//! A hub went back to an earlier epoch, because a member said that nobody can follow a commit.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, put_vector},
    mls_message::BareGroupInfo,
    tree::RatchetTree,
    uri::RoomUri,
};

/// ```text
/// struct { uint64 epoch; opaque commit_hash[32]; uint32 leaf_index; opaque signature[64]; GroupInfo group_info;
///          optional<Node> ratchet_tree<V>; } Restored;
/// ```
///
/// The first four fields are the member's signed word, so that nobody has to believe the hub.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Restored {
    /// Epoch that is current again: the one the commit was made in.
    pub epoch: u64,
    /// SHA-256 of the commit's MLSMessage.
    pub commit_hash: [u8; 32],
    /// Leaf of the member who says so, in that epoch.
    pub leaf_index: u32,
    /// Ed25519 by that leaf's key over [`reject_commit_content`], label `doorstep reject commit v1`.
    pub signature: [u8; 64],
    /// Of that epoch.
    pub group_info: BareGroupInfo,
    /// Of that epoch.
    pub ratchet_tree: RatchetTree,
}

impl Body for Restored {
    const LIMIT: usize = 4 << 20;
}

/// What the member signs: `struct { opaque room<V>; uint64 epoch; opaque commit_hash[32]; }`.
pub fn reject_commit_content(room: &RoomUri, epoch: u64, commit_hash: &[u8; 32]) -> Vec<u8> {
    let mut content = Vec::with_capacity(128);
    put_vector(&mut content, room.as_bytes());
    content.extend(epoch.to_be_bytes());
    content.extend_from_slice(commit_hash);
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::{RealMessages, strictly};

    #[test]
    fn the_members_word_comes_first() {
        let real = RealMessages::new();
        let head =
            hex::decode(format!("0000000000000004 {} 00000002 {}", "aa".repeat(32), "bb".repeat(64)).replace(' ', ""));
        let bytes = [&head.unwrap()[..], &real.group_info[4..], &real.tree].concat();
        let restored: Restored = strictly(&bytes);
        assert_eq!((restored.epoch, restored.leaf_index), (4, 2));
        assert_eq!(restored.ratchet_tree.as_bytes(), real.tree);
    }

    #[test]
    fn what_is_signed_names_the_room() {
        let room: RoomUri = "mimi://a.example/r/x".parse().unwrap();
        let content = hex::encode(reject_commit_content(&room, 4, &[0xaa; 32]));
        assert_eq!(content, format!("14{}0000000000000004{}", hex::encode(room.as_str()), "aa".repeat(32)));
    }
}
