//! What a commit would do, in plain values: what policy judges before anybody stages it.

use std::collections::BTreeSet;

use doorstep_wire::Dictionary;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use openmls::group::{PublicGroup, QueuedProposal};
use openmls::prelude::{LeafNodeIndex, Sender};
use tls_codec::Serialize as _;

use crate::key_package::KeyPackageView;
use crate::leaf::LeafView;
use crate::raw::{self, Malformed, RawCommit, RawEntry, RawLeaf, RawProposal, RawSender, Reader};

/// Who made a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Author {
    /// A member, by its leaf.
    Member(LeafIndex),
    /// A client that joins by this commit; the leaf is the one it gets.
    External(LeafIndex),
}

impl Author {
    /// The author's leaf in the tree after the commit.
    pub fn leaf(self) -> LeafIndex {
        match self {
            Self::Member(leaf) | Self::External(leaf) => leaf,
        }
    }
}

/// Who made a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proposer {
    /// A member, by its leaf.
    Member(LeafIndex),
    /// An external sender, by its place in `external_senders`; the hub is 0.
    External(u32),
    /// The client that joins by the commit itself.
    Joiner,
    /// A client outside that asks to be added (`new_member_proposal`).
    Outsider,
}

/// A client that a commit adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddView {
    /// Its KeyPackage.
    pub key_package: KeyPackageView,
    /// The leaf it gets.
    pub index: LeafIndex,
    /// Who proposed it.
    pub proposer: Proposer,
}

/// A leaf that a commit removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoveView {
    /// The leaf.
    pub leaf: LeafIndex,
    /// Who proposed it.
    pub proposer: Proposer,
}

/// One AppDataUpdate of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateView {
    /// Who proposed it.
    pub proposer: Proposer,
    /// The component.
    pub component: u16,
    /// The update; `None` removes the component's state.
    pub data: Option<Vec<u8>>,
}

/// A commit, before it is staged. Everything signed has been verified except credentials; nothing has been judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitView {
    /// The epoch it was made in.
    pub epoch: Epoch,
    /// Who made it.
    pub author: Author,
    /// Adds, in commit order.
    pub adds: Vec<AddView>,
    /// Removes, in commit order.
    pub removes: Vec<RemoveView>,
    /// Leaves that leave by SelfRemove.
    pub self_removes: Vec<LeafIndex>,
    /// Update proposals: the leaf as it becomes.
    pub leaf_updates: Vec<LeafView>,
    /// AppDataUpdates, in commit order.
    pub updates: Vec<UpdateView>,
    /// The author's new leaf, if the commit has a path.
    pub path_leaf: Option<LeafView>,
    /// How many ExternalInit proposals it has.
    pub external_inits: usize,
    /// Registry values of all other proposals: PreSharedKey 4, ReInit 5, GroupContextExtensions 7, AppEphemeral 9, unknown.
    pub others: Vec<u16>,
    /// `ProposalRef`s of the proposals taken by reference, in commit order.
    pub references: Vec<Vec<u8>>,
    /// How many proposals stand in the commit itself.
    pub inline: usize,
    /// The tag that binds the commit to its epoch; empty while the commit is only planned.
    pub confirmation_tag: Vec<u8>,
}

impl CommitView {
    /// Every leaf that is gone after the commit, before its adds.
    pub fn removed(&self) -> BTreeSet<LeafIndex> {
        let mut removed = BTreeSet::new();
        removed.extend(self.removes.iter().map(|remove| remove.leaf).chain(self.self_removes.iter().copied()));
        removed
    }

    /// The leaves whose nodes the commit changes; all other changes lie on their direct paths.
    pub(crate) fn touched(&self) -> BTreeSet<u32> {
        let leaves = self.adds.iter().map(|add| add.index).chain(self.leaf_updates.iter().map(|leaf| leaf.index));
        let mut touched = BTreeSet::from([self.author.leaf().0]);
        touched.extend(self.removed().into_iter().chain(leaves).map(|leaf| leaf.0));
        touched
    }
}

