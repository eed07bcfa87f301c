//! What people say: MIMI content messages, their ids, and the messages that only Doorstep knows.
//!
//! Decrypted application data goes through [`unframe`] (mimi-protocol-06, `ApplicationFraming`) and then, by its media
//! type, through [`MimiContent::decode`] (draft-ietf-mimi-content, the text for -08). A message has a
//! [`Meaning`] in the conversation; one of [`HOUSE_MESSAGE`] type is read on by [`HouseMessage::decode`]: today that is a
//! knock, a disclosure, a connection request and its answer, an invite, or a moderator's word (docs/PROTOCOL.md).
//!
//! Nothing here encrypts, signs, or reads a clock. Decoding is strict and bounded: what it returns can be shown.

mod body;
mod disposition;
mod extensions;
mod framing;
mod franking;
mod house;
mod meaning;
mod message_id;
mod mimi_content;
mod nested_part;
mod packed;
#[cfg(test)]
mod vectors;

pub use body::{HOUSE_MESSAGE, MARKDOWN, PLAIN_TEXT};
pub use disposition::Disposition;
pub use extensions::Extensions;
pub use framing::{Framed, FramingError, frame, unframe};
pub use franking::franking_tag;
pub use house::{
    CodeSeed, ConnectAccept, ConnectRequest, Disclosure, HouseError, HouseMessage, Invite, InviteError,
    KeyPackageRefresh, Knock, MAX_KEY_PACKAGES, MAX_NOTE_CHARS, MAX_REASON_CHARS, ModeratorWord, Outcome, OutcomeKind,
    Presentation, SealedDisclosure, SealedKnock, SealedTo,
};
pub use meaning::Meaning;
pub use message_id::MessageId;
pub use mimi_content::{ContentError, Expiry, MimiContent};
pub use nested_part::{ExternalPart, NestedPart, PartBody, PartSemantics};
pub use packed::{Packed, UnpackError, Unpacked};
