//! Somebody says inside a room who they are.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode, decode_prefix};
use doorstep_wire::{Epoch, LeafIndex};

use super::knock::{MAX_NOTE_CHARS, check_presentations, read_presentations, write_presentations};
use super::offer::{EPOCH, LEAF_INDEX, PRESENTATIONS};
use super::{
    DISCLOSURE_KIND, HouseError, KIND_KEY, Presentation, REQUEST_ID_KEY, VERSION, VERSION_KEY, check_chars,
    expect_number,
};

/// A sealed disclosure is filled up to a multiple of this many bytes, so that its length does not tell a name's.
const STEP: usize = 1024;

const NOTE: i64 = 13;

/// A disclosure (kind 1).
///
/// ```text
/// {0: 1, 1: 1, ? 2: request id, 10: [+ presentation], 11: epoch, 12: leaf index, ? 13: note}
/// ```
/// Fields that this software does not know are passed over. The request id is there if, and only if, it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// Names the sealed message that this was in.
    pub request_id: Option<[u8; 16]>,
    /// What proves it.
    pub presentations: Vec<Presentation>,
    /// Epoch in which this is sent.
    pub epoch: Epoch,
    /// The sender's leaf.
    pub leaf_index: LeafIndex,
    /// What they say to it; empty: nothing.
    pub note: String,
}

impl Disclosure {
    /// The content of the message, if it is for everybody.
    ///
    /// # Errors
    /// [`HouseError::TooLong`] or [`HouseError::Value`] for what [`Disclosure::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        self.check()?;
        let Self { request_id, presentations, epoch, leaf_index, note } = self;
        let mut writer = Writer::new();
        writer.map(5 + usize::from(request_id.is_some()) + usize::from(!note.is_empty()));
        writer.int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(DISCLOSURE_KIND);
        if let Some(request_id) = request_id {
            writer.int(REQUEST_ID_KEY).bytes(request_id);
        }
        write_presentations(writer.int(PRESENTATIONS), presentations);
        writer.int(EPOCH).uint(epoch.0).int(LEAF_INDEX).uint(u64::from(leaf_index.0));
        if !note.is_empty() {
            writer.int(NOTE).text(note);
        }
        Ok(writer.finish())
    }

    /// What is sealed: the map and zero bytes, a multiple of 1024 altogether.
    ///
    /// # Errors
    /// As [`Disclosure::encode`].
    pub fn encode_filled(&self) -> Result<Vec<u8>, HouseError> {
        let mut plaintext = self.encode()?;
        plaintext.resize(plaintext.len().next_multiple_of(STEP), 0);
        Ok(plaintext)
    }

    /// Reads a disclosure. Whether it proves anything is for who has MLS and the issuer's keys to say.
    ///
    /// # Errors
    /// Anything but exactly one well-formed disclosure.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        decode(bytes, Fields::read)?.into_disclosure()
    }

    /// Reads what was sealed.
    ///
    /// # Errors
    /// As [`Disclosure::decode`]; anything but zero bytes after it, and another length.
    pub fn decode_filled(plaintext: &[u8]) -> Result<Self, HouseError> {
        let (fields, filling) = decode_prefix(plaintext, Fields::read)?;
        let exact = plaintext.len() == (plaintext.len() - filling.len()).next_multiple_of(STEP);
        if !exact || filling.iter().any(|byte| *byte != 0) {
            return Err(HouseError::Value);
        }
        fields.into_disclosure()
    }

    fn check(&self) -> Result<(), HouseError> {
        check_chars(&self.note, MAX_NOTE_CHARS)?;
        check_presentations(&self.presentations)
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id: _, presentations, epoch, leaf_index, note: _ } = self;
        f.debug_struct("Disclosure")
            .field("presentations", &presentations.len())
            .field("epoch", epoch)
            .field("leaf_index", leaf_index)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Fields {
    version_and_kind: u8,
    request_id: Option<[u8; 16]>,
    presentations: Vec<Presentation>,
    epoch: Option<u64>,
    leaf_index: Option<u32>,
    note: Option<String>,
}

impl Fields {
    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = Self::default();
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            match key {
                VERSION_KEY => fields.number(reader, VERSION)?,
                KIND_KEY => fields.number(reader, DISCLOSURE_KIND)?,
                REQUEST_ID_KEY => fields.request_id = Some(reader.byte_array()?),
                PRESENTATIONS => fields.presentations = read_presentations(reader)?,
                EPOCH => fields.epoch = Some(reader.uint()?),
                LEAF_INDEX => fields.leaf_index = Some(reader.uint_as()?),
                NOTE => {
                    let note = Some(reader.text()?).filter(|text| !text.is_empty());
                    fields.note = Some(note.ok_or(HouseError::Value)?.to_owned());
                }
                _ => drop(reader.raw()?),
            }
        }
        Ok(fields)
    }

    fn number(&mut self, reader: &mut Reader<'_>, expected: u64) -> Result<(), HouseError> {
        self.version_and_kind += 1;
        expect_number(reader, expected)
    }

    fn into_disclosure(self) -> Result<Disclosure, HouseError> {
        let missing = HouseError::Missing;
        if self.version_and_kind != 2 {
            return Err(missing);
        }
        let disclosure = Disclosure {
            request_id: self.request_id,
            presentations: self.presentations,
            epoch: Epoch(self.epoch.ok_or(missing)?),
            leaf_index: LeafIndex(self.leaf_index.ok_or(missing)?),
            note: self.note.unwrap_or_default(),
        };
        disclosure.check()?;
        Ok(disclosure)
    }
}
