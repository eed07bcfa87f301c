//! Messages of our own: CBOR maps that begin `{0: version, 1: kind, …}` (docs/PROTOCOL.md).

mod connect_accept;
mod connect_request;
mod disclosure;
mod invite;
mod key_package_refresh;
mod key_packages;
mod knock;
mod moderators;
mod offer;
mod outcome;
mod sealed_disclosure;
mod sealed_knock;

use doorstep_cbor::{CborError, Key, Reader, decode_prefix};

pub use connect_accept::ConnectAccept;
pub use connect_request::ConnectRequest;
pub use disclosure::Disclosure;
pub use invite::{CodeSeed, Invite, InviteError};
pub use key_package_refresh::KeyPackageRefresh;
pub use key_packages::MAX_KEY_PACKAGES;
pub use knock::{Knock, MAX_NOTE_CHARS, Presentation};
pub use moderators::ModeratorWord;
pub use outcome::{MAX_REASON_CHARS, Outcome, OutcomeKind};
pub use sealed_disclosure::SealedDisclosure;
pub use sealed_knock::{SealedKnock, SealedTo};

/// Version of all our messages.
const VERSION: u64 = 1;
/// Key of the version.
const VERSION_KEY: i64 = 0;
/// Key of the kind.
const KIND_KEY: i64 = 1;
/// Key of the request id.
const REQUEST_ID_KEY: i64 = 2;
/// Kind of a knock, sealed and open.
const KNOCK_KIND: u64 = 5;
/// Kind of a disclosure, sealed and open.
const DISCLOSURE_KIND: u64 = 1;

/// A message of our own, as it stands in the content of a message to a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HouseMessage {
    /// Somebody knocks; open to the clients it is sealed to.
    Knock(SealedKnock),
    /// A moderator tells the others something.
    Moderators(ModeratorWord),
    /// Somebody says to the room who they are.
    Disclosure(Disclosure),
    /// Somebody says who they are; open to the clients it is sealed to.
    SealedDisclosure(SealedDisclosure),
    /// Somebody asks for a room of their own with the one who reads this.
    ConnectRequest(Box<ConnectRequest>),
    /// Somebody accepted that, and this is the room.
    ConnectAccept(Box<ConnectAccept>),
    /// Somebody hands on the way into another room.
    Invite(Box<Invite>),
    /// Somebody whose KeyPackages ran out sends fresh ones.
    KeyPackageRefresh(Box<KeyPackageRefresh>),
    /// Another version or kind, or an invite of another version. Not to be shown, not an error.
    Unknown {
        /// Version of the message.
        version: u64,
        /// Kind, by the numbers of that version.
        kind: u64,
    },
}

/// Why bytes are no message of ours. The sender's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HouseError {
    /// Not the deterministic CBOR of such a message.
    #[error("malformed: {0}")]
    Malformed(#[from] CborError),
    /// A field that must be there is not.
    #[error("a field is missing")]
    Missing,
    /// A field has a value that it cannot have.
    #[error("a field has an impossible value")]
    Value,
    /// A text or list is longer than it may be.
    #[error("a field is too long")]
    TooLong,
    /// The sealed message and what was sealed are about different knocks or disclosures.
    #[error("outer and inner request differ")]
    RequestId,
    /// A presentation of type 2: salted claims of the sender's own leaf, which anybody who sees them can show again.
    #[error("salted claims of a leaf are not taken")]
    SaltedPresentation,
    /// A presentation of type 3: an X.509 chain.
    #[error("certificates are not taken")]
    CertificatePresentation,
}

impl HouseMessage {
    /// Reads a message.
    ///
    /// # Errors
    /// Anything that is not exactly one map of a version and kind, or is of a kind that is known and not well formed.
    pub fn decode(bytes: &[u8]) -> Result<Self, HouseError> {
        let (head, _) = decode_prefix(bytes, read_head)?;
        let (VERSION, kind) = head else { return Self::unknown(bytes, head) };
        match kind {
            KNOCK_KIND => SealedKnock::decode(bytes).map(Self::Knock),
            moderators::MODERATORS_KIND => ModeratorWord::decode(bytes).map(Self::Moderators),
            DISCLOSURE_KIND if has_field(bytes, sealed_knock::RECIPIENTS)? => {
                SealedDisclosure::decode(bytes).map(Self::SealedDisclosure)
            }
            DISCLOSURE_KIND => Disclosure::decode(bytes).map(Self::Disclosure),
            connect_request::CONNECT_REQUEST_KIND => {
                ConnectRequest::decode(bytes).map(|request| Self::ConnectRequest(Box::new(request)))
            }
            connect_accept::CONNECT_ACCEPT_KIND => {
                ConnectAccept::decode(bytes).map(|accept| Self::ConnectAccept(Box::new(accept)))
            }
            invite::INVITE_KIND => match Invite::decode_in_room(bytes)? {
                Some(invite) => Ok(Self::Invite(Box::new(invite))),
                None => Self::unknown(bytes, head),
            },
            key_package_refresh::REFRESH_KIND => {
                KeyPackageRefresh::decode(bytes).map(|refresh| Self::KeyPackageRefresh(Box::new(refresh)))
            }
            _ => Self::unknown(bytes, head),
        }
    }

    /// Exactly one map, whatever stands in it.
    fn unknown(bytes: &[u8], (version, kind): (u64, u64)) -> Result<Self, HouseError> {
        doorstep_cbor::decode(bytes, |reader| reader.raw().map(drop))?;
        Ok(Self::Unknown { version, kind })
    }
}

/// Version and kind: their keys are the smallest, so they always come first.
fn read_head(reader: &mut Reader<'_>) -> Result<(u64, u64), HouseError> {
    let mut entries = reader.map()?;
    let mut value = |expected| match entries.next(reader)? {
        Some(Key::Int(key)) if key == expected => Ok(reader.uint()?),
        _ => Err(HouseError::Missing),
    };
    Ok((value(VERSION_KEY)?, value(KIND_KEY)?))
}

/// Whether a map has a field; it must be well formed.
fn has_field(bytes: &[u8], wanted: i64) -> Result<bool, HouseError> {
    doorstep_cbor::decode(bytes, |reader| {
        let mut entries = reader.map()?;
        let mut found = false;
        while let Some(key) = entries.next(reader)? {
            found |= matches!(key, Key::Int(key) if key == wanted);
            reader.raw()?;
        }
        Ok(found)
    })
}

/// Checks `0: 1` and `1: 5` in a map of fields.
fn expect_number(reader: &mut Reader<'_>, expected: u64) -> Result<(), HouseError> {
    if reader.uint()? == expected { Ok(()) } else { Err(HouseError::Value) }
}

/// Text of at most `limit` characters.
fn check_chars(text: &str, limit: usize) -> Result<(), HouseError> {
    // A text of n characters has at least n bytes: long ones are not counted through.
    if text.len() <= limit || text.len() <= 4 * limit && text.chars().count() <= limit {
        Ok(())
    } else {
        Err(HouseError::TooLong)
    }
}

#[cfg(test)]
mod connect_tests;
#[cfg(test)]
mod test_maps;
#[cfg(test)]
mod tests;
