//! What happens in rooms, with real MLS and real credentials.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod world;

use doorstep_credential::Audience;
use doorstep_hub::{Caller, Fanout, FanoutKind, HubError, Room, RoomsOutcome};
use doorstep_membership::list_update;
use doorstep_mls::{Changes, Plan};
use doorstep_policy::preset;
use doorstep_testkit::{now, people::*, rooms::*};
use doorstep_wire::{
    Body, Refusal, UnixMillis,
    ext::{kp_usage::KpUsage, restored::Restored},
    notify::FanoutMessage,
    room::{ParticipantListUpdate, RoleIndex, UserIndexRolePair, UserRolePair},
    submit::{SubmitMessageRequest, SubmitMessageResponse},
    update::UpdateRoomResponse,
};
use world::*;

fn hears(fanout: &[Fanout], person: &Person) -> Vec<FanoutMessage> {
    let to = |one: &&Fanout| one.recipients.contains(&person.client());
    fanout.iter().filter(to).map(|one| FanoutMessage::decode(&one.body).unwrap()).collect()
}

#[test]
fn a_room_and_its_knock_room_are_made_together_or_not_at_all() {
    let world = World::new(false);
    let (alice, guard) = (Person::new(1), Person::new(101));
    let (target, knock) = preset::ask_to_join(&input(club(), &alice), &door(), &guard.user()).unwrap();
    let ((_, target), (_, knock)) = (found(alice, 1, target, false), found(guard, 2, knock, true));
    let trees = [target.observer.ratchet_tree().unwrap(), knock.observer.ratchet_tree().unwrap()];
    let (club, door) = (club(), door());
    let rooms = [request(&club, &target, &trees[0]), request(&door, &knock, &trees[1])];
    let make = |rooms: &[doorstep_hub::RoomRequest<'_>]| {
        world.hub.create_rooms(rooms, [1; 32], &caller(), &keys(), world.now, [1; 32]).unwrap()
    };
    for alone in &rooms {
        assert!(matches!(make(std::slice::from_ref(alone)), RoomsOutcome::Refused(Refusal::KnockClosed)));
    }
    let mut swapped = rooms.to_vec();
    swapped.reverse();
    assert!(matches!(make(&swapped), RoomsOutcome::Refused(Refusal::KnockClosed)));
    assert!(matches!(make(&rooms), RoomsOutcome::Created(made) if made.len() == 2));
}

#[test]
fn a_newcomer_comes_in_and_everybody_hears_of_it_once() {
    let (mut world, mut alice) = World::open_room(false);
    let (mut bob, fanout) = world.come_in(&club(), Person::new(2));
    let heard = hears(&fanout, &alice.person);
    assert_eq!(heard.len(), 1);
    alice.follow(heard[0].message.as_bytes()).unwrap();
    assert_eq!(hears(&fanout, &bob.person).len(), 1, "the newcomer hears of their own commit");
    let message = bob.say(b"hello");
    let answer = world.submit(&club(), &bob, &message);
    assert!(matches!(
        SubmitMessageResponse::decode(&answer.body).unwrap(),
        SubmitMessageResponse::Accepted { frank: Some(_), .. }
    ));
    assert_eq!(hears(&answer.effects.fanout, &alice.person).len(), 1);
}

#[test]
fn a_second_knock_is_refused_and_only_admins_get_the_first() {
    let (mut world, _, guard) = World::knock_room(false, 10);
    let (mut cathy, _) = world.come_in(&door(), Person::new(3));
    let (dora, _) = world.come_in(&door(), Person::new(4));
    let knock = cathy.say(b"knock");
    let answer = world.submit(&door(), &cathy, &knock);
    assert!(accepted(&answer));
    assert_eq!(hears(&answer.effects.fanout, &guard.person).len(), 1);
    assert_eq!(hears(&answer.effects.fanout, &dora.person).len(), 0);
    assert_eq!(hears(&answer.effects.fanout, &cathy.person).len(), 0);
    let again = cathy.say(b"knock again");
    assert_eq!(world.submit(&door(), &cathy, &again).reason, Some(Refusal::KnockLimit));
}

