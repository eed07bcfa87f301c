//! Commands and events as bytes, for the channels between pages and the engine and for what a page keeps until it is
//! answered: four bytes that name the version, then the value as postcard writes it, which names no fields.
//!
//! ```text
//! struct { opaque version[4]; opaque value[..]; } Packet;
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A hash of the files that say what is packed, and of how: bytes written by another version of them are never misread.
const VERSION: u32 = {
    let how = hash(b"postcard 1", 0x811c_9dc5);
    let declared = hash(include_bytes!("view.rs"), hash(include_bytes!("view/link.rs"), how));
    let declared = hash(include_bytes!("view/connection.rs"), declared);
    hash(include_bytes!("../../wire/src/ext/door.rs"), declared)
};

/// FNV-1a.
const fn hash(mut bytes: &[u8], mut hash: u32) -> u32 {
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u32).wrapping_mul(0x0100_0193);
        bytes = rest;
    }
    hash
}

/// A value with its version.
pub fn pack<T: Serialize>(value: &T) -> Vec<u8> {
    let packet = VERSION.to_be_bytes().to_vec();
    // Postcard writes everything but sequences that do not know their length, which are in no view: what could not be
    // written is a packet that nobody reads.
    postcard::to_extend(value, packet).unwrap_or_default()
}

/// The value back. None: of another version, or no packet at all. A length in it is believed only as far as there are
/// bytes.
pub fn unpack<T: DeserializeOwned>(packet: &[u8]) -> Option<T> {
    let (value, rest) = postcard::take_from_bytes(packet.strip_prefix(&VERSION.to_be_bytes())?).ok()?;
    rest.is_empty().then_some(value)
}

/// A packet as a text: a character for each byte.
pub fn to_text(packet: &[u8]) -> String {
    packet.iter().copied().map(char::from).collect()
}

