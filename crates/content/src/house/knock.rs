//! What a knocker says to the admins of a room, before it is sealed and after it was opened.

use core::fmt;

use doorstep_cbor::{CborError, Key, Reader, Writer, decode};
use doorstep_wire::{Epoch, LeafIndex, RoomUri, UserUri};

use super::offer::{
    self, EPOCH, EXPIRES, KEY_PACKAGES, LEAF_INDEX, NOTE, Offer, OfferFields, PRESENTATIONS, Place, REPLY_TO,
    SIGNATURES, TICKET,
};
use super::{HouseError, KIND_KEY, KNOCK_KIND, REQUEST_ID_KEY, VERSION, VERSION_KEY, check_chars, key_packages};

/// Characters of a note.
pub const MAX_NOTE_CHARS: usize = 1000;
/// Presentations in one message.
pub(super) const MAX_PRESENTATIONS: usize = 4;
/// Type of a presentation by token.
const TOKEN_TYPE: u64 = 1;

const TARGET_ROOM: i64 = 27;
const ANSWER_KEY: i64 = 28;
const LINK: i64 = 31;

/// A knock (kind 5), the part that only admins read.
///
/// ```text
/// {0: 1, 1: 5, 2: request id, ? 10: [+ presentation], 11: epoch, 12: leaf index, 20: second pseudonym,
///  21: [+ KeyPackage], 22: note, 23: expires, ? 24: ticket, 27: target room, 28: answer key, 29: [+ signature],
///  ? 31: link id}
/// ```
/// Fields that this software does not know are passed over.
#[derive(Clone, PartialEq, Eq)]
pub struct Knock {
    /// Names the knock, for ever and everywhere.
    pub request_id: [u8; 16],
    /// Who the knocker is elsewhere, if they say so.
    pub presentations: Vec<Presentation>,
    /// Epoch of the knock room in which this is sent.
    pub epoch: Epoch,
    /// The knocker's leaf there.
    pub leaf_index: LeafIndex,
    /// Who the knocker will be in the target room.
    pub reply_to: UserUri,
    /// Their KeyPackages (bare, TLS) for the target room.
    pub key_packages: Vec<Vec<u8>>,
    /// What the knocker says. May be empty.
    pub note: String,
    /// Until when the knocker can be added; seconds since the UNIX epoch.
    pub expires: u64,
    /// Opens a renewal of the KeyPackages.
    pub ticket: Option<[u8; 32]>,
    /// The room the knocker wants to get into.
    pub target_room: RoomUri,
    /// X25519 public key for the sealed outcome.
    pub answer_key: [u8; 32],
    /// By the leaf key of each KeyPackage, in their order: `doorstep_wire::ext::second_pseudonym`.
    pub signatures: Vec<[u8; 64]>,
    /// The join link that led the knocker here and let nobody in any more: its id, by their word.
    pub link: Option<[u8; 16]>,
}

/// Proof of another identity: one CBOR item, as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presentation(Vec<u8>);

impl Presentation {
    /// Takes one encoded item.
    ///
    /// # Errors
    /// Bytes that are not exactly one item of deterministic CBOR.
    pub fn new(encoded: Vec<u8>) -> Result<Self, CborError> {
        decode(&encoded, |reader| reader.raw().map(drop))?;
        Ok(Self(encoded))
    }

    /// Of type 1: an account's token, bound to the message that carries it (`sd_kbt`).
    pub fn of_token(sd_kbt: &[u8]) -> Self {
        let mut writer = Writer::new();
        writer.array(2).uint(TOKEN_TYPE).bytes(sd_kbt);
        Self(writer.finish())
    }

    /// The `sd_kbt` of type 1, the only type that this software takes.
    ///
    /// # Errors
    /// [`HouseError::SaltedPresentation`] for type 2, [`HouseError::CertificatePresentation`] for type 3, and whatever is
    /// not well formed.
    pub fn token(&self) -> Result<&[u8], HouseError> {
        decode(&self.0, |reader| {
            let items = reader.array()?;
            match (reader.uint()?, items) {
                (TOKEN_TYPE, 2) => Ok(reader.bytes()?),
                (2, _) => Err(HouseError::SaltedPresentation),
                (3, _) => Err(HouseError::CertificatePresentation),
                _ => Err(HouseError::Value),
            }
        })
    }

