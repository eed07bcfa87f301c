//! What a hub does about join links: looking is free, the commit spends, and whoever was overtaken keeps their use.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod world;

use doorstep_hub::{HubConfig, HubError, LinkUse};
use doorstep_mls::Plan;
use doorstep_testkit::{people::*, rooms::*};
use doorstep_wire::{Refusal, component};
use world::*;

fn uses(world: &World, person: &Person) -> Result<Vec<LinkUse>, HubError> {
    world.hub.link_uses(&world.rooms[&club()].room, &[person.user()], world.now)
}

fn used(world: &World, alice: &Seat) -> (u32, u32) {
    let link = uses(world, &alice.person).unwrap().remove(0);
    (link.used, link.claimed)
}

/// Somebody with an own commit in the same epoch, which the hub does not take yet.
fn refresh(seat: &mut Seat) -> doorstep_mls::OutgoingCommit {
    seat.commit(Plan { path: true, ..Plan::default() }).unwrap()
}

#[test]
fn a_link_leads_in_where_others_have_to_knock() {
    let (mut world, mut alice, code) = World::linked_room(true, HubConfig::default(), 0);
    assert_eq!(world.invitation(&club(), &Person::new(2)).err(), Some(Refusal::CannotJoin));
    let (bob, commit) = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap().use_it(Person::new(2));
    world.commit(&club(), &commit);
    alice.follow(&commit.commit).unwrap();
    assert!(alice.state.is_in(&bob.person.user()));
    assert_eq!(used(&world, &alice), (1, 0));
    // Another visit of the same client is paid for already and spends nothing.
    assert!(world.invitation_by(&club(), &bob.person, Some(code)).is_ok());
    assert_eq!(used(&world, &alice), (1, 0));
}

#[test]
fn looking_a_thousand_times_spends_nothing_and_fills_nothing() {
    let config = HubConfig { max_reservations: 32, ..HubConfig::default() };
    let (mut world, alice, code) = World::linked_room(false, config, 1);
    for round in 0..5 {
        for number in 2..202 {
            let looked = world.invitation_by(&club(), &Person::new(number), Some(code));
            assert!(looked.is_ok(), "look {number} of round {round}: {:?}", looked.err());
        }
    }
    let reservations = world.rooms[&club()].disk.keys().filter(|key| key.starts_with(b"h/reservation/")).count();
    assert_eq!(reservations, 32);
    assert_eq!(used(&world, &alice), (0, 0));
    // Whoever looked long ago asks again and comes in.
    let invitation = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap();
    let (_, commit) = invitation.use_it(Person::new(2));
    world.commit(&club(), &commit);
    assert_eq!(used(&world, &alice), (1, 0));
}

#[test]
fn of_ten_with_one_use_exactly_one_comes_in() {
    let (mut world, alice, code) = World::linked_room(true, HubConfig::default(), 1);
    let commits: Vec<_> = (2..12)
        .map(|number| {
            world.invitation_by(&club(), &Person::new(number), Some(code)).unwrap().use_it(Person::new(number)).1
        })
        .collect();
    let mut answers = commits.iter().map(|commit| world.update(&club(), &bundle(commit)).reason).collect::<Vec<_>>();
    assert_eq!(answers.remove(0), None);
    assert_eq!(answers, vec![Some(Refusal::WrongEpoch); 9]);
    assert_eq!(used(&world, &alice), (1, 0), "nothing is claimed where nothing is left");
    for number in 3..12 {
        let again = world.invitation_by(&club(), &Person::new(number), Some(code));
        assert_eq!(again.err(), Some(Refusal::LinkUsedUp));
    }
    let joined = uses(&world, &alice.person).unwrap().remove(0).joined;
    assert_eq!(joined.into_iter().map(|(user, _)| user).collect::<Vec<_>>(), [Person::new(2).user()]);
}

#[test]
fn whoever_was_overtaken_keeps_the_last_use_for_ten_minutes() {
    let (mut world, mut alice, code) = World::linked_room(true, HubConfig::default(), 1);
    let (_, late) = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap().use_it(Person::new(2));
    let faster = refresh(&mut alice);
    world.commit(&club(), &faster);
    alice.merge();
    // Carl has looked in the new epoch before anybody claimed anything.
    let carl = world.invitation_by(&club(), &Person::new(3), Some(code)).unwrap();
    let answer = world.update(&club(), &bundle(&late));
    assert_eq!((answer.reason, answer.knows_room), (Some(Refusal::WrongEpoch), true));
    assert_eq!(used(&world, &alice), (0, 1));
    let (_, carls) = carl.use_it(Person::new(3));
    assert_eq!(world.update(&club(), &bundle(&carls)).reason, Some(Refusal::LinkUsedUp), "at the commit");
    let looked = world.invitation_by(&club(), &Person::new(3), Some(code));
    assert_eq!(looked.err(), Some(Refusal::LinkUsedUp));

    // Bob comes again and is in.
    let before = world.rooms[&club()].disk.clone();
    let (_, again) = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap().use_it(Person::new(2));
    world.commit(&club(), &again);
    assert_eq!(used(&world, &alice), (1, 0));

    // Had Bob not come, his claim would have ended.
    world.rooms.get_mut(&club()).unwrap().room = doorstep_hub::Room::load(before).unwrap();
    world.now = world.now.plus_seconds(601);
    assert_eq!(used(&world, &alice), (0, 0));
    assert!(world.invitation_by(&club(), &Person::new(3), Some(code)).is_ok());
}

