//! Joining by an external commit (RFC 9420 §12.4.3.2).

use doorstep_wire::Dictionary;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use openmls::framing::{MlsMessageBodyIn, MlsMessageIn, PublicMessageIn};
use openmls::group::{CommitBuilder, ExternalCommitBuilder, Initial, MlsGroup};
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{AppDataUpdateProposal, LeafNodeParameters};
use openmls::treesync::RatchetTreeIn;
use openmls_traits::OpenMlsProvider as _;
use tls_codec::Deserialize as _;

use crate::commit_view::{self, Changes, CommitView, Item, Proposer};
use crate::fault::Fault;
use crate::group::{GroupView, app_data_updates, join_config};
use crate::identity::Identity;
use crate::journal::rows::group_prefix;
use crate::leaf::{LeafView, capabilities, leaf_extensions};
use crate::member::{Member, OutgoingCommit, commit::outgoing};
use crate::provider::Mls;
use crate::raw::{self, RawProposal};
use crate::suite;

/// A group that can be joined: GroupInfo and tree verified, nothing sent and nothing stored yet.
pub struct JoinPreview<'a> {
    builder: CommitBuilder<'a, Initial, MlsGroup>,
    view: GroupView,
    self_removes: Vec<Item>,
}

/// Why a group cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError<E> {
    /// The GroupInfo is malformed.
    #[error("malformed GroupInfo")]
    GroupInfo,
    /// The group is of another cipher suite or version.
    #[error("other cipher suite or version")]
    Suite,
    /// The tree is malformed.
    #[error("malformed ratchet tree")]
    Tree,
    /// A proposal handed out with them is no SelfRemove of a member.
    #[error("malformed or unexpected proposal")]
    Proposal,
    /// The caller's judgement of the commit.
    #[error("refused")]
    Refused(E),
    /// Signature, tree hash or a leaf do not hold, or OpenMLS refused otherwise.
    #[error("cannot join: {0}")]
    Mls(Fault),
}

impl<E> JoinError<E> {
    fn of(error: impl std::fmt::Display) -> Self {
        Self::Mls(Fault::of(error))
    }
}

impl<'a> JoinPreview<'a> {
    /// Verifies a bare GroupInfo and a tree (`optional<Node> ratchet_tree<V>`): signature, tree hash, every leaf's own
    /// signature; not credentials, and not lifetimes, since old rooms have old leaves. `self_removes` are the
    /// `MLSMessage`s of leavers to be taken along.
    ///
    /// # Errors
    /// Something does not hold.
    pub fn open(
        mls: &'a Mls<'a>,
        identity: &Identity,
        group_info: &[u8],
        tree: &[u8],
        self_removes: &[Vec<u8>],
    ) -> Result<Self, JoinError<std::convert::Infallible>> {
        if suite::is_other(group_info) {
            return Err(JoinError::Suite);
        }
        let info = VerifiableGroupInfo::tls_deserialize_exact(group_info).map_err(|_| JoinError::GroupInfo)?;
        let leaves = raw::leaves(tree).map_err(|_| JoinError::Tree)?;
        let leaves = leaves.into_iter().map(|(index, leaf)| LeafView::from_raw(index, leaf)).collect();
        let tree = RatchetTreeIn::tls_deserialize_exact(tree).map_err(|_| JoinError::Tree)?;
        let view = GroupView::with_leaves(info.group_context(), None, leaves);
        let mut items = Vec::with_capacity(self_removes.len());
        let mut messages = Vec::with_capacity(self_removes.len());
        for bytes in self_removes {
            let (item, message) = self_remove(&view, bytes).ok_or(JoinError::Proposal)?;
            items.push(item);
            messages.push(message);
        }
        let builder = ExternalCommitBuilder::new()
            .with_proposals(messages)
            .with_ratchet_tree(tree)
            .with_config(join_config())
            .skip_lifetime_validation()
            .build_group(mls, info, identity.credential_with_key())
            .map_err(JoinError::of)?;
        Ok(Self { builder, view, self_removes: items })
    }

    /// The group as it is before we join.
    pub fn view(&self) -> &GroupView {
        &self.view
    }

    /// The leaves whose SelfRemove is taken along.
    pub fn leavers(&self) -> Vec<LeafIndex> {
        let by = |item: &Item| match item.proposer {
            Proposer::Member(leaf) => Some(leaf),
            Proposer::External(_) | Proposer::Joiner | Proposer::Outsider => None,
        };
        self.self_removes.iter().filter_map(by).collect()
    }

