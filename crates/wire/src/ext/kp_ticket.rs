//! A ticket that opens the renewal of KeyPackages: component 0x8D44 of `consent_extensions` in a consent `request`.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, put_vector},
    uri::{RoomUri, UserUri},
};

/// First field of what the code covers.
const TICKET_LABEL: &str = "mimi kp ticket v1";
/// Before the ticket, in what its id is made of.
const ID_LABEL: &[u8] = b"mimi kp ticket id v1";

/// Shows that the requester was given a ticket, without showing the ticket.
///
/// ```text
/// struct { opaque ticket_id[8]; opaque mac[32]; } KpTicket;
/// ```
///
/// A ticket is 32 random bytes that its giver put into a message. Whoever was shown a `KpTicket` can show it again, but
/// only for the same requester, target and room.
#[derive(Clone, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct KpTicket {
    /// [`ticket_id`] of the ticket.
    pub ticket_id: [u8; 8],
    /// [`mac`] by the ticket.
    pub mac: [u8; 32],
}

impl Body for KpTicket {}

impl KpTicket {
    /// For a request with these three.
    pub fn new(ticket: &[u8; 32], requester: &UserUri, target: &UserUri, room: Option<&RoomUri>) -> Self {
        Self { ticket_id: ticket_id(ticket), mac: mac(ticket, requester, target, room) }
    }

    /// Whether it was made with this ticket, for a request with these three. Takes the same time whatever the answer is.
    pub fn is_by(&self, ticket: &[u8; 32], requester: &UserUri, target: &UserUri, room: Option<&RoomUri>) -> bool {
        let by = keyed(ticket, requester, target, room).verify_slice(&self.mac).is_ok();
        // The id is no secret: it was shown to find the ticket by.
        by & (self.ticket_id == ticket_id(ticket))
    }
}

impl fmt::Debug for KpTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ticket_id: _, mac: _ } = self;
        f.write_str("KpTicket(..)")
    }
}

/// Names a ticket to who has it: `SHA-256("mimi kp ticket id v1" ‖ ticket)[0..8]`.
pub fn ticket_id(ticket: &[u8; 32]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 32] =
        Sha256::new().chain_update(ID_LABEL).chain_update(ticket).finalize().into();
    [a, b, c, d, e, f, g, h]
}

/// HMAC-SHA256 under the ticket over
///
/// ```text
/// struct { opaque label<V> = "mimi kp ticket v1"; IdentifierUri requesterUri; IdentifierUri targetUri;
///          optional<IdentifierUri> roomId; }
/// ```
///
/// the last three being those of the `ConsentEntry`. To check one, use [`KpTicket::is_by`].
pub fn mac(ticket: &[u8; 32], requester: &UserUri, target: &UserUri, room: Option<&RoomUri>) -> [u8; 32] {
    keyed(ticket, requester, target, room).finalize().into_bytes().into()
}

fn keyed(ticket: &[u8; 32], requester: &UserUri, target: &UserUri, room: Option<&RoomUri>) -> Hmac<Sha256> {
    let mut content = Vec::with_capacity(256);
    put_vector(&mut content, TICKET_LABEL.as_bytes());
    put_vector(&mut content, requester.as_bytes());
    put_vector(&mut content, target.as_bytes());
    content.push(u8::from(room.is_some()));
    if let Some(room) = room {
        put_vector(&mut content, room.as_bytes());
    }
    // Total: HMAC takes a key of any length, and this is the constructor that cannot fail.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(ticket) {
        *to = *from;
    }
    Hmac::<Sha256>::new(&block.into()).chain_update(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strictness::strictly_hex;

    const ID: &str = "d732745e28a0c107";
    const FOR_NO_ROOM: &str = "7829e7d679a08d536218b9ae6a165aa56d8122b7de5c22eb11dd28dbece129fb";
    const FOR_A_ROOM: &str = "a195b67d1ef2bd850c5a685ead77a6ec2028f7904b08b79f6e06892e4e59004c";

    fn three() -> (UserUri, UserUri, RoomUri) {
        (
            "mimi://b.example/p/9d0f2c1e-7a60-4b53-8c39-1f6b2f0a7d42".parse().unwrap(),
            "mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427".parse().unwrap(),
            "mimi://b.example/r/7f0c2d7e-52a1-4a53-9d5b-2f3f4b1f0a11".parse().unwrap(),
        )
    }

    /// Worked out in Python.
    #[test]
    fn a_ticket_is_the_vector() {
        let (requester, target, room) = three();
        for (room, mac) in [(None, FOR_NO_ROOM), (Some(&room), FOR_A_ROOM)] {
            let shown: KpTicket = strictly_hex(&format!("{ID} {mac}"));
            assert_eq!(shown, KpTicket::new(&[0x33; 32], &requester, &target, room));
            assert!(shown.is_by(&[0x33; 32], &requester, &target, room));
        }
    }

    #[test]
    fn a_ticket_shown_for_something_else_is_worth_nothing() {
        let (requester, target, room) = three();
        let shown = KpTicket::new(&[0x33; 32], &requester, &target, Some(&room));
        assert!(!shown.is_by(&[0x34; 32], &requester, &target, Some(&room)));
        assert!(!shown.is_by(&[0x33; 32], &target, &target, Some(&room)));
        assert!(!shown.is_by(&[0x33; 32], &requester, &requester, Some(&room)));
        assert!(!shown.is_by(&[0x33; 32], &requester, &target, None));
        let (mut id, mut code) = (shown.clone(), shown);
        id.ticket_id[0] ^= 1;
        code.mac[31] ^= 1;
        for changed in [id, code] {
            assert!(!changed.is_by(&[0x33; 32], &requester, &target, Some(&room)));
        }
    }

    #[test]
    fn a_ticket_does_not_print() {
        let (requester, target, _) = three();
        assert_eq!(format!("{:?}", KpTicket::new(&[0x33; 32], &requester, &target, None)), "KpTicket(..)");
    }
}
