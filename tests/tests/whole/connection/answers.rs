//! Every answer but yes, and who is not even asked.

use doorstep_page_api::view::{
    AnswerPause, AskedBy, Command, ContactAnswer, ContactRequestState, FoundBy, MyAskState, Outcome, Refusal,
};

use super::{ALICE, BOB, DAY, account_at, answer, ask, draft, my_ask, room_of, talk, two};

#[test]
fn whoever_says_not_now_says_nothing_and_can_say_yes_later() {
    let (mut world, alice, bob) = two(20);
    ask(&mut world, alice, 1, BOB);
    answer(&mut world, bob, ContactAnswer::NotNow);
    world.wait(7 * DAY);
    assert!(matches!(my_ask(&world, alice), MyAskState::Waiting { .. }));
    assert_eq!(world.browsers[bob].home.contact_requests[0].state, ContactRequestState::NotNow);
    answer(&mut world, bob, ContactAnswer::Accept);
    let room = room_of(&mut world, alice, bob);
    talk(&mut world, &room, bob, "Now.");
    assert_eq!(world.browsers[alice].said(&room), ["Now."]);
    world.check();
}

#[test]
fn a_yes_waits_for_as_long_as_its_giver_wants() {
    let (mut world, alice, bob) = two(27);
    let pause = AnswerPause::ThreeDays;
    let wanted = Command::SetContact { found_by: FoundBy::Handle, asked_by: AskedBy::Anybody, pause };
    assert_eq!(world.ask(bob, wanted), Ok(Outcome::Ok));
    ask(&mut world, alice, 1, BOB);
    let now = world.now().0;
    answer(&mut world, bob, ContactAnswer::Accept);
    let ContactRequestState::Answering { waiting: false, until: Some(until) } =
        world.browsers[bob].home.contact_requests[0].state
    else {
        panic!("{:?}", world.browsers[bob].home.contact_requests)
    };
    assert!((now..now + 3 * DAY).contains(&until) && world.browsers[bob].home.rooms.is_empty());
    world.browsers[bob].kill();
    world.browsers[bob].open();
    world.wait(3 * DAY);
    let room = room_of(&mut world, alice, bob);
    talk(&mut world, &room, bob, "In time.");
    assert_eq!(world.browsers[alice].said(&room), ["In time."]);
    world.check();
}

#[test]
fn nothing_of_somebody_who_is_blocked_arrives_until_they_are_let_again() {
    let (mut world, alice, bob) = two(21);
    ask(&mut world, alice, 1, BOB);
    answer(&mut world, bob, ContactAnswer::Block);
    assert_eq!(world.browsers[bob].home.contact_requests[0].state, ContactRequestState::Blocked);
    let contact = world.browsers[bob].home.contact.clone().expect("an account");
    assert_eq!(contact.blocked, [ALICE]);
    let drop_first = Command::DropAsk { ask: draft(1, BOB).id };
    assert_eq!(world.ask(alice, drop_first), Ok(Outcome::Ok));
    assert_eq!(*my_ask(&world, alice), MyAskState::Withdrawn);
    ask(&mut world, alice, 2, BOB);
    assert!(matches!(my_ask(&world, alice), MyAskState::Waiting { .. }), "they are told nothing");
    assert_eq!(world.browsers[bob].home.contact_requests.len(), 1);
    assert_eq!(world.ask(bob, Command::Block { user: ALICE.to_owned(), blocked: false }), Ok(Outcome::Ok));
    assert_eq!(world.ask(alice, Command::DropAsk { ask: draft(2, BOB).id }), Ok(Outcome::Ok));
    ask(&mut world, alice, 3, BOB);
    assert_eq!(world.browsers[bob].home.contact_requests.len(), 2);
    world.check();
}