#[test]
fn a_full_knock_room_takes_nobody_until_an_admin_lets_leavers_go() {
    let (mut world, _, mut guard) = World::knock_room(false, 2);
    let (mut cathy, first) = world.come_in(&door(), Person::new(3));
    let (_dora, second) = world.come_in(&door(), Person::new(4));
    cathy.follow(hears(&second, &cathy.person)[0].message.as_bytes()).unwrap();
    for fanout in [first, second] {
        guard.follow(hears(&fanout, &guard.person)[0].message.as_bytes()).unwrap();
    }
    assert_eq!(world.invitation(&door(), &Person::new(5)).err(), Some(Refusal::KnockRoomFull));
    let answer = world.update(&door(), &proposal(&cathy.leave()));
    assert_eq!(answer.reason, None);
    guard.store(hears(&answer.effects.fanout, &guard.person)[0].message.as_bytes());

    let left_out: Vec<Vec<u8>> = guard.member.pending().iter().map(|pending| pending.reference.clone()).collect();
    let plan = Plan { without: left_out, path: true, ..Plan::default() };
    let without = commit_unjudged(&mut guard, plan);
    assert_eq!(world.update(&door(), &bundle(&without)).reason, Some(Refusal::Pending));
    guard.member.clear_pending(&guard.person.mls()).unwrap();

    let untidy = commit_unjudged(&mut guard, Plan::default());
    assert_eq!(world.update(&door(), &bundle(&untidy)).reason, Some(Refusal::CleanUpMissing));
    guard.member.clear_pending(&guard.person.mls()).unwrap();

    let commit = guard.commit(Plan::default()).unwrap();
    world.commit(&door(), &commit);
    assert!(world.invitation(&door(), &Person::new(5)).is_ok());
}

/// A commit of a client that does not keep to the rules.
fn commit_unjudged(seat: &mut Seat, plan: Plan) -> doorstep_mls::OutgoingCommit {
    let Seat { person, identity, member, .. } = seat;
    member.commit(&person.mls(), identity, plan, |_| Ok::<_, ()>(Changes::new())).unwrap()
}

#[test]
fn a_leave_that_comes_too_late_for_a_newcomer_does_not_keep_her_out() {
    for crash in [false, true] {
        let (mut world, _, guard) = World::knock_room(crash, 10);
        let (mut cathy, _) = world.come_in(&door(), Person::new(3));
        let knock = cathy.say(b"knock");
        assert!(accepted(&world.submit(&door(), &cathy, &knock)));
        let invitation = world.invitation(&door(), &Person::new(4)).unwrap();
        assert_eq!(world.update(&door(), &proposal(&cathy.leave())).reason, None);
        let (mut dora, commit) = invitation.use_it(Person::new(4));
        let fanout = world.commit(&door(), &commit);
        // The leave is void with its epoch; the hub proposes the removal in the new one, to those who can commit it.
        let heard = hears(&fanout, &dora.person);
        let again = heard[0].external_proposals();
        assert_eq!(again.len(), 1);
        assert_eq!(hears(&fanout, &guard.person)[0].external_proposals(), again);
        assert_eq!(hears(&fanout, &cathy.person)[0].external_proposals(), []);
        let early = dora.say(b"knock");
        assert_eq!(world.submit(&door(), &dora, &early).reason, Some(Refusal::Pending));
        dora.store(again[0].as_bytes());
        let commit = dora.commit(Plan::default()).unwrap();
        let fanout = world.commit(&door(), &commit);
        assert_eq!(hears(&fanout, &cathy.person).len(), 2, "the removal, then the commit that removes Cathy");
        dora.merge();
        let knock = dora.say(b"knock");
        assert!(accepted(&world.submit(&door(), &dora, &knock)));
        assert_eq!(world.rooms[&door()].room.roster().len(), 2);
    }
}

#[test]
fn a_banned_pseudonym_does_not_come_back() {
    let (mut world, mut alice) = World::open_room(false);
    let (mut bob, fanout) = world.come_in(&club(), Person::new(2));
    alice.follow(hears(&fanout, &alice.person)[0].message.as_bytes()).unwrap();
    let position = alice.state.participants().position(&bob.person.user()).unwrap();
    let update = ParticipantListUpdate {
        changed: vec![UserIndexRolePair { user_index: position, role_index: RoleIndex::BANNED }],
        removed: Vec::new(),
        added: Vec::new(),
    };
    let plan =
        Plan { removes: vec![bob.member.own_leaf()], updates: vec![list_update(&update).unwrap()], ..Plan::default() };
    let ban = alice.commit(plan).unwrap();
    let fanout = world.commit(&club(), &ban);
    assert_eq!(hears(&fanout, &bob.person).len(), 1, "the banned client hears why it is out");
    let message = bob.say(b"still here");
    assert_eq!(world.submit(&club(), &bob, &message).reason, Some(Refusal::Banned));
    assert_eq!(world.invitation(&club(), &Person::new(2)).err(), Some(Refusal::Banned));
}

