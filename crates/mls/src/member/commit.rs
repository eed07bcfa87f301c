//! Committing: planning, making, merging and clearing.

use std::collections::BTreeSet;

use doorstep_wire::Dictionary;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use openmls::group::{CommitMessageBundle, MlsGroup};
use openmls::prelude::{
    AppDataUpdateProposal, Credential, CredentialType, CredentialWithKey, LeafNodeIndex, LeafNodeParameters, Proposal,
};
use openmls_traits::OpenMlsProvider as _;
use tls_codec::Serialize as _;

use super::Member;
use crate::commit_view::{self, Changes, CommitView, Item, Proposer};
use crate::fault::Fault;
use crate::group::app_data_updates;
use crate::identity::Identity;
use crate::key_package::{self, KeyPackageError};
use crate::leaf::{capabilities, leaf_extensions};
use crate::provider::Mls;
use crate::raw::{self, Malformed, RawProposal, Reader};

/// What to commit, besides the proposals that wait.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Bare KeyPackages to add.
    pub adds: Vec<Vec<u8>>,
    /// Leaves to remove.
    pub removes: Vec<LeafIndex>,
    /// Updates of components.
    pub updates: Vec<(u16, Vec<u8>)>,
    /// A new leaf for us; implies a path.
    pub leaf: Option<LeafChange>,
    /// Commit with a path even if nothing requires one: fresh keys.
    pub path: bool,
    /// `ProposalRef`s of waiting proposals to leave out.
    pub without: Vec<Vec<u8>>,
}

/// How our leaf changes. The key stays: a leaf's key is its client's name in the group.
#[derive(Clone, Debug, Default)]
pub struct LeafChange {
    /// A renewed credential for the same key.
    pub credential: Option<Vec<u8>>,
    /// What the leaf has besides the constant components from now on; `None` leaves them.
    pub components: Option<Dictionary>,
}

/// A commit, ready to be sent to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingCommit {
    /// The epoch it was made in.
    pub epoch: Epoch,
    /// The `MLSMessage` with the commit.
    pub commit: Vec<u8>,
    /// The bare `Welcome`, if anybody is added.
    pub welcome: Option<Vec<u8>>,
    /// The bare `GroupInfo` of the epoch the commit creates, with `external_pub` and no tree.
    pub group_info: Vec<u8>,
}

/// Why a commit could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CommitError<E> {
    /// The caller's judgement of the commit.
    #[error("refused")]
    Refused(E),
    /// A commit of ours waits for its answer.
    #[error("a commit is pending")]
    Pending,
    /// A commit has removed us.
    #[error("not a member any more")]
    NotMember,
    /// A KeyPackage to be added is not valid.
    #[error("KeyPackage {index}: {error}")]
    KeyPackage {
        /// Its place in the plan.
        index: usize,
        /// What is wrong with it.
        error: KeyPackageError,
    },
    /// What was made is not what was judged.
    #[error("the commit came out differently than planned")]
    Diverged,
    /// OpenMLS refused.
    #[error("cannot commit: {0}")]
    Mls(Fault),
}

/// Why a commit could not be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// None of ours waits.
    #[error("no commit is pending")]
    NothingPending,
    /// OpenMLS refused.
    #[error("cannot merge: {0}")]
    Mls(Fault),
}