#[test]
fn who_is_not_there_and_who_does_not_want_to_be_asked_look_alike() {
    let (mut world, alice, bob) = two(22);
    let nobody =
        Command::SetContact { found_by: FoundBy::Nothing, asked_by: AskedBy::Anybody, pause: AnswerPause::None };
    assert_eq!(world.ask(bob, nobody), Ok(Outcome::Ok));
    world.wait(60_000);
    for (number, whom) in [(1, BOB), (2, "nobody@b.example"), (3, "bob@nowhere.example"), (4, "nobody@a.example")] {
        ask(&mut world, alice, number, whom);
        assert_eq!(*my_ask(&world, alice), MyAskState::NotReached, "{whom}");
        assert_eq!(world.ask(alice, Command::DropAsk { ask: draft(number, whom).id }), Ok(Outcome::Ok));
    }
    assert!(world.browsers[alice].home.asks.is_empty());
    assert!(world.browsers[bob].home.contact_requests.is_empty());
    world.check();
}

#[test]
fn only_people_i_know_may_ask_if_i_want_it_so() {
    let (mut world, alice, bob) = two(23);
    let known =
        Command::SetContact { found_by: FoundBy::Handle, asked_by: AskedBy::PeopleIKnow, pause: AnswerPause::None };
    assert_eq!(world.ask(bob, known), Ok(Outcome::Ok));
    world.wait(60_000);
    ask(&mut world, alice, 1, BOB);
    assert!(matches!(my_ask(&world, alice), MyAskState::Waiting { .. }), "they are told nothing");
    assert!(world.browsers[bob].home.contact_requests.is_empty());
    world.check();
}

#[test]
fn what_is_no_address_or_needs_no_asking_is_answered_at_once() {
    let (mut world, alice, bob) = two(24);
    for (whom, word) in [
        ("", Refusal::NotAUser),
        ("mimi://b.example/r/club", Refusal::NotAUser),
        ("Alice@a.example", Refusal::ThatIsMe),
    ] {
        assert_eq!(world.ask(alice, Command::Ask(draft(1, whom))), Err(word), "{whom}");
    }
    let guest = world.browser("guest");
    assert_eq!(world.ask(guest, Command::Ask(draft(1, BOB))), Err(Refusal::NeedsAccount));
    ask(&mut world, alice, 1, BOB);
    assert_eq!(world.ask(alice, Command::Ask(draft(2, BOB))), Err(Refusal::AlreadyAsked));
    answer(&mut world, bob, ContactAnswer::Accept);
    assert_eq!(world.ask(alice, Command::Ask(draft(3, BOB))), Err(Refusal::AlreadyConnected));
    assert_eq!(world.ask(bob, Command::Ask(draft(3, ALICE))), Err(Refusal::AlreadyConnected));
    world.check();
}

#[test]
fn a_crowd_that_asks_uses_nobodys_last_package_up() {
    let (mut world, _, bob) = two(25);
    world.browsers[bob].kill();
    let crowd: Vec<_> = (0..14).map(|number| account_at(&mut world, &format!("fan{number}"), "a.example")).collect();
    for (number, fan) in (0..).zip(&crowd) {
        ask(&mut world, *fan, number, BOB);
        assert!(matches!(my_ask(&world, *fan), MyAskState::Waiting { .. }), "{number}: {:?}", my_ask(&world, *fan));
    }
    world.browsers[bob].open();
    world.wait(60_000);
    assert_eq!(world.browsers[bob].home.contact_requests.len(), crowd.len());
    world.check();
}

#[test]
fn what_is_taken_back_before_it_is_answered_is_not_answered_any_more() {
    let (mut world, alice, bob) = two(26);
    ask(&mut world, alice, 1, BOB);
    assert_eq!(world.ask(alice, Command::DropAsk { ask: draft(1, BOB).id }), Ok(Outcome::Ok));
    assert_eq!(*my_ask(&world, alice), MyAskState::Withdrawn);
    world.wait(60_000);
    answer(&mut world, bob, ContactAnswer::Accept);
    world.wait(2 * DAY);
    // Their keys are gone: the room that was made for them stays empty, and is shown to nobody on their side.
    assert!(world.browsers[alice].home.rooms.is_empty());
    world.check();
}
