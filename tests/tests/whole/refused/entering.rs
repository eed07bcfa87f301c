//! Coming into the house, and into rooms that are open.

use std::{cell::Cell, rc::Rc};

use doorstep_client_api::http::{
    CREATE_ROOMS, DOOR, Entered, GROUP_INFO, HUB_KEYS, ISSUE_ACCOUNT, ISSUE_PSEUDONYM, REGISTER, Registered, UPDATE,
    path_with,
};
use doorstep_page_api::view::{Command, Outcome, Preset, RoomDraft};
use doorstep_tests::{
    World,
    scene::{ROOM, account, draft, follow, knock_draft, say, with_room},
};
use doorstep_wire::Refusal;
use tls_codec::Serialize;

use super::{ask_in_vain, is_at, room, strange};

/// The pseudonym that a page shows.
const NAME: &str = "1b4e28ba-2fa1-4d1e-883f-0016d3cca4aa";

fn sign_up(handle: &str, display_name: Option<&str>) -> Command {
    Command::SignUp { handle: handle.to_owned(), display_name: display_name.map(str::to_owned) }
}

fn handle(world: &World, who: usize) -> Option<String> {
    world.browsers[who].home.me.clone().and_then(|me| me.handle)
}

fn join(pseudonym: Option<&str>, as_account: bool) -> Command {
    Command::JoinOpen { room: room(), pseudonym: pseudonym.map(str::to_owned), as_account }
}

fn in_room() -> Result<Outcome, Refusal> {
    Ok(Outcome::Room { room: room() })
}

/// Alice's open room.
fn open(seed: u64) -> (World, usize) {
    let mut world = World::new(seed);
    let alice = account(&mut world, "alice");
    assert_eq!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))), in_room());
    follow(&mut world, alice);
    (world, alice)
}

#[test]
pub(super) fn whoever_gets_no_account_is_told_and_can_have_another() {
    let mut world = World::new(20);
    account(&mut world, "alice");
    let bob = world.browser("bob");
    for (name, word) in
        [("alice", Refusal::HandleTaken), ("Bob", Refusal::HandleInvalid), ("p", Refusal::HandleInvalid)]
    {
        assert_eq!(world.ask(bob, sign_up(name, None)), Err(word));
        assert_eq!(handle(&world, bob), None);
    }
    assert_eq!(world.ask(bob, sign_up("bob", None)), Ok(Outcome::Ok));
    assert_eq!(handle(&world, bob).as_deref(), Some("bob"));
    assert_eq!(world.ask(bob, sign_up("robert", None)), Err(Refusal::HasAccount));
    world.check();
}

