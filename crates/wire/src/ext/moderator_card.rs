//! Who a moderator is elsewhere, for everybody to read: component 0x8D47 in a leaf of a knock room.

use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::codec::Body;

/// Before the leaf's key, in what the binding's `cti` is made of.
const CARD_LABEL: &[u8] = b"mimi moderator card v1";

/// A card.
///
/// ```text
/// struct { opaque presentation<V>; } ModeratorCard;
/// ```
///
/// Unlike what somebody says about themselves inside a room, it is for knockers, who read nothing that is said there: its
/// binding names the knock room's URI as audience, the leaf by its [`cti`], and has no `cnonce`. So it can be checked
/// without the secrets of an epoch, anybody who has read it can show it again, and no other leaf can carry it. Whether it
/// is good is for who has the issuer's keys to say.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ModeratorCard {
    /// A presentation of type 1, one item of deterministic CBOR: `doorstep_content::Presentation`.
    pub presentation: VLByteVec,
}

impl Body for ModeratorCard {
    const LIMIT: usize = 4096;
}

/// Claim 7 of the binding of a card in the leaf with this signature key:
/// `SHA-256("mimi moderator card v1" ‖ key)[0..16]`.
pub fn cti(leaf_signature_key: &[u8]) -> [u8; 16] {
    let hash = Sha256::new().chain_update(CARD_LABEL).chain_update(leaf_signature_key).finalize();
    let mut cti = [0; 16];
    cti.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    cti
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

    /// Worked out in Python, for the key of seed 02.
    #[test]
    fn a_card_is_of_one_leaf() {
        let key = hex::decode("8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394").unwrap();
        assert_eq!(hex::encode(cti(&key)), "156e8cef59bc52d00e66dab533563ac7");
    }

    #[test]
    fn a_card_is_one_presentation() {
        let card: ModeratorCard = strictly_hex("05 82 01 42 aabb");
        assert_eq!(card.presentation.as_slice(), [0x82, 0x01, 0x42, 0xaa, 0xbb]);
    }

    #[test]
    fn a_card_does_not_fill_a_leaf() {
        let card = |length| ModeratorCard { presentation: vec![0; length].into() }.encode().unwrap();
        assert!(ModeratorCard::decode(&card(4094)).is_ok());
        assert!(ModeratorCard::decode(&card(4095)).is_err());
    }
}