#[test]
fn only_a_holder_of_the_code_hears_what_is_wrong_with_the_link() {
    let (mut world, mut alice, code) = World::linked_room(false, HubConfig::default(), 1);
    let wrong = Code { seed: [67; 32], ..code };
    let look = |world: &mut World, code: Code| world.invitation_by(&club(), &Person::new(2), Some(code)).err();

    let pause = alice.state.pause_update(true).unwrap();
    world.change(&mut alice, component::ROLES_LIST, &pause);
    assert_eq!(look(&mut world, code), Some(Refusal::LinkPaused));
    assert_eq!(look(&mut world, wrong), Some(Refusal::LinkUnknown));
    let go_on = alice.state.pause_update(false).unwrap();
    world.change(&mut alice, component::ROLES_LIST, &go_on);
    assert_eq!(look(&mut world, code), None);

    world.now = world.now.plus_seconds(3600);
    assert_eq!(look(&mut world, code), Some(Refusal::LinkExpired));
    assert_eq!(look(&mut world, wrong), Some(Refusal::LinkUnknown));
    assert_eq!(look(&mut world, Code::new(1)), Some(Refusal::LinkUnknown));

    let revoke = alice.state.revoke_update(code.link_id).unwrap();
    world.change(&mut alice, component::JOIN_LINKS, &revoke);
    assert_eq!(look(&mut world, code), Some(Refusal::LinkUnknown));
    let left = world.rooms[&club()].disk.keys().any(|key| key.windows(16).any(|part| part == code.link_id));
    assert!(!left, "nothing is kept about a link that is gone");
}

#[test]
fn a_code_that_a_relaying_provider_saw_opens_the_door_to_nobody_else() {
    let (mut world, _, code) = World::linked_room(false, HubConfig::default(), 1);
    let stolen = code.of(&club(), &Person::new(2));
    let thief = Person::new(3);
    let identity = thief.identity(&doorstep_credential::Audience::Room(club()));
    let answer = world.ask_with(&club(), &group_info_request_with(&thief, &identity, Some(&stolen)));
    assert_eq!(answer.reason, Some(Refusal::LinkUnknown));
    assert!(!answer.knows_room);
    // A code for another room is none for this one.
    let elsewhere = code.of(&door(), &thief);
    let answer = world.ask_with(&club(), &group_info_request_with(&thief, &identity, Some(&elsewhere)));
    assert_eq!(answer.reason, Some(Refusal::LinkUnknown));
}

#[test]
fn a_banned_pseudonym_does_not_come_back_by_a_link() {
    let (mut world, mut alice, code) = World::linked_room(false, HubConfig::default(), 0);
    let ban = alice.state.ban_update(&Person::new(2).user()).unwrap();
    world.change(&mut alice, component::PARTICIPANT_LIST, &ban);
    assert_eq!(world.invitation_by(&club(), &Person::new(2), Some(code)).err(), Some(Refusal::Banned));
}

#[test]
fn uses_are_told_to_those_who_may_make_links_alone() {
    let (mut world, alice, code) = World::linked_room(false, HubConfig::default(), 0);
    let (bob, commit) = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap().use_it(Person::new(2));
    world.commit(&club(), &commit);
    assert_eq!(uses(&world, &bob.person), Err(HubError::NotFound));
    assert_eq!(uses(&world, &Person::new(9)), Err(HubError::NotFound));
    let told = uses(&world, &alice.person).unwrap();
    assert_eq!((told.len(), told[0].used, told[0].joined.len()), (1, 1, 1));
}

#[test]
fn a_commit_that_was_taken_back_gives_its_use_back() {
    let (mut world, alice, code) = World::linked_room(true, HubConfig::default(), 1);
    let epoch = alice.member.epoch().0;
    let (_, commit) = world.invitation_by(&club(), &Person::new(2), Some(code)).unwrap().use_it(Person::new(2));
    world.commit(&club(), &commit);
    assert_eq!(used(&world, &alice), (1, 0));
    let rejection = rejection(&alice, epoch, &commit.commit);
    world.operate(&club(), |hub, room, now, seed| hub.reject_commit(room, &rejection, now, seed)).unwrap();
    assert_eq!(used(&world, &alice), (0, 0));
    // Until a member has made a new GroupInfo, whoever holds a code is asked to come again; others learn nothing of it.
    let mut ask = |code: Option<Code>| {
        let carl = Person::new(3);
        let code = code.map(|code| code.of(&club(), &carl));
        let identity = carl.identity(&doorstep_credential::Audience::Room(club()));
        let body = group_info_request_with(&carl, &identity, code.as_ref());
        world.operate(&club(), |hub, room, now, seed| hub.group_info(room, &body, &caller(), None, &keys(), now, seed))
    };
    assert!(matches!(ask(Some(code)), Err(HubError::Retry { .. })));
    assert_eq!(ask(None).map(|answer| answer.reason), Ok(Some(Refusal::CannotJoin)));
}
