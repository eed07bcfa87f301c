//! A provider's domain name.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{UriError, uri_type};

/// Domain name of a provider, lower case, A-labels: `a.example`.
///
/// On the wire `struct { opaque domain<V>; } DomainName;` (mimi-room-policy-03).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderDomain(String);

impl ProviderDomain {
    /// `mimi://<domain>`: the provider itself, also the identity in a hub's basic credential (`docs/PROTOCOL.md`).
    pub fn uri(&self) -> super::IdentifierUri {
        super::IdentifierUri::provider(self)
    }

    /// For the host of a URI that was checked already.
    pub(super) fn checked(host: &str) -> Self {
        Self(host.to_owned())
    }
}

impl FromStr for ProviderDomain {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let domain = text.to_ascii_lowercase();
        let well_formed = domain.len() <= 253 && domain.split('.').all(is_label);
        // A last label of digits alone would be (part of) an IPv4 address.
        let address = domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if well_formed && !address { Ok(Self(domain)) } else { Err(UriError::Host) }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

uri_type!(ProviderDomain);
