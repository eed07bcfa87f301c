//! What the provider of the user answers.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, invalid},
    mls_message::BareKeyPackage,
    numbers::Protocol,
    uri::{ClientUri, UserUri},
};

/// Clients in one answer, and so KeyPackages.
pub const MAX_CLIENTS: usize = 64;

/// ```text
/// enum { success(0), partialSuccess(1), incompatibleProtocol(2), noCompatibleMaterial(3), userUnknown(4), noConsent(5),
///   noConsentForThisRoom(6), userDeleted(7), (255) } KeyMaterialUserCode;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum KeyMaterialUserCode {
    /// A KeyPackage for every client.
    Success = 0,
    /// A KeyPackage for some.
    PartialSuccess = 1,
    /// The user does not speak this protocol.
    IncompatibleProtocol = 2,
    /// No client has what is required.
    NoCompatibleMaterial = 3,
    /// No such user.
    UserUnknown = 4,
    /// The user does not want to be added; may also stand for any of the others.
    NoConsent = 5,
    /// The user has to be asked about this room.
    NoConsentForThisRoom = 6,
    /// There was such a user.
    UserDeleted = 7,
}

impl KeyMaterialUserCode {
    fn brings_material(self) -> bool {
        matches!(self, Self::Success | Self::PartialSuccess)
    }
}

/// RFC 9420 §7.2: `struct { ProtocolVersion versions<V>; CipherSuite cipher_suites<V>; ExtensionType extensions<V>;
/// ProposalType proposals<V>; CredentialType credentials<V>; } Capabilities;`
#[derive(Clone, Debug, Default, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Capabilities {
    /// Versions of MLS.
    pub versions: Vec<u16>,
    /// Cipher suites.
    pub cipher_suites: Vec<u16>,
    /// Extensions beyond those of RFC 9420.
    pub extensions: Vec<u16>,
    /// Proposals beyond those of RFC 9420.
    pub proposals: Vec<u16>,
    /// Credentials.
    pub credentials: Vec<u16>,
}

/// What there is for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMaterial {
    /// This.
    Success(BareKeyPackage),
    /// Nothing is left.
    Exhausted,
    /// Nothing that was asked for; what the client can instead, if its provider says so.
    NothingCompatible(Option<Capabilities>),
}

/// ```text
/// enum { success(0), keyMaterialExhausted(1), nothingCompatible(2), (255) } KeyMaterialClientCode;
/// struct { KeyMaterialClientCode clientStatus; IdentifierUri clientUri;
///   select (protocol) { case mls10: select (clientStatus) { case success: KeyPackage keyPackage;
///     case nothingCompatible: optional<Capabilities> clientCapabilities; }; }; } ClientKeyMaterial;
/// ```
///
/// The code stands before the URI on the wire, its data behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeyMaterial {
    /// Which client.
    pub client: ClientUri,
    /// What there is.
    pub material: KeyMaterial,
}

impl Size for ClientKeyMaterial {
    fn tls_serialized_len(&self) -> usize {
        1 + self.client.tls_serialized_len()
            + match &self.material {
                KeyMaterial::Success(package) => package.tls_serialized_len(),
                KeyMaterial::Exhausted => 0,
                KeyMaterial::NothingCompatible(capabilities) => capabilities.tls_serialized_len(),
            }
    }
}

impl Serialize for ClientKeyMaterial {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        let code: u8 = match &self.material {
            KeyMaterial::Success(_) => 0,
            KeyMaterial::Exhausted => 1,
            KeyMaterial::NothingCompatible(_) => 2,
        };
        let written = code.tls_serialize(writer)? + self.client.tls_serialize(writer)?;
        Ok(written
            + match &self.material {
                KeyMaterial::Success(package) => package.tls_serialize(writer)?,
                KeyMaterial::Exhausted => 0,
                KeyMaterial::NothingCompatible(capabilities) => capabilities.tls_serialize(writer)?,
            })
    }
}

impl Deserialize for ClientKeyMaterial {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let code = u8::tls_deserialize(bytes)?;
        let client = ClientUri::tls_deserialize(bytes)?;
        let material = match code {
            0 => KeyMaterial::Success(BareKeyPackage::tls_deserialize(bytes)?),
            1 => KeyMaterial::Exhausted,
            2 => KeyMaterial::NothingCompatible(Deserialize::tls_deserialize(bytes)?),
            _ => return Err(invalid("unknown code for a client")),
        };
        Ok(Self { client, material })
    }
}

/// ```text
/// struct { Protocol protocol; KeyMaterialUserCode userStatus; IdentifierUri userUri; ClientKeyMaterial clients<V>; }
///     KeyMaterialResponse;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMaterialResponse {
    /// In one word.
    pub status: KeyMaterialUserCode,
    /// As asked.
    pub user: UserUri,
    /// One entry per client: of a success, and perhaps of `noCompatibleMaterial`; empty otherwise.
    pub clients: Vec<ClientKeyMaterial>,
}

impl KeyMaterialResponse {
    /// An answer without material.
    pub fn refused(status: KeyMaterialUserCode, user: UserUri) -> Self {
        Self { status, user, clients: Vec::new() }
    }

    fn check(&self) -> Result<(), &'static str> {
        let found = self.clients.iter().any(|client| matches!(client.material, KeyMaterial::Success(_)));
        if self.clients.len() > MAX_CLIENTS {
            Err("too many clients")
        } else if found != self.status.brings_material() {
            Err("KeyPackages and status do not agree")
        } else if !self.clients.is_empty() && !found && self.status != KeyMaterialUserCode::NoCompatibleMaterial {
            Err("clients of a refusal")
        } else {
            Ok(())
        }
    }
}

impl Body for KeyMaterialResponse {}

impl Size for KeyMaterialResponse {
    fn tls_serialized_len(&self) -> usize {
        2 + self.user.tls_serialized_len() + self.clients.tls_serialized_len()
    }
}

impl Serialize for KeyMaterialResponse {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        self.check().map_err(|what| Error::EncodingError(what.to_owned()))?;
        Ok(Protocol::Mls10.tls_serialize(writer)?
            + self.status.tls_serialize(writer)?
            + self.user.tls_serialize(writer)?
            + self.clients.tls_serialize(writer)?)
    }
}

impl Deserialize for KeyMaterialResponse {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        Protocol::tls_deserialize(bytes)?;
        let response = Self {
            status: KeyMaterialUserCode::tls_deserialize(bytes)?,
            user: UserUri::tls_deserialize(bytes)?,
            clients: Vec::<ClientKeyMaterial>::tls_deserialize(bytes)?,
        };
        response.check().map_err(invalid)?;
        Ok(response)
    }
}
