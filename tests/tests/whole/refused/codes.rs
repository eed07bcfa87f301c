//! What the hub refuses in the draft's own codes, in the body of an answer whose status says that all is well.

use std::{cell::Cell, rc::Rc};

use doorstep_client_api::http::UPDATE;
use doorstep_page_api::view::{Answer, Command, MyKnockState, Outcome, RequestState};
use doorstep_tests::{
    World,
    scene::{ROOM, say, with_knock},
};
use doorstep_wire::{Body, Epoch, Refusal, update::UpdateRoomResponse};

use super::{is_at, own_name, role_of, room, two};

/// The codes by which an update is refused for good.
fn codes() -> [UpdateRoomResponse; 3] {
    [
        UpdateRoomResponse::not_allowed("not today"),
        UpdateRoomResponse::invalid_proposal(Vec::new(), ""),
        UpdateRoomResponse::invalid_proposal(vec![vec![7; 32]], "not this one"),
    ]
}

/// What comes of a command while the hub answers its updates so, and takes none of them.
fn ask_in_vain(
    world: &mut World,
    who: usize,
    code: &UpdateRoomResponse,
    command: &Command,
) -> Result<Outcome, Refusal> {
    let body = code.encode().unwrap();
    let asked = Rc::new(Cell::new(0));
    let counted = asked.clone();
    world.say = Some(Box::new(move |at, path| {
        (at == who && is_at(path, UPDATE)).then(|| {
            counted.set(counted.get() + 1);
            body.clone()
        })
    }));
    let came = world.ask(who, command.clone());
    assert!(asked.get() > 0, "nothing was asked: {command:?}");
    world.say = None;
    came
}

fn make_link() -> Command {
    Command::MakeLink { room: room(), role: "member".to_owned(), seconds: 3600, max_uses: 0, note: String::new() }
}

#[test]
pub(super) fn what_is_refused_in_a_body_is_told_and_can_be_done_after_all() {
    for (seed, code) in (90..).zip(codes()) {
        let (mut world, alice, bob) = two(seed);
        let (hers, his) = (own_name(&world, alice), own_name(&world, bob));
        let Ok(Outcome::Link { link }) = world.ask(alice, make_link()) else { panic!("no link") };
        for (who, command) in [
            (alice, make_link()),
            (alice, Command::RevokeLink { room: room(), link }),
            (alice, Command::PauseLinks { room: room(), paused: true }),
            (alice, Command::SetRole { room: room(), user: his, role: "admin".to_owned() }),
            (bob, Command::SetRole { room: room(), user: hers.clone(), role: "member".to_owned() }),
            (alice, Command::Leave { room: room() }),
        ] {
            let before = world.browsers[bob].rooms[ROOM].epoch;
            assert_eq!(ask_in_vain(&mut world, who, &code, &command), Err(Refusal::NotAllowed), "{command:?}");
            assert_eq!(world.browsers[bob].rooms[ROOM].epoch, before, "{command:?}");
            say(&mut world, who, "Nothing has changed.");
            assert!(world.ask(who, command.clone()).is_ok(), "{command:?}");
            world.wait(60_000);
            assert_ne!(world.browsers[bob].rooms[ROOM].epoch, before, "{command:?}");
        }
        assert_eq!(role_of(&world, bob, &hers), None);
        world.check();
    }
}

#[test]
pub(super) fn who_is_put_out_stays_while_that_is_refused_in_a_body() {
    for (seed, code) in (93..).zip(codes()) {
        for ban in [false, true] {
            let (mut world, alice, bob) = two(seed);
            let user = own_name(&world, bob);
            let out = Command::Remove { room: room(), user: user.clone(), ban };
            assert_eq!(ask_in_vain(&mut world, alice, &code, &out), Err(Refusal::NotAllowed));
            say(&mut world, bob, "Still here.");
            assert_eq!(world.browsers[alice].said(ROOM), ["Still here."]);
            assert_eq!(world.ask(alice, out), Ok(Outcome::Ok));
            assert_eq!(role_of(&world, alice, &user).as_deref(), ban.then_some("banned"));
            world.check();
        }
    }
}

#[test]
pub(super) fn an_answer_that_is_refused_in_a_body_is_told_and_can_be_given_again() {
    for (seed, code) in (96..).zip(codes()) {
        for answer in [Answer::Accept, Answer::Ban { reason: "Noise.".to_owned() }] {
            let (mut world, alice, cathy) = with_knock(seed);
            let request = world.browsers[alice].request().id.clone();
            let command = Command::Answer { request, answer: answer.clone() };
            assert_eq!(ask_in_vain(&mut world, alice, &code, &command), Ok(Outcome::Ok));
            let state = world.browsers[alice].request().state.clone();
            let word = Refusal::NotAllowed;
            assert!(matches!(&state, RequestState::Failed(problem) if problem.code == word), "{state:?}");
            world.wait(180_000);
            let state = world.browsers[cathy].knock().state.clone();
            assert!(matches!(state, MyKnockState::Waiting { .. }), "{state:?}");
            assert_eq!(world.ask(alice, command), Ok(Outcome::Ok));
            let told = match answer {
                Answer::Ban { reason } => MyKnockState::Banned { reason },
                _ => MyKnockState::Accepted,
            };
            assert_eq!(world.browsers[cathy].knock().state, told);
            world.check();
        }
    }
}

/// That somebody was faster is no refusal. A hub that says so every time is not asked for ever.
#[test]
pub(super) fn whoever_is_always_too_late_is_told() {
    let (mut world, alice, bob) = two(99);
    let current = Epoch(world.browsers[alice].rooms[ROOM].epoch);
    let code = UpdateRoomResponse::wrong_epoch(current, "somebody was faster");
    let role = Command::SetRole { room: room(), user: own_name(&world, bob), role: "admin".to_owned() };
    assert_eq!(ask_in_vain(&mut world, alice, &code, &role), Err(Refusal::TooBusy));
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.check();
}