#[test]
fn an_ended_credential_and_a_forged_request_open_no_door() {
    let (mut world, _) = World::open_room(false);
    let bob = Person::new(2);
    let ended = bob.identity_until(&Audience::Room(club()), now().seconds() / 86_400 * 86_400);
    assert_eq!(world.ask(&club(), &bob, &ended).reason, Some(Refusal::CredentialExpired));
    let elsewhere = bob.identity(&Audience::Room(door()));
    assert_eq!(world.ask(&club(), &bob, &elsewhere).reason, Some(Refusal::CredentialInvalid));
    let mut forged = group_info_request(&bob, &bob.identity(&Audience::Room(club())));
    *forged.last_mut().unwrap() ^= 1;
    let answer = world
        .operate(&club(), |hub, room, now, seed| hub.group_info(room, &forged, &caller(), None, &keys(), now, seed))
        .unwrap();
    assert_eq!(answer.reason, Some(Refusal::BadSignature));
}

#[test]
fn nobody_comes_in_without_asking_or_too_late() {
    let (mut world, _) = World::open_room(false);
    let invitation = world.invitation(&club(), &Person::new(2)).unwrap();
    let (_, commit) = invitation.use_it(Person::new(2));
    world.now = world.now.plus_seconds(601);
    assert_eq!(world.update(&club(), &bundle(&commit)).reason, Some(Refusal::NoReservation));
}

#[test]
fn a_forged_group_info_or_confirmation_tag_is_refused() {
    let (mut world, _) = World::open_room(false);
    let invitation = world.invitation(&club(), &Person::new(2)).unwrap();
    let (_, commit) = invitation.use_it(Person::new(2));
    let mut bad_tag = commit.clone();
    *bad_tag.commit.last_mut().unwrap() ^= 1;
    assert_eq!(world.update(&club(), &bundle(&bad_tag)).reason, Some(Refusal::BadGroupInfo));
    let mut bad_signature = commit.clone();
    *bad_signature.group_info.last_mut().unwrap() ^= 1;
    assert_eq!(world.update(&club(), &bundle(&bad_signature)).reason, Some(Refusal::BadGroupInfo));
    world.commit(&club(), &commit);
}

#[test]
fn the_second_of_two_at_once_hears_the_epoch_and_comes_again() {
    let (mut world, _) = World::open_room(false);
    let first = world.invitation(&club(), &Person::new(2)).unwrap();
    let second = world.invitation(&club(), &Person::new(3)).unwrap();
    world.commit(&club(), &first.use_it(Person::new(2)).1);
    let late = world.update(&club(), &bundle(&second.use_it(Person::new(3)).1));
    let UpdateRoomResponse::WrongEpoch { current_epoch, .. } = UpdateRoomResponse::decode(&late.body).unwrap() else {
        panic!("{late:?}")
    };
    assert_eq!(current_epoch.0, 1);
    world.come_in(&club(), Person::new(3));
    assert_eq!(world.rooms[&club()].room.roster().len(), 3);
}

#[test]
fn the_same_bytes_get_the_same_answer_and_change_nothing() {
    for crash in [false, true] {
        let (mut world, mut alice) = World::open_room(crash);
        let commit = alice.commit(Plan { path: true, ..Plan::default() }).unwrap();
        let first = world.update(&club(), &bundle(&commit));
        alice.merge();
        let message = alice.say(b"hello");
        let said = world.submit(&club(), &alice, &message);
        world.now = UnixMillis(world.now.0 + 5_000);
        let again = world.update(&club(), &bundle(&commit));
        assert_eq!(again.body, first.body);
        assert!(again.effects.is_empty());
        let said_again = world.submit(&club(), &alice, &message);
        assert_eq!(said_again.body, said.body);
        assert!(said_again.effects.is_empty());
    }
}

