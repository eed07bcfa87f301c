//! What is looked for.

use std::io::{Read, Write};

use tls_codec::{Deserialize, Error, Serialize, Size, TlsDeserialize, TlsSerialize, TlsSize};

use crate::{
    codec::{Body, invalid, write_raw},
    dictionary::{self, Dictionary},
};

/// Fields in one query.
pub const MAX_QUERY_ELEMENTS: usize = 16;

/// ```text
/// enum { reserved(0), handle(1), nick(2), email(3), phone(4), partialName(5), wholeProfile(6), oidcStdClaim(7),
///   vcardField(8), (255) } SearchIdentifierType;
/// ```
/// with what the last two bring.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum SearchField {
    /// The whole handle, as a URI.
    #[tls_codec(discriminant = 1)]
    Handle,
    /// A nickname, or the user part of the handle.
    Nick,
    /// An address of RFC 5322.
    Email,
    /// A number with `+`.
    Phone,
    /// A part of a name.
    PartialName,
    /// A part of anything.
    WholeProfile,
    /// The claim of this name (`claimName`).
    OidcStdClaim(String),
    /// The property of this name (`propertyName`).
    VcardField(String),
}

/// ```text
/// struct { SearchIdentifierType searchType;
///   select (type) { case oidcStdClaim: opaque claimName<V>; case vcardField: opaque propertyName<V>; };
///   opaque searchValue<V>; } QueryElement;
/// ```
///
/// What is selected by is `searchType`; the draft has no `type`. All texts are UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct QueryElement {
    /// Where to look.
    pub field: SearchField,
    /// For what.
    pub value: String,
}

/// `struct { QueryElement query_elements<V>; AppDataDictionary id_request_extensions; } IdentifierRequest;`
///
/// It names nobody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierRequest {
    /// All of these have to be true; from one to [`MAX_QUERY_ELEMENTS`].
    pub elements: Vec<QueryElement>,
    /// By component.
    pub extensions: Dictionary,
}

impl IdentifierRequest {
    /// For the one who has exactly this handle.
    pub fn handle(handle: &str) -> Self {
        let element = QueryElement { field: SearchField::Handle, value: handle.to_owned() };
        Self { elements: vec![element], extensions: Dictionary::new() }
    }

    fn check(&self) -> Result<(), &'static str> {
        if (1..=MAX_QUERY_ELEMENTS).contains(&self.elements.len()) {
            Ok(())
        } else {
            Err("no query, or too long a one")
        }
    }
}

impl Body for IdentifierRequest {
    const LIMIT: usize = 64 << 10;
}

impl Size for IdentifierRequest {
    fn tls_serialized_len(&self) -> usize {
        self.elements.tls_serialized_len() + dictionary::encode(&self.extensions).len()
    }
}

impl Serialize for IdentifierRequest {
    fn tls_serialize<W: Write>(&self, writer: &mut W) -> Result<usize, Error> {
        self.check().map_err(|what| Error::EncodingError(what.to_owned()))?;
        Ok(self.elements.tls_serialize(writer)? + write_raw(writer, &dictionary::encode(&self.extensions))?)
    }
}

impl Deserialize for IdentifierRequest {
    fn tls_deserialize<R: Read>(bytes: &mut R) -> Result<Self, Error> {
        let elements = Vec::<QueryElement>::tls_deserialize(bytes)?;
        let request = Self { elements, extensions: dictionary::read(bytes)? };
        request.check().map_err(invalid)?;
        Ok(request)
    }
}
