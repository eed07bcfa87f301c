//! The hub beside a group: it follows the handshakes and holds no secret.

mod group_info;
mod hub_remove;

use doorstep_wire::numbers::{Epoch, LeafIndex};
use doorstep_wire::{Dictionary, ExternalSender};
use openmls::framing::{MlsMessageIn, ProcessedMessageContent, ProtocolMessage};
use openmls::group::{
    GroupId, ProposalStore, PublicGroup, PublicProcessMessageError, QueuedProposal, StageCommitError, StagedCommit,
    UnresolvedAppDataCommit,
};
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::treesync::RatchetTreeIn;
use openmls_traits::OpenMlsProvider as _;
use tls_codec::Deserialize as _;

pub use group_info::GroupInfoError;
pub use hub_remove::hub_remove;

use crate::commit_view::{self, Changes, CommitView, Item, ProposalView, proposal_view};
use crate::fault::Fault;
use crate::group::{self, GroupView, app_data_updates};
use crate::journal::rows::{self, Column};
use crate::leaf::LeafView;
use crate::provider::Mls;
use crate::raw::{self, Malformed};
use crate::safe_aad;
use crate::suite;

/// A group as its hub sees it. Every change goes to the journal at once.
#[derive(Debug)]
pub struct Observer {
    group: PublicGroup,
}

/// A commit that waits for the hub's judgement. The group has not changed yet.
#[derive(Debug)]
pub struct ObservedCommit {
    /// What it does.
    pub view: CommitView,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Staged(Box<StagedCommit>),
    Unresolved(Box<UnresolvedAppDataCommit>),
}

/// A proposal that waits for the hub's judgement.
#[derive(Debug)]
pub struct ObservedProposal {
    /// What it asks for.
    pub view: ProposalView,
    queued: Box<QueuedProposal>,
    bytes: Vec<u8>,
}

/// What a message turned out to be.
#[derive(Debug)]
pub enum Observed {
    /// A commit, to be judged and then accepted.
    Commit(Box<ObservedCommit>),
    /// A proposal, to be judged and then stored.
    Proposal(Box<ObservedProposal>),
}

/// A stored proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingProposal {
    /// What it asks for.
    pub view: ProposalView,
    /// The `MLSMessage` it came in.
    pub bytes: Vec<u8>,
}

/// Why a group cannot be followed from here.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The GroupInfo is malformed.
    #[error("malformed GroupInfo")]
    GroupInfo,
    /// The group is of another cipher suite or version.
    #[error("other cipher suite or version")]
    Suite,
    /// The tree is malformed.
    #[error("malformed ratchet tree")]
    Tree,
    /// The GroupInfo lacks what a joiner needs, or has more than that.
    #[error("GroupInfo: {0}")]
    Extensions(#[from] GroupInfoError),
    /// Signature, tree hash or a leaf do not hold.
    #[error("invalid group: {0}")]
    Mls(Fault),
}

/// Why a handshake is not processed. The group is as before.
#[derive(Debug, thiserror::Error)]
pub enum ObserverError {
    /// Not a handshake in a PublicMessage, or not of this group.
    #[error("malformed message")]
    Malformed,
    /// Of another epoch than the current one.
    #[error("wrong epoch, this is {}", current.0)]
    WrongEpoch {
        /// The current epoch.
        current: Epoch,
    },
    /// The commit refers to a proposal that is not stored here.
    #[error("unknown proposal")]
    UnknownProposal,
    /// Somebody comes in with a leaf for groups of other cipher suites.
    #[error("other cipher suite")]
    Suite,
    /// It breaks a rule of MLS.
    #[error("invalid: {0}")]
    Invalid(Fault),
}

/// Why a commit is not accepted. The group is as before.
#[derive(Debug, thiserror::Error)]
pub enum ObserverAcceptError {
    /// Changes for a commit that updates no component.
    #[error("changes without an update")]
    Changes,
    /// The GroupInfo is not the one of the epoch this commit creates.
    #[error("GroupInfo: {0}")]
    GroupInfo(#[from] GroupInfoError),
    /// It breaks a rule of MLS.
    #[error("invalid: {0}")]
    Invalid(Fault),
}

impl Observer {
    /// Starts to follow a group from a bare GroupInfo and a tree.
    ///
    /// # Errors
    /// Something does not hold; then nothing is stored.
    pub fn create(mls: &Mls<'_>, group_info: &[u8], tree: &[u8]) -> Result<Self, ObserveError> {
        if suite::is_other(group_info) {
            return Err(ObserveError::Suite);
        }
        let info = VerifiableGroupInfo::tls_deserialize_exact(group_info).map_err(|_| ObserveError::GroupInfo)?;
        group_info::only_external_pub(info.extensions())?;
        let tree = RatchetTreeIn::tls_deserialize_exact(tree).map_err(|_| ObserveError::Tree)?;
        let mark = mls.journal().mark();
        match PublicGroup::from_external(mls.crypto(), mls.journal(), tree, info, ProposalStore::new()) {
            Ok((group, _)) => Ok(Self { group }),
            Err(error) => {
                mls.journal().rollback(mark);
                Err(ObserveError::Mls(Fault::debug(error)))
            }
        }
    }

