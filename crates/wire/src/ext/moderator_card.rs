//! Who a moderator is elsewhere, for everybody to read: component 0x8D47 in a leaf of a knock room.

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::codec::Body;

/// A card.
///
/// ```text
/// struct { opaque presentation<V>; } ModeratorCard;
/// ```
///
/// Unlike what somebody says about themselves inside a room, it is for knockers, who read nothing that is said there: its
/// binding names the knock room's URI as audience and has no `cnonce`, so that it can be checked without the secrets of
/// an epoch, and shown again by whoever has read it. Whether it is good is for who has the issuer's keys to say.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ModeratorCard {
    /// A presentation of type 1, one item of deterministic CBOR: `doorstep_content::Presentation`.
    pub presentation: VLByteVec,
}

impl Body for ModeratorCard {
    const LIMIT: usize = 4096;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

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
