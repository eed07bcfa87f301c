//! `mimi:` URIs (mimi-protocol-06 §4, mimi-identity-05 for `/p/`) as types that carry their checks.
//!
//! Text from people goes through [`FromStr`](std::str::FromStr), which brings it to the one spelling we compare by
//! (`docs/PROTOCOL.md`, "URIs"): lower-case scheme and host, no port, no trailing slash, unreserved characters not
//! percent-encoded. Text from the wire must already be in that spelling, so that equal URIs are equal bytes.

pub(crate) mod absent;
mod client;
mod domain;
mod group;
mod identifier;
mod room;
mod spelling;
mod user;

pub use client::ClientUri;
pub use domain::ProviderDomain;
pub use group::GroupUri;
pub use identifier::IdentifierUri;
pub use room::RoomUri;
pub use user::UserUri;

use thiserror::Error;

/// Greatest length of a URI in bytes.
pub const MAX_URI_LEN: usize = 1024;

/// Why text is not the URI it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UriError {
    /// Longer than [`MAX_URI_LEN`].
    #[error("URI is too long")]
    TooLong,
    /// Does not begin with `mimi://`.
    #[error("not a mimi: URI")]
    Scheme,
    /// No host, an IP address, user information, or not a DNS name.
    #[error("host is not a provider domain")]
    Host,
    /// Query, fragment, empty or dot segment, or a character that a path cannot have.
    #[error("path is not well formed")]
    Path,
    /// A well-formed URI of another kind.
    #[error("URI names another kind of thing")]
    Kind,
    /// Same URI in another spelling; only the canonical one is taken from the wire.
    #[error("URI is not in its canonical spelling")]
    Spelling,
}

/// Makes random bytes a UUIDv4 by setting its version and variant bits (RFC 9562 §5.4).
pub fn uuid_v4(random: [u8; 16]) -> [u8; 16] {
    uuid::Builder::from_random_bytes(random).into_uuid().into_bytes()
}

/// The traits that all kinds of URI share: text in and out, order, serde as a string, `opaque uri<V>`.
macro_rules! uri_type {
    ($name:ident) => {
        impl $name {
            /// The URI in its canonical spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The URI's bytes, without a length.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// Takes text that must be in its canonical spelling already, as on the wire.
            ///
            /// # Errors
            /// [`UriError`](crate::uri::UriError) if it is another spelling, another kind, or no URI at all.
            pub fn from_canonical(text: &str) -> Result<Self, $crate::uri::UriError> {
                let uri: Self = text.parse()?;
                if uri.0 == text { Ok(uri) } else { Err($crate::uri::UriError::Spelling) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::uri::UriError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::from_canonical(&text)
            }
        }

        impl From<$name> for String {
            fn from(uri: $name) -> Self {
                uri.0
            }
        }

        impl tls_codec::Size for $name {
            fn tls_serialized_len(&self) -> usize {
                tls_codec::VLByteSlice(self.as_bytes()).tls_serialized_len()
            }
        }

        impl tls_codec::Serialize for $name {
            fn tls_serialize<W: std::io::Write>(&self, writer: &mut W) -> Result<usize, tls_codec::Error> {
                tls_codec::Serialize::tls_serialize(&tls_codec::VLByteSlice(self.as_bytes()), writer)
            }
        }

        impl tls_codec::Deserialize for $name {
            fn tls_deserialize<R: std::io::Read>(bytes: &mut R) -> Result<Self, tls_codec::Error> {
                let raw = tls_codec::VLByteVec::tls_deserialize(bytes)?;
                let text =
                    std::str::from_utf8(raw.as_slice()).map_err(|_| $crate::codec::invalid("URI is not UTF-8"))?;
                Self::from_canonical(text).map_err(|error| $crate::codec::invalid(&error.to_string()))
            }
        }
    };
}
use uri_type;

#[cfg(test)]
mod tests;
