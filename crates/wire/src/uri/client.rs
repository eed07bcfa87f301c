//! Clients: one per browser profile and identity.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ProviderDomain, UriError, UserUri, identifier::host_of, spelling, uri_type};

/// A client with its owner in the path: `mimi://a.example/d/alice/<id>`, or of a pseudonym
/// `mimi://a.example/d/p/<uuid>/<uuid>`.
///
/// The form without an owner that mimi-protocol-06 also shows is refused: every leaf of ours must name its user.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientUri(String);

impl ClientUri {
    /// A client of a pseudonym: its UUID, then the client's own.
    pub fn pseudonym(domain: &ProviderDomain, pid: [u8; 16], cid: [u8; 16]) -> Self {
        let (pid, cid) = (spelling::uuid_text(pid), spelling::uuid_text(cid));
        Self(format!("{}{domain}/d/p/{pid}/{cid}", spelling::SCHEME))
    }

    /// A client of an account.
    ///
    /// # Errors
    /// As [`UserUri::account`].
    pub fn account(domain: &ProviderDomain, handle: &str, cid: [u8; 16]) -> Result<Self, UriError> {
        let user = UserUri::account(domain, handle)?;
        let handle = user.handle().ok_or(UriError::Kind)?;
        Ok(Self(format!("{}{domain}/d/{handle}/{}", spelling::SCHEME, spelling::uuid_text(cid))))
    }

    /// The client's provider.
    pub fn host(&self) -> ProviderDomain {
        host_of(&self.0)
    }

    /// The owner.
    pub fn user(&self) -> UserUri {
        let (host, path) = spelling::split(&self.0);
        let owner = path.strip_prefix("d/").and_then(|path| path.rsplit_once('/')).map_or("", |(owner, _)| owner);
        UserUri::of_client(host, owner)
    }

    /// True if the path says pseudonym.
    pub fn is_pseudonym_path(&self) -> bool {
        spelling::split(&self.0).1.starts_with("d/p/")
    }

    /// The last segment: the client's own name.
    pub fn client_id(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for ClientUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let uri = spelling::canonical(text)?;
        let segments: Vec<&str> = spelling::split(&uri).1.split('/').collect();
        let is_client = match segments.as_slice() {
            ["d", "p", pid, cid] => spelling::parse_uuid(pid).is_some() && spelling::parse_uuid(cid).is_some(),
            ["d", owner, _client] => *owner != "p",
            _ => false,
        };
        if is_client { Ok(Self(uri)) } else { Err(UriError::Kind) }
    }
}

uri_type!(ClientUri);
