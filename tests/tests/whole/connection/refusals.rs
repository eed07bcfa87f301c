//! What is refused on the way: whoever asked or answered is told, everything is as before, and it can be tried again.

use doorstep_client_api::http::{
    CREATE_ROOMS, IDENTIFIER_QUERY, KEY_MATERIAL, KEY_PACKAGE_REFS, SUBMIT_MESSAGE, UPDATE,
};
use doorstep_page_api::view::{Command, ContactAnswer, ContactRequestState, MyAskState, Outcome, Preset, Refusal};
use doorstep_tests::{
    World,
    scene::{ROOM, draft as room_draft},
};

use super::{BOB, answer, ask, draft, my_ask, room_of, talk, two};

fn strange() -> Refusal {
    Refusal::from_word("not-today")
}

fn refuse(world: &mut World, who: usize, path: &'static str) {
    let start = path.split('{').next().unwrap_or(path);
    world.refuse = Some(Box::new(move |at, asked| (at == who && asked.starts_with(start)).then(strange)));
}

#[test]
pub(crate) fn an_ask_that_is_refused_is_told_as_that_and_another_is_heard() {
    let (mut world, alice, bob) = two(40);
    let steps = [CREATE_ROOMS, KEY_MATERIAL, UPDATE, KEY_PACKAGE_REFS, SUBMIT_MESSAGE];
    for (number, path) in (1..).zip(steps) {
        refuse(&mut world, alice, path);
        ask(&mut world, alice, number, BOB);
        world.wait(60_000);
        let state = my_ask(&world, alice).clone();
        assert!(matches!(&state, MyAskState::Refused(problem) if problem.code == strange()), "{path}: {state:?}");
        world.refuse = None;
        world.wait(60_000);
        assert!(world.browsers[bob].home.contact_requests.is_empty(), "{path}");
        assert_eq!(world.ask(alice, Command::DropAsk { ask: draft(number, BOB).id }), Ok(Outcome::Ok));
    }
    refuse(&mut world, alice, IDENTIFIER_QUERY);
    ask(&mut world, alice, 7, BOB);
    assert_eq!(*my_ask(&world, alice), MyAskState::NotReached);
    world.refuse = None;
    assert_eq!(world.ask(alice, Command::DropAsk { ask: draft(7, BOB).id }), Ok(Outcome::Ok));
    ask(&mut world, alice, 8, BOB);
    assert_eq!(world.browsers[bob].home.contact_requests.len(), 1);
    world.check();
}

#[test]
pub(crate) fn a_yes_that_is_refused_is_told_as_that_and_can_be_said_again() {
    let (mut world, alice, bob) = two(41);
    ask(&mut world, alice, 1, BOB);
    for path in [CREATE_ROOMS, UPDATE] {
        refuse(&mut world, bob, path);
        answer(&mut world, bob, ContactAnswer::Accept);
        world.wait(60_000);
        let state = world.browsers[bob].home.contact_requests[0].state.clone();
        assert!(
            matches!(&state, ContactRequestState::Failed(problem) if problem.code == strange()),
            "{path}: {state:?}"
        );
        world.refuse = None;
        world.wait(60_000);
        assert!(world.browsers[bob].home.rooms.is_empty(), "{path}");
        assert!(matches!(my_ask(&world, alice), MyAskState::Waiting { .. }), "{path}");
    }
    answer(&mut world, bob, ContactAnswer::Accept);
    let room = room_of(&mut world, alice, bob);
    talk(&mut world, &room, bob, "After all.");
    assert_eq!(world.browsers[alice].said(&room), ["After all."]);
    world.check();
}

#[test]
pub(crate) fn an_invite_whose_link_is_not_made_is_not_said_and_can_be_after_all() {
    let (mut world, alice, bob) = two(42);
    ask(&mut world, alice, 1, BOB);
    answer(&mut world, bob, ContactAnswer::Accept);
    let pair = room_of(&mut world, alice, bob);
    assert!(world.ask(alice, Command::CreateRoom(room_draft(Preset::AskToJoin))).is_ok());
    world.wait(60_000);
    let invite = Command::InviteInto { to: pair.clone(), room: ROOM.to_owned() };
    refuse(&mut world, alice, UPDATE);
    assert_eq!(world.ask(alice, invite.clone()), Err(strange()));
    world.refuse = None;
    let lines = |world: &World, who: usize| world.browsers[who].rooms[&pair].messages.len();
    let before = [lines(&world, alice), lines(&world, bob)];
    assert!(world.ask(alice, invite).is_ok());
    assert_eq!([lines(&world, alice), lines(&world, bob)], before.map(|lines| lines + 1));
    world.check();
}
