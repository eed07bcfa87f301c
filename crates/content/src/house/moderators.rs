//! What moderators tell each other: that a knock was answered with no, and who reads knocks as whom.

use doorstep_cbor::{Key, Reader, Writer};
use doorstep_wire::UserUri;

use super::{HouseError, REQUEST_ID_KEY, VERSION, expect_number};

/// Kind of these messages.
pub(super) const MODERATORS_KIND: u64 = 10;

const VERSION_KEY: i64 = 0;
const KIND: i64 = 1;
const ANSWER: i64 = 3;
const KEEPER: i64 = 4;

const DECLINED: u64 = 1;
const BANNED: u64 = 2;

/// A word from one moderator to the others.
///
/// ```text
/// {0: 1, 1: 10, 2: request id, 3: 1 declined / 2 banned}        in a knock room
/// {0: 1, 1: 10, 4: user URI in the knock room}                  in the room behind it
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModeratorWord {
    /// A knock was answered with no. Why is for the knocker alone.
    Answered {
        /// Which.
        request_id: [u8; 16],
        /// And the knocker is kept out.
        banned: bool,
    },
    /// The sender reads knocks in the knock room as this user, or came there to do so.
    Keeper {
        /// Who.
        user: UserUri,
    },
}

impl ModeratorWord {
    /// The message.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        match self {
            Self::Answered { request_id, banned } => {
                writer.map(4).int(VERSION_KEY).uint(VERSION).int(KIND).uint(MODERATORS_KIND);
                writer.int(REQUEST_ID_KEY).bytes(request_id);
                writer.int(ANSWER).uint(if *banned { BANNED } else { DECLINED });
            }
            Self::Keeper { user } => {
                writer.map(3).int(VERSION_KEY).uint(VERSION).int(KIND).uint(MODERATORS_KIND);
                writer.int(KEEPER).text(user.as_str());
            }
        }
        writer.finish()
    }

    /// Reads a message; fields that are not known are passed over.
    ///
    /// # Errors
    /// Neither of the two, or both.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        doorstep_cbor::decode(bytes, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let (mut version, mut kind, mut request_id, mut banned, mut keeper) = (None, None, None, None, None);
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(VERSION_KEY) => version = Some(expect_number(reader, VERSION)?),
                Key::Int(KIND) => kind = Some(expect_number(reader, MODERATORS_KIND)?),
                Key::Int(REQUEST_ID_KEY) => request_id = Some(reader.byte_array()?),
                Key::Int(ANSWER) => {
                    banned = Some(match reader.uint()? {
                        DECLINED => false,
                        BANNED => true,
                        _ => return Err(HouseError::Value),
                    });
                }
                Key::Int(KEEPER) => keeper = Some(reader.text()?.parse().map_err(|_| HouseError::Value)?),
                Key::Int(_) => drop(reader.raw()?),
                _ => return Err(HouseError::Value),
            }
        }
        if version.is_none() || kind.is_none() {
            return Err(HouseError::Missing);
        }
        match (request_id, banned, keeper) {
            (Some(request_id), Some(banned), None) => Ok(Self::Answered { request_id, banned }),
            (None, None, Some(user)) => Ok(Self::Keeper { user }),
            (None, None, None) => Err(HouseError::Missing),
            _ => Err(HouseError::Value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moderators_say_is_read_as_it_was_written_and_nothing_else_is() {
        let no = ModeratorWord::Answered { request_id: [7; 16], banned: true };
        let bytes = [&[0xa4, 0, 1, 1, 10, 2, 0x50][..], &[7; 16], &[3, 2]].concat();
        assert_eq!(no.encode(), bytes);
        let keeper = ModeratorWord::Keeper { user: "mimi://a.example/u/bob".parse().unwrap() };
        for word in [no, keeper] {
            let bytes = word.encode();
            assert_eq!(ModeratorWord::decode(&bytes), Ok(word));
            for end in 0..bytes.len() {
                assert!(ModeratorWord::decode(&bytes[..end]).is_err());
            }
            assert!(ModeratorWord::decode(&[&bytes[..], &[0]].concat()).is_err());
        }
        // No answer; an answer that is none; a request without an answer.
        assert!(ModeratorWord::decode(&[0xa2, 0, 1, 1, 10]).is_err());
        let mut other = bytes.clone();
        *other.last_mut().unwrap() = 3;
        assert!(ModeratorWord::decode(&other).is_err());
        assert!(ModeratorWord::decode(&[&[0xa3, 0, 1, 1, 10, 2, 0x50][..], &[7; 16]].concat()).is_err());
    }
}