    /// The group with this id from the journal.
    ///
    /// # Errors
    /// A row of it cannot be read.
    pub fn load(mls: &Mls<'_>, group_id: &[u8]) -> Result<Option<Self>, Fault> {
        let group = PublicGroup::load(mls.journal(), &GroupId::from_slice(group_id)).map_err(Fault::of)?;
        Ok(group.map(|group| Self { group }))
    }

    /// Forgets the group: every row of it goes.
    pub fn delete(self, mls: &Mls<'_>) {
        crate::member::delete(mls, self.group_id());
    }

    /// The id of the group.
    pub fn group_id(&self) -> &[u8] {
        self.group.group_id().as_slice()
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.group.group_context().epoch().as_u64())
    }

    /// Everything public, with all leaves: grows with the room, ask for less where less will do.
    pub fn view(&self) -> GroupView {
        GroupView::of(&self.group, None)
    }

    /// The group's `app_data_dictionary`.
    pub fn dictionary(&self) -> Dictionary {
        group::dictionary(self.group.group_context())
    }

    /// One entry of the dictionary.
    pub fn component(&self, component: u16) -> Option<&[u8]> {
        group::component(self.group.group_context(), component)
    }

    /// One leaf.
    pub fn leaf(&self, index: LeafIndex) -> Option<LeafView> {
        group::leaf(&self.group, index)
    }

    /// All leaves, ascending, each made when it is asked for.
    pub fn leaves(&self) -> impl Iterator<Item = LeafView> {
        group::leaves(&self.group)
    }

    /// Who may propose from outside; the hub is the first.
    pub fn external_senders(&self) -> Vec<ExternalSender> {
        group::external_senders(self.group.group_context())
    }

    /// The ratchet tree as it travels: `optional<Node> ratchet_tree<V>`.
    ///
    /// # Errors
    /// The tree is too large to encode.
    pub fn ratchet_tree(&self) -> Result<Vec<u8>, Fault> {
        group::tree_bytes(&self.group).map_err(Fault::of)
    }

    /// The GroupContext of the current epoch, encoded: the front of a GroupInfo.
    ///
    /// # Errors
    /// The context is too large to encode.
    pub fn group_context(&self) -> Result<Vec<u8>, Fault> {
        use tls_codec::Serialize as _;
        self.group.group_context().tls_serialize_detached().map_err(Fault::of)
    }

