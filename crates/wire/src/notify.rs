//! `notify`: what a hub fans out to the providers in a room (mimi-protocol-06 §5.5).

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size};

use crate::{
    codec::{Body, DecodeError, invalid},
    franking::Frank,
    mls_message::{BareWelcome, RawMlsMessage, WireFormat},
    numbers::UnixMillis,
    tree::RatchetTreeOption,
};

/// Messages in one notify request.
pub const MAX_MESSAGES: usize = 200;

/// ```text
/// struct { uint64 timestamp;
///   select (protocol) { case mls10: MLSMessage message;
///     select (message.wire_format) {
///       case application: optional<Frank> frank; case welcome: RatchetTreeOption ratchetTreeOption;
///       case proposal: MLSMessage moreProposals<V>; case commit: MLSMessage externalProposals<V>; }; };
/// } FanoutMessage;
/// ```
///
/// The protocol is always MLS 1.0. The draft selects by wire format and lists content types; it is read as: Welcome →
/// tree, private message → frank, public message → by its content type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FanoutMessage {
    /// When the hub took it.
    pub timestamp: UnixMillis,
    /// The message.
    pub message: RawMlsMessage,
    /// What goes with it.
    pub attachment: Attachment,
}

/// What goes with a message that is fanned out; its variant follows from the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// With a private message.
    Frank(Option<Frank>),
    /// With a Welcome.
    Tree(RatchetTreeOption),
    /// With a proposal: those submitted together with it.
    MoreProposals(Vec<RawMlsMessage>),
    /// With a commit: the hub's own proposals for the epoch that the commit creates.
    ExternalProposals(Vec<RawMlsMessage>),
}

impl FanoutMessage {
    /// An application message.
    pub fn application(timestamp: UnixMillis, message: RawMlsMessage, frank: Option<Frank>) -> Self {
        Self { timestamp, message, attachment: Attachment::Frank(frank) }
    }

    /// A Welcome and the tree of its epoch.
    pub fn welcome(timestamp: UnixMillis, welcome: &BareWelcome, tree: RatchetTreeOption) -> Self {
        Self { timestamp, message: welcome.to_mls_message(), attachment: Attachment::Tree(tree) }
    }

    /// A proposal and those that belong to it.
    pub fn proposal(timestamp: UnixMillis, message: RawMlsMessage, more: Vec<RawMlsMessage>) -> Self {
        Self { timestamp, message, attachment: Attachment::MoreProposals(more) }
    }

    /// A commit and the hub's proposals for the new epoch.
    pub fn commit(timestamp: UnixMillis, message: RawMlsMessage, external: Vec<RawMlsMessage>) -> Self {
        Self { timestamp, message, attachment: Attachment::ExternalProposals(external) }
    }

    /// Bytes of the Welcome, bare.
    pub fn bare_welcome(&self) -> Option<&[u8]> {
        self.message.bare(WireFormat::Welcome)
    }

    /// Body of the ratchet tree extension for the Welcome, if it came along.
    pub fn ratchet_tree(&self) -> Option<&[u8]> {
        match &self.attachment {
            Attachment::Tree(option) => option.full().map(|tree| tree.as_bytes()),
            Attachment::Frank(_) | Attachment::MoreProposals(_) | Attachment::ExternalProposals(_) => None,
        }
    }

    /// The hub's frank of an application message.
    pub fn frank(&self) -> Option<&Frank> {
        match &self.attachment {
            Attachment::Frank(frank) => frank.as_ref(),
            Attachment::Tree(_) | Attachment::MoreProposals(_) | Attachment::ExternalProposals(_) => None,
        }
    }

    /// What was proposed together with a proposal.
    pub fn more_proposals(&self) -> &[RawMlsMessage] {
        match &self.attachment {
            Attachment::MoreProposals(proposals) => proposals,
            Attachment::Frank(_) | Attachment::Tree(_) | Attachment::ExternalProposals(_) => &[],
        }
    }