    /// Makes the commit that joins, with at most one update of a component (the participant list), and the leaf's extra
    /// components. `resolve` sees the commit before it is made. The group is stored as joined, in the place of whatever
    /// was there under its id: if the hub refuses, [`crate::member::delete`] it and open a new preview.
    ///
    /// # Errors
    /// Refused, or OpenMLS does not make it; then nothing is stored.
    pub fn join<E>(
        self,
        mls: &Mls<'_>,
        identity: &Identity,
        update: Option<(u16, Vec<u8>)>,
        leaf_components: &Dictionary,
        resolve: impl FnOnce(&CommitView) -> Result<Changes, E>,
    ) -> Result<(Member, OutgoingCommit), JoinError<E>> {
        let Self { builder, view, self_removes } = self;
        let epoch = view.epoch;
        let planned = planned(&view, self_removes, identity, update.as_ref()).ok_or(JoinError::Proposal)?;
        let changes = resolve(&planned).map_err(JoinError::Refused)?;
        let parameters = LeafNodeParameters::builder()
            .with_capabilities(capabilities())
            .with_extensions(leaf_extensions(leaf_components).map_err(JoinError::of)?)
            .build();
        let mut builder = builder.leaf_node_parameters(parameters);
        let has_update = update.is_some();
        if let Some((component, data)) = update {
            builder = builder.add_app_data_update_proposal(AppDataUpdateProposal::update(component, data));
        }
        let mut builder = builder
            .load_psks(mls.journal())
            .map_err(JoinError::of)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false);
        builder.with_app_data_dictionary_updates(app_data_updates(has_update, &changes));
        let prefix = group_prefix(&view.group_id);
        let mark = mls.journal().mark();
        let finished = builder
            .build(mls.rand(), mls.crypto(), identity, |_| true)
            .map_err(JoinError::of)
            .and_then(|complete| {
                // What an earlier membership or attempt has left would mix with the new rows.
                mls.journal().delete_prefix(&prefix);
                let finalized = mls.journal().touching(&prefix, planned.touched(), || complete.finalize(mls));
                finalized.map_err(JoinError::of)
            })
            .and_then(|(group, bundle)| Ok((Member { group }, outgoing(epoch, &bundle).map_err(JoinError::Mls)?)));
        if finished.is_err() {
            mls.journal().rollback(mark);
        }
        finished
    }
}

impl std::fmt::Debug for JoinPreview<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinPreview").field("view", &self.view).finish_non_exhaustive()
    }
}

/// The commit as it will come out.
fn planned(
    view: &GroupView,
    mut items: Vec<Item>,
    identity: &Identity,
    update: Option<&(u16, Vec<u8>)>,
) -> Option<CommitView> {
    let inline = |proposal| Item { reference: None, proposer: Proposer::Joiner, proposal };
    items.push(inline(RawProposal::ExternalInit));
    let own_key = identity.public_key();
    if let Some(stale) = view.leaves.iter().find(|leaf| leaf.signature_key == own_key) {
        items.push(inline(RawProposal::Remove(stale.index)));
    }
    items.extend(update.map(|(component, data)| {
        inline(RawProposal::AppDataUpdate { component: *component, data: Some(data.clone()) })
    }));
    let taken = |leaf: u32| view.leaves.binary_search_by_key(&LeafIndex(leaf), |leaf| leaf.index).is_ok();
    commit_view::of_items_in(&|leaf| !taken(leaf), view.epoch, None, items, None).ok()
}

/// A SelfRemove of this epoch, as OpenMLS takes it and as the view shows it.
fn self_remove(view: &GroupView, bytes: &[u8]) -> Option<(Item, PublicMessageIn)> {
    let (sender, epoch, proposal) = raw::public_proposal(bytes).ok()?;
    if proposal != RawProposal::SelfRemove || epoch != view.epoch {
        return None;
    }
    let reference = raw::proposal_reference(bytes).ok()?;
    let MlsMessageBodyIn::PublicMessage(message) = MlsMessageIn::tls_deserialize_exact(bytes).ok()?.extract() else {
        return None;
    };
    Some((Item { reference: Some(reference), proposer: Proposer::Member(sender), proposal }, message))
}

/// The signature key and the credential of whoever makes an external commit, read without verifying anything. `None` if
/// the message is none.
pub fn peek_newcomer(message: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let commit = raw::commit(message).ok()?;
    let leaf = commit.path_leaf.filter(|_| commit.sender == raw::RawSender::NewMemberCommit)?;
    Some((leaf.signature_key, leaf.credential))
}

/// The epoch a GroupInfo is of, and the group, read without verifying anything.
pub fn peek(group_info: &[u8]) -> Option<(Vec<u8>, Epoch)> {
    let info = VerifiableGroupInfo::tls_deserialize_exact(group_info).ok()?;
    Some((info.group_id().as_slice().to_vec(), Epoch(info.epoch().as_u64())))
}
