//! Rooms that end: who may end one, when one ends by itself, and what is said of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod world;

use doorstep_credential::Audience;
use doorstep_hub::{Ended, HubError, RoomsOutcome, Visibility};
use doorstep_membership::list_update;
use doorstep_mls::{Plan, verify_with_label};
use doorstep_policy::preset;
use doorstep_testkit::{people::*, rooms::*};
use doorstep_wire::{
    Body, Capability, EndReason, EndRoom, Refusal, RoomEnded, component,
    ext::{
        kp_usage::KpUsage,
        room_ended::{ROOM_ENDED_LABEL, end_room_content},
    },
    room::{RoleData, UserRolePair},
    update::HandshakeBundle,
};
use world::*;

fn wish(seat: &Seat, epoch: u64) -> EndRoom {
    let content = end_room_content(&club(), epoch);
    let signature = seat.identity.sign_with_label("doorstep end room v1", &content);
    EndRoom { epoch, leaf_index: seat.member.own_leaf().0, signature }
}

/// What the hub does about it.
fn end(world: &mut World, request: &EndRoom) -> Result<(Option<Refusal>, Option<Ended>), HubError> {
    let answer = world.operate(&club(), |hub, room, now, _| hub.end_room(room, request, [9; 32], now))?;
    Ok((answer.reason, answer.effects.ended))
}

/// What everybody is told, and that the hub has signed it.
fn told(world: &World, ended: &Ended) -> RoomEnded {
    let said = RoomEnded::decode(&ended.statement).unwrap();
    let key = world.hub.keys().sender_public();
    assert!(verify_with_label(&key, ROOM_ENDED_LABEL, &said.signed(), &said.signature));
    assert_eq!((said.at, said.reason), (world.now.0, ended.reason));
    said
}

#[test]
fn whoever_may_end_a_room_ends_it_for_everybody() {
    let (mut world, alice) = World::open_room(true);
    let (bob, _) = world.come_in(&club(), Person::new(2));
    let epoch = world.rooms[&club()].room.epoch().0;
    let (reason, ended) = end(&mut world, &wish(&alice, epoch)).unwrap();
    let ended = ended.unwrap();
    assert_eq!((reason, ended.request), (None, [9; 32]));
    let mut here = vec![alice.person.client(), bob.person.client()];
    here.sort();
    assert_eq!((ended.here.clone(), ended.providers.len()), (here, 0));
    let said = told(&world, &ended);
    assert_eq!((said.room, said.epoch, said.reason), (club(), epoch, EndReason::ByMember));
}

#[test]
fn nobody_else_ends_a_room() {
    let (mut world, alice) = World::open_room(true);
    let (bob, _) = world.come_in(&club(), Person::new(2));
    let epoch = world.rooms[&club()].room.epoch().0;
    let mallory = wish(&bob, epoch);
    let not_signed = EndRoom { signature: [1; 64], ..wish(&alice, epoch) };
    let as_alice = EndRoom { leaf_index: 0, ..mallory.clone() };
    let nobody = EndRoom { leaf_index: 77, ..mallory.clone() };
    let altered = EndRoom { epoch, ..wish(&alice, epoch - 1) };
    for request in [mallory, not_signed, as_alice, nobody, altered] {
        assert_eq!(end(&mut world, &request), Err(HubError::NotFound), "{request:?}");
    }
    // As the room is: what somebody wanted of it before is asked anew.
    for other in [epoch - 1, epoch + 1] {
        assert_eq!(end(&mut world, &wish(&alice, other)), Ok((Some(Refusal::WrongEpoch), None)));
    }
    assert!(end(&mut world, &wish(&alice, epoch)).unwrap().1.is_some());
}

#[test]
fn whoever_was_let_do_it_no_longer_does_not() {
    let (mut world, mut alice) = World::open_room(true);
    let mut roles = RoleData { roles: alice.state.settings().roles.roles.clone() };
    for role in &mut roles.roles {
        role.capabilities.retain(|can| *can != Capability::CAN_DESTROY_ROOM);
    }
    world.change(&mut alice, component::ROLES_LIST, &roles);
    let epoch = world.rooms[&club()].room.epoch().0;
    assert_eq!(end(&mut world, &wish(&alice, epoch)), Err(HubError::NotFound));
}

#[test]
fn a_knock_room_ends_with_the_room_behind_it_and_whoever_knocked_is_told() {
    let (mut world, _, guard) = World::knock_room(true, 10);
    let (mut cathy, _) = world.come_in(&door(), Person::new(3));
    let knock = cathy.say(b"knock");
    assert!(accepted(&world.submit(&door(), &cathy, &knock)));
    let epoch = world.rooms[&door()].room.epoch().0;
    let content = end_room_content(&door(), epoch);
    let signature = guard.identity.sign_with_label("doorstep end room v1", &content);
    let request = EndRoom { epoch, leaf_index: guard.member.own_leaf().0, signature };
    let alone = world.operate(&door(), |hub, room, now, _| hub.end_room(room, &request, [9; 32], now));
    assert_eq!(alone.unwrap_err(), HubError::NotFound);

    // Cathy has gone, and is told all the same, until nobody can be let in by what she brought.
    let leave = HandshakeBundle::proposal(&cathy.leave()).unwrap().encode().unwrap();
    assert_eq!(world.update(&door(), &leave).reason, None);
    let hears = |world: &World| {
        let effects = world.hub.close(&world.rooms[&door()].room, EndReason::ByMember, [0; 32], world.now).unwrap();
        effects.ended.unwrap().here
    };
    assert!(hears(&world).contains(&guard.person.client()) && hears(&world).contains(&cathy.person.client()));
}