impl Member {
    /// Makes a commit of the plan and the waiting proposals. `resolve` sees it before it is made, judges it, and says what
    /// becomes of the components. The commit stays pending until [`Member::merge_pending`] or [`Member::clear_pending`].
    ///
    /// # Errors
    /// [`CommitError`]; the group is then as before.
    pub fn commit<E>(
        &mut self,
        mls: &Mls<'_>,
        identity: &Identity,
        plan: Plan,
        resolve: impl FnOnce(&CommitView) -> Result<Changes, E>,
    ) -> Result<OutgoingCommit, CommitError<E>> {
        if !self.is_active() {
            return Err(CommitError::NotMember);
        }
        if self.has_pending_commit() {
            return Err(CommitError::Pending);
        }
        let Plan { adds, mut removes, updates, leaf, path, without } = plan;
        // Who goes already is not removed once more: OpenMLS takes it for a fault.
        let going = self.going(&without).map_err(|error| CommitError::Mls(Fault::of(error)))?;
        removes.retain(|leaf| !going.contains(leaf));
        let mut proposals = Vec::with_capacity(removes.len() + updates.len());
        let mut key_packages = Vec::with_capacity(adds.len());
        for (index, bytes) in adds.iter().enumerate() {
            let valid = key_package::validated(bytes).map_err(|error| CommitError::KeyPackage { index, error })?;
            key_packages.push(valid);
        }
        for (component, data) in &updates {
            let update = AppDataUpdateProposal::update(*component, data.clone());
            proposals.push(Proposal::AppDataUpdate(Box::new(update)));
        }

        let planned =
            self.planned(&adds, &removes, &updates, &without).map_err(|error| CommitError::Mls(Fault::of(error)))?;
        let changes = resolve(&planned).map_err(CommitError::Refused)?;
        let changes = app_data_updates(!planned.updates.is_empty(), &changes);

        let epoch = self.epoch();
        let mut builder = self
            .group
            .commit_builder()
            .propose_adds(key_packages)
            .propose_removals(removes.into_iter().map(|leaf| LeafNodeIndex::new(leaf.0)))
            .add_proposals(proposals)
            .force_self_update(path);
        if let Some(change) = leaf {
            builder = builder.leaf_node_parameters(parameters(identity, change).map_err(CommitError::Mls)?);
        }
        let fault = |error: &dyn std::fmt::Display| CommitError::Mls(Fault::of(error));
        let mut builder = builder
            .load_psks(mls.journal())
            .map_err(|error| fault(&error))?
            .create_group_info(true)
            .use_ratchet_tree_extension(false);
        builder.with_app_data_dictionary_updates(changes);
        let bundle = builder
            .build(mls.rand(), mls.crypto(), identity, |queued| {
                !without.iter().any(|left_out| queued.proposal_reference_ref().as_slice() == left_out)
            })
            .map_err(|error| fault(&error))?
            .stage_commit(mls)
            .map_err(|error| fault(&error))?;
        let outgoing = outgoing(epoch, &bundle).map_err(CommitError::Mls);
        let made = outgoing.and_then(|outgoing| {
            let made = self.read_commit(&outgoing.commit).map_err(|error| fault(&error))?;
            if same(&planned, &made) { Ok(outgoing) } else { Err(CommitError::Diverged) }
        });
        if made.is_err() {
            self.clear_pending(mls).map_err(CommitError::Mls)?;
        }
        made
    }

    /// Merges our pending commit: the hub has accepted it.
    ///
    /// # Errors
    /// [`MergeError::NothingPending`] if there is none.
    pub fn merge_pending(&mut self, mls: &Mls<'_>) -> Result<(), MergeError> {
        let touched = {
            let commit = self.group.pending_commit().ok_or(MergeError::NothingPending)?;
            let items = commit
                .queued_proposals()
                .map(commit_view::item)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| MergeError::Mls(Fault::of(error)))?;
            let own = Some(self.own_leaf());
            commit_view::of_items(self.group.public_group(), self.epoch(), own, items, None)
                .map_err(|error| MergeError::Mls(Fault::of(error)))?
                .touched()
        };
        let prefix = crate::journal::rows::group_prefix(self.group_id());
        mls.journal()
            .touching(&prefix, touched, || self.group.merge_pending_commit(mls))
            .map_err(|error| MergeError::Mls(Fault::of(error)))
    }

    /// Drops our pending commit: the hub has refused it. The waiting proposals stay.
    ///
    /// # Errors
    /// A row cannot be written.
    pub fn clear_pending(&mut self, mls: &Mls<'_>) -> Result<(), Fault> {
        self.group.clear_pending_commit(mls.journal()).map_err(Fault::of)
    }

    /// The view of a commit in this group that OpenMLS has verified.
    pub(super) fn read_commit(&self, message: &[u8]) -> Result<CommitView, Malformed> {
        let commit = raw::commit(message)?;
        commit_view::of_commit(self.group.public_group(), commit, &waiting(&self.group)?)
    }

    /// Leaves that go by a proposal that waits.
    fn going(&self, without: &[Vec<u8>]) -> Result<BTreeSet<LeafIndex>, Malformed> {
        let mut waiting = waiting(&self.group)?;
        waiting.retain(|item| item.reference.as_ref().is_none_or(|reference| !without.contains(reference)));
        let leaf = |item: &Item| match (&item.proposal, item.proposer) {
            (RawProposal::SelfRemove, Proposer::Member(leaf)) => Some(leaf),
            (RawProposal::Remove(leaf), _) => Some(*leaf),
            _ => None,
        };
        Ok(waiting.iter().filter_map(leaf).collect())
    }

    /// The commit as it will come out.
    fn planned(
        &self,
        adds: &[Vec<u8>],
        removes: &[LeafIndex],
        updates: &[(u16, Vec<u8>)],
        without: &[Vec<u8>],
    ) -> Result<CommitView, Malformed> {
        let own = Proposer::Member(self.own_leaf());
        let inline = |proposal| Item { reference: None, proposer: own, proposal };
        let mut items = waiting(&self.group)?;
        items.retain(|item| item.reference.as_ref().is_none_or(|reference| !without.contains(reference)));
        for bytes in adds {
            let key_package = raw::key_package(&mut Reader::new(bytes))?;
            items.push(inline(RawProposal::Add(Box::new(key_package))));
        }
        items.extend(removes.iter().map(|leaf| inline(RawProposal::Remove(*leaf))));
        items.extend(updates.iter().map(|(component, data)| {
            inline(RawProposal::AppDataUpdate { component: *component, data: Some(data.clone()) })
        }));
        drop_superseded(&mut items);
        commit_view::of_items(self.group.public_group(), self.epoch(), Some(self.own_leaf()), items, None)
    }
}

