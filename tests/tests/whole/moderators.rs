//! Two who answer knocks at one room: how the second becomes one, and what each sees of the other's answers.

use std::{cell::Cell, rc::Rc};

use doorstep_client_api::http::{GROUP_INFO, path_with};
use doorstep_page_api::view::{Answer, Command, KnockRequest, MyKnockState, Outcome, RequestState};
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, accept, follow, knock_draft, say, with_knock},
};
use doorstep_wire::Refusal;

/// Alice has made Bob, who had knocked, an admin too.
fn two_admins(seed: u64) -> (World, usize, usize) {
    let (mut world, alice, bob) = with_knock(seed);
    accept(&mut world, alice);
    for who in [alice, bob] {
        follow(&mut world, who);
    }
    assert_eq!(set_role(&mut world, alice, bob, "admin"), Ok(Outcome::Ok));
    world.wait(60_000);
    assert!(world.browsers[bob].rooms[ROOM].can.answer_knocks);
    (world, alice, bob)
}

fn set_role(world: &mut World, by: usize, of: usize, role: &str) -> Result<Outcome, Refusal> {
    let user = world.browsers[of].rooms[ROOM].me.clone();
    world.ask(by, Command::SetRole { room: ROOM.to_owned(), user, role: role.to_owned() })
}

/// Somebody new, whose knock lies with both.
fn knocker(world: &mut World, number: u8) -> usize {
    let who = world.browser(&format!("knocker {number}"));
    let draft = knock_draft(world, number, &format!("Knock {number}."));
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
    who
}

fn request(world: &World, who: usize, number: u8) -> KnockRequest {
    let requests = &world.browsers[who].home.requests;
    let request = requests.iter().find(|request| request.note == format!("Knock {number}."));
    request.unwrap_or_else(|| panic!("{} has heard of {requests:?}", world.browsers[who].name)).clone()
}

fn answer(world: &World, who: usize, number: u8, answer: Answer) -> Command {
    Command::Answer { request: request(world, who, number).id, answer }
}

#[test]
fn who_is_made_an_admin_reads_knocks_and_every_answer_is_seen_by_the_other() {
    let (mut world, alice, bob) = two_admins(70);
    let no = || Answer::Decline { reason: "For the knocker alone.".to_owned() };
    let ban = || Answer::Ban { reason: String::new() };
    let turns =
        [(10, bob, alice, no()), (11, alice, bob, no()), (12, bob, alice, ban()), (13, bob, alice, Answer::Accept)];
    for (number, answering, other, said) in turns {
        let who = knocker(&mut world, number);
        assert_eq!(request(&world, other, number).state, RequestState::Open);
        let command = answer(&world, answering, number, said.clone());
        assert_eq!(world.ask(answering, command), Ok(Outcome::Ok));
        world.wait(60_000);
        let by = world.browsers[answering].rooms[ROOM].me.clone();
        let answered = RequestState::Answered { by, accepted: said == Answer::Accept };
        for admin in [answering, other] {
            assert_eq!(request(&world, admin, number).state, answered, "{number}, {}", world.browsers[admin].name);
        }
        let expected = match said {
            Answer::Accept => MyKnockState::Accepted,
            Answer::Decline { reason } => MyKnockState::Declined { reason },
            Answer::Ban { reason } => MyKnockState::Banned { reason },
        };
        assert_eq!(world.browsers[who].knock().state, expected);
        let late = answer(&world, other, number, Answer::Accept);
        assert_eq!(world.ask(other, late), Err(Refusal::AnsweredAlready));
    }
    say(&mut world, bob, "That was a busy day.");
    assert_eq!(world.browsers[alice].said(ROOM), ["That was a busy day."]);
    world.check();
}

#[test]
fn who_answers_knocks_goes_on_to_read_them_for_hours() {
    let (mut world, alice, bob) = two_admins(75);
    for number in [40, 41] {
        for _ in 0..3 {
            world.wait(2_400_000);
            world.tick();
        }
        knocker(&mut world, number);
        for admin in [alice, bob] {
            assert_eq!(request(&world, admin, number).state, RequestState::Open);
        }
    }
    world.check();
}

