//! Whom a key binding token is addressed to.

use doorstep_wire::RoomUri;

use crate::CredentialError;

/// What stands in `aud` of a KeyPackage's credential: nobody knows yet which room it will be for.
const KEY_PACKAGE: &str = "mimi://local.invalid/kp";

/// Audience of a key binding token (docs/PROTOCOL.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The leaf is in a KeyPackage.
    KeyPackage,
    /// The leaf was made for this room, by external commit or update.
    Room(RoomUri),
}

impl Audience {
    /// As text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::KeyPackage => KEY_PACKAGE,
            Self::Room(room) => room.as_str(),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, CredentialError> {
        if text == KEY_PACKAGE {
            return Ok(Self::KeyPackage);
        }
        RoomUri::from_canonical(text).map(Self::Room).map_err(|_| CredentialError::Uri)
    }
}
