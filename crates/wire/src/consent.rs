//! Consent between providers, and the outcome of a knock that travels with it (mimi-protocol-06 §5.7).

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, invalid, write_raw},
    dictionary::{self, Dictionary},
    mls_message::BareKeyPackage,
    uri::{IdentifierUri, RoomUri, UserUri},
};

/// KeyPackages in one grant.
pub const MAX_KEY_PACKAGES: usize = 64;

/// `enum { cancel(0), request(1), grant(2), revoke(3), (255) } ConsentOperation;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum ConsentOperation {
    /// The requester asks no longer.
    Cancel = 0,
    /// The requester asks.
    Request = 1,
    /// The target agrees.
    Grant = 2,
    /// The target agrees no longer.
    Revoke = 3,
}

/// ```text
/// struct { ConsentOperation consentOperation; IdentifierUri requesterUri; IdentifierUri targetUri;
///   optional<RoomId> roomId; select (consentOperation) { case grant: KeyPackage clientKeyPackages<V>; };
///   AppDataDictionary consent_extensions; } ConsentEntry;
/// ```
///
/// `RoomId` is not defined by the draft; it is read as `IdentifierUri`. The requester is always the party that may later
/// fetch the target's KeyPackages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentEntry {
    /// What is said.
    pub operation: ConsentOperation,
    /// A user, or a hub (`docs/PROTOCOL.md`: a knock withdrawn).
    pub requester: IdentifierUri,
    /// A user.
    pub target: UserUri,
    /// None: for any room.
    pub room: Option<RoomUri>,
    /// Of a grant; empty otherwise.
    pub key_packages: Vec<BareKeyPackage>,
    /// By component.
    pub extensions: Dictionary,
}

impl Body for ConsentEntry {}

impl Size for ConsentEntry {
    fn tls_serialized_len(&self) -> usize {
        let grant = match self.operation {
            ConsentOperation::Grant => self.key_packages.tls_serialized_len(),
            ConsentOperation::Cancel | ConsentOperation::Request | ConsentOperation::Revoke => 0,
        };
        self.operation.tls_serialized_len()
            + self.requester.tls_serialized_len()
            + self.target.tls_serialized_len()
            + self.room.tls_serialized_len()
            + grant
            + dictionary::encode(&self.extensions).len()
    }
}

impl Serialize for ConsentEntry {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        let mut written = self.operation.tls_serialize(writer)?
            + self.requester.tls_serialize(writer)?
            + self.target.tls_serialize(writer)?
            + self.room.tls_serialize(writer)?;
        if self.operation == ConsentOperation::Grant {
            written += self.key_packages.tls_serialize(writer)?;
        } else if !self.key_packages.is_empty() {
            return Err(Error::EncodingError("KeyPackages without a grant".to_owned()));
        }
        Ok(written + write_raw(writer, &dictionary::encode(&self.extensions))?)
    }
}

impl Deserialize for ConsentEntry {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let operation = ConsentOperation::tls_deserialize(bytes)?;
        let requester = IdentifierUri::tls_deserialize(bytes)?;
        let target = UserUri::tls_deserialize(bytes)?;
        let room = Option::<RoomUri>::tls_deserialize(bytes)?;
        let key_packages = match operation {
            ConsentOperation::Grant => Vec::<BareKeyPackage>::tls_deserialize(bytes)?,
            ConsentOperation::Cancel | ConsentOperation::Request | ConsentOperation::Revoke => Vec::new(),
        };
        if key_packages.len() > MAX_KEY_PACKAGES {
            return Err(invalid("too many KeyPackages"));
        }
        let extensions = dictionary::read(bytes)?;
        Ok(Self { operation, requester, target, room, key_packages, extensions })
    }
}

#[cfg(test)]
mod tests;
