//! What the hub itself proposes: to remove a leaf, and nothing else (docs/PROTOCOL.md, "What the hub may propose").

use doorstep_mls::{CommitView, Mls, Observed, hub_remove};
use doorstep_wire::{Body, LeafIndex, RawMlsMessage, UnixMillis};

use crate::{
    Hub, HubError, Room,
    room::pending::{self, Pending, PendingKind},
};

/// Which leaves are to go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Removal<'a> {
    /// Leaves that are there.
    pub(crate) leaves: &'a [LeafIndex],
    /// One that only waits in a knock room, and gets the proposals nevertheless: it has to commit them.
    pub(crate) handed_to: Option<LeafIndex>,
}

/// Proposes the removals in the current epoch. A leaf that is going already is passed over.
pub(crate) fn propose_removals(
    room: &mut Room,
    hub: &Hub,
    removal: Removal<'_>,
    now: UnixMillis,
    seed: [u8; 32],
) -> Result<Vec<RawMlsMessage>, HubError> {
    let going = room.gone()?.leaves;
    let withheld = u8::from(room.knock_terms().is_some());
    let mut messages = Vec::new();
    for leaf in removal.leaves {
        if going.contains(leaf) || room.roster.get(*leaf).is_none() {
            continue;
        }
        let message = hub_remove(&room.observer, *leaf, |bytes| hub.keys.sign_bytes(bytes));
        let mls = Mls::new(&room.journal, seed);
        let Observed::Proposal(proposal) = room.observer.process(&mls, &message).map_err(HubError::internal)? else {
            return Err(HubError::internal("a removal that is no proposal"));
        };
        let row = Pending {
            reference: proposal.view.reference.as_slice().into(),
            accepted_at: now.0,
            kind: PendingKind::HubRemove,
            leaf: leaf.0,
            withheld,
            handed_to: removal.handed_to.map(|leaf| leaf.0),
        };
        room.touched = true;
        room.observer.store_proposal(&mls, *proposal).map_err(HubError::internal)?;
        pending::push(&room.journal, &row)?;
        messages.push(RawMlsMessage::decode(&message).map_err(HubError::internal)?);
    }
    Ok(messages)
}

/// Leaves whose going was proposed and that this commit leaves where they are: a newcomer's commit takes along only what
/// it was handed, and one who only waits in a knock room knows only what they were handed. Called before the tree
/// changes.
pub(super) fn left_behind(room: &Room, view: &CommitView, waiting: &[Pending]) -> Result<Vec<LeafIndex>, HubError> {
    let gone = room.gone()?;
    let removed = view.removed();
    let left = waiting
        .iter()
        .filter(|row| row.removes_leaf())
        .filter(|row| !view.references.iter().any(|reference| reference.as_slice() == row.reference.as_slice()))
        .map(|row| (row.kind, LeafIndex(row.leaf)))
        .filter(|(_, leaf)| !removed.contains(leaf))
        // A member's wish to remove somebody else is the member's to repeat.
        .filter(|(kind, leaf)| {
            *kind != PendingKind::Remove
                || room.roster.get(*leaf).is_some_and(|leaf| gone.has_left(&room.roster, &leaf.user))
        })
        .map(|(_, leaf)| leaf);
    Ok(left.collect())
}
