//! The fields by which somebody offers to be added to a room, alike in every message that has them.

use doorstep_cbor::Reader;
use doorstep_wire::{Epoch, LeafIndex, UserUri};

use super::{HouseError, REQUEST_ID_KEY, VERSION, VERSION_KEY, expect_number, key_packages};
use super::{KIND_KEY, knock::Presentation, knock::read_presentations};

pub(super) const PRESENTATIONS: i64 = 10;
pub(super) const EPOCH: i64 = 11;
pub(super) const LEAF_INDEX: i64 = 12;
pub(super) const REPLY_TO: i64 = 20;
pub(super) const KEY_PACKAGES: i64 = 21;
pub(super) const NOTE: i64 = 22;
pub(super) const EXPIRES: i64 = 23;
pub(super) const TICKET: i64 = 24;
pub(super) const SIGNATURES: i64 = 29;

/// What has been read so far of a message's head and of its offer.
#[derive(Default)]
pub(super) struct OfferFields {
    version_and_kind: u8,
    request_id: Option<[u8; 16]>,
    pub(super) presentations: Vec<Presentation>,
    epoch: Option<u64>,
    leaf_index: Option<u32>,
    reply_to: Option<UserUri>,
    key_packages: Option<Vec<Vec<u8>>>,
    pub(super) note: Option<String>,
    expires: Option<u64>,
    pub(super) ticket: Option<[u8; 32]>,
    signatures: Option<Vec<[u8; 64]>>,
}

/// Who sent a message, from where: in every message that is bound to its place.
pub(super) struct Place {
    pub(super) request_id: [u8; 16],
    pub(super) epoch: Epoch,
    pub(super) leaf_index: LeafIndex,
}

/// As whom somebody can be added, and by what.
pub(super) struct Offer {
    pub(super) reply_to: UserUri,
    pub(super) key_packages: Vec<Vec<u8>>,
    pub(super) expires: u64,
    pub(super) signatures: Vec<[u8; 64]>,
}

impl OfferFields {
    /// Reads the value of one of these fields; false, and nothing is read, if the key is none of them.
    pub(super) fn read(&mut self, kind: u64, key: i64, reader: &mut Reader<'_>) -> Result<bool, HouseError> {
        match key {
            VERSION_KEY => self.number(reader, VERSION)?,
            KIND_KEY => self.number(reader, kind)?,
            REQUEST_ID_KEY => self.request_id = Some(reader.byte_array()?),
            PRESENTATIONS => self.presentations = read_presentations(reader)?,
            EPOCH => self.epoch = Some(reader.uint()?),
            LEAF_INDEX => self.leaf_index = Some(reader.uint_as()?),
            REPLY_TO => self.reply_to = Some(read_user(reader)?),
            KEY_PACKAGES => self.key_packages = Some(key_packages::read(reader)?),
            NOTE => self.note = Some(reader.text()?.to_owned()),
            EXPIRES => self.expires = Some(reader.uint()?),
            TICKET => self.ticket = Some(reader.byte_array()?),
            SIGNATURES => self.signatures = Some(key_packages::read_signatures(reader)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn number(&mut self, reader: &mut Reader<'_>, expected: u64) -> Result<(), HouseError> {
        self.version_and_kind += 1;
        expect_number(reader, expected)
    }

    /// Version and kind were there, and this is the place.
    pub(super) fn place(&self) -> Result<Place, HouseError> {
        let missing = HouseError::Missing;
        if self.version_and_kind != 2 {
            return Err(missing);
        }
        Ok(Place {
            request_id: self.request_id.ok_or(missing)?,
            epoch: Epoch(self.epoch.ok_or(missing)?),
            leaf_index: LeafIndex(self.leaf_index.ok_or(missing)?),
        })
    }

    /// The offer, taken out.
    pub(super) fn offer(&mut self) -> Result<Offer, HouseError> {
        let missing = HouseError::Missing;
        Ok(Offer {
            reply_to: self.reply_to.take().ok_or(missing)?,
            key_packages: self.key_packages.take().ok_or(missing)?,
            expires: self.expires.ok_or(missing)?,
            signatures: self.signatures.take().ok_or(missing)?,
        })
    }
}

/// KeyPackages of sane number and size, and a signature for each.
pub(super) fn check(packages: &[Vec<u8>], signatures: &[[u8; 64]]) -> Result<(), HouseError> {
    key_packages::check(packages)?;
    if signatures.len() == packages.len() { Ok(()) } else { Err(HouseError::Value) }
}

/// A user's URI in its canonical form.
pub(super) fn read_user(reader: &mut Reader<'_>) -> Result<UserUri, HouseError> {
    UserUri::from_canonical(reader.text()?).map_err(|_| HouseError::Value)
}
