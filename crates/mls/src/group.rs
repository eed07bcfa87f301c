//! What members and observers share: the state of a group in plain values, and how our groups are set up.

use doorstep_wire::codec::Body;
use doorstep_wire::numbers::{Epoch, LeafIndex};
use doorstep_wire::{Dictionary, ExternalSender};
use openmls::component::ComponentData;
use openmls::group::{
    AppDataDictionaryUpdater, AppDataUpdates, GroupContext, MlsGroupJoinConfig, PURE_PLAINTEXT_WIRE_FORMAT_POLICY,
    PublicGroup,
};
use openmls::prelude::LeafNodeIndex;
use tls_codec::Serialize as _;

use crate::commit_view::Changes;
use crate::leaf::{LeafView, dictionary_of};

/// How many past epochs a member can still read messages of. Five, so that what crosses a few commits on the way is not
/// lost; each one costs forward secrecy.
pub const MAX_PAST_EPOCHS: usize = 5;

/// Everything public of a group in one epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// The id of the group.
    pub group_id: Vec<u8>,
    /// The epoch.
    pub epoch: Epoch,
    /// Our own leaf, if we are in it.
    pub own_leaf: Option<LeafIndex>,
    /// The group's `app_data_dictionary`.
    pub dictionary: Dictionary,
    /// All leaves, ascending.
    pub leaves: Vec<LeafView>,
    /// Who may propose from outside; the hub is the first.
    pub external_senders: Vec<ExternalSender>,
}

impl GroupView {
    pub(crate) fn of(group: &PublicGroup, own_leaf: Option<LeafIndex>) -> Self {
        Self::with_leaves(group.group_context(), own_leaf, leaves(group).collect())
    }

    pub(crate) fn with_leaves(context: &GroupContext, own_leaf: Option<LeafIndex>, leaves: Vec<LeafView>) -> Self {
        Self {
            group_id: context.group_id().as_slice().to_vec(),
            epoch: Epoch(context.epoch().as_u64()),
            own_leaf,
            dictionary: dictionary(context),
            leaves,
            external_senders: external_senders(context),
        }
    }
}

/// The dictionary of a group.
pub(crate) fn dictionary(context: &GroupContext) -> Dictionary {
    context.extensions().app_data_dictionary().map(dictionary_of).unwrap_or_default()
}

/// One entry of the dictionary.
pub(crate) fn component(context: &GroupContext, component: u16) -> Option<&[u8]> {
    context.extensions().app_data_dictionary()?.dictionary().get(&component)
}

pub(crate) fn external_senders(context: &GroupContext) -> Vec<ExternalSender> {
    let Some(senders) = context.extensions().external_senders() else { return Vec::new() };
    senders.iter().filter_map(|sender| ExternalSender::decode(&sender.tls_serialize_detached().ok()?).ok()).collect()
}

/// All leaves of a tree, ascending, each made when it is asked for.
pub(crate) fn leaves(group: &PublicGroup) -> impl Iterator<Item = LeafView> {
    group.treesync().full_leaves().map(|(index, leaf)| LeafView::of(LeafIndex(index.u32()), leaf))
}

pub(crate) fn leaf(group: &PublicGroup, index: LeafIndex) -> Option<LeafView> {
    Some(LeafView::of(index, group.leaf(LeafNodeIndex::new(index.0))?))
}

/// What is said is filled up to a multiple of so many bytes before it is encrypted, so that its length tells little.
pub(crate) const PADDING: usize = 256;

/// How a member keeps a group: handshakes as PublicMessage, so that the hub can follow; past epochs kept; no tree in
/// GroupInfos, the hub has it.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .max_past_epochs(MAX_PAST_EPOCHS)
        .padding_size(PADDING)
        .use_ratchet_tree_extension(false)
        .build()
}

/// The changes of a commit as OpenMLS takes them: nothing where the commit has no AppDataUpdate, something, possibly
/// empty, where it has.
pub(crate) fn app_data_updates(has_updates: bool, changes: &Changes) -> Option<AppDataUpdates> {
    let mut updater = AppDataDictionaryUpdater::new(None);
    for (component, data) in changes {
        match data {
            Some(data) => updater.set(ComponentData::from_parts(*component, data.clone().into())),
            None => updater.remove(component),
        }
    }
    match updater.changes() {
        Some(updates) => Some(updates),
        None => has_updates.then(AppDataUpdates::default),
    }
}

/// `optional<Node> ratchet_tree<V>`, as it travels.
pub(crate) fn tree_bytes(group: &PublicGroup) -> Result<Vec<u8>, tls_codec::Error> {
    group.export_ratchet_tree().tls_serialize_detached()
}
