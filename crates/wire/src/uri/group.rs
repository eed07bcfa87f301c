//! MLS groups.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ProviderDomain, UriError, identifier::host_of, spelling, uri_type};

/// An MLS group: `mimi://a.example/g/<uuid>`; its bytes are the MLS group id. One room has a new one for each group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupUri(String);

impl GroupUri {
    /// The group with this UUID.
    pub fn new(domain: &ProviderDomain, uuid: [u8; 16]) -> Self {
        Self(format!("{}{domain}/g/{}", spelling::SCHEME, spelling::uuid_text(uuid)))
    }

    /// Takes a group id from MLS.
    ///
    /// # Errors
    /// [`UriError`] if it is no group URI in canonical spelling.
    pub fn from_group_id(id: &[u8]) -> Result<Self, UriError> {
        Self::from_canonical(std::str::from_utf8(id).map_err(|_| UriError::Scheme)?)
    }

    /// The hub.
    pub fn host(&self) -> ProviderDomain {
        host_of(&self.0)
    }
}

impl FromStr for GroupUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let uri = spelling::canonical(text)?;
        if spelling::split(&uri).1.starts_with("g/") { Ok(Self(uri)) } else { Err(UriError::Kind) }
    }
}

uri_type!(GroupUri);
