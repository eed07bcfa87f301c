//! Rooms that end: everybody in them is told, whoever they are with, and whoever waits at their door; of the room nothing stays
//! but that its address is taken. What a hub takes for a wish is told in `crates/hub/tests/ending.rs`.

use doorstep_client_api::http::{DOOR, END_ROOM, MailboxKind, path_with};
use doorstep_mls::{Member, Mls};
use doorstep_page_api::view::{Command, Delivery, MyKnockState, Outcome, Preset, RoomEnd};
use doorstep_peers::{Endpoint, Errand};
use doorstep_tests::{
    World,
    abroad::{People, knock_from, together},
    forge::insider,
    scene::{ROOM, account, door, draft, follow, say},
    storm::STRANGER,
};
use doorstep_wire::{
    Body, EndRoom, Refusal, RoomEnded,
    ext::room_ended::{END_ROOM_LABEL, end_room_content},
};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn end() -> Command {
    Command::EndRoom { room: ROOM.to_owned() }
}

fn ended(world: &World, who: usize) -> Option<RoomEnd> {
    world.browsers[who].home.rooms.iter().find(|room| room.room == ROOM).expect("in the list").ended
}

/// The request of somebody with a member's keys.
fn wish(world: &mut World, who: usize) -> EndRoom {
    let insider = insider(world, who, ROOM);
    let mls = Mls::new(&insider.journal, [9; 32]);
    let member = Member::load(&mls, &insider.group).unwrap().unwrap();
    let epoch = member.epoch().0;
    let content = end_room_content(&ROOM.parse().unwrap(), epoch);
    let signature = insider.identity.sign_with_label(END_ROOM_LABEL, &content);
    EndRoom { epoch, leaf_index: member.own_leaf().0, signature }
}

/// Nobody finds anything of it any more, and nothing is under way.
fn is_gone(world: &mut World, knock_room: &str) {
    assert_eq!((world.rows_of(ROOM), world.rows_of(knock_room)), (0, 0));
    assert!(world.log(ROOM).is_empty() && world.log(knock_room).is_empty());
    assert_eq!(world.fetch(&path_with(DOOR, ROOM)).0, 404);
    let asked = world.requests;
    world.tick();
    world.wait(2 * 60 * MINUTE);
    assert_eq!(world.requests, asked, "nobody asks for it any more");
}

#[test]
fn a_room_that_its_admin_ends_is_over_for_everybody_and_what_was_said_stays() {
    let (mut world, People { alice, bob, cathy }) = together(1);
    say(&mut world, alice, "Goodbye.");
    let knock_room = door(&mut world).knock_room.expect("a door");
    let waiting = [knock_from(&mut world, "dora", "c.example", 7), knock_from(&mut world, "emil", "a.example", 8)];
    assert_eq!(world.ask(alice, end()), Ok(Outcome::Ok));
    world.wait(5 * MINUTE);
    for who in [alice, bob, cathy] {
        assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{who}");
        follow(&mut world, who);
        assert_eq!(world.browsers[who].said(ROOM), ["Goodbye."]);
    }
    for who in waiting {
        assert_eq!(world.browsers[who].knock().state, MyKnockState::RoomClosed);
    }
    is_gone(&mut world, &knock_room);
    // Bob's browser is opened again, and forgets it.
    world.browsers[bob].kill();
    world.browsers[bob].open();
    world.settle();
    assert_eq!(ended(&world, bob), Some(RoomEnd::Closed));
    assert_eq!(world.ask(bob, Command::ForgetRoom { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    assert!(world.browsers[bob].home.rooms.is_empty());
    world.check();
}

#[test]
fn an_admin_of_another_provider_ends_a_room_and_its_address_is_never_free_again() {
    let (mut world, People { alice, bob, cathy }) = together(2);
    let knock_room = door(&mut world).knock_room.expect("a door");
    assert_eq!(world.ask(bob, end()), Ok(Outcome::Ok));
    world.wait(5 * MINUTE);
    for who in [alice, bob, cathy] {
        assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{who}");
    }
    is_gone(&mut world, &knock_room);
    for who in [alice, account(&mut world, "other")] {
        assert_eq!(world.ask(who, Command::CreateRoom(draft(Preset::Open))), Err(Refusal::SlugTaken));
    }
    world.restart("a.example");
    assert_eq!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))), Err(Refusal::SlugTaken));
}

