//! The extensions map of a message.

use std::collections::BTreeMap;

use doorstep_cbor::{CborError, Key, Kind, Reader, Writer};
use doorstep_wire::{RoomUri, UserUri};

use crate::mimi_content::{ContentError, MAX_INTEGER};

const SENDER_URI: i64 = 1;
const ROOM_URI: i64 = 2;
/// Arrays and maps inside a value, the map of extensions itself counted.
const MAX_DEPTH: usize = 4;
const MAX_TEXT_KEY: usize = 255;

/// Extensions by their encoded key, which is also their order on the wire (unsigned ascending, negative, text). Those we
/// do not know are kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Extensions {
    /// The two extensions that every message has: who says it, and where.
    pub fn new(sender: &UserUri, room: &RoomUri) -> Self {
        let mut entries = BTreeMap::new();
        for (key, value) in [(SENDER_URI, sender.as_str()), (ROOM_URI, room.as_str())] {
            entries.insert(encoded(|w| w.int(key)), encoded(|w| w.text(value)));
        }
        Self { entries }
    }

    /// Who the message says is speaking. To be compared with the sender of the MLS message.
    pub fn sender(&self) -> Option<&str> {
        self.text(SENDER_URI)
    }

    /// Where the message says it belongs. To be compared with the room it came in.
    pub fn room(&self) -> Option<&str> {
        self.text(ROOM_URI)
    }

    /// Whether the message says that this user speaks in this room. A message that does not is to be discarded.
    pub fn are_of(&self, sender: &UserUri, room: &RoomUri) -> bool {
        self.sender() == Some(sender.as_str()) && self.room() == Some(room.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.map(self.entries.len());
        for (key, value) in &self.entries {
            writer.raw(key).raw(value);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ContentError> {
        let mut keys = reader.map()?;
        let mut entries = BTreeMap::new();
        while let Some(key) = keys.next(reader)? {
            check_key(key)?;
            let value = reader.raw_within(MAX_DEPTH)?;
            doorstep_cbor::decode(value, check_value)?;
            if matches!(key, Key::Int(SENDER_URI | ROOM_URI)) {
                doorstep_cbor::decode(value, |reader| reader.text().map(drop))?;
            }
            let key = match key {
                Key::Int(key) => encoded(|w| w.int(key)),
                Key::Text(key) => encoded(|w| w.text(key)),
                Key::Bytes(_) | Key::Simple(_) => return Err(ContentError::Extension),
            };
            entries.insert(key, value.to_vec());
        }
        Ok(Self { entries })
    }

    fn text(&self, key: i64) -> Option<&str> {
        let value = self.entries.get(&encoded(|w| w.int(key)))?;
        doorstep_cbor::decode(value, |reader| reader.text()).ok()
    }
}

fn check_key(key: Key<'_>) -> Result<(), ContentError> {
    match key {
        Key::Int(0) => Err(ContentError::Extension),
        Key::Int(key) if key.unsigned_abs() <= MAX_INTEGER => Ok(()),
        Key::Text(key) if (1..=MAX_TEXT_KEY).contains(&key.len()) => Ok(()),
        Key::Int(_) | Key::Text(_) | Key::Bytes(_) | Key::Simple(_) => Err(ContentError::Extension),
    }
}

/// Integers stay within 53 bits; keys of maps inside are integers, text or bytes. The depth was checked before.
fn check_value(reader: &mut Reader<'_>) -> Result<(), ContentError> {
    match reader.kind()? {
        Kind::Uint | Kind::Negative => match reader.int() {
            Ok(value) if value.unsigned_abs() <= MAX_INTEGER => Ok(()),
            Ok(_) | Err(CborError::Range) => Err(ContentError::Extension),
            Err(error) => Err(error.into()),
        },
        Kind::Array => {
            for _ in 0..reader.array()? {
                check_value(reader)?;
            }
            Ok(())
        }
        Kind::Map => {
            let mut entries = reader.map()?;
            while let Some(key) = entries.next(reader)? {
                match key {
                    Key::Int(key) if key.unsigned_abs() <= MAX_INTEGER => {}
                    Key::Text(_) | Key::Bytes(_) => {}
                    Key::Int(_) | Key::Simple(_) => return Err(ContentError::Extension),
                }
                check_value(reader)?;
            }
            Ok(())
        }
        Kind::Tag => {
            reader.tag()?;
            check_value(reader)
        }
        Kind::Bytes | Kind::Text | Kind::Null | Kind::Simple => Ok(reader.raw().map(drop)?),
    }
}

fn encoded(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish()
}
