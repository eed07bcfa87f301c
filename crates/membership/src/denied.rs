//! Why a commit, a leaf or a proposal is not accepted.

use doorstep_credential::CredentialError;
use doorstep_wire::ProviderDomain;
use thiserror::Error;

/// Why something is not accepted. [`Denied::code`] is the word for the other side.
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
    /// The word that goes over the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Policy(denied) => denied.code(),
            Self::Credential(CredentialError::Expired) => "credential-expired",
            Self::Credential(_) | Self::CredentialType(_) | Self::Audience => "credential-invalid",
            Self::UnknownIssuer(_) => "unknown-issuer",
            Self::Components => "unsupported-client",
            Self::NoSuchLeaf => "not-participant",
        }
    }
}