#[test]
pub(super) fn an_account_that_the_provider_refuses_by_its_status_is_answered() {
    let mut world = World::new(21);
    let bob = world.browser("bob");
    assert_eq!(ask_in_vain(&mut world, bob, REGISTER, &sign_up("bob", None)), Err(strange()));
    assert_eq!(handle(&world, bob), None);
    assert_eq!(world.ask(bob, sign_up("bob", None)), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn a_name_that_is_too_long_to_be_shown_is_refused_and_a_shorter_one_can_be_had() {
    let mut world = World::new(22);
    let bob = world.browser("bob");
    let long = "x".repeat(65);
    let answer = world.ask(bob, sign_up("bob", Some(&long)));
    assert!(answer.as_ref().is_err_and(|word| *word != Refusal::from_word("no-answer")), "{answer:?}");
    assert_eq!(world.ask(bob, sign_up("bob", Some("Bob"))), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn two_tabs_that_ask_for_an_account_are_both_answered() {
    for other in ["robert", "bob"] {
        let mut world = World::new(23);
        let bob = world.browser("bob");
        let asked = ["bob", other].map(|name| world.browsers[bob].ask(sign_up(name, None)));
        world.settle();
        let answers = asked.map(|id| world.browsers[bob].done.get(&id).cloned());
        assert!(answers.iter().all(Option::is_some), "{answers:?}");
        assert!(handle(&world, bob).is_some());
    }
}

#[test]
pub(super) fn a_room_that_is_not_made_is_nowhere_and_can_be_made_after_all() {
    let mut world = World::new(24);
    let alice = account(&mut world, "alice");
    let make = |as_account| Command::CreateRoom(RoomDraft { as_account, ..draft(Preset::AskToJoin) });
    for (path, command) in [(CREATE_ROOMS, make(false)), (CREATE_ROOMS, make(true)), (ISSUE_ACCOUNT, make(true))] {
        assert_eq!(ask_in_vain(&mut world, alice, path, &command), Err(strange()), "{path}");
        assert!(world.browsers[alice].home.rooms.is_empty());
        assert_eq!(world.fetch(&path_with(DOOR, ROOM)).0, 404);
    }
    let rooms = world.browsers[alice].disk.keys().filter(|key| key.starts_with(b"e/room/")).count();
    assert_eq!(rooms, 0, "nothing is left of any");
    assert_eq!(world.ask(alice, make(false)), in_room());
    assert_eq!(world.fetch(&path_with(DOOR, ROOM)).0, 200);
    // The same address is somebody's now, and another one is not.
    let bob = account(&mut world, "bob");
    assert_eq!(world.ask(bob, make(false)), Err(Refusal::SlugTaken));
    assert!(world.browsers[bob].home.rooms.is_empty());
    let elsewhere = RoomDraft { slug: Some("garden".to_owned()), ..draft(Preset::AskToJoin) };
    assert!(world.ask(bob, Command::CreateRoom(elsewhere)).is_ok());
    world.check();
}

#[test]
pub(super) fn a_name_that_is_not_vouched_for_is_not_ready_and_is_asked_for_seldom() {
    let (mut world, _) = with_room(25);
    let cathy = account(&mut world, "cathy");
    let asked = Rc::new(Cell::new(0_usize));
    let counted = asked.clone();
    world.refuse = Some(Box::new(move |at, path| {
        if at != cathy || !is_at(path, ISSUE_PSEUDONYM) {
            return None;
        }
        counted.set(counted.get() + 1);
        // Enough is enough, or the story would never end.
        (counted.get() < 1_000).then(strange)
    }));
    let draft = knock_draft(&mut world, 1, "I like doors.");
    let prepare = Command::Prepare { room: room(), pseudonym: Some(draft.pseudonym.clone()) };
    assert_eq!(world.ask(cathy, prepare.clone()), Ok(Outcome::Ok), "nobody waits for it yet");
    assert!(!world.browsers[cathy].home.ready_pseudonyms.contains(&draft.pseudonym));
    assert!((1..20).contains(&asked.get()), "{} times in two minutes", asked.get());
    world.refuse = None;
    assert_eq!(world.ask(cathy, prepare), Ok(Outcome::Ok));
    assert!(world.browsers[cathy].home.ready_pseudonyms.contains(&draft.pseudonym));
    world.check();
}

#[test]
pub(super) fn whoever_is_not_let_into_an_open_room_is_told_and_is_let_in_after_all() {
    for (path, command) in [
        (GROUP_INFO, join(None, false)),
        (UPDATE, join(None, false)),
        (GROUP_INFO, join(None, true)),
        (UPDATE, join(None, true)),
        (ISSUE_ACCOUNT, join(None, true)),
    ] {
        let (mut world, alice) = open(26);
        let bob = account(&mut world, "bob");
        assert_eq!(ask_in_vain(&mut world, bob, path, &command), Err(strange()), "{path}");
        assert!(world.browsers[bob].home.rooms.is_empty());
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1);
        assert_eq!(world.ask(bob, command), in_room(), "{path}");
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 2);
        world.check();
    }
}

#[test]
fn whoever_is_not_let_into_an_open_room_is_let_in_by_the_same_name() {
    for path in [GROUP_INFO, UPDATE] {
        let (mut world, _) = open(27);
        let bob = world.browser("bob");
        let command = join(Some(NAME), false);
        assert_eq!(ask_in_vain(&mut world, bob, path, &command), Err(strange()), "{path}");
        assert_eq!(world.ask(bob, command), in_room(), "{path}");
        follow(&mut world, bob);
        assert!(world.browsers[bob].rooms[ROOM].me.ends_with(NAME));
        world.check();
    }
}

#[test]
fn two_tabs_that_go_into_an_open_room_are_both_answered() {
    for refuses in [false, true] {
        let (mut world, _) = open(28);
        let bob = world.browser("bob");
        let asked = [(); 2].map(|()| world.browsers[bob].ask(join(None, false)));
        if refuses {
            super::refuse_with(&mut world, bob, GROUP_INFO, strange());
        }
        world.settle();
        let answers = asked.map(|id| world.browsers[bob].done.get(&id).cloned());
        assert!(answers.iter().all(Option::is_some), "{answers:?}");
    }
}

#[test]
fn a_provider_that_vouches_for_no_more_names_is_not_asked_without_end() {
    let mut world = World::new(29);
    let alice = account(&mut world, "alice");
    let asked = Rc::new(Cell::new(0_usize));
    let counted = asked.clone();
    world.refuse = Some(Box::new(move |at, path| {
        if at != alice || !is_at(path, ISSUE_PSEUDONYM) {
            return None;
        }
        counted.set(counted.get() + 1);
        // Enough is enough, or the story would never end.
        (counted.get() < 1_000).then(strange)
    }));
    // The names that are ready are used up by that.
    assert_eq!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))), in_room());
    assert!((1..20).contains(&asked.get()), "{} times in two minutes", asked.get());
    world.check();
}

