//! How a knock ended: what an admin's client seals to the knocker.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode_prefix};
use doorstep_wire::ext::outcome::OUTCOME_LEN;

use super::{HouseError, VERSION, check_chars, expect_number};

/// Characters of a reason.
pub const MAX_REASON_CHARS: usize = 500;

const VERSION_KEY: i64 = 0;
const OUTCOME: i64 = 1;
const REASON: i64 = 2;
const REQUEST_ID: i64 = 3;

/// Outcome of a knock, before it is sealed and after it was opened.
///
/// ```text
/// {0: 1, 1: outcome, ? 2: reason, 3: request id} ‖ zero bytes, 2304 bytes altogether
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub kind: OutcomeKind,
    /// What the admin says to it; empty: nothing.
    pub reason: String,
    /// The knock.
    pub request_id: [u8; 16],
}

/// How a knock can end without the knocker being let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Not this time.
    Declined,
    /// Not, and not again.
    Banned,
    /// There is no room to get into any more.
    RoomClosed,
    /// Nobody answered in time.
    Expired,
}

impl Outcome {
    /// The plaintext, always of the same length.
    ///
    /// # Errors
    /// [`HouseError::TooLong`] if the reason is.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        let Self { kind, reason, request_id } = self;
        check_chars(reason, MAX_REASON_CHARS)?;
        let mut writer = Writer::new();
        writer.map(3 + usize::from(!reason.is_empty()));
        writer.int(VERSION_KEY).uint(VERSION).int(OUTCOME).uint(kind.number());
        if !reason.is_empty() {
            writer.int(REASON).text(reason);
        }
        writer.int(REQUEST_ID).bytes(request_id);
        let mut plaintext = writer.finish();
        plaintext.resize(OUTCOME_LEN, 0);
        Ok(plaintext)
    }

    /// Reads the plaintext.
    ///
    /// # Errors
    /// Another length, anything but zero bytes after the map, an outcome that is not known.
    pub fn decode(plaintext: &[u8]) -> Result<Self, HouseError> {
        if plaintext.len() != OUTCOME_LEN {
            return Err(HouseError::Value);
        }
        let (outcome, padding) = decode_prefix(plaintext, Self::read)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(HouseError::Value);
        }
        check_chars(&outcome.reason, MAX_REASON_CHARS)?;
        Ok(outcome)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let (mut version, mut kind, mut reason, mut request_id) = (None, None, "", None);
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(VERSION_KEY) => version = Some(expect_number(reader, VERSION)?),
                Key::Int(OUTCOME) => kind = Some(OutcomeKind::from_number(reader.uint()?)?),
                Key::Int(REASON) => {
                    reason = Some(reader.text()?).filter(|text| !text.is_empty()).ok_or(HouseError::Value)?
                }
                Key::Int(REQUEST_ID) => request_id = Some(reader.byte_array()?),
                _ => return Err(HouseError::Value),
            }
        }
        match (version, kind, request_id) {
            (Some(()), Some(kind), Some(request_id)) => Ok(Self { kind, reason: reason.to_owned(), request_id }),
            _ => Err(HouseError::Missing),
        }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, reason: _, request_id: _ } = self;
        f.debug_struct("Outcome").field("kind", kind).finish_non_exhaustive()
    }
}

impl OutcomeKind {
    fn number(self) -> u64 {
        match self {
            Self::Declined => 1,
            Self::Banned => 2,
            Self::RoomClosed => 3,
            Self::Expired => 4,
        }
    }

    fn from_number(number: u64) -> Result<Self, HouseError> {
        match number {
            1 => Ok(Self::Declined),
            2 => Ok(Self::Banned),
            3 => Ok(Self::RoomClosed),
            4 => Ok(Self::Expired),
            _ => Err(HouseError::Value),
        }
    }
}
