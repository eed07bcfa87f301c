//! Why a commit, a leaf or a proposal is not accepted.

use doorstep_credential::CredentialError;
use doorstep_wire::{ProviderDomain, Refusal};
use thiserror::Error;

/// Why something is not accepted. [`Denied::refusal`] is what the other side is told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denied {
    /// The room's policy says no.
    #[error(transparent)]
    Policy(#[from] doorstep_policy::Denied),
    /// A credential does not hold.
    #[error("a credential does not hold: {0}")]
    Credential(#[from] CredentialError),
    /// The keys of an issuer are not known here (yet), or not all of them.
    #[error("the keys of {0} are not known")]
    UnknownIssuer(ProviderDomain),
    /// A leaf's credential is not of the type that our rooms use.
    #[error("credential type {0} is not used in our rooms")]
    CredentialType(u16),
    /// A credential was made for another room, or not for a room where it has to be.
    #[error("the credential was made for another room")]
    Audience,
    /// A leaf does not say that its software knows every component of the room.
    #[error("the client does not support this room")]
    Components,
    /// A leaf that the commit is about is not there.
    #[error("there is no such leaf")]
    NoSuchLeaf,
}

impl Denied {
    /// As the other side is told.
    pub const fn refusal(&self) -> Refusal {
        match self {
            Self::Policy(denied) => denied.refusal(),
            Self::Credential(CredentialError::Expired) => Refusal::CredentialExpired,
            Self::Credential(_) | Self::CredentialType(_) | Self::Audience => Refusal::CredentialInvalid,
            Self::UnknownIssuer(_) => Refusal::UnknownIssuer,
            Self::Components => Refusal::UnsupportedClient,
            Self::NoSuchLeaf => Refusal::NotParticipant,
        }
    }
}
