//! The way of a knock, with real MLS and real credentials: hub, admin and knocker give the same verdicts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests outside #[test] functions")]

use doorstep_credential::{Audience, CredentialError, IssuerKey, KeySet, KeyUse};
use doorstep_membership::{Denied, judge_proposal, knock_recipients, list_update, verify_all};
use doorstep_mls::{Plan, WelcomePreview};
use doorstep_policy::{Denied as PolicyDenied, RoomState, initial, initial_knock_room, preset};
use doorstep_testkit::{now, people::*, rooms::*};
use doorstep_wire::{Refusal, ext::kp_usage::KpUsage, room::UserRolePair};

#[test]
fn the_rooms_are_as_a_hub_wants_them() {
    let ((alice, club), (guard, door)) = house();
    assert_eq!(initial(&club.state, &alice.own_leaf()), Ok(()));
    assert_eq!(initial(&door.state, &guard.own_leaf()), Ok(()));
    assert_eq!(initial_knock_room(&door.state, &club.state), Ok(()));
}

#[test]
fn knockers_come_and_go_and_the_list_stays_clean() {
    let (_, (mut guard, mut hall)) = house();
    let here = Audience::Room(door());

    let cathy = Person::new(3);
    let grant = hall.grant(&cathy).unwrap();
    let (mut cathy, commit) = hall.enter(cathy, &here).unwrap();
    hall.take(&commit, Some(&grant)).unwrap();
    guard.follow(&commit.commit).unwrap();
    assert_eq!(knock_recipients(&cathy.state, &cathy.roster, &cathy.member).len(), 1);
    assert_eq!(cathy.state, hall.state);
    assert_eq!(cathy.roster, hall.roster);

    let leave = cathy.member.self_remove(&cathy.person.mls(), &cathy.identity).unwrap();
    assert_eq!(judge_proposal(&hall.state, &hall.roster, &[], &hall.proposal(&leave), &keys(), now()), Ok(()));
    hall.store(&leave);
    guard.store(&leave);

    let dora = Person::new(4);
    let grant = hall.grant(&dora).unwrap();
    let (dora, commit) = hall.enter(dora, &here).unwrap();
    hall.take(&commit, Some(&grant)).unwrap();
    guard.follow(&commit.commit).unwrap();
    assert_eq!(hall.state.role_of(&cathy.person.user()), None);
    assert_eq!(hall.state.role_of(&dora.person.user()), Some(preset::KNOCKER));
    assert_eq!(hall.roster.len(), 2);
}

#[test]
fn an_admin_takes_leavers_off_the_list() {
    let (_, (mut guard, mut hall)) = house();
    let cathy = Person::new(3);
    let grant = hall.grant(&cathy).unwrap();
    let (mut cathy, commit) = hall.enter(cathy, &Audience::Room(door())).unwrap();
    hall.take(&commit, Some(&grant)).unwrap();
    guard.follow(&commit.commit).unwrap();
    let leave = cathy.member.self_remove(&cathy.person.mls(), &cathy.identity).unwrap();
    hall.store(&leave);
    guard.store(&leave);
    let commit = guard.commit(Plan::default()).unwrap();
    hall.take(&commit, None).unwrap();
    guard.merge();
    assert_eq!(guard.state, hall.state);
    assert_eq!(hall.state.participants().len(), 1);
}

fn admission(alice: &Seat, cathy: &Person, usage: &KpUsage, audience: &Audience) -> Plan {
    let added = UserRolePair { user: cathy.user(), role_index: preset::MEMBER };
    let update = list_update(&alice.state.add_update(vec![added])).unwrap();
    Plan { adds: vec![cathy.package(usage, audience)], updates: vec![update], ..Plan::default() }
}

#[test]
fn an_accepted_knocker_finds_everybody_verified() {
    let ((mut alice, mut hall), _) = house();
    let cathy = Person::new(3);
    let plan = admission(&alice, &cathy, &KpUsage::RoomBound(club()), &Audience::KeyPackage);
    let commit = alice.commit(plan).unwrap();
    hall.take(&commit, None).unwrap();
    alice.merge();
    let tree = hall.observer.ratchet_tree().unwrap();
    let mls = cathy.mls();
    let preview = WelcomePreview::open(&mls, &commit.welcome.unwrap(), &tree).unwrap();
    let view = preview.view();
    let state = RoomState::from_dictionary(&view.dictionary).unwrap();
    let roster = verify_all(view.leaves, &state, &keys()).unwrap();
    assert_eq!(state.knock_room(), Some(&door()));
    assert_eq!(roster, hall.roster);
}