#[test]
fn the_operator_ends_a_room_that_runs_or_is_started_again() {
    for restart in [false, true] {
        let (mut world, People { alice, bob, cathy }) = together(3);
        let knock_room = door(&mut world).knock_room.expect("a door");
        assert!(!world.ask_to_end("mimi://a.example/r/nowhere"));
        // Whoever names the knock room means the room behind it.
        assert!(world.ask_to_end(if restart { &knock_room } else { ROOM }));
        if restart {
            world.restart("a.example");
        }
        say(&mut world, alice, "As if nothing were.");
        world.tick();
        world.wait(5 * MINUTE);
        for who in [alice, bob, cathy] {
            assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{who}");
        }
        assert!(!world.ask_to_end(ROOM));
        is_gone(&mut world, &knock_room);
        world.check();
    }
}

#[test]
fn whoever_asks_twice_is_told_the_same_and_whoever_comes_late_finds_nothing() {
    let (mut world, People { alice, bob, cathy }) = together(4);
    let path = path_with(END_ROOM, ROOM);
    let first = wish(&mut world, alice).encode().unwrap();
    let late = wish(&mut world, bob).encode().unwrap();
    assert_eq!(world.post_as(alice, &path, first.clone()), (200, None, Vec::new()));
    for _ in 0..2 {
        assert_eq!(world.post_as(alice, &path, first.clone()), (200, None, Vec::new()));
    }
    assert_eq!(world.post_as(bob, &path, late).0, 404);
    world.restart("a.example");
    assert_eq!(world.post_as(alice, &path, first).0, 200);
    world.wait(5 * MINUTE);
    for who in [alice, bob, cathy] {
        assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{who}");
    }
    // Two of them at the same moment: both are told that it is over.
    let (mut world, People { alice, bob, .. }) = together(5);
    let asked = [alice, bob].map(|who| (who, world.browsers[who].ask(end())));
    world.wait(5 * MINUTE);
    for (who, id) in asked {
        assert_eq!(world.browsers[who].done.get(&id), Some(&Ok(Outcome::Ok)), "{who}");
    }
    world.check();
}

#[test]
fn whoever_was_away_hears_it_when_they_are_back() {
    let (mut world, People { alice, bob, cathy }) = together(6);
    world.browsers[cathy].kill();
    world.cut("a.example", "b.example", true);
    say(&mut world, alice, "Last words.");
    assert_eq!(world.ask(alice, end()), Ok(Outcome::Ok));
    world.restart("a.example");
    world.wait(DAY);
    assert_eq!(ended(&world, bob), None, "his provider cannot be reached");
    say(&mut world, bob, "Hello?");
    world.cut("a.example", "b.example", false);
    world.wait(3 * 60 * MINUTE);
    world.browsers[cathy].open();
    world.settle();
    for who in [bob, cathy] {
        assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{who}");
        follow(&mut world, who);
        assert!(world.browsers[who].said(ROOM).contains(&"Last words.".to_owned()), "{who}: first what was said");
    }
    let unheard = world.browsers[bob].rooms[ROOM].messages.iter().find(|message| message.delivery != Delivery::Sent);
    assert!(matches!(unheard.unwrap().delivery, Delivery::Failed(_)), "{unheard:?}");
    world.check();
}

#[test]
fn an_answer_that_gets_lost_and_a_browser_that_dies_change_nothing() {
    for crash in 1..8 {
        let (mut world, People { alice, bob, .. }) = together(20 + crash);
        world.browsers[alice].crash_after_step = Some(world.browsers[alice].steps + usize::try_from(crash).unwrap());
        world.browsers[alice].ask(end());
        world.wait(5 * MINUTE);
        world.browsers[alice].crash_after_step = None;
        // What was not on the disk was not asked.
        if ended(&world, alice).is_none() {
            assert_eq!(world.ask(alice, end()), Ok(Outcome::Ok));
            world.wait(5 * MINUTE);
        }
        for who in [alice, bob] {
            assert_eq!(ended(&world, who), Some(RoomEnd::Closed), "{crash}: {who}");
        }
        world.check();
    }
}

