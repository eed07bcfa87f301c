//! A message: `mimiContent` (draft-ietf-mimi-content).

use core::fmt;

use doorstep_cbor::{CborError, Reader, Writer, decode};
use doorstep_wire::{RoomUri, UnixMillis, UserUri};

use crate::{Extensions, MessageId, NestedPart};

/// Greatest absolute value of an integer in a message.
pub(crate) const MAX_INTEGER: u64 = (1 << 53) - 1;
const MAX_TOPIC: usize = 4096;
const YEAR_SECONDS: u64 = 366 * 86_400;

/// One message, exactly what its bytes say.
///
/// ```text
/// [salt: bstr .size 16, replaces: null / MessageId, topicId: bstr, expires: null / [relative: bool, time: uint32],
///  inReplyTo: null / MessageId, mimiExtensions: {* int / tstr => any}, nestedPart]
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct MimiContent {
    /// Secret until the message is shown to somebody: it keys the franking tag.
    pub salt: [u8; 16],
    /// First version of the message that this takes the place of.
    pub replaces: Option<MessageId>,
    /// Topic, at most 4096 bytes; empty: none.
    pub topic_id: Vec<u8>,
    /// When it goes.
    pub expires: Option<Expiry>,
    /// Message that this answers.
    pub in_reply_to: Option<MessageId>,
    /// Sender, room, and what else there is.
    pub extensions: Extensions,
    /// What is said.
    pub part: NestedPart,
}

/// When a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// At this time; seconds since the UNIX epoch.
    At(u32),
    /// This many seconds after it was read.
    AfterReading(u32),
}

/// Why bytes are no message. The sender's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// Not the deterministic CBOR of a message.
    #[error("malformed: {0}")]
    Malformed(#[from] CborError),
    /// The topic is too long.
    #[error("the topic is too long")]
    Topic,
    /// A key or value among the extensions is not allowed.
    #[error("an extension is not allowed")]
    Extension,
    /// Parts are nested too deep, too many, or a number in one is not known.
    #[error("the parts are not allowed")]
    Part,
}

impl MimiContent {
    /// The bytes that are framed, sent and hashed.
    pub fn encode(&self) -> Vec<u8> {
        let Self { salt, replaces, topic_id, expires, in_reply_to, extensions, part } = self;
        let mut writer = Writer::new();
        writer.array(7).bytes(salt);
        write_id(&mut writer, *replaces);
        writer.bytes(topic_id);
        match expires {
            None => writer.null(),
            Some(Expiry::At(time)) => writer.array(2).bool(false).uint(u64::from(*time)),
            Some(Expiry::AfterReading(time)) => writer.array(2).bool(true).uint(u64::from(*time)),
        };
        write_id(&mut writer, *in_reply_to);
        extensions.write(&mut writer);
        part.write(&mut writer);
        writer.finish()
    }

    /// Reads exactly one message.
    ///
    /// # Errors
    /// Anything that is not deterministic CBOR of the layout above, and what exceeds the draft's limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, ContentError> {
        decode(bytes, |reader| {
            reader.array_of(7)?;
            Ok(Self {
                salt: reader.byte_array()?,
                replaces: reader.nullable(MessageId::read)?,
                topic_id: read_topic(reader)?,
                expires: reader.nullable(Expiry::read)?,
                in_reply_to: reader.nullable(MessageId::read)?,
                extensions: Extensions::read(reader)?,
                part: NestedPart::read(reader)?,
            })
        })
    }

    /// Id of this message, given the bytes it was decoded from or encoded to.
    pub fn id(&self, sender: &UserUri, room: &RoomUri, bytes: &[u8]) -> MessageId {
        MessageId::of(sender, room, bytes, &self.salt)
    }
}

/// Exhaustive on purpose: nothing said between people is printed, and a new field has to be thought about here.
impl fmt::Debug for MimiContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { salt: _, replaces, topic_id: _, expires, in_reply_to, extensions: _, part: _ } = self;
        f.debug_struct("MimiContent")
            .field("replaces", replaces)
            .field("expires", expires)
            .field("in_reply_to", in_reply_to)
            .finish_non_exhaustive()
    }
}

impl Expiry {
    /// Whether the time is within a year of `now`, as the draft wants it; a message that is not so is to be discarded.
    pub fn is_sane(self, now: UnixMillis) -> bool {
        let now = now.0 / 1000;
        match self {
            Self::At(time) => now.abs_diff(u64::from(time)) <= YEAR_SECONDS,
            Self::AfterReading(time) => u64::from(time) <= YEAR_SECONDS,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        reader.array_of(2)?;
        let relative = reader.bool()?;
        let time = reader.uint_as()?;
        Ok(if relative { Self::AfterReading(time) } else { Self::At(time) })
    }
}

fn read_topic(reader: &mut Reader<'_>) -> Result<Vec<u8>, ContentError> {
    let topic = reader.bytes()?;
    if topic.len() > MAX_TOPIC { Err(ContentError::Topic) } else { Ok(topic.to_vec()) }
}

fn write_id(writer: &mut Writer, id: Option<MessageId>) {
    match id {
        Some(MessageId(id)) => writer.bytes(&id),
        None => writer.null(),
    };
}

#[cfg(test)]
mod tests;
