//! Users: accounts and pseudonyms.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ProviderDomain, UriError, identifier::host_of, spelling, uri_type};

/// A user: an account `mimi://a.example/u/alice` or a pseudonym `mimi://a.example/p/<uuid>`.
///
/// The path is only a hint; what a user is says the credential (`docs/PROTOCOL.md`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserUri(String);

impl UserUri {
    /// The pseudonym with this UUID (see [`uuid_v4`](super::uuid_v4)).
    pub fn pseudonym(domain: &ProviderDomain, uuid: [u8; 16]) -> Self {
        Self(format!("{}{domain}/p/{}", spelling::SCHEME, spelling::uuid_text(uuid)))
    }

    /// The account with this handle.
    ///
    /// # Errors
    /// [`UriError::Path`] if the handle is not one path segment; [`UriError::Kind`] if it is the reserved `p`.
    pub fn account(domain: &ProviderDomain, handle: &str) -> Result<Self, UriError> {
        let handle = spelling::canonical_segment(handle)?;
        if handle == "p" {
            return Err(UriError::Kind);
        }
        Ok(Self(format!("{}{domain}/u/{handle}", spelling::SCHEME)))
    }

    /// The user's own provider.
    pub fn host(&self) -> ProviderDomain {
        host_of(&self.0)
    }

    /// True if the path says pseudonym.
    pub fn is_pseudonym_path(&self) -> bool {
        self.path().starts_with("p/")
    }

    /// The UUID of a pseudonym of our form.
    pub fn pseudonym_id(&self) -> Option<[u8; 16]> {
        spelling::parse_uuid(self.path().strip_prefix("p/")?)
    }

    /// What follows `/u/` of an account.
    pub fn handle(&self) -> Option<&str> {
        self.path().strip_prefix("u/")
    }

    /// The owner part of a checked client URI: `alice` or `p/<uuid>`.
    pub(super) fn of_client(host: &str, owner: &str) -> Self {
        let kind = if owner.starts_with("p/") { "" } else { "u/" };
        Self(format!("{}{host}/{kind}{owner}", spelling::SCHEME))
    }

    fn path(&self) -> &str {
        spelling::split(&self.0).1
    }
}

impl FromStr for UserUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let uri = spelling::canonical(text)?;
        let path = spelling::split(&uri).1;
        let is_user = match path.split_once('/') {
            Some(("u", handle)) => handle != "p",
            Some(("p", name)) => !name.contains('/'),
            _ => false,
        };
        if is_user { Ok(Self(uri)) } else { Err(UriError::Kind) }
    }
}

uri_type!(UserUri);
