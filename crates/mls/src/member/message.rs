//! Sending: application messages, and proposals to leave.

use doorstep_wire::component;
use doorstep_wire::numbers::LeafIndex;
use openmls::framing::SafeAadItem;
use openmls::group::{CreateMessageError, MlsGroupStateError};
use openmls::prelude::LeafNodeIndex;
use tls_codec::Serialize as _;

use super::Member;
use crate::fault::Fault;
use crate::identity::Identity;
use crate::provider::Mls;

/// Why a message could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Proposals wait: whoever wants to send commits them first, or lets somebody else do it.
    #[error("proposals are waiting for a commit")]
    ProposalsPending,
    /// A commit has removed us.
    #[error("not a member any more")]
    NotMember,
    /// OpenMLS refused.
    #[error("cannot send: {0}")]
    Mls(Fault),
}

/// Why a proposal could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// A commit of ours waits for its answer.
    #[error("a commit is pending")]
    CommitPending,
    /// A commit has removed us.
    #[error("not a member any more")]
    NotMember,
    /// OpenMLS refused.
    #[error("cannot propose: {0}")]
    Mls(Fault),
}

impl Member {
    /// Encrypts application data to the group: a PrivateMessage in an `MLSMessage`. With `frank`, the authenticated data
    /// carries the franking tag (mimi-protocol-06 §8.1); else it is an empty SafeAAD.
    ///
    /// # Errors
    /// [`SendError::ProposalsPending`] while proposals wait.
    pub fn send(
        &mut self,
        mls: &Mls<'_>,
        identity: &Identity,
        data: &[u8],
        frank: Option<[u8; 32]>,
    ) -> Result<Vec<u8>, SendError> {
        let items = frank.map(|tag| SafeAadItem::new(component::FRANK_AAD, tag.to_vec()));
        self.group.set_safe_aad(items.into_iter().collect()).map_err(|error| SendError::Mls(Fault::of(error)))?;
        let message = self.group.create_message(mls, identity, data).map_err(|error| match error {
            CreateMessageError::GroupStateError(MlsGroupStateError::PendingProposal) => SendError::ProposalsPending,
            CreateMessageError::GroupStateError(MlsGroupStateError::UseAfterEviction) => SendError::NotMember,
            other => SendError::Mls(Fault::of(other)),
        });
        if message.is_err() {
            // The tag belongs to this message and must not ride on the next one.
            self.group.set_safe_aad(Vec::new()).map_err(|error| SendError::Mls(Fault::of(error)))?;
        }
        message?.tls_serialize_detached().map_err(|error| SendError::Mls(Fault::of(error)))
    }

    /// Proposes to leave (mls-extensions §5.3): the `MLSMessage`. From then on nothing can be sent here.
    ///
    /// # Errors
    /// A commit of ours waits, or we are no member any more.
    pub fn self_remove(&mut self, mls: &Mls<'_>, identity: &Identity) -> Result<Vec<u8>, ProposeError> {
        self.may_propose()?;
        let fault = |error: &dyn std::fmt::Display| ProposeError::Mls(Fault::of(error));
        self.group
            .leave_group_via_self_remove(mls, identity)
            .map_err(|error| fault(&error))?
            .tls_serialize_detached()
            .map_err(|error| fault(&error))
    }

    /// Proposes to remove a leaf: what a leaver does for other clients of theirs.
    ///
    /// # Errors
    /// A commit of ours waits, or there is no such leaf.
    pub fn propose_remove(
        &mut self,
        mls: &Mls<'_>,
        identity: &Identity,
        leaf: LeafIndex,
    ) -> Result<Vec<u8>, ProposeError> {
        self.may_propose()?;
        let fault = |error: &dyn std::fmt::Display| ProposeError::Mls(Fault::of(error));
        let (message, _) = self
            .group
            .propose_remove_member(mls, identity, LeafNodeIndex::new(leaf.0))
            .map_err(|error| fault(&error))?;
        message.tls_serialize_detached().map_err(|error| fault(&error))
    }

    /// Proposes an update of a component.
    ///
    /// # Errors
    /// A commit of ours waits.
    pub fn propose_update(
        &mut self,
        mls: &Mls<'_>,
        identity: &Identity,
        component: u16,
        data: &[u8],
    ) -> Result<Vec<u8>, ProposeError> {
        use openmls::prelude::AppDataUpdateOperation;
        self.may_propose()?;
        let fault = |error: &dyn std::fmt::Display| ProposeError::Mls(Fault::of(error));
        let operation = AppDataUpdateOperation::Update(data.to_vec().into());
        let (message, _) =
            self.group.propose_app_data_update(mls, identity, component, operation).map_err(|error| fault(&error))?;
        message.tls_serialize_detached().map_err(|error| fault(&error))
    }

    fn may_propose(&self) -> Result<(), ProposeError> {
        if !self.is_active() {
            Err(ProposeError::NotMember)
        } else if self.has_pending_commit() {
            Err(ProposeError::CommitPending)
        } else {
            Ok(())
        }
    }
}