/// A proposal that waits for a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalView {
    /// Its `ProposalRef`.
    pub reference: Vec<u8>,
    /// Who made it.
    pub proposer: Proposer,
    /// What it asks for.
    pub content: ProposalContent,
}

/// What a proposal asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalContent {
    /// Add a client.
    Add(Box<KeyPackageView>),
    /// Replace the proposer's leaf.
    Update(Box<LeafView>),
    /// Remove a leaf.
    Remove(LeafIndex),
    /// The proposer leaves.
    SelfRemove,
    /// Change a component; `None` removes its state.
    AppData {
        /// The component.
        component: u16,
        /// The update.
        data: Option<Vec<u8>>,
    },
    /// Anything else, by its registry value.
    Other(u16),
}

/// A proposal with where it comes from.
pub(crate) struct Item {
    pub(crate) reference: Option<Vec<u8>>,
    pub(crate) proposer: Proposer,
    pub(crate) proposal: RawProposal,
}

/// A queued proposal in plain values.
pub(crate) fn item(queued: &QueuedProposal) -> Result<Item, Malformed> {
    let bytes = queued.proposal().tls_serialize_detached().map_err(|_| Malformed)?;
    Ok(Item {
        reference: Some(queued.proposal_reference_ref().as_slice().to_vec()),
        proposer: proposer(queued.sender())?,
        proposal: raw::proposal(&mut Reader::new(&bytes))?,
    })
}

/// A queued proposal as others see it.
pub(crate) fn proposal_view(queued: &QueuedProposal) -> Result<ProposalView, Malformed> {
    let Item { reference, proposer, proposal } = item(queued)?;
    let content = match proposal {
        RawProposal::Add(key_package) => {
            ProposalContent::Add(Box::new(KeyPackageView::from_raw(*key_package).map_err(|_| Malformed)?))
        }
        RawProposal::Update(leaf) => {
            let Proposer::Member(index) = proposer else { return Err(Malformed) };
            ProposalContent::Update(Box::new(LeafView::from_raw(index, *leaf)))
        }
        RawProposal::Remove(leaf) => ProposalContent::Remove(leaf),
        RawProposal::SelfRemove => ProposalContent::SelfRemove,
        RawProposal::AppDataUpdate { component, data } => ProposalContent::AppData { component, data },
        RawProposal::ExternalInit => ProposalContent::Other(6),
        RawProposal::Other(kind) => ProposalContent::Other(kind),
    };
    Ok(ProposalView { reference: reference.unwrap_or_default(), proposer, content })
}

fn proposer(sender: &Sender) -> Result<Proposer, Malformed> {
    Ok(match sender {
        Sender::Member(leaf) => Proposer::Member(LeafIndex(leaf.u32())),
        Sender::External(index) => {
            let bytes = index.tls_serialize_detached().map_err(|_| Malformed)?;
            Proposer::External(Reader::new(&bytes).u32()?)
        }
        Sender::NewMemberCommit => Proposer::Joiner,
        Sender::NewMemberProposal => Proposer::Outsider,
    })
}

/// The view of a commit in `group`, whose references are resolved among `pending`.
pub(crate) fn of_commit(group: &PublicGroup, commit: RawCommit, pending: &[Item]) -> Result<CommitView, Malformed> {
    let RawCommit { epoch, sender, entries, path_leaf, confirmation_tag } = commit;
    let (committer, own) = match sender {
        RawSender::Member(leaf) => (Some(leaf), Proposer::Member(leaf)),
        RawSender::NewMemberCommit => (None, Proposer::Joiner),
        RawSender::External(_) | RawSender::NewMemberProposal => return Err(Malformed),
    };
    let mut items = Vec::with_capacity(entries.len());
    for entry in entries {
        items.push(match entry {
            RawEntry::Inline(proposal) => Item { reference: None, proposer: own, proposal },
            RawEntry::Reference(reference) => {
                let known =
                    pending.iter().find(|item| item.reference.as_deref() == Some(&reference)).ok_or(Malformed)?;
                Item { reference: Some(reference), proposer: known.proposer, proposal: known.proposal.clone() }
            }
        });
    }
    let mut view = of_items(group, epoch, committer, items, path_leaf)?;
    view.confirmation_tag = confirmation_tag;
    Ok(view)
}

