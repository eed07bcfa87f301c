//! A client in a group.

pub(crate) mod commit;
mod create;
mod leaf_secret;
mod message;
mod process;

use doorstep_wire::Dictionary;
use doorstep_wire::ExternalSender;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use openmls::group::{GroupId, MlsGroup};

pub use commit::{CommitError, LeafChange, MergeError, OutgoingCommit, Plan};
pub use create::{CreateError, NewGroup, PublishedGroup};
pub use message::{ProposeError, SendError};
pub use process::{AcceptError, Incoming, IncomingApplication, IncomingCommit, IncomingProposal, ProcessError};

use crate::commit_view::{ProposalView, proposal_view};
use crate::fault::Fault;
use crate::group::{self, GroupView};
use crate::journal::rows::{Column, column};
use crate::leaf::LeafView;
use crate::provider::Mls;

/// A group this client is, or was, a member of. Every change goes to the journal at once.
#[derive(Debug)]
pub struct Member {
    pub(crate) group: MlsGroup,
}

impl Member {
    /// The group with this id from the journal.
    ///
    /// # Errors
    /// A row of it cannot be read.
    pub fn load(mls: &Mls<'_>, group_id: &[u8]) -> Result<Option<Self>, Fault> {
        let group = MlsGroup::load(mls.journal(), &GroupId::from_slice(group_id)).map_err(Fault::of)?;
        Ok(group.map(|group| Self { group }))
    }

    /// Forgets the group: every row of it goes.
    pub fn delete(self, mls: &Mls<'_>) {
        delete(mls, self.group_id());
    }

    /// The id of the group.
    pub fn group_id(&self) -> &[u8] {
        self.group.group_id().as_slice()
    }

    /// The current epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.group.epoch().as_u64())
    }

    /// Our leaf.
    pub fn own_leaf(&self) -> LeafIndex {
        LeafIndex(self.group.own_leaf_index().u32())
    }

    /// False once a commit has removed us: then there is nothing left to do but [`Member::delete`].
    pub fn is_active(&self) -> bool {
        self.group.is_active()
    }

    /// Everything public, with all leaves: grows with the room, ask for less where less will do.
    pub fn view(&self) -> GroupView {
        GroupView::of(self.group.public_group(), Some(self.own_leaf()))
    }

    /// The group's `app_data_dictionary`.
    pub fn dictionary(&self) -> Dictionary {
        group::dictionary(self.group.public_group().group_context())
    }

    /// One entry of the dictionary.
    pub fn component(&self, component: u16) -> Option<&[u8]> {
        group::component(self.group.public_group().group_context(), component)
    }

    /// One leaf.
    pub fn leaf(&self, index: LeafIndex) -> Option<LeafView> {
        group::leaf(self.group.public_group(), index)
    }

    /// All leaves, ascending, each made when it is asked for.
    pub fn leaves(&self) -> impl Iterator<Item = LeafView> {
        group::leaves(self.group.public_group())
    }

    /// Who may propose from outside; the hub is the first.
    pub fn external_senders(&self) -> Vec<ExternalSender> {
        group::external_senders(self.group.public_group().group_context())
    }

    /// The proposals that wait for a commit. While there is one, nothing can be sent (mls-protocol §12.4: whoever wants to
    /// send commits them first).
    pub fn pending(&self) -> Vec<ProposalView> {
        self.group.pending_proposals().filter_map(|queued| proposal_view(queued).ok()).collect()
    }

    /// Whether a commit of ours waits to be merged or cleared.
    pub fn has_pending_commit(&self) -> bool {
        self.group.pending_commit().is_some()
    }

    /// The exporter of RFC 9420 §8.5 in the current epoch.
    ///
    /// # Errors
    /// We are no member any more, or `length` is too long.
    pub fn export(&self, mls: &Mls<'_>, label: &str, context: &[u8], length: usize) -> Result<Vec<u8>, Fault> {
        use openmls_traits::OpenMlsProvider as _;
        self.group.export_secret(mls.crypto(), label, context, length).map_err(Fault::of)
    }

    /// The ratchet tree as it travels: `optional<Node> ratchet_tree<V>`.
    ///
    /// # Errors
    /// The tree is too large to encode.
    pub fn ratchet_tree(&self) -> Result<Vec<u8>, Fault> {
        group::tree_bytes(self.group.public_group()).map_err(Fault::of)
    }
}

/// Forgets a group without loading it: also what an attempt to join has left behind.
pub fn delete(mls: &Mls<'_>, group_id: &[u8]) {
    mls.journal().delete_prefix(&crate::journal::rows::group_prefix(group_id));
}

/// Whether there is a group with this id, without loading it.
pub fn is_stored(mls: &Mls<'_>, group_id: &[u8]) -> bool {
    let prefix = crate::journal::rows::group_prefix(group_id);
    mls.journal().get(&column(&prefix, Column::State)).is_some()
}