#[test]
fn a_commit_nobody_can_follow_is_taken_back_on_the_word_of_an_admin_alone() {
    for crash in [false, true] {
        let (mut world, mut alice) = World::open_room(crash);
        let (bob, fanout) = world.come_in(&club(), Person::new(2));
        alice.follow(hears(&fanout, &alice.person)[0].message.as_bytes()).unwrap();
        let before = world.rooms[&club()].room.state().clone();
        let invitation = world.invitation(&club(), &Person::new(3)).unwrap();
        let (mut mallory, bad) = invitation.use_it(Person::new(3));
        world.commit(&club(), &bad);
        let chatter = mallory.say(b"into the void");
        assert!(accepted(&world.submit(&club(), &mallory, &chatter)));

        let by_bob = rejection(&bob, 1, &bad.commit);
        let refused = world.operate(&club(), |hub, room, now, seed| hub.reject_commit(room, &by_bob, now, seed));
        assert_eq!(refused.unwrap_err(), HubError::NotFound);
        assert_eq!(world.rooms[&club()].room.epoch().0, 2);

        let by_alice = rejection(&alice, 1, &bad.commit);
        for time in 0..2 {
            let answer = world.operate(&club(), |hub, room, now, seed| hub.reject_commit(room, &by_alice, now, seed));
            let fanout = answer.unwrap().effects.fanout;
            assert_eq!(fanout.len(), 1 - time, "said once");
            for restored in fanout {
                assert_eq!(restored.kind, FanoutKind::Restored);
                assert_eq!(restored.recipients.len(), 3);
                assert_eq!(Restored::decode(&restored.body).unwrap().epoch, 1);
            }
        }
        assert_eq!(world.rooms[&club()].room.epoch().0, 1);
        assert_eq!(*world.rooms[&club()].room.state(), before);
        let again = world.update(&club(), &bundle(&bad));
        assert_ne!(again.reason, None, "the same bytes are no success any more");

        // The GroupInfo is under suspicion until a member has made a new one.
        let request = group_info_request(&Person::new(4), &Person::new(4).identity(&Audience::Room(club())));
        let retry = world.operate(&club(), |hub, room, now, seed| {
            hub.group_info(room, &request, &caller(), None, &keys(), now, seed)
        });
        assert!(matches!(retry, Err(HubError::Retry { .. })));
        let fresh = alice.commit(Plan { path: true, ..Plan::default() }).unwrap();
        world.commit(&club(), &fresh);
        world.come_in(&club(), Person::new(4));
    }
}

#[test]
fn what_another_member_built_on_stays() {
    let (mut world, mut alice) = World::open_room(false);
    let (mut bob, fanout) = world.come_in(&club(), Person::new(2));
    alice.follow(hears(&fanout, &alice.person)[0].message.as_bytes()).unwrap();
    let first = alice.commit(Plan { path: true, ..Plan::default() }).unwrap();
    world.commit(&club(), &first);
    alice.merge();
    bob.follow(&first.commit).unwrap();
    let second = bob.commit(Plan { path: true, ..Plan::default() }).unwrap();
    world.commit(&club(), &second);
    let late = rejection(&alice, 1, &first.commit);
    let answer = world.operate(&club(), |hub, room, now, seed| hub.reject_commit(room, &late, now, seed));
    assert_eq!(answer.unwrap_err(), HubError::NotFound);
}

#[test]
fn idle_knockers_are_proposed_for_removal_and_their_places_come_back() {
    let (mut world, _, mut guard) = World::knock_room(false, 10);
    let (_cathy, fanout) = world.come_in(&door(), Person::new(3));
    guard.follow(hears(&fanout, &guard.person)[0].message.as_bytes()).unwrap();
    world.now = world.now.plus_seconds(3_601);
    let tick = world.operate(&door(), |hub, room, now, seed| hub.tick(room, now, seed)).unwrap();
    let heard = hears(&tick.effects.fanout, &guard.person);
    assert_eq!(heard.len(), 1);
    let again = world.operate(&door(), |hub, room, now, seed| hub.tick(room, now, seed)).unwrap();
    assert_eq!(again.effects.fanout.len(), 0, "proposed once");
    guard.store(heard[0].message.as_bytes());
    let commit = guard.commit(Plan::default()).unwrap();
    world.commit(&door(), &commit);
    assert_eq!(world.rooms[&door()].room.roster().len(), 1);
}

