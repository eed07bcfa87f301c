//! Commands and events as bytes, for the channels between pages and the engine and for what a page keeps until it is
//! answered: four bytes that name the version, then the value in postcard's format, which names no fields.
//!
//! ```text
//! struct { opaque version[4]; opaque value[..]; } Packet;
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A hash of the files that declare what is packed: bytes written by another version of them are never misread.
const VERSION: u32 =
    hash(include_bytes!("door.rs"), hash(include_bytes!("view.rs"), hash(include_bytes!("view/link.rs"), 0x811c_9dc5)));

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
    let version = VERSION.to_be_bytes().to_vec();
    // The types of `view` have nothing that cannot be written; an empty packet would be refused by whoever reads it.
    postcard::to_extend(value, version).unwrap_or_default()
}

/// The value back. None: of another version, or no packet at all.
pub fn unpack<T: DeserializeOwned>(packet: &[u8]) -> Option<T> {
    let value = packet.strip_prefix(&VERSION.to_be_bytes())?;
    match postcard::take_from_bytes(value) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
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
    use crate::view::{Command, Envelope, Event, HomeView, Problem};

    fn envelope() -> Envelope {
        let command =
            Command::Send { room: "mimi://a.example/r/club".into(), text: "čau 👋".into(), reply_to: None };
        Envelope { id: "c1".into(), command }
    }

    #[test]
    fn a_packet_gives_back_what_was_put_in() {
        assert_eq!(unpack(&pack(&envelope())), Some(envelope()));
        let trouble = Event::Trouble(Problem::new("engine-stopped"));
        assert_eq!(unpack(&pack(&trouble)), Some(trouble));
        let home = Event::Home(HomeView::default());
        assert_eq!(unpack(&pack(&home)), Some(home));
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