fn two(expires_at: u64) -> (World, RoomsOutcome, Seat) {
    let mut world = World::new(true);
    let (alice, hall) =
        found(Person::new(1), 1, preset::connection(&input(club(), &Person::new(1)), expires_at).unwrap(), false);
    let (tree, uri) = (hall.observer.ratchet_tree().unwrap(), club());
    let made = doorstep_hub::RoomRequest { visibility: Visibility::Private, ..request(&uri, &hall, &tree) };
    let outcome =
        world.hub.create_rooms(std::slice::from_ref(&made), [1; 32], &caller(), &keys(), world.now, [1; 32]).unwrap();
    if matches!(outcome, RoomsOutcome::Created(_)) {
        world.create(&[made]);
    }
    (world, outcome, alice)
}

#[test]
fn a_room_to_ask_in_is_made_for_a_while() {
    let now = doorstep_testkit::now().seconds();
    for (expires_at, is_made) in
        [(now, false), (now + 1, true), (now + 120 * 86_400, true), (now + 120 * 86_400 + 1, false)]
    {
        let (_, outcome, _) = two(expires_at);
        assert_eq!(matches!(outcome, RoomsOutcome::Created(_)), is_made, "{outcome:?}");
    }
}

#[test]
fn a_room_to_ask_in_ends_when_its_time_is_over() {
    let (mut world, _, alice) = two(doorstep_testkit::now().seconds() + 3_600);
    let tick = |world: &mut World| {
        world.operate(&club(), |hub, room, now, seed| hub.tick(room, now, seed)).unwrap().effects.ended
    };
    assert_eq!(world.rooms[&club()].room.expires(), Some((doorstep_testkit::now().seconds() + 3_600) * 1_000));
    world.now = world.now.plus_seconds(3_599);
    assert_eq!(tick(&mut world), None);
    world.now = world.now.plus_seconds(1);
    let ended = tick(&mut world).unwrap();
    assert_eq!(told(&world, &ended).reason, EndReason::Expired);
    assert_eq!(ended.here, [alice.person.client()]);
}

/// Alice adds Bob with a package that is for this and nothing else.
fn with_bob(world: &mut World, alice: &mut Seat) {
    let bob = Person::new(2);
    let added = UserRolePair { user: bob.user(), role_index: preset::MEMBER };
    let update = list_update(&alice.state.add_update(vec![added])).unwrap();
    let adds = vec![bob.package(&KpUsage::ConnectionOnly, &Audience::KeyPackage)];
    let commit = alice.commit(Plan { adds, updates: vec![update], ..Plan::default() }).unwrap();
    let answer = world.update(&club(), &bundle(&commit));
    assert_eq!((answer.reason, answer.effects.ended), (None, None));
    alice.merge();
}

#[test]
fn a_room_to_ask_in_ends_when_one_of_two_has_left_or_was_taken_out() {
    type Way = fn(&mut Seat) -> Vec<u8>;
    let leaves: Way = |alice| HandshakeBundle::proposal(&alice.leave()).unwrap().encode().unwrap();
    let removes: Way = |alice| {
        let user = Person::new(2).user();
        let update = list_update(&alice.state.remove_update(&user).unwrap()).unwrap();
        let removes = alice.roster.leaves_of(&user).map(|(index, _)| index).collect();
        bundle(&alice.commit(Plan { removes, updates: vec![update], ..Plan::default() }).unwrap())
    };
    for way in [leaves, removes] {
        let (mut world, _, mut alice) = two(doorstep_testkit::now().seconds() + 3_600);
        // As long as she is alone nobody has left.
        let path = alice.commit(Plan { path: true, ..Plan::default() }).unwrap();
        assert_eq!(world.update(&club(), &bundle(&path)).effects.ended, None);
        alice.merge();
        with_bob(&mut world, &mut alice);
        let last = way(&mut alice);
        let answer = world.update(&club(), &last);
        assert_eq!(answer.reason, None);
        let ended = answer.effects.ended.unwrap();
        assert_eq!(told(&world, &ended).reason, EndReason::Served);
        assert!(ended.here.contains(&alice.person.client()));
    }
}

#[test]
fn any_other_room_goes_on_when_somebody_leaves() {
    let (mut world, alice) = World::open_room(true);
    let (mut bob, _) = world.come_in(&club(), Person::new(2));
    let leave = HandshakeBundle::proposal(&bob.leave()).unwrap().encode().unwrap();
    let answer = world.update(&club(), &leave);
    assert_eq!((answer.reason, answer.effects.ended), (None, None));
    assert_eq!(world.rooms[&club()].room.expires(), None);
    drop(alice);
}