/// The own provider knows no such hub.
#[test]
fn whoever_goes_to_a_hub_that_nobody_knows_is_answered() {
    let mut world = World::new(30);
    let bob = account(&mut world, "bob");
    assert_eq!(world.fetch(&path_with(HUB_KEYS, "nowhere.example")).0, 404);
    let room = "mimi://nowhere.example/r/clubhouse".to_owned();
    let join = Command::JoinOpen { room, pseudonym: None, as_account: false };
    let id = world.browsers[bob].ask(join);
    world.wait(3_600_000);
    let answer = world.browsers[bob].done.get(&id);
    assert!(matches!(answer, Some(Err(_))), "{answer:?}, {:?}", world.browsers[bob].refusals.last());
}

/// What this provider says if its operator wants it so.
#[test]
pub(super) fn whoever_finds_the_house_closed_is_told() {
    for (outcome, word) in
        [(Registered::SignUpClosed, Refusal::SignUpClosed), (Registered::ClientTaken, Refusal::ClientTaken)]
    {
        let mut world = World::new(42);
        let bob = world.browser("bob");
        world.tamper = Some(Box::new(move |_, path, body| {
            if path != REGISTER {
                return body;
            }
            Entered { outcome, session: None, tokens: Vec::new() }.tls_serialize_detached().unwrap()
        }));
        // Nothing comes of the guest either who asks next.
        world.patience = 0;
        let id = world.browsers[bob].ask(sign_up("bob", None));
        while !world.browsers[bob].done.contains_key(&id) {
            world.step();
        }
        assert_eq!(world.browsers[bob].done[&id].as_ref().unwrap_err().code, word);
        assert_eq!(handle(&world, bob), None);
        world.tamper = None;
        world.patience = 120_000;
        world.settle();
        assert_eq!(world.ask(bob, sign_up("bob", None)), Ok(Outcome::Ok));
        world.check();
    }
}

#[test]
fn a_room_that_is_there_is_not_lost_when_it_is_made_again() {
    let (mut world, alice) = with_room(43);
    say(&mut world, alice, "My room.");
    assert_eq!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))), Err(Refusal::SlugTaken));
    assert_eq!(world.browsers[alice].home.rooms.len(), 1);
    say(&mut world, alice, "Still mine.");
    assert_eq!(world.browsers[alice].said(ROOM), ["My room.", "Still mine."]);
    world.check();
}

#[test]
fn two_tabs_that_make_the_same_room_make_one() {
    let mut world = World::new(44);
    let alice = account(&mut world, "alice");
    let make = || Command::CreateRoom(draft(Preset::AskToJoin));
    let asked = [(); 2].map(|()| world.browsers[alice].ask(make()));
    world.settle();
    let mut answers = asked.map(|id| world.browsers[alice].done.get(&id).cloned());
    answers.sort_by_key(|answer| matches!(answer, Some(Err(_))));
    let [made, taken] = answers;
    assert_eq!(made, Some(in_room()).map(|made| made.map_err(|_| unreachable!())));
    assert!(matches!(&taken, Some(Err(problem)) if problem.code == Refusal::SlugTaken), "{taken:?}");
    follow(&mut world, alice);
    say(&mut world, alice, "One room.");
    world.check();
}