/// The packet back. None: no text of [`to_text`].
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(letter).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{
        Abilities, Change, ChatBody, ChatMessage, Claims, Command, Delivery, DiscloseTo, Disclosed, DisclosedTo,
        DisclosurePolicy, Envelope, Event, Happening, HomeView, LinkOffer, LinkPerson, LinkPreview, LinkRules,
        LinkUses, LinkView, MyDisclosure, MyKnock, MyKnockState, PeerNote, PeerTrouble, Person, Problem, Pseudonyms,
        Refusal, RoomDisclosure, RoomView,
    };

    fn envelope() -> Envelope {
        let command =
            Command::Send { room: "mimi://a.example/r/club".into(), text: "čau 👋".into(), reply_to: None };
        Envelope { id: "c1".into(), command }
    }

    #[test]
    fn a_packet_gives_back_what_was_put_in() {
        assert_eq!(unpack(&pack(&envelope())), Some(envelope()));
        let trouble = Event::Trouble(Problem::new(Refusal::EngineStopped));
        assert_eq!(unpack(&pack(&trouble)), Some(trouble));
        let home = Event::Home(Box::default());
        assert_eq!(unpack(&pack(&home)), Some(home));
    }

    fn room() -> Event {
        let user = || "mimi://a.example/u/alice".to_owned();
        let told = MyDisclosure {
            id: "1".into(),
            room: "mimi://a.example/r/club".into(),
            room_name: "Club".into(),
            hub: "a.example".into(),
            pseudonym: "mimi://a.example/p/x".into(),
            user: user(),
            to: DiscloseTo::Member(user()),
            claims: Claims { handle: true, display_name: false },
            readers: 300,
            in_knock: true,
            at: u64::MAX,
            delivery: Delivery::Failed(Problem::new(Refusal::RoomOver)),
        };
        let disclosed = Disclosed {
            user: user(),
            handle: Some("alice".into()),
            display_name: None,
            issuer: "a.example".into(),
            at: 1 << 40,
            to: DisclosedTo::Admins,
            proven: vec!["account".into(), "handle".into()],
        };
        let person = Person {
            user: user(),
            role: "member".into(),
            pseudonym: false,
            provider: "a.example".into(),
            fingerprint: "0123 4567".into(),
            admin: true,
            disclosed: Some(disclosed),
            overdue: true,
        };
        let message = |body| ChatMessage {
            id: "m".into(),
            from: user(),
            at: 127,
            body,
            delivery: Delivery::Sent,
            reply_to: Some(("a".into(), "b".into(), "č".into())),
            edited: true,
            refused: Some((Change::Text("ď".into()), Problem::new(Refusal::TooBusy))),
            reportable: true,
            reactions: vec![("👍".into(), vec![user()]), (String::new(), Vec::new())],
        };
        let link = LinkView {
            id: "l".into(),
            role: "member".into(),
            until: 128,
            max_uses: u32::MAX,
            uses: Some(LinkUses { used: 1, claimed: 0, joined: Vec::new() }),
            note: String::new(),
            code: Some("abc".into()),
        };
        Event::Room(Box::new(RoomView {
            room: "mimi://a.example/r/club".into(),
            name: "Club".into(),
            description: "x".repeat(200),
            hub: "a.example".into(),
            me: user(),
            people: vec![person],
            older: false,
            messages: vec![message(ChatBody::Text("hi".into())), message(ChatBody::Happened(Happening::Created))],
            can: Abilities { send: true, pause_links: true, ..Abilities::default() },
            ended: None,
            epoch: 3,
            links: vec![link],
            link_rules: LinkRules { paused: false, roles: vec!["member".into()], max_seconds: 9, many_uses: true },
            disclosure: RoomDisclosure {
                policy: DisclosurePolicy::Required { grace: 3600 },
                due: Some(5),
                possible: true,
                mine: vec![told],
            },
            peers: vec![PeerNote {
                provider: "c.example".into(),
                since: 5,
                until: u64::MAX,
                what: PeerTrouble::NewKeys,
            }],
            knocks_unread: true,
            with: None,
        }))
    }

    fn link() -> Event {
        let offer = LinkOffer {
            name: "Club".into(),
            description: String::new(),
            hub: "a.example".into(),
            role: "member".into(),
            pseudonyms: Pseudonyms::Forbidden,
            people: vec![LinkPerson { user: "u".into(), role: "r".into(), pseudonym: true, provider: "p".into() }],
            max_uses: 0,
            uses_left: Some(2),
            until: 9,
            inviter_gone: false,
            already_in: true,
            pseudonym: None,
        };
        let preview = LinkPreview {
            command: "c".into(),
            room: "r".into(),
            link: "l".into(),
            hint: "h".into(),
            result: Ok(offer),
        };
        Event::Link(Box::new(preview))
    }

    fn home() -> Event {
        let knock = |state| MyKnock {
            id: "k".into(),
            room: "r".into(),
            room_name: "n".into(),
            note: String::new(),
            pseudonym: "p".into(),
            at: 1,
            state,
        };
        let sending = MyKnockState::Sending { step: 1, steps: 255, waiting_for_network: true };
        let knocks = [sending, MyKnockState::RoomClosed, MyKnockState::Refused(Problem::new(Refusal::from_word("x")))]
            .map(knock)
            .to_vec();
        Event::Home(Box::new(HomeView {
            knocks,
            ready_pseudonyms: vec!["a".into(), "b".into()],
            ..HomeView::default()
        }))
    }

    #[test]
    fn whole_views_survive() {
        for event in [room(), link(), home()] {
            assert_eq!(unpack(&pack(&event)), Some(event));
        }
    }

    #[test]
    fn a_spoilt_packet_is_read_as_something_else_or_not_at_all() {
        for event in [room(), link(), home()] {
            let packet = pack(&event);
            for end in 0..packet.len() {
                assert_eq!(unpack::<Event>(&packet[..end]), None, "{end}");
            }
            for at in 4..packet.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff] {
                    let mut packet = packet.clone();
                    packet[at] = value;
                    let read = unpack::<Event>(&packet);
                    assert!(read.is_none_or(|read| pack(&read).len() <= packet.len() + 1), "{at}");
                }
            }
        }
    }

    #[test]
    fn a_length_that_is_not_true_ends_with_the_bytes() {
        let mut packet = pack(&Event::Home(Box::default()))[..4].to_vec();
        // Home, starting, nobody, and 2⁶³ rooms.
        packet.extend([1, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
        assert_eq!(unpack::<Event>(&packet), None);
    }

    #[test]
    fn another_version_is_not_read() {
        let mut packet = pack(&envelope());
        packet[3] ^= 1;
        assert_eq!(unpack::<Envelope>(&packet), None);
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_not_read() {
        let packet = pack(&envelope());
        for end in 0..packet.len() {
            assert_eq!(unpack::<Envelope>(&packet[..end]), None, "{end}");
        }
        assert_eq!(unpack::<Envelope>(&[packet, vec![0]].concat()), None);
    }

    #[test]
    fn a_text_keeps_every_byte() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(from_text(&to_text(&all)), Some(all));
        assert_eq!(from_text("č"), None);
    }
}
