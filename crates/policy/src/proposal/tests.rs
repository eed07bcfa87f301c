use doorstep_wire::{LeafIndex, component, room::RoleIndex};

use crate::{
    Change, Denied, Proposal, permit_proposal,
    preset::{ADMIN, MEMBER},
    testing::*,
};

fn judge(scene: &Scene, pending: &[Proposal], proposal: Proposal) -> Result<(), Denied> {
    permit_proposal(&scene.state, &scene.roster, pending, &proposal, NOW)
}

#[test]
fn who_may_propose_what() {
    let club = Scene::club();
    let a = ADMIN_LEAF;
    let rows = [
        ("a member leaves", by(BOB, Change::SelfRemove), Ok(())),
        ("a member takes themselves off the list", by(BOB, list(&[], &[1], &[])), Ok(())),
        ("a member takes another off", by(BOB, list(&[], &[2], &[])), Err(Denied::NotAllowed)),
        ("a member takes another's client out", by(BOB, Change::Remove(CATHY)), Err(Denied::NotAllowed)),
        ("an admin bans", by(a, list(&[(1, RoleIndex::BANNED)], &[], &[])), Ok(())),
        ("the last admin leaves", by(a, Change::SelfRemove), Err(Denied::RoleTooSmall)),
        ("the hub takes a client out", hub(Change::Remove(BOB)), Ok(())),
        ("the hub takes nobody out", hub(Change::Remove(LeafIndex(9))), Err(Denied::ListMismatch)),
        ("the hub changes the list", hub(list(&[], &[1], &[])), Err(Denied::HubMayOnlyRemove)),
        ("the hub adds", hub(add(leaf(5, 5))), Err(Denied::HubMayOnlyRemove)),
        ("somebody who is not there", by(LeafIndex(9), Change::SelfRemove), Err(Denied::ListMismatch)),
        ("a sort we do not use", by(BOB, Change::Other(5)), Err(Denied::ProposalKind)),
    ];
    for (clause, proposal, verdict) in rows {
        assert_eq!(judge(&club, &[], proposal), verdict, "{clause}");
    }
}

#[test]
fn after_leaving_one_can_only_go_further() {
    let club = Scene::club().with([(1, ADMIN), (2, ADMIN), (3, MEMBER)]);
    let pending = [by(BOB, Change::SelfRemove)];
    assert_eq!(judge(&club, &pending, by(BOB, list(&[], &[1], &[]))), Ok(()));
    let rename = by(BOB, set(component::ROOM_METADATA, club.state.metadata()));
    assert_eq!(judge(&club, &pending, rename.clone()), Err(Denied::NotParticipant));
    assert_eq!(judge(&club, &[], rename), Ok(()));
}

#[test]
fn the_last_two_admins_do_not_both_leave_at_once() {
    let club = Scene::club().with([(1, ADMIN), (2, ADMIN), (3, MEMBER)]);
    assert_eq!(judge(&club, &[], by(BOB, Change::SelfRemove)), Ok(()));
    let pending = [by(BOB, Change::SelfRemove)];
    assert_eq!(judge(&club, &pending, by(ADMIN_LEAF, Change::SelfRemove)), Err(Denied::RoleTooSmall));
}

#[test]
fn two_proposals_about_one_entry_do_not_both_wait() {
    let club = Scene::club();
    let pending = [by(ADMIN_LEAF, list(&[(1, ADMIN)], &[], &[]))];
    assert_eq!(judge(&club, &pending, by(BOB, list(&[], &[1], &[]))), Err(Denied::ListMismatch));
}