#[test]
fn a_room_read_back_from_its_rows_says_the_same() {
    let run = |crash| {
        let (mut world, _, _) = World::knock_room(crash, 3);
        for number in 3..6 {
            let (mut seat, _) = world.come_in(&door(), Person::new(number));
            let knock = seat.say(b"knock");
            assert!(accepted(&world.submit(&door(), &seat, &knock)));
            world.submit(&door(), &seat, &knock);
        }
        let _ = world.invitation(&door(), &Person::new(6)).err();
        world.said
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn garbage_changes_nothing_and_panics_nowhere() {
    let (mut world, mut alice) = World::open_room(false);
    let bob = Person::new(2);
    let request = group_info_request(&bob, &bob.identity(&Audience::Room(club())));
    let commit = bundle(&alice.commit(Plan { path: true, ..Plan::default() }).unwrap());
    alice.member.clear_pending(&alice.person.mls()).unwrap();
    let message = alice.say(b"hello");
    let submit = SubmitMessageRequest::new(&message, &alice.person.user()).unwrap();
    let submit = submit.encode().unwrap();
    let disk = world.rooms[&club()].disk.clone();
    for valid in [&request, &commit, &submit] {
        for place in (0..valid.len()).step_by(7) {
            let mut flipped = valid.clone();
            flipped[place] ^= 0x55;
            for body in [&valid[..place], &flipped] {
                throw(&mut world, body, valid);
            }
        }
    }
    assert_eq!(world.rooms[&club()].disk, disk);
}

/// Hands a body to every operation. What the hub has no secret to check (a member's membership tag) may let a commit in
/// that nobody can follow: then the room is still a room, and goes back.
fn throw(world: &mut World, body: &[u8], valid: &[u8]) {
    let before = world.rooms[&club()].disk.clone();
    let _ =
        world.operate(&club(), |hub, room, now, seed| hub.group_info(room, body, &caller(), None, &keys(), now, seed));
    let update = world.operate(&club(), |hub, room, now, seed| hub.update(room, body, &caller(), &keys(), now, seed));
    if body.len() < valid.len() {
        let _ = world.operate(&club(), |hub, room, now, seed| hub.submit_message(room, body, &caller(), now, seed));
    }
    let kept = world.rooms.get_mut(&club()).unwrap();
    if update.is_ok_and(|answer| answer.reason.is_none()) {
        Room::load(kept.disk.clone()).unwrap();
        kept.room = Room::load(before.clone()).unwrap();
        kept.disk = before;
    }
}

#[test]
fn somebody_who_comes_in_again_hears_of_it_once() {
    let (mut world, _) = World::open_room(false);
    world.come_in(&club(), Person::new(2));
    let (bob, fanout) = world.come_in(&club(), Person::new(2));
    assert_eq!(hears(&fanout, &bob.person).len(), 1);
    let heard = fanout.iter().flat_map(|one| &one.recipients).filter(|client| **client == bob.person.client());
    assert_eq!(heard.count(), 1);
    assert_eq!(world.rooms[&club()].room.roster().count_of(&bob.person.user()), 1);
}

/// Alice lets somebody in.
fn admission(alice: &mut Seat, cathy: &Person) -> doorstep_mls::OutgoingCommit {
    let added = UserRolePair { user: cathy.user(), role_index: preset::MEMBER };
    let update = list_update(&alice.state.add_update(vec![added])).unwrap();
    let package = cathy.package(&KpUsage::RoomBound(club()), &Audience::KeyPackage);
    alice.commit(Plan { adds: vec![package], updates: vec![update], ..Plan::default() }).unwrap()
}

#[test]
fn whoever_took_the_knock_back_is_not_added() {
    let (mut world, mut alice, _) = World::knock_room(false, 10);
    let cathy = Person::new(3);
    let user = cathy.user();
    world.operate(&club(), |hub, room, now, seed| hub.withdraw(room, &user, now, seed)).unwrap();
    let commit = admission(&mut alice, &cathy);
    assert_eq!(world.update(&club(), &bundle(&commit)).reason, Some(Refusal::Withdrawn));
}

/// Each alone: whoever adds, and the hub where they do it all the same. What a hub brings back of packages, and what is done by
/// whoever is added, is told elsewhere.
#[test]
fn a_package_for_a_first_contact_adds_nobody_to_another_room() {
    let (mut world, mut alice, _) = World::knock_room(false, 10);
    let cathy = Person::new(3);
    let plan = |alice: &Seat| {
        let added = UserRolePair { user: cathy.user(), role_index: preset::MEMBER };
        let update = list_update(&alice.state.add_update(vec![added])).unwrap();
        let package = cathy.package(&KpUsage::ConnectionOnly, &Audience::KeyPackage);
        Plan { adds: vec![package], updates: vec![update], ..Plan::default() }
    };
    let wanted = plan(&alice);
    let refused = alice.commit(wanted).unwrap_err();
    assert!(refused.contains("WrongPurpose"), "{refused}");
    let wanted = plan(&alice);
    let forced = commit_unjudged(&mut alice, wanted);
    assert_eq!(world.update(&club(), &bundle(&forced)).reason, Some(Refusal::WrongPurpose));
}

#[test]
fn a_welcome_goes_to_those_who_were_added_and_to_nobody_else() {
    let (mut world, mut alice, _) = World::knock_room(false, 10);
    let cathy = Person::new(3);
    let commit = admission(&mut alice, &cathy);
    let without = doorstep_mls::OutgoingCommit { welcome: None, ..commit.clone() };
    assert_eq!(world.update(&club(), &bundle(&without)).reason, Some(Refusal::BadWelcome));
    let fanout = world.commit(&club(), &commit);
    let heard = hears(&fanout, &cathy);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].bare_welcome(), commit.welcome.as_deref());
    assert!(heard[0].ratchet_tree().is_some());
    let welcome = fanout.iter().find(|one| !one.packages.is_empty()).unwrap();
    assert_eq!((welcome.packages.len(), welcome.recipients.len()), (1, 1));
}