#[test]
fn packages_for_another_room_or_with_another_audience_are_refused() {
    let ((mut alice, _), _) = house();
    let cathy = Person::new(3);
    let wrong_room = admission(&alice, &cathy, &KpUsage::RoomBound(door()), &Audience::KeyPackage);
    assert!(alice.commit(wrong_room).unwrap_err().contains("WrongPurpose"));
    let wrong_audience = admission(&alice, &cathy, &KpUsage::RoomBound(club()), &Audience::Room(club()));
    assert!(alice.commit(wrong_audience).unwrap_err().contains("Audience"));
    let uninvited = Plan { adds: vec![cathy.package(&KpUsage::Any, &Audience::KeyPackage)], ..Plan::default() };
    assert!(alice.commit(uninvited).unwrap_err().contains("NotParticipant"));
}

#[test]
fn a_newcomer_whose_issuer_is_unknown_waits_for_its_keys() {
    let (_, (_, hall)) = house();
    let (_, commit) = hall.enter(Person::new(3), &Audience::Room(door())).unwrap();
    assert_eq!(hall.judge(&commit.commit, None, &Keys(None)), Err(Denied::UnknownIssuer(domain())));
}

#[test]
fn whom_the_hub_has_seen_is_asked_for_everything_but_signatures_again() {
    let (_, (_, hall)) = house();
    let cathy = Person::new(3);
    let grant = hall.grant(&cathy).unwrap();
    let (_, commit) = hall.enter(cathy, &Audience::Room(door())).unwrap();
    let judged = hall.judge_known(&commit.commit, &grant, &keys()).unwrap();
    assert_eq!(judged, hall.judge(&commit.commit, Some(&grant), &keys()).unwrap());
    assert_eq!(hall.judge_known(&commit.commit, &grant, &Keys(None)), Err(Denied::UnknownIssuer(domain())));
    let replaced = Keys(Some(KeySet::new().with(KeyUse::Issuer, IssuerKey::from_seed(&[1; 32]).public())));
    assert_eq!(hall.judge_known(&commit.commit, &grant, &replaced), Err(CredentialError::UnknownKey.into()));
    let (_, elsewhere) = hall.enter(Person::new(3), &Audience::Room(club())).unwrap();
    assert_eq!(hall.judge_known(&elsewhere.commit, &grant, &keys()), Err(Denied::Audience));
}

#[test]
fn a_credential_made_for_another_room_opens_no_door() {
    let (_, (_, hall)) = house();
    let (_, commit) = hall.enter(Person::new(3), &Audience::Room(club())).unwrap();
    assert_eq!(hall.judge(&commit.commit, None, &keys()), Err(Denied::Audience));
}

#[test]
fn the_grant_of_another_opens_no_door() {
    let (_, (_, hall)) = house();
    let grant = hall.grant(&Person::new(4)).unwrap();
    let (_, commit) = hall.enter(Person::new(3), &Audience::Room(door())).unwrap();
    let denied = hall.judge(&commit.commit, Some(&grant), &keys()).unwrap_err();
    assert_eq!(denied, Denied::Policy(PolicyDenied::GrantMismatch));
    assert_eq!(denied.refusal(), Refusal::GrantMismatch);
}

#[test]
fn nobody_comes_into_the_club_by_herself() {
    let ((_, hall), _) = house();
    let denied = hall.enter(Person::new(3), &Audience::Room(club())).err().unwrap();
    assert_eq!(denied, Denied::Policy(PolicyDenied::CannotJoin));
}

#[test]
fn an_ended_credential_lets_nobody_in_but_keeps_members() {
    let ((mut alice, _), _) = house();
    let cathy = Person::new(3);
    let ended = cathy.identity_until(&Audience::KeyPackage, now().seconds() / 86_400 * 86_400);
    let package = doorstep_mls::key_package(
        &cathy.mls(),
        &ended,
        &KpUsage::RoomBound(club()),
        doorstep_mls::Lifespan::starting(now()),
    );
    let added = UserRolePair { user: cathy.user(), role_index: preset::MEMBER };
    let update = list_update(&alice.state.add_update(vec![added])).unwrap();
    let plan = Plan { adds: vec![package.unwrap().bytes], updates: vec![update], ..Plan::default() };
    assert!(alice.commit(plan).unwrap_err().contains("Expired"));

    // The same in a tree is no reason to stay out of a room.
    let leaf = alice.member.leaf(alice.member.own_leaf()).unwrap();
    let old = doorstep_mls::LeafView {
        credential: Person::new(1).identity_until(&Audience::Room(club()), 86_400).credential().to_vec(),
        ..leaf
    };
    assert!(verify_all([old], &alice.state, &keys()).is_ok());
}
