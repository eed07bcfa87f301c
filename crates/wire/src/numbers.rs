//! Numbers that must not be mixed up.

use serde::{Deserialize, Serialize};
use tls_codec::{TlsDeserialize, TlsSerialize, TlsSize};

/// What a credential says its user is (`mimi_kind` in `docs/PROTOCOL.md`).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TlsSerialize,
    TlsDeserialize,
    TlsSize,
)]
#[repr(u8)]
pub enum IdentityKind {
    /// An account under its own name.
    Account = 0,
    /// A pseudonym.
    Pseudonym = 1,
}

impl TryFrom<u64> for IdentityKind {
    type Error = u64;

    fn try_from(value: u64) -> Result<Self, u64> {
        match value {
            0 => Ok(Self::Account),
            1 => Ok(Self::Pseudonym),
            other => Err(other),
        }
    }
}

/// Epoch of an MLS group.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TlsSerialize,
    TlsDeserialize,
    TlsSize,
)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The epoch that a commit made in this one creates.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Milliseconds since the UNIX epoch.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TlsSerialize,
    TlsDeserialize,
    TlsSize,
)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// From seconds since the UNIX epoch.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since the UNIX epoch.
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// So many milliseconds later.
    pub fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// So many seconds later.
    pub fn plus_seconds(self, seconds: u64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds from `earlier` to here, 0 if it is not earlier.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Position of a leaf in the ratchet tree, counted over leaves.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TlsSerialize,
    TlsDeserialize,
    TlsSize,
)]
pub struct LeafIndex(pub u32);

/// `enum { reserved(0), mls10(1), (255) } Protocol;` (mimi-protocol-06 §5.1)
#[derive(Clone, Copy, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
#[repr(u8)]
pub enum Protocol {
    /// MLS 1.0
    Mls10 = 1,
}

/// MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, the one cipher suite we use.
pub const CIPHER_SUITE: u16 = 0x0001;

#[cfg(test)]
mod tests {
    use tls_codec::Deserialize as _;

    use super::*;

    #[test]
    fn only_mls10_is_a_protocol() {
        assert!(Protocol::tls_deserialize_exact([0]).is_err());
        assert_eq!(Protocol::tls_deserialize_exact([1]), Ok(Protocol::Mls10));
    }

    #[test]
    fn time_does_not_wrap() {
        assert_eq!(UnixMillis(u64::MAX).plus_seconds(u64::MAX).0, u64::MAX);
        assert_eq!(UnixMillis(1).since(UnixMillis(2)), 0);
    }
}
