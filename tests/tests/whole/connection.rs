//! Two people begin to talk: asked under one pseudonym, proven, answered in another room under two others.

mod answers;
pub(crate) mod refusals;

use doorstep_page_api::view::{
    AskDraft, ChatBody, Claims, Command, ContactAnswer, ContactRequestState, LinkText, MyAskState, Notice, Outcome,
    Preset,
};
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, account, draft as room_draft, follow},
};

const BOB: &str = "mimi://b.example/u/bob";
const ALICE: &str = "mimi://a.example/u/alice";
const DAY: u64 = 86_400_000;

/// Somebody with an account elsewhere.
fn account_at(world: &mut World, name: &str, domain: &str) -> usize {
    let who = world.browser_elsewhere(name, domain);
    let sign_up = Command::SignUp { handle: name.to_owned(), display_name: Some(name.to_uppercase()) };
    assert_eq!(world.ask(who, sign_up), Ok(Outcome::Ok));
    who
}

/// Alice of a.example and Bob of b.example.
fn two(seed: u64) -> (World, usize, usize) {
    let mut world = World::new(seed);
    world.provider_elsewhere("b.example", seed + 1);
    let alice = account(&mut world, "alice");
    let bob = account_at(&mut world, "bob", "b.example");
    world.wait(1_000);
    (world, alice, bob)
}

fn draft(number: u8, who: &str) -> AskDraft {
    AskDraft {
        id: format!("00000000-0000-4000-8000-0000000000{number:02x}"),
        who: who.to_owned(),
        greeting: "It is me.".to_owned(),
        claims: Claims { handle: true, display_name: false },
    }
}

fn ask(world: &mut World, who: usize, number: u8, whom: &str) {
    // The newest is told first.
    world.wait(1_000);
    assert_eq!(world.ask(who, Command::Ask(draft(number, whom))), Ok(Outcome::Ok));
}

fn my_ask(world: &World, who: usize) -> &MyAskState {
    &world.browsers[who].home.asks[0].state
}

fn answer(world: &mut World, who: usize, answer: ContactAnswer) {
    let request = world.browsers[who].home.contact_requests[0].id.clone();
    assert_eq!(world.ask(who, Command::AnswerContact { request, answer }), Ok(Outcome::Ok));
}

/// The room for two, as both have it.
fn room_of(world: &mut World, alice: usize, bob: usize) -> String {
    let MyAskState::Connected { room } = my_ask(world, alice).clone() else {
        panic!("{:?} {:?}", my_ask(world, alice), world.browsers[bob].home.contact_requests)
    };
    for who in [alice, bob] {
        assert_eq!(world.ask(who, Command::Hello { room: Some(room.clone()) }), Ok(Outcome::Ok));
    }
    room
}

fn talk(world: &mut World, room: &str, who: usize, text: &str) {
    let said = Command::Send { room: room.to_owned(), text: text.to_owned(), reply_to: None };
    assert_eq!(world.ask(who, said), Ok(Outcome::Ok));
}

