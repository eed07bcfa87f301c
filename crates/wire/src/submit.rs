//! `submitMessage`: application messages for the hub (mimi-protocol-06 §5.4).

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, DecodeError, invalid},
    franking::Frank,
    mls_message::RawMlsMessage,
    numbers::{Epoch, Protocol, UnixMillis},
    uri::UserUri,
};

/// ```text
/// struct { Protocol protocol; select (protocol) { case mls10: MLSMessage appMessage; IdentifierUri sendingUri; }; }
///     SubmitMessageRequest;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitMessageRequest {
    /// A private message with application data.
    pub app_message: RawMlsMessage,
    /// Who says to have sent it; receivers compare with the leaf.
    pub sending_uri: UserUri,
}

impl SubmitMessageRequest {
    /// A message as MLS makes it.
    ///
    /// # Errors
    /// [`DecodeError`] if it is not exactly one private message with application data.
    pub fn new(message: &[u8], sender: &UserUri) -> Result<Self, DecodeError> {
        let app_message = RawMlsMessage::decode(message)?;
        if !app_message.is_application() {
            return Err(invalid("not an application message").into());
        }
        Ok(Self { app_message, sending_uri: sender.clone() })
    }
}

impl Body for SubmitMessageRequest {}

impl Size for SubmitMessageRequest {
    fn tls_serialized_len(&self) -> usize {
        1 + self.app_message.tls_serialized_len() + self.sending_uri.tls_serialized_len()
    }
}

impl Serialize for SubmitMessageRequest {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        Ok(Protocol::Mls10.tls_serialize(writer)?
            + self.app_message.tls_serialize(writer)?
            + self.sending_uri.tls_serialize(writer)?)
    }
}

impl Deserialize for SubmitMessageRequest {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        Protocol::tls_deserialize(bytes)?;
        let app_message = RawMlsMessage::tls_deserialize(bytes)?;
        if !app_message.is_application() {
            return Err(invalid("not an application message"));
        }
        Ok(Self { app_message, sending_uri: UserUri::tls_deserialize(bytes)? })
    }
}

/// ```text
/// enum { accepted(0), notAllowed(1), epochTooOld(2), (255) } SubmitResponseCode;
/// struct { Protocol protocol; select (protocol) { case mls10: SubmitResponseCode statusCode;
///   select (statusCode) { case accepted: uint64 accepted_timestamp; optional<Frank> frank;
///                         case epochTooOld: uint64 currentEpoch; }; }; } SubmitMessageResponse;
/// ```
///
/// The draft's select says `success` where its enum says `accepted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitMessageResponse {
    /// Taken.
    Accepted {
        /// When the hub took it; the same as in the fan-out.
        accepted_timestamp: UnixMillis,
        /// If the room has a franking agent and the message a tag.
        frank: Option<Frank>,
    },
    /// Policy says no.
    NotAllowed,
    /// Encrypt it again.
    EpochTooOld {
        /// The group's.
        current_epoch: Epoch,
    },
}

impl Body for SubmitMessageResponse {}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
struct Response {
    protocol: Protocol,
    outcome: Outcome,
}

#[derive(Debug, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
enum Outcome {
    #[tls_codec(discriminant = 0)]
    Accepted {
        accepted_timestamp: UnixMillis,
        frank: Option<Frank>,
    },
    NotAllowed,
    EpochTooOld {
        current_epoch: Epoch,
    },
}

impl From<&SubmitMessageResponse> for Response {
    fn from(response: &SubmitMessageResponse) -> Self {
        let outcome = match response.clone() {
            SubmitMessageResponse::Accepted { accepted_timestamp, frank } => {
                Outcome::Accepted { accepted_timestamp, frank }
            }
            SubmitMessageResponse::NotAllowed => Outcome::NotAllowed,
            SubmitMessageResponse::EpochTooOld { current_epoch } => Outcome::EpochTooOld { current_epoch },
        };
        Self { protocol: Protocol::Mls10, outcome }
    }
}

impl Size for SubmitMessageResponse {
    fn tls_serialized_len(&self) -> usize {
        Response::from(self).tls_serialized_len()
    }
}

impl Serialize for SubmitMessageResponse {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        Response::from(self).tls_serialize(writer)
    }
}

impl Deserialize for SubmitMessageResponse {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        Ok(match Response::tls_deserialize(bytes)?.outcome {
            Outcome::Accepted { accepted_timestamp, frank } => Self::Accepted { accepted_timestamp, frank },
            Outcome::NotAllowed => Self::NotAllowed,
            Outcome::EpochTooOld { current_epoch } => Self::EpochTooOld { current_epoch },
        })
    }
}

#[cfg(test)]
mod tests;
