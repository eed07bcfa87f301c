//! What a commit has to change in the participant list besides what its author wants.

use doorstep_wire::{
    Body, component,
    ext::policy::KnockTerms,
    room::{ParticipantListUpdate, UserRolePair},
};

use crate::{Change, JoinGrant, ListChanges, Proposal, RoomState, Roster, commit::Movement};

/// The participant list update that a commit of these proposals must or should carry: leavers go off the list, in a knock
/// room all knockers without a client, and a newcomer comes on. `None` if there is nothing to do.
///
/// For a member, `proposals` are all that the commit takes by reference and all of its own. For a newcomer, `joiner` is
/// what lets them in and `proposals` the SelfRemoves they take.
pub fn clean_up(
    state: &RoomState,
    roster: &Roster,
    proposals: &[Proposal],
    joiner: Option<&JoinGrant>,
) -> Option<ParticipantListUpdate> {
    let moves = Movement::new(roster, proposals, joiner.map(|grant| &grant.leaf)).ok()?;
    let taken = taken_care_of(proposals);
    let mut removed: Vec<u32> = match state.knock_terms() {
        Some(terms) => knockers_without_leaf(state, roster, &moves, terms),
        None => Vec::new(),
    };
    let left = moves.users().filter(|user| moves.left(user) && state.is_in(user));
    removed.extend(left.filter_map(|user| state.participants().position(user)));
    removed.retain(|position| !taken.changed.contains_key(position) && !taken.removed.contains_key(position));
    removed.sort_unstable();
    removed.dedup();
    let newcomer = joiner.filter(|grant| grant.adds_participant());
    let added = newcomer.map(|grant| UserRolePair { user: grant.leaf.user.clone(), role_index: grant.role });
    let update = ParticipantListUpdate { changed: Vec::new(), removed, added: added.into_iter().collect() };
    (!update.is_empty()).then_some(update)
}

/// Positions that the proposals touch already.
fn taken_care_of(proposals: &[Proposal]) -> ListChanges<()> {
    let mut changes = ListChanges::default();
    for proposal in proposals {
        let Change::Component { id: component::PARTICIPANT_LIST, update: Some(bytes) } = &proposal.change else {
            continue;
        };
        // An entry touched twice is refused with the commit; here it only has to be known as touched.
        let _ = ParticipantListUpdate::decode(bytes).map(|update| changes.collect(update, ()));
    }
    changes
}

/// Positions of knockers for whom no leaf is left, ascending.
pub(crate) fn knockers_without_leaf(
    state: &RoomState,
    roster: &Roster,
    moves: &Movement<'_>,
    terms: &KnockTerms,
) -> Vec<u32> {
    let entries = (0..).zip(state.participants().iter());
    let knockers = entries.filter(|(_, pair)| pair.role_index == terms.knocker_role);
    knockers.filter(|(_, pair)| moves.after(roster, &pair.user) == 0).map(|(position, _)| position).collect()
}