#[test]
fn two_people_of_two_providers_come_to_talk_under_names_that_nobody_else_knows() {
    let (mut world, alice, bob) = two(1);
    ask(&mut world, alice, 1, "bob@b.example");
    assert!(
        matches!(my_ask(&world, alice), MyAskState::Waiting { .. }),
        "{:?} {:?} {:?}",
        world.browsers[alice].home.asks,
        world.browsers[alice].refusals,
        world.browsers[bob].refusals
    );
    let request = &world.browsers[bob].home.contact_requests[0];
    assert_eq!((request.who.user.as_str(), request.greeting.as_str()), (ALICE, "It is me."));
    assert_eq!((request.who.handle.as_deref(), request.who.display_name.as_deref()), (Some("alice"), None));
    assert_eq!(request.state, ContactRequestState::Open);
    assert!(world.browsers[bob].home.rooms.is_empty(), "the room in which one is asked is no room to talk in");
    answer(&mut world, bob, ContactAnswer::Accept);
    let room = room_of(&mut world, alice, bob);
    assert!(room.starts_with("mimi://b.example/r/"), "{room}");
    for (who, other, whose) in [(alice, BOB, "bob"), (bob, ALICE, "alice")] {
        let home = &world.browsers[who].home;
        assert_eq!(home.rooms.len(), 1);
        assert_eq!(home.rooms[0].with.as_deref(), Some(other));
        let view = &world.browsers[who].rooms[&room];
        assert_eq!((view.name.as_str(), view.with.as_deref()), ("", Some(other)));
        let their = view.people.iter().find(|person| person.user != view.me).expect("the other");
        assert!(their.pseudonym, "{whose}");
        // And each is told that they are known.
        let mine = view.disclosure.mine.iter().map(|mine| mine.user.as_str());
        assert_eq!(mine.collect::<Vec<_>>(), [if who == alice { ALICE } else { BOB }]);
        assert_eq!(their.disclosed.as_ref().map(|shown| shown.user.as_str()), Some(other));
    }
    talk(&mut world, &room, alice, "Hello!");
    talk(&mut world, &room, bob, "Hello, you.");
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].said(&room), ["Hello!", "Hello, you."]);
    }
    world.check();
}

#[test]
fn the_answer_may_take_weeks_and_everybody_may_be_restarted_meanwhile() {
    let (mut world, alice, bob) = two(2);
    ask(&mut world, alice, 1, BOB);
    world.browsers[alice].kill();
    world.browsers[bob].kill();
    for domain in ["a.example", "b.example"] {
        world.restart(domain);
    }
    world.wait(21 * DAY);
    world.browsers[bob].open();
    world.settle();
    answer(&mut world, bob, ContactAnswer::Accept);
    world.browsers[alice].open();
    world.wait(60_000);
    let room = room_of(&mut world, alice, bob);
    talk(&mut world, &room, bob, "At last.");
    assert_eq!(world.browsers[alice].said(&room), ["At last."]);
    assert!(world.browsers[alice].notices.contains(&Notice::Connected { room, who: BOB.to_owned() }));
    world.check();
}

#[test]
fn two_who_ask_each_other_come_into_one_room() {
    let (mut world, alice, bob) = two(3);
    // Neither has heard of the other's when they ask.
    world.cut("a.example", "b.example", true);
    world.cut("b.example", "a.example", true);
    let asked: Vec<_> = [(alice, 1, BOB), (bob, 2, ALICE)]
        .into_iter()
        .map(|(who, number, whom)| world.browsers[who].ask(Command::Ask(draft(number, whom))))
        .collect();
    world.settle();
    world.cut("a.example", "b.example", false);
    world.cut("b.example", "a.example", false);
    world.wait(3_600_000);
    for (who, id) in [alice, bob].into_iter().zip(&asked) {
        assert_eq!(world.browsers[who].done[id], Ok(Outcome::Ok));
    }
    let room = room_of(&mut world, alice, bob);
    for who in [alice, bob] {
        let home = &world.browsers[who].home;
        assert_eq!(home.rooms.len(), 1, "{}: {:?}", world.browsers[who].name, home.rooms);
        assert_eq!(home.asks[0].state, MyAskState::Connected { room: room.clone() });
        // Whoever was answered before their own ask was said is not asked any more.
        let connected = ContactRequestState::Connected { room: room.clone() };
        assert!(home.contact_requests.iter().all(|request| request.state == connected));
    }
    talk(&mut world, &room, alice, "Both at once!");
    assert_eq!(world.browsers[bob].said(&room), ["Both at once!"]);
    world.check();
}