#[test]
fn who_was_put_out_of_the_knock_room_by_mistake_comes_in_again_under_another_name() {
    let (mut world, alice, bob) = two_admins(76);
    let knock_room = knock_draft(&mut world, 50, "").knock_room;
    let name = |world: &mut World| {
        world.browsers[bob].ask(Command::Hello { room: Some(knock_room.clone()) });
        world.settle();
        world.browsers[bob].rooms[&knock_room].me.clone()
    };
    let first = name(&mut world);
    let out = Command::Remove { room: knock_room.clone(), user: first.clone(), ban: false };
    assert_eq!(world.ask(alice, out), Ok(Outcome::Ok));
    world.wait(60_000);
    assert_ne!(name(&mut world), first);
    // The hub has looked for people who only wait.
    world.wait(4_000_000);
    world.tick();
    world.wait(60_000);
    knocker(&mut world, 51);
    let no = answer(&world, bob, 51, Answer::Decline { reason: String::new() });
    assert_eq!(world.ask(bob, no), Ok(Outcome::Ok));
    world.wait(60_000);
    let by = world.browsers[bob].rooms[ROOM].me.clone();
    assert_eq!(request(&world, alice, 51).state, RequestState::Answered { by, accepted: false });
    world.check();
}

#[test]
fn two_answers_at_once_do_no_harm_and_a_yes_wins() {
    for seed in 0..12 {
        let (mut world, alice, bob) = two_admins(100 + seed);
        let cathy = knocker(&mut world, 20);
        let (first, second) = if seed % 2 == 0 { (alice, bob) } else { (bob, alice) };
        world.faults = Faults { shuffled: true, ..Faults::default() };
        let no = answer(&world, first, 20, Answer::Decline { reason: "Sorry.".to_owned() });
        let yes = answer(&world, second, 20, Answer::Accept);
        world.browsers[first].ask(no);
        world.browsers[second].ask(yes);
        world.wait(60_000);
        world.faults = Faults::default();
        world.wait(60_000);
        let accepted = matches!(request(&world, second, 20).state, RequestState::Answered { accepted: true, .. });
        assert!(accepted, "seed {seed}: {:?}", request(&world, second, 20).state);
        assert_eq!(request(&world, first, 20).state, request(&world, second, 20).state, "seed {seed}");
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "seed {seed}");
        follow(&mut world, cathy);
        say(&mut world, cathy, "In after all.");
        for admin in [alice, bob] {
            assert_eq!(world.browsers[admin].said(ROOM), ["In after all."]);
        }
        world.check();
    }
}

#[test]
fn who_is_no_admin_any_more_reads_no_more_knocks() {
    let (mut world, alice, bob) = two_admins(71);
    knocker(&mut world, 30);
    assert_eq!(request(&world, bob, 30).state, RequestState::Open);
    assert_eq!(set_role(&mut world, bob, alice, "nobody"), Err(Refusal::NoRole));
    assert_eq!(set_role(&mut world, alice, alice, "member"), Err(Refusal::NotAllowed));
    assert_eq!(set_role(&mut world, alice, bob, "member"), Ok(Outcome::Ok));
    world.wait(120_000);
    assert!(!world.browsers[bob].rooms[ROOM].can.answer_knocks);
    assert_eq!(set_role(&mut world, bob, alice, "member"), Err(Refusal::NotAllowed));
    knocker(&mut world, 31);
    assert_eq!(request(&world, alice, 31).state, RequestState::Open);
    // What was open when Bob stopped is not his to answer any more, and he would not hear who does.
    assert_eq!(world.browsers[bob].home.requests, []);
    for number in [30, 31] {
        let yes = answer(&world, alice, number, Answer::Accept);
        assert_eq!(world.ask(alice, yes), Ok(Outcome::Ok));
    }
    assert_eq!(set_role(&mut world, alice, bob, "admin"), Ok(Outcome::Ok));
    world.wait(120_000);
    assert_eq!(world.browsers[bob].home.requests, []);
    knocker(&mut world, 32);
    assert_eq!(request(&world, bob, 32).state, RequestState::Open);
    world.check();
}