    /// What the hub proposes in the epoch that a commit creates.
    pub fn external_proposals(&self) -> &[RawMlsMessage] {
        match &self.attachment {
            Attachment::ExternalProposals(proposals) => proposals,
            Attachment::Frank(_) | Attachment::Tree(_) | Attachment::MoreProposals(_) => &[],
        }
    }

    /// Reads a request: one message or more, behind one another to the end.
    ///
    /// # Errors
    /// [`DecodeError`] if there is none, if there are more than [`MAX_MESSAGES`], or if one is malformed.
    pub fn decode_all(bytes: &[u8]) -> Result<Vec<Self>, DecodeError> {
        if bytes.len() > Self::LIMIT {
            return Err(DecodeError::TooLong { len: bytes.len(), limit: Self::LIMIT });
        }
        let mut rest = bytes;
        let mut messages = Vec::new();
        loop {
            if messages.len() == MAX_MESSAGES {
                return Err(DecodeError::TooMany { limit: MAX_MESSAGES });
            }
            messages.push(Self::tls_deserialize(&mut rest)?);
            if rest.is_empty() {
                return Ok(messages);
            }
        }
    }

    /// True if the attachment is the one that the message asks for.
    fn fits(&self) -> bool {
        match self.attachment {
            Attachment::Frank(_) => self.message.is_application(),
            Attachment::Tree(_) => self.message.wire_format() == WireFormat::Welcome,
            Attachment::MoreProposals(_) => self.message.is_proposal(),
            Attachment::ExternalProposals(_) => self.message.is_commit(),
        }
    }
}

impl Body for FanoutMessage {
    const LIMIT: usize = 4 << 20;
}

impl Size for FanoutMessage {
    fn tls_serialized_len(&self) -> usize {
        let attachment = match &self.attachment {
            Attachment::Frank(frank) => frank.tls_serialized_len(),
            Attachment::Tree(tree) => tree.tls_serialized_len(),
            Attachment::MoreProposals(list) | Attachment::ExternalProposals(list) => list.tls_serialized_len(),
        };
        self.timestamp.tls_serialized_len() + self.message.tls_serialized_len() + attachment
    }
}

impl Serialize for FanoutMessage {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        if !self.fits() {
            return Err(Error::EncodingError("attachment of another kind of message".to_owned()));
        }
        let written = self.timestamp.tls_serialize(writer)? + self.message.tls_serialize(writer)?;
        let attachment = match &self.attachment {
            Attachment::Frank(frank) => frank.tls_serialize(writer),
            Attachment::Tree(tree) => tree.tls_serialize(writer),
            Attachment::MoreProposals(list) | Attachment::ExternalProposals(list) => list.tls_serialize(writer),
        };
        Ok(written + attachment?)
    }
}

impl Deserialize for FanoutMessage {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let timestamp = UnixMillis::tls_deserialize(bytes)?;
        let message = RawMlsMessage::tls_deserialize(bytes)?;
        let attachment = if message.is_application() {
            Attachment::Frank(Deserialize::tls_deserialize(bytes)?)
        } else if message.wire_format() == WireFormat::Welcome {
            Attachment::Tree(Deserialize::tls_deserialize(bytes)?)
        } else if message.is_proposal() {
            Attachment::MoreProposals(proposals(bytes)?)
        } else if message.is_commit() {
            Attachment::ExternalProposals(proposals(bytes)?)
        } else {
            return Err(invalid("not a message that is fanned out"));
        };
        Ok(Self { timestamp, message, attachment })
    }
}

fn proposals<R: Read>(bytes: &mut R) -> Result<Vec<RawMlsMessage>, Error> {
    let list = Vec::<RawMlsMessage>::tls_deserialize(bytes)?;
    if list.iter().all(RawMlsMessage::is_proposal) {
        Ok(list)
    } else {
        Err(invalid("something else among the proposals"))
    }
}

#[cfg(test)]
mod tests;