#[test]
fn whoever_asks_somebody_who_asked_them_says_yes() {
    let (mut world, alice, bob) = two(6);
    ask(&mut world, alice, 1, BOB);
    answer(&mut world, bob, ContactAnswer::Block);
    assert_eq!(world.ask(bob, Command::Ask(draft(2, ALICE))), Ok(Outcome::SaidYes));
    let room = room_of(&mut world, alice, bob);
    assert!(world.browsers[bob].home.asks.is_empty() && world.browsers[bob].home.contact.as_ref().is_some());
    talk(&mut world, &room, bob, "After all.");
    assert_eq!(world.browsers[alice].said(&room), ["After all."]);
    world.check();
}

#[test]
fn two_of_one_provider_meet_there_too() {
    let mut world = World::new(4);
    let alice = account(&mut world, "alice");
    let ann = account(&mut world, "ann");
    world.wait(1_000);
    ask(&mut world, alice, 1, " Ann ");
    assert_eq!(world.browsers[ann].home.contact_requests[0].who.user, ALICE);
    answer(&mut world, ann, ContactAnswer::Accept);
    let room = room_of(&mut world, alice, ann);
    talk(&mut world, &room, ann, "Hello.");
    assert_eq!(world.browsers[alice].said(&room), ["Hello."]);
    world.check();
}

#[test]
fn whatever_is_lost_repeated_or_killed_they_come_together_once() {
    for seed in 10..16 {
        let (mut world, alice, bob) = two(seed);
        world.faults = Faults::rough();
        world.set_faults_between(Faults::rough());
        let id = world.browsers[alice].ask(Command::Ask(draft(1, BOB)));
        for round in 0..40 {
            world.wait(30_000);
            let who = [alice, bob][round % 2];
            if round % 3 == 0 && world.browsers[who].is_open() {
                world.browsers[who].kill();
                world.browsers[who].open();
            }
            let open = world.browsers[bob].home.contact_requests.first();
            if let Some(request) = open.filter(|request| request.state == ContactRequestState::Open) {
                let request = request.id.clone();
                world.browsers[bob].ask(Command::AnswerContact { request, answer: ContactAnswer::Accept });
            }
        }
        world.faults = Faults::default();
        world.set_faults_between(Faults::default());
        world.wait(7_200_000);
        assert!(world.browsers[alice].done.get(&id).is_none_or(Result::is_ok));
        let room = room_of(&mut world, alice, bob);
        talk(&mut world, &room, alice, "Through the storm.");
        assert_eq!(world.browsers[bob].said(&room), ["Through the storm."], "{seed}");
        assert_eq!(world.browsers[bob].home.contact_requests.len(), 1);
        assert_eq!(world.browsers[bob].home.rooms.len(), 1);
        world.check();
    }
}

#[test]
fn a_connected_pair_meets_in_a_third_room_by_invite() {
    let (mut world, alice, bob) = two(5);
    ask(&mut world, alice, 1, BOB);
    answer(&mut world, bob, ContactAnswer::Accept);
    let pair = room_of(&mut world, alice, bob);
    assert!(world.ask(alice, Command::CreateRoom(room_draft(Preset::AskToJoin))).is_ok());
    let invite = Command::InviteInto { to: pair.clone(), room: ROOM.to_owned() };
    assert!(world.ask(alice, invite).is_ok());
    let card = |world: &World, who: usize| {
        let messages = world.browsers[who].rooms[&pair].messages.clone();
        let cards = messages.into_iter().filter_map(|message| match message.body {
            ChatBody::Invite { link, name, room } => Some((link, name, room)),
            _ => None,
        });
        let cards: Vec<_> = cards.collect();
        assert_eq!(cards.len(), 1, "{}", world.browsers[who].name);
        cards[0].clone()
    };
    let (link, name, room): (LinkText, _, _) = card(&world, bob);
    assert_eq!((name.as_str(), room.as_str()), ("Clubhouse", ROOM));
    card(&world, alice);
    let join = Command::JoinByLink { invite: link, as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(bob, join.clone()), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 2);
    // For one use.
    let again = world.browser_elsewhere("eve", "b.example");
    assert!(world.ask(again, join).is_err());
    world.check();
}