#[test]
fn a_declined_knocker_keeps_her_keys_only_as_long_as_her_knock_could_be_answered() {
    let (mut world, alice, cathy) = with_knock(72);
    let request = world.browsers[alice].request().clone();
    let no = Answer::Decline { reason: String::new() };
    assert_eq!(world.ask(alice, Command::Answer { request: request.id, answer: no }), Ok(Outcome::Ok));
    let keys = |world: &World| world.browsers[cathy].engine.as_ref().unwrap().given_away().len();
    assert_eq!(keys(&world), 1);
    world.wait(600_000);
    assert_eq!(keys(&world), 1);
    world.wait(request.expires.saturating_sub(world.now().0));
    assert_eq!(keys(&world), 0);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Declined { reason: String::new() });
    world.check();
}

#[test]
fn who_becomes_an_admin_between_a_knock_and_its_withdrawal_hears_of_it_once() {
    let (mut world, alice, bob) = with_knock(74);
    accept(&mut world, alice);
    for who in [alice, bob] {
        follow(&mut world, who);
    }
    world.browsers[bob].kill();
    let knocker = knocker(&mut world, 14);
    assert_eq!(set_role(&mut world, alice, bob, "admin"), Ok(Outcome::Ok));
    let knock = world.browsers[knocker].knock().id.clone();
    assert_eq!(world.ask(knocker, Command::Withdraw { knock }), Ok(Outcome::Ok));
    // Bob reads that it is taken back before he is among those who answer knocks.
    world.browsers[bob].open();
    world.wait(60_000);
    assert_eq!(world.browsers[bob].home.requests, Vec::new());
    assert_eq!(request(&world, alice, 14).state, RequestState::Withdrawn);
    world.check();
}

const HOUR: u64 = 3_600_000;

/// From now on this one is shown no way into the knock room; how often they asked for it.
fn close_to(world: &mut World, who: usize) -> Rc<Cell<usize>> {
    let knock_room = path_with(GROUP_INFO, &knock_draft(world, 60, "").knock_room);
    let asked = Rc::new(Cell::new(0));
    let counted = asked.clone();
    world.refuse = Some(Box::new(move |at, path| {
        (at == who && path == knock_room).then(|| {
            counted.set(counted.get() + 1);
            Refusal::NotAllowed
        })
    }));
    asked
}

/// Bob is in the room, and cannot come into its knock room when he is made an admin.
fn admin_before_a_closed_door(seed: u64) -> (World, usize, usize, Rc<Cell<usize>>) {
    let (mut world, alice, bob) = with_knock(seed);
    accept(&mut world, alice);
    for who in [alice, bob] {
        follow(&mut world, who);
    }
    let asked = close_to(&mut world, bob);
    assert_eq!(set_role(&mut world, alice, bob, "admin"), Ok(Outcome::Ok));
    (world, alice, bob, asked)
}

#[test]
fn who_cannot_come_into_the_knock_room_tries_at_least_every_hour_until_they_are_in() {
    let (mut world, _, bob, asked) = admin_before_a_closed_door(78);
    world.wait(HOUR);
    assert!((7..=9).contains(&asked.get()), "soon at first, and then ever more seldom: {}", asked.get());
    for hour in 0..72 {
        let before = asked.get();
        world.wait(HOUR + 60_000);
        assert!((before + 1..=before + 2).contains(&asked.get()), "{hour}: {before}, {}", asked.get());
    }
    assert!(world.browsers[bob].rooms[ROOM].knocks_unread, "he is told");
    world.refuse = None;
    // Nothing happens in the room meanwhile.
    world.wait(HOUR + 60_000);
    assert!(!world.browsers[bob].rooms[ROOM].knocks_unread);
    knocker(&mut world, 61);
    assert_eq!(request(&world, bob, 61).state, RequestState::Open);
    world.check();
}

#[test]
fn who_answers_knocks_no_more_does_not_try_to_come_into_the_knock_room() {
    for leaves in [false, true] {
        let (mut world, alice, bob, asked) = admin_before_a_closed_door(79);
        world.wait(6 * HOUR);
        if leaves {
            assert_eq!(world.ask(bob, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
        } else {
            assert_eq!(set_role(&mut world, alice, bob, "member"), Ok(Outcome::Ok));
        }
        world.wait(60_000);
        let before = asked.get();
        assert!(before > 8);
        world.wait(6 * HOUR);
        assert_eq!(asked.get(), before, "{leaves}");
        assert!(!world.browsers[bob].rooms[ROOM].knocks_unread, "{leaves}");
        world.check();
    }
}
