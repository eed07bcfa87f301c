//! Rooms.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ProviderDomain, UriError, identifier::host_of, spelling, uri_type};

/// A room: `mimi://a.example/r/clubhouse`. Its host is the hub.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomUri(String);

impl RoomUri {
    /// The room with this name on this hub.
    ///
    /// # Errors
    /// [`UriError::Path`] if the name is not one path segment.
    pub fn new(domain: &ProviderDomain, slug: &str) -> Result<Self, UriError> {
        let uri = format!("{}{domain}/r/{}", spelling::SCHEME, spelling::canonical_segment(slug)?);
        uri.parse()
    }

    /// Takes what a peer put into a path, percent-decoded once: the URI, or as in the draft's figures without scheme.
    ///
    /// # Errors
    /// [`UriError`] as for any room URI.
    pub fn from_path(text: &str) -> Result<Self, UriError> {
        match text.parse() {
            Err(UriError::Scheme) => format!("{}{text}", spelling::SCHEME).parse(),
            parsed => parsed,
        }
    }

    /// The hub.
    pub fn host(&self) -> ProviderDomain {
        host_of(&self.0)
    }

    /// What follows `/r/`.
    pub fn slug(&self) -> &str {
        spelling::split(&self.0).1.strip_prefix("r/").unwrap_or_default()
    }
}

impl FromStr for RoomUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let uri = spelling::canonical(text)?;
        if spelling::split(&uri).1.starts_with("r/") { Ok(Self(uri)) } else { Err(UriError::Kind) }
    }
}

uri_type!(RoomUri);