#[test]
fn a_stranger_ends_nothing() {
    let (mut world, People { alice, bob, cathy }) = together(8);
    let path = path_with(END_ROOM, ROOM);
    let genuine = wish(&mut world, alice);
    let by_cathy = wish(&mut world, cathy);
    let forged = EndRoom { signature: [7; 64], ..genuine.clone() };
    let promoted = EndRoom { leaf_index: genuine.leaf_index, ..by_cathy.clone() };
    for (who, request) in [(cathy, &by_cathy), (cathy, &forged), (cathy, &promoted), (bob, &forged)] {
        assert_eq!(world.post_as(who, &path, request.encode().unwrap()), (404, None, Vec::new()), "{request:?}");
    }
    let errand = |body: &EndRoom| Errand {
        endpoint: Endpoint::EndRoom,
        subject: ROOM.to_owned(),
        recipients: None,
        body: body.encode().unwrap().into(),
    };
    for request in [&by_cathy, &forged] {
        assert_eq!(world.send_as(STRANGER, "a.example", errand(request)).unwrap().status, 404);
    }
    let garbage = Errand { body: vec![1, 2, 3].into(), ..errand(&genuine) };
    assert_eq!(world.send_as(STRANGER, "a.example", garbage).unwrap().status, 400);
    say(&mut world, cathy, "Still here.");
    for who in [alice, bob, cathy] {
        assert_eq!(ended(&world, who), None);
    }
    world.check();
}

/// The word that Bob's browser got when his room ended.
fn last_word(world: &World, who: usize) -> Vec<u8> {
    let heard = world.browsers[who].heard.iter().rev();
    let mut words = heard.filter(|item| item.kind == MailboxKind::Ended && item.room.as_str() == ROOM);
    words.next().expect("heard").body.as_slice().to_vec()
}

#[test]
fn a_word_that_the_hub_has_not_signed_ends_nothing() {
    let genuine = {
        let (mut world, People { alice, bob, .. }) = together(9);
        assert_eq!(world.ask(alice, end()), Ok(Outcome::Ok));
        world.wait(5 * MINUTE);
        let word = last_word(&world, bob);
        // Said again it says nothing new.
        let to =
            world.browsers[bob].heard.iter().rev().find(|item| item.kind == MailboxKind::Ended).unwrap().to.clone();
        let told = world.browsers[bob].notices.len();
        world.slip(bob, MailboxKind::Ended, ROOM, &to, word.clone());
        world.settle();
        assert_eq!((ended(&world, bob), world.browsers[bob].notices.len()), (Some(RoomEnd::Closed), told));
        RoomEnded::decode(&word).unwrap()
    };
    // Another world, other keys: there it is of a hub that nobody knows.
    let (mut world, People { bob, cathy, alice }) = together(10);
    let client = world.browsers[bob].heard.iter().rev().find(|item| item.room.as_str() == ROOM).unwrap().to.clone();
    let elsewhere = RoomEnded { room: "mimi://a.example/r/garden".parse().unwrap(), ..genuine.clone() };
    let later = RoomEnded { at: genuine.at + 1, ..genuine.clone() };
    for said in [&genuine, &elsewhere, &later] {
        world.slip(bob, MailboxKind::Ended, ROOM, &client, said.encode().unwrap());
    }
    world.slip(bob, MailboxKind::Ended, ROOM, &client, b"over".to_vec());
    world.settle();
    assert_eq!(ended(&world, bob), None);
    // Nor does another provider say so to Bob's.
    let errand = |subject: &str, body: &RoomEnded| Errand {
        endpoint: Endpoint::RoomEnded,
        subject: subject.to_owned(),
        recipients: None,
        body: body.encode().unwrap().into(),
    };
    for from in [STRANGER, "c.example"] {
        assert_eq!(world.send_as(from, "b.example", errand(ROOM, &genuine)).unwrap().status, 403);
    }
    assert_eq!(world.send_as("a.example", "b.example", errand(ROOM, &elsewhere)).unwrap().status, 400);
    say(&mut world, cathy, "Still here.");
    for who in [alice, bob, cathy] {
        follow(&mut world, who);
        assert_eq!(world.browsers[who].said(ROOM), ["Still here."]);
    }
    world.check();
}
