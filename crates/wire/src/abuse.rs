//! `reportAbuse`: what somebody shows the hub of a room, to prove who said it (mimi-protocol-06 §5.9).

use std::{
    fmt,
    io::{Read, Write},
};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, invalid, write_raw},
    dictionary::{self, Dictionary},
    franking::Frank,
    numbers::UnixMillis,
    uri::{UserUri, absent},
};

/// Messages in one report.
pub const MAX_ABUSIVE_MESSAGES: usize = 32;
/// Bytes of a note.
pub const MAX_ABUSE_NOTE: usize = 4096;

/// `struct { opaque message_content<V>; Frank frank; uint64 accepted_timestamp; } AbusiveMessage;`
#[derive(Clone, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct AbusiveMessage {
    /// The application data of the MLS message exactly as it was decrypted, in its frame (`docs/PROTOCOL.md`): the
    /// franking tag covers all of it.
    pub message_content: VLByteVec,
    /// As the hub gave it out with the message.
    pub frank: Frank,
    /// As in the fan-out.
    pub accepted_timestamp: UnixMillis,
}

/// Exhaustive on purpose: nothing said between people is printed.
impl fmt::Debug for AbusiveMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message_content: _, frank: _, accepted_timestamp } = self;
        f.debug_struct("AbusiveMessage").field("accepted_timestamp", accepted_timestamp).finish_non_exhaustive()
    }
}

/// `enum { reserved(0), (255) } AbuseType;` The draft has no reasons yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum AbuseType {
    /// Not said.
    #[default]
    Reserved = 0,
}

/// ```text
/// struct { IdentifierUri reportingUser; IdentifierUri allegedAbuserUri; AbuseType reasonCode; opaque note<V>;
///   AbusiveMessage messages<V>; AppDataDictionary abuse_extensions; } AbuseReport;
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AbuseReport {
    /// Who reports; none: somebody who stays anonymous (empty on the wire).
    pub reporting_user: Option<UserUri>,
    /// Who is said to have said it.
    pub alleged_abuser: UserUri,
    /// What sort of abuse.
    pub reason: AbuseType,
    /// For people, at most [`MAX_ABUSE_NOTE`] bytes; may be empty.
    pub note: String,
    /// The evidence, at most [`MAX_ABUSIVE_MESSAGES`]; may be empty.
    pub messages: Vec<AbusiveMessage>,
    /// By component.
    pub extensions: Dictionary,
}

/// Exhaustive on purpose: neither people nor words are printed.
impl fmt::Debug for AbuseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reporting_user: _, alleged_abuser: _, reason, note: _, messages, extensions: _ } = self;
        f.debug_struct("AbuseReport").field("reason", reason).field("messages", messages).finish_non_exhaustive()
    }
}

impl AbuseReport {
    fn check(&self) -> Result<(), &'static str> {
        if self.messages.len() > MAX_ABUSIVE_MESSAGES {
            Err("too many messages")
        } else if self.note.len() > MAX_ABUSE_NOTE {
            Err("the note is too long")
        } else {
            Ok(())
        }
    }
}

impl Body for AbuseReport {}

impl Size for AbuseReport {
    fn tls_serialized_len(&self) -> usize {
        absent::len(self.reporting_user.as_ref())
            + self.alleged_abuser.tls_serialized_len()
            + self.reason.tls_serialized_len()
            + self.note.tls_serialized_len()
            + self.messages.tls_serialized_len()
            + dictionary::encode(&self.extensions).len()
    }
}

impl Serialize for AbuseReport {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        self.check().map_err(|what| Error::EncodingError(what.to_owned()))?;
        Ok(absent::write(writer, self.reporting_user.as_ref())?
            + self.alleged_abuser.tls_serialize(writer)?
            + self.reason.tls_serialize(writer)?
            + self.note.tls_serialize(writer)?
            + self.messages.tls_serialize(writer)?
            + write_raw(writer, &dictionary::encode(&self.extensions))?)
    }
}

impl Deserialize for AbuseReport {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let report = Self {
            reporting_user: absent::read(bytes)?,
            alleged_abuser: UserUri::tls_deserialize(bytes)?,
            reason: AbuseType::tls_deserialize(bytes)?,
            note: String::tls_deserialize(bytes)?,
            messages: Vec::<AbusiveMessage>::tls_deserialize(bytes)?,
            extensions: dictionary::read(bytes)?,
        };
        report.check().map_err(invalid)?;
        Ok(report)
    }
}

#[cfg(test)]
mod tests;
