//! A leaf key with the token that says whose it is. One room each, never two.

use core::fmt;

use doorstep_wire::{ClientUri, IdentityKind, Refusal, RoomUri, UserUri};
use serde::{Deserialize, Serialize};

/// What an identity is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Use {
    /// Minted ahead.
    Pool,
    /// Belongs to one room (or to a knock at it), for good.
    Room(RoomUri),
    /// Kept for looking at one room and coming in by a link; nobody in the room has seen it yet.
    Look(RoomUri),
    /// Used once, to send the outcome of a knock.
    Outcome,
    /// Stands for the account wherever it is shown; no leaf has it.
    Account,
    /// The account's client in rooms in which it is asked.
    Contact,
    /// Who I will be in the room of somebody I asked: the id of the ask.
    Ask(String),
}

/// An identity: user, client, leaf key, issuer's token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdentityRecord {
    pub(crate) user: UserUri,
    pub(crate) client: ClientUri,
    pub(crate) pseudonym: bool,
    /// Ed25519 seed of the leaf key.
    pub(crate) seed: [u8; 32],
    /// COSE_Sign1 of the provider; none while it is being minted.
    pub(crate) token: Option<serde_bytes::ByteBuf>,
    /// End of the token, milliseconds since the UNIX epoch; 0 while there is none.
    #[serde(default)]
    pub(crate) expires: u64,
    /// Milliseconds since the UNIX epoch.
    pub(crate) made: u64,
    /// When the token was renewed last, milliseconds; 0: never.
    #[serde(default)]
    pub(crate) renewed: u64,
    pub(crate) used: Use,
    /// Refused for good, with the word.
    pub(crate) refused: Option<Refusal>,
    /// What opens the redacted claims of an account's token.
    #[serde(default)]
    pub(crate) disclosures: Option<serde_bytes::ByteBuf>,
}

impl IdentityRecord {
    pub(crate) fn kind(&self) -> IdentityKind {
        if self.pseudonym { IdentityKind::Pseudonym } else { IdentityKind::Account }
    }
}

impl fmt::Debug for IdentityRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            user,
            client: _,
            pseudonym: _,
            seed: _,
            token,
            expires,
            made: _,
            renewed: _,
            used,
            refused,
            disclosures: _,
        } = self;
        f.debug_struct("IdentityRecord")
            .field("user", user)
            .field("minted", &token.is_some())
            .field("expires", expires)
            .field("used", used)
            .field("refused", refused)
            .finish_non_exhaustive()
    }
}

/// Private half of a knock sealing key (component 0x8D46 of an admin's leaf in a knock room).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnockKey {
    pub(crate) room: RoomUri,
    pub(crate) secret: [u8; 32],
}

impl fmt::Debug for KnockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { room, secret: _ } = self;
        f.debug_struct("KnockKey").field("room", room).finish_non_exhaustive()
    }
}
