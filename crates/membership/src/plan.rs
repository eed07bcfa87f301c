//! Making commits that will be found good: what has to be in them besides what their author wants.

use doorstep_mls::{Member, Plan, ProposalContent};
use doorstep_policy::{
    Change, JoinGrant, Leaf, Proposal, Proposer, RoomState, Roster, clean_up, permit_group_info, permit_join_link,
};
use doorstep_wire::{Body, LeafIndex, UnixMillis, component, room::ParticipantListUpdate};

use crate::{Denied, knock_key, proposal::proposer};

/// The plan with the clean-up of the participant list that it needs: whoever leaves by a proposal that waits goes off the
/// list, in a knock room everybody who has left before too.
#[must_use]
pub fn with_clean_up(mut plan: Plan, state: &RoomState, roster: &Roster, member: &Member) -> Plan {
    let by = Proposer::Member(member.own_leaf());
    let mut proposals: Vec<Proposal> = Vec::new();
    for view in member.pending() {
        if plan.without.contains(&view.reference) {
            continue;
        }
        let change = match view.content {
            ProposalContent::Remove(leaf) => Change::Remove(leaf),
            ProposalContent::SelfRemove => Change::SelfRemove,
            ProposalContent::AppData { component, data } => Change::Component { id: component, update: data },
            // Nobody goes by these.
            ProposalContent::Add(_) | ProposalContent::Update(_) | ProposalContent::Other(_) => continue,
        };
        proposals.extend(proposer(view.proposer).ok().map(|by| Proposal { by, change }));
    }
    proposals.extend(plan.removes.iter().map(|leaf| Proposal { by, change: Change::Remove(*leaf) }));
    proposals.extend(plan.updates.iter().map(|(id, data)| {
        let change = Change::Component { id: *id, update: Some(data.clone()) };
        Proposal { by, change }
    }));
    let update = clean_up(state, roster, &proposals, None).and_then(|update| update.encode().ok());
    plan.updates.extend(update.map(|update| (component::PARTICIPANT_LIST, update)));
    plan
}

/// The one update that an external commit of `own` carries, if it needs one: the newcomer's entry, and those who
/// have left. `leavers` are the leaves whose SelfRemove the commit takes along.
///
/// # Errors
/// [`Denied`]: the newcomer may not come in.
pub fn join_update(
    state: &RoomState,
    roster: &Roster,
    own: &Leaf,
    leavers: &[LeafIndex],
) -> Result<Option<(u16, Vec<u8>)>, Denied> {
    entry(state, roster, &permit_group_info(state, roster, own)?, leavers)
}

/// As [`join_update`], for somebody who comes by a join link.
///
/// # Errors
/// [`Denied`]: the newcomer may not come in.
pub fn join_update_by_link(
    state: &RoomState,
    roster: &Roster,
    own: &Leaf,
    link_id: [u8; 16],
    leavers: &[LeafIndex],
    now: UnixMillis,
) -> Result<Option<(u16, Vec<u8>)>, Denied> {
    entry(state, roster, &permit_join_link(state, roster, own, link_id, now)?, leavers)
}

fn entry(
    state: &RoomState,
    roster: &Roster,
    grant: &JoinGrant,
    leavers: &[LeafIndex],
) -> Result<Option<(u16, Vec<u8>)>, Denied> {
    let leaving = leavers.iter().map(|leaf| Proposal { by: Proposer::Member(*leaf), change: Change::SelfRemove });
    let proposals: Vec<Proposal> = leaving.collect();
    let Some(update) = clean_up(state, roster, &proposals, Some(grant)) else { return Ok(None) };
    list_update(&update).map(Some)
}

/// The update of a component for a [`Plan`]: the participant list.
///
/// # Errors
/// [`Denied`] if it is too long to be encoded.
pub fn list_update(update: &ParticipantListUpdate) -> Result<(u16, Vec<u8>), Denied> {
    let bytes = update.encode().map_err(|_| doorstep_policy::Denied::Malformed)?;
    Ok((component::PARTICIPANT_LIST, bytes))
}

/// To whom a knock is sealed: the leaves that can open it, with their keys, by index.
pub fn knock_recipients(state: &RoomState, roster: &Roster, member: &Member) -> Vec<(LeafIndex, [u8; 32])> {
    let readers = state.knock_readers(roster);
    readers.filter_map(|(index, _)| Some((index, knock_key(&member.leaf(index)?.components)?))).collect()
}
