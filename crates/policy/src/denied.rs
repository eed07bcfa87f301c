//! Why something is not permitted.

use doorstep_wire::Refusal;
use thiserror::Error;

/// Why something is not permitted. Each variant is one sentence for a log and one [`refusal`](Self::refusal) for the
/// other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Denied {
    /// The user is banned from this room.
    #[error("the user is banned from this room")]
    Banned,
    /// The user is not in this room.
    #[error("the user is not in this room")]
    NotParticipant,
    /// The user is in this room already.
    #[error("the user is in this room already")]
    AlreadyParticipant,
    /// The user's role does not let them do this.
    #[error("the user's role does not let them do this")]
    NotAllowed,
    /// There is no open way into this room.
    #[error("there is no open way into this room")]
    CannotJoin,
    /// This room cannot be knocked at.
    #[error("this room cannot be knocked at")]
    CannotKnock,
    /// There is no such join link, or it leads to a role that nobody can come into.
    #[error("there is no such join link")]
    LinkUnknown,
    /// The join link has ended.
    #[error("the join link has ended")]
    LinkExpired,
    /// The room takes nobody by a join link at the moment.
    #[error("the room takes nobody by a join link at the moment")]
    LinkPaused,
    /// Nobody more fits into this role.
    #[error("nobody more fits into this role")]
    RoleFull,
    /// The room needs the people that this role has.
    #[error("the room needs the people that this role has")]
    RoleTooSmall,
    /// Nobody more fits into this room.
    #[error("nobody more fits into this room")]
    RoomFull,
    /// No more clients fit into this room.
    #[error("no more clients fit into this room")]
    TooManyClients,
    /// This room takes one client of each user.
    #[error("this room takes one client of each user")]
    OneClientOnly,
    /// In this room everybody is under a pseudonym.
    #[error("in this room everybody is under a pseudonym")]
    PseudonymRequired,
    /// In this room nobody is under a pseudonym.
    #[error("in this room nobody is under a pseudonym")]
    PseudonymForbidden,
    /// This room does not take people of that provider.
    #[error("this room does not take people of that provider")]
    IssuerNotAllowed,
    /// The KeyPackage was made for another use.
    #[error("the KeyPackage was made for another use")]
    WrongPurpose,
    /// The KeyPackage ends too soon.
    #[error("the KeyPackage ends too soon")]
    KeyPackageEndsSoon,
    /// A client cannot become another client or another user.
    #[error("a client cannot become another client or another user")]
    IdentityChanged,
    /// Who comes in is not who was let in.
    #[error("who comes in is not who was let in")]
    GrantMismatch,
    /// The credential is not valid.
    #[error("the credential is not valid")]
    CredentialInvalid,
    /// A user who is out of the room still has a client in it.
    #[error("a user who is out of the room still has a client in it")]
    ClientsRemain,
    /// Users who have left must be taken off the list.
    #[error("users who have left must be taken off the list")]
    CleanUpMissing,
    /// The change does not fit the list it changes.
    #[error("the change does not fit the list it changes")]
    ListMismatch,
    /// This part of the room cannot be changed.
    #[error("this part of the room cannot be changed")]
    Fixed,
    /// The room would contradict itself.
    #[error("the room would contradict itself")]
    Contradiction,
    /// Bytes of the room's state cannot be read.
    #[error("bytes of the room's state cannot be read")]
    Malformed,
    /// These changes cannot be made in one commit.
    #[error("these changes cannot be made in one commit")]
    NotTogether,
    /// This sort of proposal is not used in our rooms.
    #[error("this sort of proposal is not used in our rooms")]
    ProposalKind,
    /// A newcomer's commit may contain nothing but their coming in.
    #[error("a newcomer's commit may contain nothing but their coming in")]
    NotInExternalCommit,
    /// The hub may remove clients and nothing else.
    #[error("the hub may remove clients and nothing else")]
    HubMayOnlyRemove,
    /// Who answers knocks needs a key for reading them.
    #[error("who answers knocks needs a key for reading them")]
    KnockKeyMissing,
    /// Nobody would be left to read knocks.
    #[error("nobody would be left to read knocks")]
    NobodyReadsKnocks,
}

impl Denied {
    /// As the other side is told.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::Banned => Refusal::Banned,
            Self::NotParticipant => Refusal::NotParticipant,
            Self::AlreadyParticipant => Refusal::AlreadyParticipant,
            Self::NotAllowed => Refusal::NotAllowed,
            Self::CannotJoin => Refusal::CannotJoin,
            Self::CannotKnock => Refusal::CannotKnock,
            Self::LinkUnknown => Refusal::LinkUnknown,
            Self::LinkExpired => Refusal::LinkExpired,
            Self::LinkPaused => Refusal::LinkPaused,
            Self::RoleFull => Refusal::RoleFull,
            Self::RoleTooSmall => Refusal::RoleTooSmall,
            Self::RoomFull => Refusal::RoomFull,
            Self::TooManyClients => Refusal::TooManyClients,
            Self::OneClientOnly => Refusal::OneClientOnly,
            Self::PseudonymRequired => Refusal::PseudonymRequired,
            Self::PseudonymForbidden => Refusal::PseudonymForbidden,
            Self::IssuerNotAllowed => Refusal::IssuerNotAllowed,
            Self::WrongPurpose => Refusal::WrongPurpose,
            Self::KeyPackageEndsSoon => Refusal::KeyPackageEndsSoon,
            Self::IdentityChanged => Refusal::IdentityChanged,
            Self::GrantMismatch => Refusal::GrantMismatch,
            Self::CredentialInvalid => Refusal::CredentialInvalid,
            Self::ClientsRemain => Refusal::ClientsRemain,
            Self::CleanUpMissing => Refusal::CleanUpMissing,
            Self::ListMismatch => Refusal::ListMismatch,
            Self::Fixed => Refusal::Fixed,
            Self::Contradiction => Refusal::Contradiction,
            Self::Malformed => Refusal::Malformed,
            Self::NotTogether => Refusal::NotTogether,
            Self::ProposalKind => Refusal::ProposalKind,
            Self::NotInExternalCommit => Refusal::NotInExternalCommit,
            Self::HubMayOnlyRemove => Refusal::HubMayOnlyRemove,
            Self::KnockKeyMissing => Refusal::KnockKeyMissing,
            Self::NobodyReadsKnocks => Refusal::NobodyReadsKnocks,
        }
    }
}
