//! Receiving: messages, proposals, commits.

use std::fmt::Debug;

use doorstep_wire::component;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use openmls::framing::{MlsMessageIn, ProcessedMessageContent, ProtocolMessage};
use openmls::group::{
    ProcessMessageError, ProposalValidationError, QueuedProposal, StageCommitError, StagedCommit,
    UnresolvedAppDataCommit, ValidationError,
};
use openmls::key_packages::errors::KeyPackageVerifyError;
use openmls::prelude::{OpenMlsProvider as _, Sender};
use openmls::treesync::errors::{LeafNodeValidationError, LifetimeError};
use tls_codec::Deserialize as _;

use super::Member;
use crate::commit_view::{Changes, CommitView, ProposalView, proposal_view};
use crate::fault::Fault;
use crate::group::app_data_updates;
use crate::provider::Mls;
use crate::safe_aad;
use crate::suite;

/// What a message turned out to be.
#[derive(Debug)]
pub enum Incoming {
    /// A commit of another member, to be judged and then accepted.
    Commit(Box<IncomingCommit>),
    /// A proposal, to be judged and then stored.
    Proposal(Box<IncomingProposal>),
    /// An application message.
    Application(IncomingApplication),
    /// Our own pending commit has come back: merge it.
    OwnCommit,
    /// A message of ours has come back. It cannot be decrypted by its sender.
    OwnMessage,
    /// A handshake of an epoch that is over: a repetition, or it came too late.
    Past(Epoch),
}

/// A commit that waits for the caller's judgement.
#[derive(Debug)]
pub struct IncomingCommit {
    /// What it does.
    pub view: CommitView,
    /// It removes us: accepting it ends our membership.
    pub removes_us: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Staged(Box<StagedCommit>),
    Unresolved(Box<UnresolvedAppDataCommit>),
}

/// A proposal that waits for the caller's judgement.
#[derive(Debug)]
pub struct IncomingProposal {
    /// What it asks for.
    pub view: ProposalView,
    queued: Box<QueuedProposal>,
}

/// A decrypted application message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingApplication {
    /// Who sent it.
    pub sender: LeafIndex,
    /// In which epoch: not always the current one.
    pub epoch: Epoch,
    /// The content of the sender's credential in that epoch: by now the leaf may be somebody else's.
    pub credential: Vec<u8>,
    /// The application data.
    pub data: Vec<u8>,
    /// The franking tag in the authenticated data.
    pub frank: Option<Vec<u8>>,
}

/// Why a message could not be processed. The group is as before.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// Not a message, or not one for groups.
    #[error("malformed message")]
    Malformed,
    /// A message for another group.
    #[error("message of another group")]
    OtherGroup,
    /// A message of an epoch we have not reached: commits are missing.
    #[error("message of epoch {}, this is {}", message.0, current.0)]
    Future {
        /// The message's epoch.
        message: Epoch,
        /// Ours.
        current: Epoch,
    },
    /// A commit has removed us.
    #[error("not a member any more")]
    NotMember,
    /// A commit whose tag does not fit its epoch: the hub let through what no member can follow.
    #[error("the commit's confirmation tag does not fit")]
    ConfirmationTag,
    /// A commit that a member has signed, and whose membership tag is wrong: the hub cannot see that.
    #[error("the commit's membership tag is wrong")]
    MembershipTag,
    /// A commit whose path does not open for this leaf: secrets that fit no key of ours, or keys that fit no secret. The hub
    /// cannot see that.
    #[error("the commit's path cannot be followed: {0}")]
    Path(Fault),
    /// A KeyPackage in it has expired by this machine's clock. The group cannot be caught up; join again.
    #[error("expired KeyPackage: {0}")]
    Expired(Fault),
    /// A commit of ours that is not the pending one.
    #[error("a commit of ours that we do not know")]
    UnknownOwnCommit,
    /// It cannot be decrypted: its epoch is forgotten, or it has been read already.
    #[error("undecryptable: {0}")]
    Undecryptable(Fault),
    /// Somebody comes in with a leaf for groups of other cipher suites.
    #[error("other cipher suite")]
    Suite,
    /// It breaks a rule of MLS.
    #[error("invalid: {0}")]
    Invalid(Fault),
}

/// Why a commit could not be accepted. The group is as before.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The tag does not fit: the commit, or the changes it was resolved with, are not what its author meant.
    #[error("the commit's confirmation tag does not fit")]
    ConfirmationTag,
    /// The path does not open for this leaf.
    #[error("the commit's path cannot be followed: {0}")]
    Path(Fault),
    /// Changes for a commit that updates no component.
    #[error("changes without an update")]
    Changes,
    /// It breaks a rule of MLS.
    #[error("invalid: {0}")]
    Invalid(Fault),
}

