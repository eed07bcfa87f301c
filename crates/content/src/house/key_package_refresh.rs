//! Fresh KeyPackages for an offer whose old ones ran out before it was taken up.

use core::fmt;

use doorstep_cbor::{Key, Reader, Writer, decode};
use doorstep_wire::{Epoch, LeafIndex, UserUri};

use super::offer::{
    self, EPOCH, EXPIRES, KEY_PACKAGES, LEAF_INDEX, NOTE, Offer, OfferFields, PRESENTATIONS, Place, REPLY_TO,
    SIGNATURES, TICKET,
};
use super::{HouseError, KIND_KEY, REQUEST_ID_KEY, VERSION, VERSION_KEY, key_packages};

/// Kind of such a message.
pub(super) const REFRESH_KIND: u64 = 7;

/// Fresh KeyPackages (kind 7), in the room in which the request was made.
///
/// ```text
/// {0: 1, 1: 7, 2: request id, 11: epoch, 12: leaf index, 20: second pseudonym, 21: [+ KeyPackage], 23: expires,
///  ? 24: ticket, 29: [+ signature]}
/// ```
/// Fields that this software does not know are passed over.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPackageRefresh {
    /// The request's whose KeyPackages these replace.
    pub request_id: [u8; 16],
    /// Epoch of the room in which this is sent.
    pub epoch: Epoch,
    /// The sender's leaf there.
    pub leaf_index: LeafIndex,
    /// Who the sender will be in the new room; the request's.
    pub reply_to: UserUri,
    /// Their KeyPackages (bare, TLS) for the new room.
    pub key_packages: Vec<Vec<u8>>,
    /// Until when they can be added by these; seconds since the UNIX epoch.
    pub expires: u64,
    /// Opens a renewal, in place of the ticket before.
    pub ticket: Option<[u8; 32]>,
    /// By the leaf key of each KeyPackage, in their order: `doorstep_wire::ext::second_pseudonym`.
    pub signatures: Vec<[u8; 64]>,
}

impl KeyPackageRefresh {
    /// The content of the message.
    ///
    /// # Errors
    /// [`HouseError`] for what [`KeyPackageRefresh::decode`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, HouseError> {
        let Self { request_id, epoch, leaf_index, reply_to, key_packages, expires, ticket, signatures } = self;
        offer::check(key_packages, signatures)?;
        let mut writer = Writer::new();
        writer.map(9 + usize::from(ticket.is_some()));
        writer.int(VERSION_KEY).uint(VERSION).int(KIND_KEY).uint(REFRESH_KIND).int(REQUEST_ID_KEY).bytes(request_id);
        writer.int(EPOCH).uint(epoch.0).int(LEAF_INDEX).uint(u64::from(leaf_index.0));
        writer.int(REPLY_TO).text(reply_to.as_str());
        key_packages::write(writer.int(KEY_PACKAGES), key_packages);
        writer.int(EXPIRES).uint(*expires);
        if let Some(ticket) = ticket {
            writer.int(TICKET).bytes(ticket);
        }
        key_packages::write_signatures(writer.int(SIGNATURES), signatures);
        Ok(writer.finish())
    }

    /// Reads such a message. Whether KeyPackages and signatures are good is for who has MLS to say.
    ///
    /// # Errors
    /// Anything but exactly one well-formed message of this kind.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let refresh = decode(bytes, Self::read)?;
        offer::check(&refresh.key_packages, &refresh.signatures)?;
        Ok(refresh)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, HouseError> {
        let mut entries = reader.map()?;
        let mut fields = OfferFields::default();
        while let Some(key) = entries.next(reader)? {
            let Key::Int(key) = key else { return Err(HouseError::Value) };
            // Who they are and what they say stood in the request: here both are passed over.
            let known = ![PRESENTATIONS, NOTE].contains(&key);
            if !known || !fields.read(REFRESH_KIND, key, reader)? {
                reader.raw()?;
            }
        }
        let Place { request_id, epoch, leaf_index } = fields.place()?;
        let Offer { reply_to, key_packages, expires, signatures } = fields.offer()?;
        let ticket = fields.ticket;
        Ok(Self { request_id, epoch, leaf_index, reply_to, key_packages, expires, ticket, signatures })
    }
}

impl fmt::Debug for KeyPackageRefresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request_id: _, epoch, leaf_index, reply_to: _, key_packages, expires, ticket: _, signatures: _ } =
            self;
        f.debug_struct("KeyPackageRefresh")
            .field("epoch", epoch)
            .field("leaf_index", leaf_index)
            .field("key_packages", &key_packages.len())
            .field("expires", expires)
            .finish_non_exhaustive()
    }
}
