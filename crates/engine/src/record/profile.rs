//! This browser profile at its provider.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Key of the one row.
pub(crate) const KEY: &str = "";

/// A session token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) secret: [u8; 32],
    /// Milliseconds since the UNIX epoch.
    pub(crate) expires: u64,
}

/// An account that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PendingSignUp {
    /// The command to be answered.
    pub(crate) command: String,
    pub(crate) handle: String,
    pub(crate) display_name: Option<String>,
}

/// This browser profile: its id and key at the provider, its account if it has one, its place in the mailbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// UUIDv4.
    pub(crate) client_id: [u8; 16],
    /// Ed25519 seed.
    pub(crate) key: [u8; 32],
    /// The provider knows this profile.
    pub(crate) registered: bool,
    /// None: a guest.
    pub(crate) handle: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) sign_up: Option<PendingSignUp>,
    pub(crate) token: Option<Token>,
    /// Seq of the last mailbox item that was taken in.
    pub(crate) cursor: u64,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client_id: _, key: _, registered, handle: _, display_name: _, sign_up: _, token: _, cursor } = self;
        f.debug_struct("Profile").field("registered", registered).field("cursor", cursor).finish_non_exhaustive()
    }
}