impl Member {
    /// Processes an `MLSMessage` with a public or private message.
    ///
    /// # Errors
    /// [`ProcessError`] says whether to wait, to skip or to complain.
    pub fn process(&mut self, mls: &Mls<'_>, message: &[u8]) -> Result<Incoming, ProcessError> {
        let parsed = MlsMessageIn::tls_deserialize_exact(message).map_err(|_| ProcessError::Malformed)?;
        let parsed: ProtocolMessage = parsed.try_into_protocol_message().map_err(|_| ProcessError::Malformed)?;
        if parsed.group_id() != self.group.group_id() {
            return Err(ProcessError::OtherGroup);
        }
        if !self.is_active() {
            return Err(ProcessError::NotMember);
        }
        let epoch = Epoch(parsed.epoch().as_u64());
        let current = self.epoch();
        if epoch > current {
            return Err(ProcessError::Future { message: epoch, current });
        }
        if parsed.is_handshake_message() && epoch < current {
            return Ok(Incoming::Past(epoch));
        }
        if !safe_aad::is_whole(message) {
            return Err(ProcessError::Malformed);
        }
        let processed = match self.group.process_message(mls, parsed) {
            Err(ProcessMessageError::ValidationError(ValidationError::InvalidMembershipTag)) => {
                return self.without_tag(mls, message);
            }
            processed => processed.map_err(refine).map_err(|error| match error {
                ProcessError::Invalid(_) if suite::is_other_newcomer(message) => ProcessError::Suite,
                other => other,
            })?,
        };
        let frank = processed.safe_aad_item(component::FRANK_AAD).map(<[u8]>::to_vec);
        let sender = processed.sender().clone();
        let credential = processed.credential().serialized_content().to_vec();
        Ok(match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(application) => {
                let Sender::Member(sender) = sender else { return Err(ProcessError::Malformed) };
                let sender = LeafIndex(sender.u32());
                Incoming::Application(IncomingApplication {
                    sender,
                    epoch,
                    credential,
                    data: application.into_bytes(),
                    frank,
                })
            }
            ProcessedMessageContent::ProposalMessage(queued)
            | ProcessedMessageContent::ExternalJoinProposalMessage(queued) => {
                let view = proposal_view(&queued).map_err(|_| ProcessError::Malformed)?;
                Incoming::Proposal(Box::new(IncomingProposal { view, queued }))
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => self.incoming(message, Stage::Staged(staged))?,
            ProcessedMessageContent::UnresolvedAppDataCommit(unresolved) => {
                self.incoming(message, Stage::Unresolved(unresolved))?
            }
            ProcessedMessageContent::OwnPendingCommit => Incoming::OwnCommit,
            ProcessedMessageContent::OwnPrivateMessage => Incoming::OwnMessage,
        })
    }

    /// A handshake of a member's leaf whose membership tag is wrong. No hub can check that tag, and whoever carries a message
    /// to the hub can spoil it. What the tag would show of a proposal (that its sender knows this epoch) its signature shows,
    /// which covers the group context: it is as good as with the tag, and has to be known here, because the hub waits for
    /// the commit that takes it. A commit cannot be followed.
    fn without_tag(&self, mls: &Mls<'_>, message: &[u8]) -> Result<Incoming, ProcessError> {
        let parsed = MlsMessageIn::tls_deserialize_exact(message).map_err(|_| ProcessError::Malformed)?;
        let parsed: ProtocolMessage = parsed.try_into_protocol_message().map_err(|_| ProcessError::Malformed)?;
        let signed = self.group.public_group().process_message(mls.crypto(), parsed);
        let signed = signed.map_err(|error| ProcessError::Invalid(Fault::debug(error)))?;
        match signed.into_content() {
            ProcessedMessageContent::ProposalMessage(queued) => {
                let view = proposal_view(&queued).map_err(|_| ProcessError::Malformed)?;
                Ok(Incoming::Proposal(Box::new(IncomingProposal { view, queued })))
            }
            _ => Err(ProcessError::MembershipTag),
        }
    }