    /// Processes an `MLSMessage` with a handshake of the current epoch.
    ///
    /// # Errors
    /// [`ObserverError`]; nothing has changed.
    pub fn process(&self, mls: &Mls<'_>, message: &[u8]) -> Result<Observed, ObserverError> {
        let parsed = MlsMessageIn::tls_deserialize_exact(message).map_err(|_| ObserverError::Malformed)?;
        let parsed: ProtocolMessage = parsed.try_into_protocol_message().map_err(|_| ObserverError::Malformed)?;
        if parsed.group_id() != self.group.group_id() || matches!(parsed, ProtocolMessage::PrivateMessage(_)) {
            return Err(ObserverError::Malformed);
        }
        if parsed.epoch().as_u64() != self.epoch().0 {
            return Err(ObserverError::WrongEpoch { current: self.epoch() });
        }
        if !safe_aad::is_whole(message) {
            return Err(ObserverError::Malformed);
        }
        let processed = self.group.process_message(mls.crypto(), parsed).map_err(|error| match error {
            PublicProcessMessageError::InvalidCommit(StageCommitError::MissingProposal) => {
                ObserverError::UnknownProposal
            }
            _ if suite::is_other_newcomer(message) => ObserverError::Suite,
            other => ObserverError::Invalid(Fault::debug(other)),
        })?;
        match processed.into_content() {
            ProcessedMessageContent::ProposalMessage(queued)
            | ProcessedMessageContent::ExternalJoinProposalMessage(queued) => {
                let view = proposal_view(&queued).map_err(|_| ObserverError::Malformed)?;
                Ok(Observed::Proposal(Box::new(ObservedProposal { view, queued, bytes: message.to_vec() })))
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => self.observed(mls, message, Stage::Staged(staged)),
            ProcessedMessageContent::UnresolvedAppDataCommit(unresolved) => {
                self.observed(mls, message, Stage::Unresolved(unresolved))
            }
            _ => Err(ObserverError::Malformed),
        }
    }

    /// Takes the group into the epoch of a commit, with what became of the components, if `group_info` is the bare
    /// GroupInfo of that epoch.
    ///
    /// What no hub can check, having no secret: that the tag, `external_pub` and the path's ciphertexts fit the epoch, the
    /// membership tag, and what a Welcome contains.
    ///
    /// # Errors
    /// [`ObserverAcceptError`]; nothing has changed.
    pub fn accept(
        &mut self,
        mls: &Mls<'_>,
        commit: ObservedCommit,
        changes: &Changes,
        group_info: &[u8],
    ) -> Result<(), ObserverAcceptError> {
        let ObservedCommit { view, stage } = commit;
        let staged = match stage {
            Stage::Staged(staged) if changes.is_empty() => *staged,
            Stage::Staged(_) => return Err(ObserverAcceptError::Changes),
            Stage::Unresolved(unresolved) => {
                let updates = app_data_updates(true, changes);
                self.group
                    .stage_app_data_commit(mls.crypto(), *unresolved, updates)
                    .map_err(|error| ObserverAcceptError::Invalid(Fault::debug(error)))?
            }
        };
        group_info::check(&self.group, &staged, &view, group_info)?;
        let prefix = rows::group_prefix(self.group_id());
        mls.journal()
            .touching(&prefix, view.touched(), || self.group.merge_commit(mls.journal(), staged))
            .map_err(|error| ObserverAcceptError::Invalid(Fault::of(error)))?;
        mls.journal().delete_prefix(&rows::column(&prefix, Column::ProposalBytes));
        Ok(())
    }

    /// Keeps a proposal until a commit takes it. One that is there already stays as it is.
    ///
    /// # Errors
    /// A row cannot be written.
    pub fn store_proposal(&mut self, mls: &Mls<'_>, proposal: ObservedProposal) -> Result<(), Fault> {
        let ObservedProposal { view, queued, bytes } = proposal;
        let key = self.bytes_key(&view.reference);
        if mls.journal().get(&key).is_some() {
            return Ok(());
        }
        self.group.add_proposal(mls.journal(), *queued).map_err(Fault::of)?;
        mls.journal().put(&key, &bytes);
        Ok(())
    }

    /// The stored proposals, in the order they came.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn pending(&self, mls: &Mls<'_>) -> Result<Vec<PendingProposal>, Fault> {
        let queued = self.group.queued_proposals(mls.journal()).map_err(Fault::of)?;
        queued
            .iter()
            .map(|(_, queued)| {
                let view = proposal_view(queued).map_err(Fault::of)?;
                let bytes = mls.journal().get(&self.bytes_key(&view.reference));
                let bytes = bytes.ok_or_else(|| Fault::of("the bytes of a proposal are missing"))?.to_vec();
                Ok(PendingProposal { view, bytes })
            })
            .collect()
    }

    fn bytes_key(&self, reference: &[u8]) -> Vec<u8> {
        let mut key = rows::column(&rows::group_prefix(self.group_id()), Column::ProposalBytes);
        key.extend_from_slice(reference);
        key
    }

    fn observed(&self, mls: &Mls<'_>, message: &[u8], stage: Stage) -> Result<Observed, ObserverError> {
        let commit = raw::commit(message).map_err(|_| ObserverError::Malformed)?;
        let queued =
            self.group.queued_proposals(mls.journal()).map_err(|error| ObserverError::Invalid(Fault::of(error)))?;
        let pending = queued
            .iter()
            .map(|(_, queued)| commit_view::item(queued))
            .collect::<Result<Vec<Item>, Malformed>>()
            .map_err(|_| ObserverError::Malformed)?;
        let known = |reference: &[u8]| pending.iter().any(|item| item.reference.as_deref() == Some(reference));
        if commit.entries.iter().any(|entry| matches!(entry, raw::RawEntry::Reference(to) if !known(to))) {
            return Err(ObserverError::UnknownProposal);
        }
        let view = commit_view::of_commit(&self.group, commit, &pending).map_err(|_| ObserverError::Malformed)?;
        Ok(Observed::Commit(Box::new(ObservedCommit { view, stage })))
    }
}
