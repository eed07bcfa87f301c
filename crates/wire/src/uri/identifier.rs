//! Any `mimi:` URI.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ClientUri, GroupUri, ProviderDomain, RoomUri, UriError, UserUri, spelling, uri_type};

/// A `mimi:` URI of any kind: `struct { opaque uri<V>; } IdentifierUri;` (mimi-protocol-06 §5.1).
///
/// Where a field can only be a user or a room, the narrower type is used; the bytes are the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdentifierUri(String);

impl IdentifierUri {
    /// The URI of a provider: `mimi://a.example`.
    pub fn provider(domain: &ProviderDomain) -> Self {
        Self(format!("{}{domain}", spelling::SCHEME))
    }

    /// The provider that the URI belongs to.
    pub fn host(&self) -> ProviderDomain {
        host_of(&self.0)
    }

    /// True for `mimi://a.example`, without a path.
    pub fn is_provider(&self) -> bool {
        spelling::split(&self.0).1.is_empty()
    }

    /// The same URI, if it names a user.
    pub fn as_user(&self) -> Option<UserUri> {
        self.0.parse().ok()
    }
}

/// The host of a URI that was checked when it was made.
pub(super) fn host_of(uri: &str) -> ProviderDomain {
    ProviderDomain::checked(spelling::split(uri).0)
}

impl FromStr for IdentifierUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        spelling::canonical(text).map(Self)
    }
}

impl From<UserUri> for IdentifierUri {
    fn from(uri: UserUri) -> Self {
        Self(uri.into())
    }
}

impl From<ClientUri> for IdentifierUri {
    fn from(uri: ClientUri) -> Self {
        Self(uri.into())
    }
}

impl From<RoomUri> for IdentifierUri {
    fn from(uri: RoomUri) -> Self {
        Self(uri.into())
    }
}

impl From<GroupUri> for IdentifierUri {
    fn from(uri: GroupUri) -> Self {
        Self(uri.into())
    }
}

uri_type!(IdentifierUri);
