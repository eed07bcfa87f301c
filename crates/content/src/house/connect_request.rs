//! Somebody asks a person for a room of their own with them.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::{Epoch, LeafIndex, UserUri};

use super::knock::{MAX_NOTE_CHARS, check_presentations, write_presentations};
use super::offer::{
    self, EPOCH, EXPIRES, KEY_PACKAGES, LEAF_INDEX, NOTE, Offer, OfferFields, PRESENTATIONS, Place, REPLY_TO,
    SIGNATURES, TICKET,
};
use super::{HouseError, KIND_KEY, Presentation, REQUEST_ID_KEY, VERSION, VERSION_KEY, check_chars, key_packages};

/// Kind of a connection request.
pub(super) const CONNECT_REQUEST_KIND: u64 = 2;

/// A connection request (kind 2), in a room whose purpose is a first connection.
///
/// ```text
/// {0: 1, 1: 2, 2: request id, 10: [+ presentation], 11: epoch, 12: leaf index, 20: second pseudonym,
///  21: [+ KeyPackage], 22: greeting, 23: expires, ? 24: ticket, 29: [+ signature]}
/// ```
/// Fields that this software does not know are passed over.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectRequest {
    /// Names the request, for ever and everywhere.
    pub request_id: [u8; 16],
    /// Who asks. At least one: nobody is asked by somebody they cannot know.
    pub presentations: Vec<Presentation>,
    /// Epoch of the connection room in which this is sent.
    pub epoch: Epoch,
    /// The asker's leaf there.
    pub leaf_index: LeafIndex,
    /// Who the asker will be in the new room.
    pub reply_to: UserUri,
    /// Their KeyPackages (bare, TLS) for the new room.
    pub key_packages: Vec<Vec<u8>>,
    /// What the asker says. At most 1000 characters, may be empty.
    pub greeting: String,
    /// Until when the asker can be added; seconds since the UNIX epoch.
    pub expires: u64,
    /// Opens a renewal of the KeyPackages (`doorstep_wire::ext::kp_ticket`).
    pub ticket: Option<[u8; 32]>,
    /// By the leaf key of each KeyPackage, in their order: `doorstep_wire::ext::second_pseudonym`.
    pub signatures: Vec<[u8; 64]>,
}

impl ConnectRequest {
    /// The content of the message.
    ///
    /// # Errors
    /// [`HouseError`] for what [`ConnectRequest::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        self.check()?;
        let Self {
            request_id,
            presentations,
            epoch,
            leaf_index,
            reply_to,
            key_packages,
            greeting,
            expires,
            ticket,
            signatures,
        } = self;
        let mut writer = Writer::new();
        writer.map(11 + usize::from(ticket.is_some()));
        writer.int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(CONNECT_REQUEST_KIND);
        writer.int(REQUEST_ID_KEY).bytes(request_id);
        write_presentations(writer.int(PRESENTATIONS), presentations);
        writer.int(EPOCH).uint(epoch.0).int(LEAF_INDEX).uint(u64::from(leaf_index.0));
        writer.int(REPLY_TO).text(reply_to.as_str()).int(KEY_PACKAGES);
        key_packages::write(&mut writer, key_packages);
        writer.int(NOTE).text(greeting).int(EXPIRES).uint(*expires);
        if let Some(ticket) = ticket {
            writer.int(TICKET).bytes(ticket);
        }
        key_packages::write_signatures(writer.int(SIGNATURES), signatures);
        Ok(writer.finish())
    }

    /// Reads a request. Whether presentations, KeyPackages and signatures are good is for who has MLS to say.
    ///
    /// # Errors
    /// Anything but exactly one well-formed connection request.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let request = decode(bytes, Self::read)?;
        request.check()?;
        Ok(request)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = OfferFields::default();
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            if !fields.read(CONNECT_REQUEST_KIND, key, reader)? {
                reader.raw()?;
            }
        }
        let Place { request_id, epoch, leaf_index } = fields.place()?;
        let Offer { reply_to, key_packages, expires, signatures } = fields.offer()?;
        let OfferFields { presentations, note, ticket, .. } = fields;
        let greeting = note.ok_or(HouseError::Missing)?;
        Ok(Self {
            request_id,
            presentations,
            epoch,
            leaf_index,
            reply_to,
            key_packages,
            greeting,
            expires,
            ticket,
            signatures,
        })
    }

    fn check(&self) -> Result<(), HouseError> {
        check_chars(&self.greeting, MAX_NOTE_CHARS)?;
        check_presentations(&self.presentations)?;
        offer::check(&self.key_packages, &self.signatures)
    }
}

impl fmt::Debug for ConnectRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            request_id: _,
            presentations,
            epoch,
            leaf_index,
            reply_to: _,
            key_packages,
            greeting: _,
            expires,
            ticket: _,
            signatures: _,
        } = self;
        f.debug_struct("ConnectRequest")
            .field("presentations", &presentations.len())
            .field("epoch", epoch)
            .field("leaf_index", leaf_index)
            .field("key_packages", &key_packages.len())
            .field("expires", expires)
            .finish_non_exhaustive()
    }
}
