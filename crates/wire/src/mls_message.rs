//! MLS messages as bytes: where one ends, and what its header says (RFC 9420 §6).
//!
//! The bodies of the MIMI endpoints put MLS structures behind one another without a length, and signatures and hashes
//! need the bytes as they came. So the structures are walked through, not decoded: what they mean is for the crate
//! `mls`. Handshakes with proposals of unknown type are refused, nobody could tell where they end.

mod bare;
mod framing;
mod walk;

pub use bare::{BareGroupInfo, BareKeyPackage, BareWelcome};
pub use framing::{ContentType, Sender, WireFormat};

use std::io::{Read, Write};

use sha2::{Digest, Sha256};
use tls_codec::{Deserialize, Error, Serialize, Size};

use crate::{
    codec::{Body, Recorder, write_raw},
    numbers::Epoch,
};
use framing::Head;

/// Exactly one `MLSMessage`, bytes as received.
#[derive(Clone)]
pub struct RawMlsMessage {
    bytes: Vec<u8>,
    head: Head,
}

impl RawMlsMessage {
    /// The bytes, as received.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, as received.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Which of the MLS structures it is.
    pub fn wire_format(&self) -> WireFormat {
        self.head.wire_format
    }

    /// Of public and private messages.
    pub fn content_type(&self) -> Option<ContentType> {
        self.head.framed.as_ref().map(|framed| framed.content_type)
    }

    /// Of public and private messages.
    pub fn epoch(&self) -> Option<Epoch> {
        self.head.framed.as_ref().map(|framed| framed.epoch)
    }

    /// Of public and private messages.
    pub fn group_id(&self) -> Option<&[u8]> {
        self.head.framed.as_ref().map(|framed| framed.group_id.as_slice())
    }

    /// Of public messages; in a private message it is encrypted.
    pub fn sender(&self) -> Option<Sender> {
        self.head.framed.as_ref().and_then(|framed| framed.sender)
    }

    /// Of public and private messages; in our groups a `SafeAAD` ([`crate::dictionary`]).
    pub fn authenticated_data(&self) -> Option<&[u8]> {
        self.head.framed.as_ref().map(|framed| framed.authenticated_data.as_slice())
    }

    /// Of public commits.
    pub fn confirmation_tag(&self) -> Option<&[u8]> {
        self.head.framed.as_ref().and_then(|framed| framed.confirmation_tag.as_deref())
    }

    /// Registry value of the proposal in a public message.
    pub fn proposal_type(&self) -> Option<u16> {
        self.head.framed.as_ref().and_then(|framed| framed.proposal_type)
    }

    /// What is inside a message of this kind (Welcome, GroupInfo, KeyPackage) without the header.
    pub fn bare(&self, wire_format: WireFormat) -> Option<&[u8]> {
        self.bytes.strip_prefix(&framing::header(wire_format))
    }

    /// True for a public message with a commit.
    pub fn is_commit(&self) -> bool {
        self.wire_format() == WireFormat::PublicMessage && self.content_type() == Some(ContentType::Commit)
    }

    /// True for a public message with a proposal.
    pub fn is_proposal(&self) -> bool {
        self.wire_format() == WireFormat::PublicMessage && self.content_type() == Some(ContentType::Proposal)
    }

    /// True for a private message with application data.
    pub fn is_application(&self) -> bool {
        self.wire_format() == WireFormat::PrivateMessage && self.content_type() == Some(ContentType::Application)
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

impl Body for RawMlsMessage {
    const LIMIT: usize = 4 << 20;
}

impl PartialEq for RawMlsMessage {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for RawMlsMessage {}

impl std::fmt::Debug for RawMlsMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, head } = self;
        f.debug_struct("RawMlsMessage").field("len", &bytes.len()).field("head", head).finish()
    }
}

impl Size for RawMlsMessage {
    fn tls_serialized_len(&self) -> usize {
        self.bytes.len()
    }
}

impl Serialize for RawMlsMessage {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        write_raw(writer, &self.bytes)
    }
}

impl Deserialize for RawMlsMessage {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let mut recorder = Recorder::new(bytes);
        let head = framing::message(&mut recorder)?;
        Ok(Self { bytes: recorder.into_seen(), head })
    }
}

#[cfg(test)]
mod tests;
