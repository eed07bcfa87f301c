//! MLS credentials as bytes, and the external sender (RFC 9420 §5.3, §12.1.8.1).

use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize, VLByteVec};

use crate::{codec::Body, uri::ProviderDomain};

/// `basic`
pub const BASIC: u16 = 0x0001;
/// `sd_cwt` (mls-sd-cwt-credential-02, suggested value).
pub const SD_CWT: u16 = 0x0005;

/// A credential whose content is one vector: `struct { CredentialType credential_type; opaque content<V>; }`. True of
/// every type registered so far; unknown types are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct Credential {
    /// Registry value.
    pub credential_type: u16,
    /// Identity bytes of `basic`, SD-KBT of `sd_cwt`.
    pub content: VLByteVec,
}

impl Body for Credential {}

impl Credential {
    /// A hub's credential: `basic` with `mimi://<host>` (`docs/PROTOCOL.md`).
    pub fn of_hub(host: &ProviderDomain) -> Self {
        Self { credential_type: BASIC, content: VLByteVec::from(host.uri().as_bytes()) }
    }

    /// A client's credential.
    pub fn sd_cwt(content: Vec<u8>) -> Self {
        Self { credential_type: SD_CWT, content: content.into() }
    }

    /// The host that a hub's credential names.
    pub fn hub(&self) -> Option<ProviderDomain> {
        let text = std::str::from_utf8(self.content.as_slice()).ok()?;
        let uri = crate::uri::IdentifierUri::from_canonical(text).ok()?;
        (self.credential_type == BASIC && uri.is_provider()).then(|| uri.host())
    }
}

/// `struct { SignaturePublicKey signature_key; Credential credential; } ExternalSender;`
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub struct ExternalSender {
    /// Public key.
    pub signature_key: VLByteVec,
    /// Whose.
    pub credential: Credential,
}

impl Body for ExternalSender {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_named_by_its_uri() {
        let host: ProviderDomain = "hub.example".parse().unwrap();
        let credential = Credential::of_hub(&host);
        assert_eq!(hex::encode(credential.encode().unwrap()), format!("000112{}", hex::encode("mimi://hub.example")));
        assert_eq!(credential.hub(), Some(host));
        assert_eq!(Credential::sd_cwt(b"mimi://hub.example".to_vec()).hub(), None);
        assert_eq!(Credential { credential_type: BASIC, content: VLByteVec::from(b"mimi://a/r/b") }.hub(), None);
    }
}