/// The waiting proposals.
fn waiting(group: &MlsGroup) -> Result<Vec<Item>, Malformed> {
    group.pending_proposals().map(commit_view::item).collect()
}

/// A leaf goes once: a SelfRemove beats Removes of the same leaf, and the first Remove beats the others (RFC 9420
/// §12.2, mls-extensions §5.3).
fn drop_superseded(items: &mut Vec<Item>) {
    let mut leaving = BTreeSet::new();
    leaving.extend(items.iter().filter_map(|item| match (&item.proposal, item.proposer) {
        (RawProposal::SelfRemove, Proposer::Member(leaf)) => Some(leaf),
        _ => None,
    }));
    let mut removed = BTreeSet::new();
    items.retain(|item| match item.proposal {
        RawProposal::Remove(leaf) => !leaving.contains(&leaf) && removed.insert(leaf),
        _ => true,
    });
}

/// Whether what was made does what was judged. The order of removals is OpenMLS's own.
fn same(planned: &CommitView, made: &CommitView) -> bool {
    let set = |view: &CommitView| {
        let mut removes = view.removes.clone();
        removes.sort_unstable();
        let mut self_removes = view.self_removes.clone();
        self_removes.sort_unstable();
        let mut references = view.references.clone();
        references.sort_unstable();
        (removes, self_removes, references)
    };
    planned.updates == made.updates
        && planned.adds == made.adds
        && planned.others == made.others
        && set(planned) == set(made)
}

fn parameters(identity: &Identity, change: LeafChange) -> Result<LeafNodeParameters, Fault> {
    let LeafChange { credential, components } = change;
    let kind = CredentialType::Other(doorstep_wire::credential::SD_CWT);
    let credential = credential.unwrap_or_else(|| identity.credential().to_vec());
    let builder =
        LeafNodeParameters::builder().with_capabilities(capabilities()).with_credential_with_key(CredentialWithKey {
            credential: Credential::new(kind, credential),
            signature_key: identity.public_key().as_slice().into(),
        });
    Ok(match components {
        Some(components) => builder.with_extensions(leaf_extensions(&components).map_err(Fault::of)?),
        None => builder,
    }
    .build())
}

/// The messages of a commit as they travel.
pub(crate) fn outgoing(epoch: Epoch, bundle: &CommitMessageBundle) -> Result<OutgoingCommit, Fault> {
    let (commit, welcome, group_info) = bundle.contents();
    Ok(OutgoingCommit {
        epoch,
        commit: commit.tls_serialize_detached().map_err(Fault::of)?,
        welcome: welcome.map(|welcome| welcome.tls_serialize_detached().map_err(Fault::of)).transpose()?,
        group_info: group_info.ok_or_else(|| Fault::of("no GroupInfo"))?.tls_serialize_detached().map_err(Fault::of)?,
    })
}
