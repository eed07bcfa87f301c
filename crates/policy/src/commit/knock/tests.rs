use doorstep_wire::{Body, LeafIndex, component, room::RoleIndex};

use crate::{
    Author, Change, CommitView, Denied, JoinGround, Leaf, clean_up, permit_commit, permit_group_info, permit_proposal,
    permit_send,
    preset::{ADMIN, KNOCKER, MAX_KNOCKERS},
    testing::*,
};

/// Admin 1 and knockers 2 and 3, with leaves; knocker 4 has left.
fn door() -> Scene {
    let mut scene = Scene::door().with([(1, ADMIN), (2, KNOCKER), (3, KNOCKER), (4, KNOCKER)]);
    scene.roster.remove(LeafIndex(3));
    scene
}

fn entry(removed: &[u32]) -> crate::Proposal {
    joining(list(&[], removed, &[(5, KNOCKER)]))
}

#[test]
fn a_knocker_comes_in_and_takes_those_off_the_list_who_have_left() {
    let scene = door();
    let grant = permit_group_info(&scene.state, &scene.roster, &leaf(5, 5)).unwrap();
    assert_eq!((grant.role, grant.ground), (KNOCKER, JoinGround::Open));
    let permitted = scene.enter(leaf(5, 5), vec![entry(&[3])], Some(&grant)).unwrap();
    assert_eq!(permitted.next.role_of(&user(4)), None);
    assert_eq!(permitted.next.role_of(&user(5)), Some(KNOCKER));
}

#[test]
fn the_clean_up_is_neither_forgotten_nor_widened() {
    let scene = door();
    let enter = |proposals| scene.enter(leaf(5, 5), proposals, None).map(|_| ());
    assert_eq!(enter(vec![entry(&[])]), Err(Denied::CleanUpMissing));
    assert_eq!(enter(vec![entry(&[2, 3])]), Err(Denied::NotAllowed));
    let leaving = by(CATHY, Change::SelfRemove);
    assert_eq!(enter(vec![leaving.clone(), entry(&[3])]), Err(Denied::CleanUpMissing));
    assert_eq!(enter(vec![leaving, entry(&[2, 3])]), Ok(()));
}

#[test]
fn clean_up_says_what_has_to_be_in_the_commit() {
    let scene = door();
    let grant = permit_group_info(&scene.state, &scene.roster, &leaf(5, 5)).unwrap();
    let leaving = vec![by(CATHY, Change::SelfRemove)];
    let update = clean_up(&scene.state, &scene.roster, &leaving, Some(&grant)).unwrap();
    assert_eq!(set(component::PARTICIPANT_LIST, &update), list(&[], &[2, 3], &[(5, KNOCKER)]));
    let member = clean_up(&scene.state, &scene.roster, &leaving, None).unwrap();
    assert_eq!(set(component::PARTICIPANT_LIST, &member), list(&[], &[2, 3], &[]));
    let proposed = vec![by(CATHY, Change::SelfRemove), by(CATHY, list(&[], &[2], &[]))];
    let rest = clean_up(&scene.state, &scene.roster, &proposed, None).unwrap();
    assert_eq!(rest.encode().unwrap(), hex::decode("00040000000300").unwrap());
}

#[test]
fn a_knocker_commits_what_others_proposed_and_nothing_else() {
    let scene = door();
    let leave = by(CATHY, Change::SelfRemove);
    let off = by(BOB, list(&[], &[2, 3], &[]));
    assert!(scene.commit(BOB, vec![leave.clone(), off]).is_ok());
    assert!(scene.commit(BOB, vec![hub(Change::Remove(CATHY)), by(BOB, list(&[], &[2, 3], &[]))]).is_ok());
    // An empty commit, or the clean-up alone, moves everybody's epoch for nothing.
    assert_eq!(scene.commit(BOB, vec![by(BOB, list(&[], &[3], &[]))]).unwrap_err(), Denied::NotAllowed);
    let more = vec![leave, by(BOB, list(&[], &[2, 3], &[])), by(BOB, Change::Remove(ADMIN_LEAF))];
    assert_eq!(scene.commit(BOB, more).unwrap_err(), Denied::NotAllowed);
}

#[test]
fn a_knocker_takes_a_leaving_admin_off_the_list_and_no_other() {
    let scene = Scene::door().with([(1, ADMIN), (2, ADMIN), (3, KNOCKER)]);
    let leave = by(BOB, Change::SelfRemove);
    let commit = |removed: &[u32]| scene.commit(CATHY, vec![leave.clone(), by(CATHY, list(&[], removed, &[]))]);
    assert!(commit(&[1]).is_ok());
    assert_eq!(commit(&[]).unwrap_err(), Denied::CleanUpMissing);
    assert_eq!(commit(&[0, 1]).unwrap_err(), Denied::NotAllowed);
}

