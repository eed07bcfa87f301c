//! Showing something to the hub, and oneself to others.

use doorstep_client_api::http::{ISSUE_ACCOUNT, REPORT_ABUSE, SUBMIT_MESSAGE, UPDATE};
use doorstep_page_api::view::{Claims, Command, Delivery, DiscloseTo, MyDisclosure, Outcome, Preset};
use doorstep_tests::{
    World,
    scene::{ROOM, account, draft, follow, say},
};

use super::{ask_in_vain, line, refuse_with, room, strange, two};

#[test]
pub(super) fn a_report_that_is_refused_is_told_as_that_and_can_be_made_again() {
    let (mut world, alice, bob) = two(60);
    say(&mut world, alice, "Something nasty.");
    let report = Command::Report { room: room(), message: line(&world, bob).id, note: "Look.".to_owned() };
    assert_eq!(ask_in_vain(&mut world, bob, REPORT_ABUSE, &report), Err(strange()));
    world.wait(3_600_000);
    assert!(world.reports().is_empty(), "it is not sent in secret");
    assert_eq!(world.ask(bob, report), Ok(Outcome::Ok));
    assert_eq!(world.reports().len(), 1);
    world.check();
}

/// What Bob said in the room about who they are.
fn mine(world: &World, bob: usize) -> Vec<MyDisclosure> {
    world.browsers[bob].rooms[ROOM].disclosure.mine.clone()
}

#[test]
pub(super) fn a_disclosure_that_is_refused_is_told_as_that_and_can_be_made_again() {
    for path in [SUBMIT_MESSAGE, ISSUE_ACCOUNT] {
        let mut world = World::new(61);
        let alice = account(&mut world, "alice");
        assert!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))).is_ok());
        follow(&mut world, alice);
        let bob = account(&mut world, "bob");
        assert!(world.ask(bob, Command::JoinOpen { room: room(), pseudonym: None, as_account: false }).is_ok());
        follow(&mut world, bob);
        let claims = Claims { handle: true, display_name: false };
        let disclose = Command::Disclose { room: room(), to: DiscloseTo::Room, claims };
        let known = |world: &World| {
            let people = world.browsers[alice].rooms[ROOM].people.iter();
            people.filter_map(|person| person.disclosed.clone()).map(|told| told.user).collect::<Vec<_>>()
        };
        assert_eq!(ask_in_vain(&mut world, bob, path, &disclose), Ok(Outcome::Ok));
        let said = mine(&world, bob);
        let [MyDisclosure { delivery: Delivery::Failed(problem), .. }] = &said[..] else { panic!("{path}: {said:?}") };
        assert_eq!(problem.code, strange(), "{path}");
        world.wait(3_600_000);
        assert!(known(&world).is_empty(), "{path}: it is not said in secret");
        assert_eq!(world.ask(bob, disclose), Ok(Outcome::Ok));
        assert!(
            mine(&world, bob).iter().any(|said| said.delivery == Delivery::Sent),
            "{path}: {:?}",
            mine(&world, bob)
        );
        assert_eq!(known(&world), ["mimi://a.example/u/bob"]);
        world.check();
    }
}

/// Somebody has left, and nothing can be said before they are let go; the hub does not take that.
#[test]
fn what_waits_for_a_change_of_the_room_that_is_refused_is_told_with_the_reason() {
    let (mut world, alice, bob) = two(62);
    // She hears of the leave, and does nothing about it before she speaks.
    refuse_with(&mut world, alice, UPDATE, strange());
    assert_eq!(world.ask(bob, Command::Leave { room: room() }), Ok(Outcome::Ok));
    say(&mut world, alice, "Is somebody there?");
    world.wait(600_000);
    let failed = line(&world, alice);
    assert!(matches!(&failed.delivery, Delivery::Failed(problem) if problem.code == strange()), "{failed:?}");
    world.refuse = None;
    assert_eq!(world.ask(alice, Command::SendAgain { room: room(), message: failed.id }), Ok(Outcome::Ok));
    assert_eq!(line(&world, alice).delivery, Delivery::Sent);
    world.check();
}
