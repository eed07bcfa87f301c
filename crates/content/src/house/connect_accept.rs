//! The answer to a connection request: the first message in the room that the two have from then on.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::{Epoch, LeafIndex, UserUri};
use sha2::{Digest, Sha256};

use super::knock::{check_presentations, write_presentations};
use super::offer::{EPOCH, LEAF_INDEX, OfferFields, PRESENTATIONS, Place, TICKET, read_user};
use super::{HouseError, KIND_KEY, Presentation, REQUEST_ID_KEY, VERSION, VERSION_KEY};

/// Kind of an accepted request.
pub(super) const CONNECT_ACCEPT_KIND: u64 = 3;

const ACCEPTER: i64 = 26;
const REQUEST_HASH: i64 = 33;

/// An accepted connection request (kind 3).
///
/// ```text
/// {0: 1, 1: 3, 2: request id, 10: [+ presentation], 11: epoch, 12: leaf index, ? 24: ticket, 26: accepter,
///  33: SHA-256 of the request}
/// ```
/// Fields that this software does not know are passed over.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectAccept {
    /// The request's.
    pub request_id: [u8; 16],
    /// Who accepted: the person that was asked. At least one.
    pub presentations: Vec<Presentation>,
    /// Epoch of the new room in which this is sent.
    pub epoch: Epoch,
    /// The accepter's leaf there.
    pub leaf_index: LeafIndex,
    /// The accepter's own, for the other direction (`doorstep_wire::ext::kp_ticket`).
    pub ticket: Option<[u8; 32]>,
    /// Who the accepter is in this room.
    pub accepter: UserUri,
    /// [`ConnectAccept::request_hash`] of the request as it came.
    pub request_hash: [u8; 32],
}

impl ConnectAccept {
    /// SHA-256 of a connection request's bytes, as they stood in the content of the message: shows that the two have
    /// seen the same request.
    pub fn request_hash(request: &[u8]) -> [u8; 32] {
        Sha256::digest(request).into()
    }

    /// The content of the message.
    ///
    /// # Errors
    /// [`HouseError`] for what [`ConnectAccept::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        let Self { request_id, presentations, epoch, leaf_index, ticket, accepter, request_hash } = self;
        check_presentations(presentations)?;
        let mut writer = Writer::new();
        writer.map(8 + usize::from(ticket.is_some()));
        writer.int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(CONNECT_ACCEPT_KIND);
        writer.int(REQUEST_ID_KEY).bytes(request_id);
        write_presentations(writer.int(PRESENTATIONS), presentations);
        writer.int(EPOCH).uint(epoch.0).int(LEAF_INDEX).uint(u64::from(leaf_index.0));
        if let Some(ticket) = ticket {
            writer.int(TICKET).bytes(ticket);
        }
        writer.int(ACCEPTER).text(accepter.as_str()).int(REQUEST_HASH).bytes(request_hash);
        Ok(writer.finish())
    }

    /// Reads an answer. Whether it proves anything is for who has MLS, the issuer's keys and the request to say.
    ///
    /// # Errors
    /// Anything but exactly one well-formed answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let accept = decode(bytes, Self::read)?;
        check_presentations(&accept.presentations)?;
        Ok(accept)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = OfferFields::default();
        let (mut accepter, mut request_hash) = (None, None);
        while let Some(key) = entries.next(reader)? {
            match key {
                Key::Int(ACCEPTER) => accepter = Some(read_user(reader)?),
                Key::Int(REQUEST_HASH) => request_hash = Some(reader.byte_array()?),
                Key::Int(key) => {
                    // An offer's fields are none of this kind's: one that came nevertheless is passed over.
                    let known = key <= LEAF_INDEX || key == TICKET;
                    if !known || !fields.read(CONNECT_ACCEPT_KIND, key, reader)? {
                        reader.raw()?;
                    }
                }
                _ => return Err(HouseError::Value),
            }
        }
        let Place { request_id, epoch, leaf_index } = fields.place()?;
        let OfferFields { presentations, ticket, .. } = fields;
        let missing = HouseError::Missing;
        let (accepter, request_hash) = (accepter.ok_or(missing)?, request_hash.ok_or(missing)?);
        Ok(Self { request_id, presentations, epoch, leaf_index, ticket, accepter, request_hash })
    }
}

impl fmt::Debug for ConnectAccept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id: _, presentations, epoch, leaf_index, ticket: _, accepter: _, request_hash: _ } = self;
        f.debug_struct("ConnectAccept")
            .field("presentations", &presentations.len())
            .field("epoch", epoch)
            .field("leaf_index", leaf_index)
            .finish_non_exhaustive()
    }
}
