//! Who was found.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{
    codec::{Body, invalid, write_raw},
    dictionary::{self, Dictionary},
    uri::UserUri,
};

/// People in one answer.
pub const MAX_PROFILES: usize = 64;

/// `enum { success(0), notFound(1), ambiguous(2), forbidden(3), unsupportedField(4), (255) } IdentifierQueryCode;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum IdentifierQueryCode {
    /// At least one.
    Success = 0,
    /// Nobody.
    NotFound = 1,
    /// The query has to be more exact.
    Ambiguous = 2,
    /// Not for you, or not by this.
    Forbidden = 3,
    /// Nobody is found here by this.
    UnsupportedField = 4,
}

/// `enum { reserved(0), oidcStdClaim(7), vcardField(8), (255) } FieldSource;`
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum FieldSource {
    /// OpenID Connect.
    OidcStdClaim = 7,
    /// RFC 6350.
    VcardField = 8,
}

/// `struct { FieldSource fieldSource; string fieldName; opaque fieldValue<V>; } ProfileField;`
///
/// `string` is not defined by the draft; it is read as `opaque<V>` of UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ProfileField {
    /// Whose name it is.
    pub source: FieldSource,
    /// Name.
    pub name: String,
    /// Value.
    pub value: VLByteVec,
}

/// `struct { IdentifierUri stableUri; ProfileField fields<V>; } UserProfile;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct UserProfile {
    /// Who it is, in MIMI.
    pub stable_uri: UserUri,
    /// What is told beside it.
    pub fields: Vec<ProfileField>,
}

/// ```text
/// struct { IdentifierQueryCode responseCode; IdentifierUri uri<V>; UserProfile foundProfiles<V>;
///   AppDataDictionary id_response_extensions; } IdentifierResponse;
/// ```
///
/// `uri` is a vector of `IdentifierUri`, each with its own length: the profiles' URIs once more, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierResponse {
    /// In one word.
    pub code: IdentifierQueryCode,
    /// Those who were found; empty if there was no success.
    pub uris: Vec<UserUri>,
    /// Those who were found, with what may be told; empty if there was no success.
    pub profiles: Vec<UserProfile>,
    /// By component.
    pub extensions: Dictionary,
}

impl IdentifierResponse {
    /// Exactly this user.
    pub fn found(user: UserUri) -> Self {
        Self {
            code: IdentifierQueryCode::Success,
            uris: vec![user.clone()],
            profiles: vec![UserProfile { stable_uri: user, fields: Vec::new() }],
            extensions: Dictionary::new(),
        }
    }

    /// Nobody, and why.
    pub fn nobody(code: IdentifierQueryCode) -> Self {
        Self { code, uris: Vec::new(), profiles: Vec::new(), extensions: Dictionary::new() }
    }

    fn check(&self) -> Result<(), &'static str> {
        let found = !self.uris.is_empty() || !self.profiles.is_empty();
        if found != (self.code == IdentifierQueryCode::Success) {
            Err("people and code do not agree")
        } else if self.uris.len() > MAX_PROFILES || self.profiles.len() > MAX_PROFILES {
            Err("too many people")
        } else {
            Ok(())
        }
    }
}

impl Body for IdentifierResponse {}

impl Size for IdentifierResponse {
    fn tls_serialized_len(&self) -> usize {
        self.code.tls_serialized_len()
            + self.uris.tls_serialized_len()
            + self.profiles.tls_serialized_len()
            + dictionary::encode(&self.extensions).len()
    }
}

impl Serialize for IdentifierResponse {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        self.check().map_err(|what| Error::EncodingError(what.to_owned()))?;
        Ok(self.code.tls_serialize(writer)?
            + self.uris.tls_serialize(writer)?
            + self.profiles.tls_serialize(writer)?
            + write_raw(writer, &dictionary::encode(&self.extensions))?)
    }
}

impl Deserialize for IdentifierResponse {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let response = Self {
            code: IdentifierQueryCode::tls_deserialize(bytes)?,
            uris: Vec::<UserUri>::tls_deserialize(bytes)?,
            profiles: Vec::<UserProfile>::tls_deserialize(bytes)?,
            extensions: dictionary::read(bytes)?,
        };
        response.check().map_err(invalid)?;
        Ok(response)
    }
}