#[test]
fn a_client_that_was_added_and_never_came_is_proposed_for_removal() {
    let (mut world, mut alice, _) = World::knock_room(true, 10);
    let commit = admission(&mut alice, &Person::new(3));
    world.commit(&club(), &commit);
    alice.merge();
    let tick = |world: &mut World| {
        world.operate(&club(), |hub, room, now, seed| hub.tick(room, now, seed)).unwrap().effects.fanout
    };
    world.now = world.now.plus_seconds(13 * 86_400);
    assert_eq!(tick(&mut world).len(), 0);
    world.now = world.now.plus_seconds(2 * 86_400);
    let fanout = tick(&mut world);
    let heard = hears(&fanout, &alice.person);
    assert_eq!(heard.len(), 1);
    alice.store(heard[0].message.as_bytes());
    let commit = alice.commit(Plan::default()).unwrap();
    world.commit(&club(), &commit);
    assert_eq!(world.rooms[&club()].room.roster().len(), 1);
}

/// A knocker's word that they do not come and the yes to their knock crossed: they have no keys any more.
#[test]
fn whoever_took_the_knock_back_and_was_let_in_is_proposed_for_removal_at_once() {
    let (mut world, mut alice, _) = World::knock_room(true, 10);
    let (cathy, dora) = (Person::new(3), Person::new(4));
    for person in [&cathy, &dora] {
        let commit = admission(&mut alice, person);
        world.commit(&club(), &commit);
        alice.merge();
    }
    let (user, other) = (cathy.user(), dora.user());
    let withdraw = |world: &mut World, user: &doorstep_wire::UserUri| {
        let done = world.operate(&club(), |hub, room, now, seed| hub.withdraw(room, user, now, seed));
        done.unwrap().effects.fanout
    };
    let fanout = withdraw(&mut world, &user);
    assert_eq!(withdraw(&mut world, &user), [], "once");
    let fanout: Vec<_> = fanout.into_iter().filter(|one| one.kind == FanoutKind::Message).collect();
    let heard = hears(&fanout, &alice.person);
    assert_eq!(heard.len(), 1);
    alice.store(heard[0].message.as_bytes());
    let commit = alice.commit(Plan::default()).unwrap();
    world.commit(&club(), &commit);
    let roster = world.rooms[&club()].room.roster();
    assert_eq!((roster.count_of(&user), roster.count_of(&other)), (0, 1));
}

#[test]
fn whoever_speaks_for_a_user_of_another_provider_is_turned_away() {
    let (mut world, mut alice) = World::open_room(false);
    let message = alice.say(b"hello");
    let commit = bundle(&alice.commit(Plan { path: true, ..Plan::default() }).unwrap());
    let submit = SubmitMessageRequest::new(&message, &alice.person.user()).unwrap().encode().unwrap();
    let peer = Caller { domain: "b.example".parse().unwrap(), guest: false };
    let said = world.operate(&club(), |hub, room, now, seed| hub.submit_message(room, &submit, &peer, now, seed));
    assert_eq!(said.unwrap_err(), HubError::NotYours);
    let done = world.operate(&club(), |hub, room, now, seed| hub.update(room, &commit, &peer, &keys(), now, seed));
    assert_eq!(done.unwrap_err(), HubError::NotYours);
}