    /// Takes the group into the epoch of a commit, with what became of the components.
    ///
    /// # Errors
    /// [`AcceptError::ConfirmationTag`] if the commit does not fit: then it was forged, or judged differently by its author.
    pub fn accept(&mut self, mls: &Mls<'_>, commit: IncomingCommit, changes: &Changes) -> Result<(), AcceptError> {
        let IncomingCommit { view, removes_us: _, stage } = commit;
        let staged = match stage {
            Stage::Staged(staged) if changes.is_empty() => *staged,
            Stage::Staged(_) => return Err(AcceptError::Changes),
            Stage::Unresolved(unresolved) => {
                let updates = app_data_updates(true, changes);
                self.group.stage_app_data_commit(mls, *unresolved, updates).map_err(|error| match error {
                    StageCommitError::ConfirmationTagMismatch => AcceptError::ConfirmationTag,
                    error @ StageCommitError::UpdatePathError(_) => AcceptError::Path(Fault::debug(error)),
                    other => AcceptError::Invalid(Fault::debug(other)),
                })?
            }
        };
        let prefix = crate::journal::rows::group_prefix(self.group_id());
        mls.journal()
            .touching(&prefix, view.touched(), || self.group.merge_staged_commit(mls, staged))
            .map_err(|error| AcceptError::Invalid(Fault::of(error)))
    }

    /// Keeps a proposal until somebody commits it.
    ///
    /// # Errors
    /// A row cannot be written.
    pub fn store_proposal(&mut self, mls: &Mls<'_>, proposal: IncomingProposal) -> Result<(), Fault> {
        let IncomingProposal { view, queued } = proposal;
        let known =
            self.group.pending_proposals().any(|queued| queued.proposal_reference_ref().as_slice() == view.reference);
        if known {
            return Ok(());
        }
        self.group.store_pending_proposal(mls.journal(), *queued).map_err(Fault::of)
    }

    fn incoming(&self, message: &[u8], stage: Stage) -> Result<Incoming, ProcessError> {
        let view = self.read_commit(message).map_err(|_| ProcessError::Malformed)?;
        let removes_us = view.removed().contains(&self.own_leaf());
        Ok(Incoming::Commit(Box::new(IncomingCommit { view, removes_us, stage })))
    }
}

fn refine<E: Debug>(error: ProcessMessageError<E>) -> ProcessError {
    match error {
        ProcessMessageError::InvalidCommit(StageCommitError::ConfirmationTagMismatch) => ProcessError::ConfirmationTag,
        ProcessMessageError::InvalidCommit(error @ StageCommitError::UpdatePathError(_)) => {
            ProcessError::Path(Fault::debug(error))
        }
        ProcessMessageError::InvalidCommit(StageCommitError::OwnCommitMismatch) => ProcessError::UnknownOwnCommit,
        ProcessMessageError::ValidationError(
            error @ (ValidationError::UnableToDecrypt(_) | ValidationError::NoPastEpochData),
        ) => ProcessError::Undecryptable(Fault::debug(error)),
        other if outside_lifetime(&other) => ProcessError::Expired(Fault::debug(other)),
        other => ProcessError::Invalid(Fault::debug(other)),
    }
}

/// Whether a KeyPackage, or a leaf that came from one, is older or younger than it may be: in a proposal of its own, in
/// one that a commit brings, or in a commit's path.
fn outside_lifetime<E>(error: &ProcessMessageError<E>) -> bool {
    let lifetime = match error {
        ProcessMessageError::ValidationError(ValidationError::KeyPackageVerifyError(
            KeyPackageVerifyError::LifetimeError(lifetime),
        ))
        | ProcessMessageError::InvalidCommit(
            StageCommitError::LeafNodeValidation(LeafNodeValidationError::Lifetime(lifetime))
            | StageCommitError::ProposalValidationError(ProposalValidationError::LeafNodeValidation(
                LeafNodeValidationError::Lifetime(lifetime),
            )),
        ) => lifetime,
        _ => return false,
    };
    matches!(lifetime, LifetimeError::Expired { .. } | LifetimeError::NotValidYet { .. })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_lifetime_is_seen_wherever_openmls_says_it() {
        let expired = LifetimeError::Expired { not_after: 1, now: 2 };
        let leaf = LeafNodeValidationError::Lifetime(LifetimeError::NotValidYet { not_before: 3, now: 2 });
        let errors: [ProcessMessageError<Infallible>; 3] = [
            ValidationError::from(KeyPackageVerifyError::from(expired)).into(),
            StageCommitError::from(leaf.clone()).into(),
            StageCommitError::from(ProposalValidationError::from(leaf)).into(),
        ];
        for error in errors {
            assert!(matches!(refine(error), ProcessError::Expired(_)));
        }
        let other = LeafNodeValidationError::UnsupportedCredentials;
        let error: ProcessMessageError<Infallible> = StageCommitError::from(other).into();
        assert!(matches!(refine(error), ProcessError::Invalid(_)));
    }
}
