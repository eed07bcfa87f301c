//! `MLSMessage`, `PublicMessage` and `PrivateMessage` (RFC 9420 §6.1–6.3).

use std::io::Read;

use tls_codec::{Deserialize, Error, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use super::walk;
use crate::{
    codec::invalid,
    numbers::{Epoch, LeafIndex},
};

/// `ProtocolVersion` mls10.
const MLS10: u16 = 1;

/// `enum { …, (65535) } WireFormat;` SemiPrivateMessage has no number yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u16)]
pub enum WireFormat {
    /// Signed, readable by the hub.
    PublicMessage = 1,
    /// Encrypted.
    PrivateMessage = 2,
    /// For those added.
    Welcome = 3,
    /// State of an epoch.
    GroupInfo = 4,
    /// A client ready to be added.
    KeyPackage = 5,
}

/// `enum { reserved(0), application(1), proposal(2), commit(3), (255) } ContentType;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum ContentType {
    /// Application data.
    Application = 1,
    /// One proposal.
    Proposal = 2,
    /// A commit.
    Commit = 3,
}

/// Who sent a public message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A leaf of the group.
    Member(LeafIndex),
    /// An entry of `external_senders`: the hub.
    External(u32),
    /// A joiner proposing themselves.
    NewMemberProposal,
    /// A joiner committing themselves.
    NewMemberCommit,
}

/// What the header of a message says.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) wire_format: WireFormat,
    pub(super) framed: Option<Framed>,
}

#[derive(Clone, Debug)]
pub(super) struct Framed {
    pub(super) group_id: Vec<u8>,
    pub(super) epoch: Epoch,
    pub(super) sender: Option<Sender>,
    pub(super) authenticated_data: Vec<u8>,
    pub(super) content_type: ContentType,
    pub(super) proposal_type: Option<u16>,
    pub(super) confirmation_tag: Option<Vec<u8>>,
}

/// `struct { ProtocolVersion version; WireFormat wire_format; select … } MLSMessage;`
pub(super) fn message<R: Read>(r: &mut R) -> Result<Head, Error> {
    if u16::tls_deserialize(r)? != MLS10 {
        return Err(invalid("not MLS 1.0"));
    }
    let wire_format = WireFormat::tls_deserialize(r)?;
    let framed = match wire_format {
        WireFormat::PublicMessage => Some(public(r)?),
        WireFormat::PrivateMessage => Some(private(r)?),
        WireFormat::Welcome => {
            walk::welcome(r)?;
            None
        }
        WireFormat::GroupInfo => {
            walk::group_info(r)?;
            None
        }
        WireFormat::KeyPackage => {
            walk::key_package(r)?;
            None
        }
    };
    Ok(Head { wire_format, framed })
}

/// The four bytes in front of a bare structure in an `MLSMessage`.
pub(super) fn header(wire_format: WireFormat) -> [u8; 4] {
    let [a, b] = MLS10.to_be_bytes();
    let [c, d] = (wire_format as u16).to_be_bytes();
    [a, b, c, d]
}

fn public<R: Read>(r: &mut R) -> Result<Framed, Error> {
    let group_id = VLByteVec::tls_deserialize(r)?.into();
    let epoch = Epoch::tls_deserialize(r)?;
    let sender = match u8::tls_deserialize(r)? {
        1 => Sender::Member(LeafIndex::tls_deserialize(r)?),
        2 => Sender::External(u32::tls_deserialize(r)?),
        3 => Sender::NewMemberProposal,
        4 => Sender::NewMemberCommit,
        _ => return Err(invalid("unknown sender type")),
    };
    let authenticated_data = VLByteVec::tls_deserialize(r)?.into();
    let content_type = ContentType::tls_deserialize(r)?;
    let proposal_type = match content_type {
        ContentType::Application => return Err(invalid("application data in a public message")),
        ContentType::Proposal => Some(walk::proposal(r)?),
        ContentType::Commit => {
            walk::commit(r)?;
            None
        }
    };
    walk::vector(r)?; // signature
    let confirmation_tag = match content_type {
        ContentType::Commit => Some(VLByteVec::tls_deserialize(r)?.into()),
        ContentType::Application | ContentType::Proposal => None,
    };
    if matches!(sender, Sender::Member(_)) {
        walk::vector(r)?; // membership_tag
    }
    Ok(Framed {
        group_id,
        epoch,
        sender: Some(sender),
        authenticated_data,
        content_type,
        proposal_type,
        confirmation_tag,
    })
}

fn private<R: Read>(r: &mut R) -> Result<Framed, Error> {
    let group_id = VLByteVec::tls_deserialize(r)?.into();
    let epoch = Epoch::tls_deserialize(r)?;
    let content_type = ContentType::tls_deserialize(r)?;
    let authenticated_data = VLByteVec::tls_deserialize(r)?.into();
    walk::vector(r)?; // encrypted_sender_data
    walk::vector(r)?; // ciphertext
    Ok(Framed {
        group_id,
        epoch,
        sender: None,
        authenticated_data,
        content_type,
        proposal_type: None,
        confirmation_tag: None,
    })
}