/// The view of a list of proposals; `committer` is `None` for an external commit.
pub(crate) fn of_items(
    group: &PublicGroup,
    epoch: Epoch,
    committer: Option<LeafIndex>,
    items: Vec<Item>,
    path_leaf: Option<RawLeaf>,
) -> Result<CommitView, Malformed> {
    of_items_in(&|leaf| group.leaf(LeafNodeIndex::new(leaf)).is_none(), epoch, committer, items, path_leaf)
}

/// [`of_items`] for a tree of which only the free leaves are known; beyond its end every leaf is free.
pub(crate) fn of_items_in(
    is_free: &dyn Fn(u32) -> bool,
    epoch: Epoch,
    committer: Option<LeafIndex>,
    items: Vec<Item>,
    path_leaf: Option<RawLeaf>,
) -> Result<CommitView, Malformed> {
    let mut view = CommitView {
        epoch,
        author: Author::External(LeafIndex(0)),
        adds: Vec::new(),
        removes: Vec::new(),
        self_removes: Vec::new(),
        leaf_updates: Vec::new(),
        updates: Vec::new(),
        path_leaf: None,
        external_inits: 0,
        others: Vec::new(),
        references: Vec::new(),
        inline: 0,
        confirmation_tag: Vec::new(),
    };
    let mut added = Vec::new();
    for Item { reference, proposer, proposal } in items {
        match reference {
            Some(reference) => view.references.push(reference),
            None => view.inline += 1,
        }
        match proposal {
            RawProposal::Add(key_package) => added.push((*key_package, proposer)),
            RawProposal::Update(leaf) => {
                let Proposer::Member(index) = proposer else { return Err(Malformed) };
                view.leaf_updates.push(LeafView::from_raw(index, *leaf));
            }
            RawProposal::Remove(leaf) => view.removes.push(RemoveView { leaf, proposer }),
            RawProposal::ExternalInit => view.external_inits += 1,
            RawProposal::AppDataUpdate { component, data } => {
                view.updates.push(UpdateView { proposer, component, data });
            }
            RawProposal::SelfRemove => {
                let Proposer::Member(leaf) = proposer else { return Err(Malformed) };
                view.self_removes.push(leaf);
            }
            RawProposal::Other(kind) => view.others.push(kind),
        }
    }
    let removed = view.removed();
    let mut free = (0..).filter(|leaf| is_free(*leaf) || removed.contains(&LeafIndex(*leaf))).map(LeafIndex);
    view.author = match committer {
        Some(leaf) => Author::Member(leaf),
        None => Author::External(free.next().ok_or(Malformed)?),
    };
    for (key_package, proposer) in added {
        let key_package = KeyPackageView::from_raw(key_package).map_err(|_| Malformed)?;
        view.adds.push(AddView { key_package, index: free.next().ok_or(Malformed)?, proposer });
    }
    view.path_leaf = path_leaf.map(|leaf| LeafView::from_raw(view.author.leaf(), leaf));
    Ok(view)
}

/// New values of components; `None` removes the state.
pub type Changes = std::collections::BTreeMap<u16, Option<Vec<u8>>>;

/// `dictionary` after `changes`.
pub fn changed(dictionary: &Dictionary, changes: &Changes) -> Dictionary {
    let mut after = dictionary.clone();
    for (component, data) in changes {
        match data {
            Some(data) => after.insert(*component, data.clone()),
            None => after.remove(component),
        };
    }
    after
}