#[test]
fn admins_clean_up_too() {
    let scene = door();
    assert_eq!(scene.commit(ADMIN_LEAF, Vec::new()).unwrap_err(), Denied::CleanUpMissing);
    assert!(scene.commit(ADMIN_LEAF, vec![by(ADMIN_LEAF, list(&[], &[3], &[]))]).is_ok());
    let ban = vec![by(ADMIN_LEAF, list(&[(1, RoleIndex::BANNED)], &[3], &[])), by(ADMIN_LEAF, Change::Remove(BOB))];
    assert!(scene.commit(ADMIN_LEAF, ban).is_ok());
}

#[test]
fn a_newcomer_takes_a_leaving_admin_off_the_list_and_no_other() {
    let scene = Scene::door().with([(1, ADMIN), (2, ADMIN)]);
    let leave = by(BOB, Change::SelfRemove);
    let update = |removed: &[u32]| vec![leave.clone(), joining(list(&[], removed, &[(9, KNOCKER)]))];
    assert!(scene.enter(leaf(9, 9), update(&[1]), None).is_ok());
    assert_eq!(scene.enter(leaf(9, 9), update(&[0, 1]), None).unwrap_err(), Denied::NotAllowed);
    let alone = vec![joining(list(&[], &[1], &[(9, KNOCKER)]))];
    assert_eq!(scene.enter(leaf(9, 9), alone, None).unwrap_err(), Denied::NotAllowed);
}

#[test]
fn somebody_must_be_able_to_read_knocks() {
    let scene = Scene::door();
    let path = |leaf: Leaf| {
        let view = CommitView { author: Author::Member(ADMIN_LEAF), proposals: Vec::new(), path: Some(leaf) };
        permit_commit(&scene.state, &scene.roster, &view, None, NOW).map(|_| ())
    };
    assert_eq!(path(leaf(1, 1)), Err(Denied::KnockKeyMissing));
    assert_eq!(path(Leaf { has_knock_key: true, ..leaf(1, 1) }), Ok(()));

    let two = scene.clone().with([(1, ADMIN), (2, ADMIN)]);
    let off = vec![by(BOB, list(&[], &[0], &[])), by(ADMIN_LEAF, Change::SelfRemove)];
    assert_eq!(two.commit(BOB, off).unwrap_err(), Denied::NobodyReadsKnocks);
}

#[test]
fn an_admins_new_client_brings_a_key() {
    let scene = Scene::door();
    assert_eq!(scene.enter(leaf(1, 9), Vec::new(), None).unwrap_err(), Denied::KnockKeyMissing);
    assert!(scene.enter(Leaf { has_knock_key: true, ..leaf(1, 9) }, Vec::new(), None).is_ok());
}

#[test]
fn a_full_knock_room_is_full_of_clients_not_of_entries() {
    let mut scene = Scene::door();
    let mut crowd = vec![(1, ADMIN)];
    crowd.extend((2..=u8::try_from(MAX_KNOCKERS).unwrap() + 1).map(|number| (number, KNOCKER)));
    let crowd: [(u8, RoleIndex); MAX_KNOCKERS as usize + 1] = crowd.try_into().unwrap();
    scene = scene.with(crowd);
    let late = leaf(240, 240);
    assert_eq!(permit_group_info(&scene.state, &scene.roster, &late).unwrap_err(), Denied::RoleFull);
    let commit = vec![joining(list(&[], &[], &[(240, KNOCKER)]))];
    assert_eq!(scene.enter(late.clone(), commit, None).unwrap_err(), Denied::RoleFull);
    scene.roster.remove(BOB);
    let commit = vec![joining(list(&[], &[1], &[(240, KNOCKER)]))];
    assert!(scene.enter(late, commit, None).is_ok());
}

#[test]
fn a_knocker_sends_and_does_not_receive() {
    let scene = door();
    assert_eq!(permit_send(&scene.state, &user(2)), Ok(()));
    assert!(!crate::may_receive(&scene.state, &user(2)));
    assert!(crate::may_receive(&scene.state, &user(1)));
    assert!(scene.state.only_moderators_receive());
    let readers: Vec<LeafIndex> = scene.state.knock_readers(&scene.roster).map(|(index, _)| index).collect();
    assert_eq!(readers, [ADMIN_LEAF]);
}

#[test]
fn a_knocker_proposes_to_leave_and_nothing_else() {
    let scene = door();
    let judge = |proposal| permit_proposal(&scene.state, &scene.roster, &[], &proposal, NOW);
    assert_eq!(judge(by(BOB, Change::SelfRemove)), Ok(()));
    assert_eq!(judge(by(BOB, Change::Remove(CATHY))), Err(Denied::NotAllowed));
    assert_eq!(judge(by(BOB, list(&[], &[2], &[]))), Err(Denied::NotAllowed));
}