    /// The item.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Knock {
    /// The map that is sealed.
    ///
    /// # Errors
    /// [`HouseError::TooLong`] or [`HouseError::Value`] for what [`Knock::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        self.check()?;
        let Self {
            request_id,
            presentations,
            epoch,
            leaf_index,
            reply_to,
            key_packages,
            note,
            expires,
            ticket,
            target_room,
            answer_key,
            signatures,
            link,
        } = self;
        let mut writer = Writer::new();
        let optional = [!presentations.is_empty(), ticket.is_some(), link.is_some()];
        writer.map(12 + optional.into_iter().filter(|there| *there).count());
        writer.int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(KNOCK_KIND).int(REQUEST_ID_KEY).bytes(request_id);
        if !presentations.is_empty() {
            write_presentations(writer.int(PRESENTATIONS), presentations);
        }
        writer.int(EPOCH).uint(epoch.0).int(LEAF_INDEX).uint(u64::from(leaf_index.0));
        writer.int(REPLY_TO).text(reply_to.as_str()).int(KEY_PACKAGES);
        key_packages::write(&mut writer, key_packages);
        writer.int(NOTE).text(note).int(EXPIRES).uint(*expires);
        if let Some(ticket) = ticket {
            writer.int(TICKET).bytes(ticket);
        }
        writer.int(TARGET_ROOM).text(target_room.as_str()).int(ANSWER_KEY).bytes(answer_key).int(SIGNATURES);
        key_packages::write_signatures(&mut writer, signatures);
        if let Some(link) = link {
            writer.int(LINK).bytes(link);
        }
        Ok(writer.finish())
    }

    /// Reads an opened knock. Whether KeyPackages and signatures are good is for who has MLS to say.
    ///
    /// # Errors
    /// Anything but exactly one well-formed knock.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let knock = decode(bytes, Self::read)?;
        knock.check()?;
        Ok(knock)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = OfferFields::default();
        let (mut target_room, mut answer_key, mut link) = (None, None, None);
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            match key {
                TARGET_ROOM => {
                    target_room = Some(RoomUri::from_canonical(reader.text()?).map_err(|_| HouseError::Value)?);
                }
                ANSWER_KEY => answer_key = Some(reader.byte_array()?),
                LINK => link = Some(reader.byte_array()?),
                key if fields.read(KNOCK_KIND, key, reader)? => {}
                _ => drop(reader.raw()?),
            }
        }
        let Place { request_id, epoch, leaf_index } = fields.place()?;
        let Offer { reply_to, key_packages, expires, signatures } = fields.offer()?;
        let OfferFields { presentations, note, ticket, .. } = fields;
        let missing = HouseError::Missing;
        Ok(Self {
            request_id,
            presentations,
            epoch,
            leaf_index,
            reply_to,
            key_packages,
            note: note.ok_or(missing)?,
            expires,
            ticket,
            target_room: target_room.ok_or(missing)?,
            answer_key: answer_key.ok_or(missing)?,
            signatures,
            link,
        })
    }

    fn check(&self) -> Result<(), HouseError> {
        check_chars(&self.note, MAX_NOTE_CHARS)?;
        if self.presentations.len() > MAX_PRESENTATIONS {
            return Err(HouseError::TooLong);
        }
        offer::check(&self.key_packages, &self.signatures)
    }
}

impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            request_id: _,
            presentations,
            epoch,
            leaf_index,
            reply_to: _,
            key_packages,
            note: _,
            expires,
            ticket: _,
            target_room: _,
            answer_key: _,
            signatures: _,
            link: _,
        } = self;
        f.debug_struct("Knock")
            .field("presentations", &presentations.len())
            .field("epoch", epoch)
            .field("leaf_index", leaf_index)
            .field("key_packages", &key_packages.len())
            .field("expires", expires)
            .finish_non_exhaustive()
    }
}

/// Between one and four, for messages that say who somebody is.
pub(super) fn check_presentations(presentations: &[Presentation]) -> Result<(), HouseError> {
    match presentations.len() {
        0 => Err(HouseError::Missing),
        1..=MAX_PRESENTATIONS => Ok(()),
        _ => Err(HouseError::TooLong),
    }
}

pub(super) fn write_presentations(writer: &mut Writer, presentations: &[Presentation]) {
    writer.array(presentations.len());
    for Presentation(item) in presentations {
        writer.raw(item);
    }
}

pub(super) fn read_presentations(reader: &mut Reader<'_>) -> Result<Vec<Presentation>, HouseError> {
    let count = reader.array()?;
    if !(1..=MAX_PRESENTATIONS).contains(&count) {
        return Err(HouseError::TooLong);
    }
    (0..count).map(|_| Ok(Presentation(reader.raw()?.to_vec()))).collect()
}
