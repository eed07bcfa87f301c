//! A knock, from the click to the first words, and everything that can come between.

use std::{cell::Cell, rc::Rc};

use doorstep_client_api::http::{InOrder, StepKind};
use doorstep_page_api::view::{
    Answer, ChatBody, Command, Delivery, Happening, KnockDraft, MyKnockState, Outcome, Preset, RequestState, RoomEnd,
};
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, accept, account, door, draft, follow, knock_draft, say, with_knock, with_room},
};
use doorstep_wire::Refusal;
use tls_codec::{Deserialize, Serialize};

#[test]
fn a_stranger_knocks_is_let_in_and_they_talk() {
    let (mut world, alice, cathy) = with_knock(1);
    let request = world.browsers[alice].request().clone();
    assert_eq!((request.note.as_str(), request.state.clone()), ("I like doors.", RequestState::Open));
    assert_eq!(request.pseudonym, world.browsers[cathy].knock().pseudonym);

    accept(&mut world, alice);
    assert!(matches!(world.browsers[alice].request().state, RequestState::Answered { accepted: true, .. }));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);

    follow(&mut world, cathy);
    say(&mut world, alice, "Welcome!");
    say(&mut world, cathy, "Thank you.");
    for who in [alice, cathy] {
        assert_eq!(world.browsers[who].said(ROOM), ["Welcome!", "Thank you."], "{}", world.browsers[who].name);
    }
    // Both close their browsers and come back.
    for who in [alice, cathy] {
        world.browsers[who].kill();
        world.browsers[who].open();
        follow(&mut world, who);
    }
    say(&mut world, cathy, "Still here.");
    say(&mut world, alice, "So am I.");
    for who in [alice, cathy] {
        assert_eq!(world.browsers[who].said(ROOM), ["Welcome!", "Thank you.", "Still here.", "So am I."]);
    }
    world.check();
}

#[test]
fn an_admin_whose_browser_was_closed_finds_the_knock_later() {
    let (mut world, alice) = with_room(2);
    world.browsers[alice].kill();
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "Anybody home?");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    world.wait(3_600_000);
    world.browsers[alice].open();
    world.settle();
    assert_eq!(world.browsers[alice].request().note, "Anybody home?");
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn a_declined_knocker_reads_the_reason() {
    let (mut world, alice, cathy) = with_knock(3);
    let request = world.browsers[alice].request().id.clone();
    let answer = Answer::Decline { reason: "Full this month.".to_owned() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Declined { reason: "Full this month.".to_owned() });
    assert!(matches!(world.browsers[alice].request().state, RequestState::Answered { accepted: false, .. }));
    world.check();
}

#[test]
fn a_banned_knocker_is_told_and_her_pseudonym_stays_out() {
    let (mut world, alice, cathy) = with_knock(4);
    let request = world.browsers[alice].request().id.clone();
    let answer = Answer::Ban { reason: String::new() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Banned { reason: String::new() });
    let view = &world.browsers[alice].rooms[ROOM];
    let person = view.people.iter().find(|person| person.user == world.browsers[cathy].knock().pseudonym);
    assert_eq!(person.map(|person| person.role.as_str()), Some("banned"));
    world.check();
}

#[test]
fn a_withdrawn_knock_cannot_be_accepted() {
    let (mut world, alice, cathy) = with_knock(5);
    let knock = world.browsers[cathy].knock().id.clone();
    assert_eq!(world.ask(cathy, Command::Withdraw { knock }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn);
    assert_eq!(world.browsers[alice].request().state, RequestState::Withdrawn, "Alice sees it without asking");
    let request = world.browsers[alice].request().id.clone();
    let accept = Command::Answer { request, answer: Answer::Accept };
    assert_eq!(world.ask(alice, accept), Err(Refusal::Withdrawn));
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1);
    assert!(world.browsers[cathy].home.rooms.is_empty());
    world.check();
}

#[test]
fn a_knock_that_nobody_answers_expires() {
    let (mut world, alice, cathy) = with_knock(6);
    world.wait(60 * 86_400_000);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Expired);
    assert_eq!(world.browsers[alice].request().state, RequestState::Expired);
    world.check();
}

#[test]
fn the_same_draft_twice_is_one_knock() {
    let (mut world, alice) = with_room(7);
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "Once.");
    for _ in 0..3 {
        assert_eq!(world.ask(cathy, Command::Knock(draft.clone())), Ok(Outcome::Ok));
    }
    assert_eq!(world.browsers[cathy].home.knocks.len(), 1);
    assert_eq!(world.browsers[alice].home.requests.len(), 1);
    world.check();
}

#[test]
fn an_open_room_is_joined_without_a_knock_and_cannot_be_knocked_at() {
    let mut world = World::new(8);
    let alice = account(&mut world, "alice");
    assert!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))).is_ok());
    follow(&mut world, alice);
    assert_eq!(door(&mut world).knock_room, None);
    let bob = world.browser("bob");
    let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
    assert_eq!(world.ask(bob, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    say(&mut world, bob, "Hello.");
    say(&mut world, alice, "Come in.");
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].said(ROOM), ["Hello.", "Come in."]);
    }
    // Somebody whose page is wrong about it hears so.
    let mut wrong = KnockDraft {
        id: "00000000-0000-4000-8000-000000000001".to_owned(),
        room: ROOM.to_owned(),
        room_name: "Clubhouse".to_owned(),
        knock_room: "mimi://a.example/r/nowhere".to_owned(),
        note: String::new(),
        pseudonym: "1b4e28ba-2fa1-4d1e-883f-0016d3cca401".to_owned(),
        link: None,
        disclose: None,
    };
    let cathy = world.browser("cathy");
    assert_eq!(world.ask(cathy, Command::Knock(wrong.clone())), Ok(Outcome::Ok));
    assert!(matches!(world.browsers[cathy].knock().state, MyKnockState::Refused(_)));
    wrong.knock_room = ROOM.to_owned();
    wrong.id.replace_range(35..36, "2");
    assert_eq!(world.ask(cathy, Command::Knock(wrong)), Err(Refusal::WrongKnockRoom));
    world.check();
}

#[test]
fn messages_are_answered_edited_deleted_and_reacted_to() {
    let (mut world, alice, cathy) = with_knock(9);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    say(&mut world, alice, "Tea or coffee?");
    let id = |world: &World, who: usize, at: usize| {
        let view = &world.browsers[who].rooms[ROOM];
        view.messages.iter().filter(|m| !matches!(m.body, ChatBody::Happened(_))).nth(at).expect("said").id.clone()
    };
    let tea = id(&world, cathy, 0);
    let room = || ROOM.to_owned();
    let reply = Command::Send { room: room(), text: "Tee.".to_owned(), reply_to: Some(tea.clone()) };
    assert_eq!(world.ask(cathy, reply), Ok(Outcome::Ok));
    let own = id(&world, cathy, 1);
    let edit = Command::Edit { room: room(), message: own.clone(), text: "Tea.".to_owned() };
    assert_eq!(world.ask(cathy, edit), Ok(Outcome::Ok));
    let react = Command::React { room: room(), message: own.clone(), reaction: "👍".to_owned() };
    assert_eq!(world.ask(alice, react), Ok(Outcome::Ok));
    for who in [alice, cathy] {
        let view = &world.browsers[who].rooms[ROOM];
        let message = view.messages.iter().find(|message| message.id == own).expect("arrived");
        assert_eq!(message.body, ChatBody::Text("Tea.".to_owned()));
        assert!(message.edited);
        assert_eq!(
            message.reply_to.as_ref().map(|(id, _, text)| (id.as_str(), text.as_str())),
            Some((tea.as_str(), "Tea or coffee?"))
        );
        assert_eq!(message.reactions, [("👍".to_owned(), vec![world.browsers[alice].rooms[ROOM].me.clone()])]);
    }
    // Not Cathy's to change.
    let theft = Command::Edit { room: room(), message: tea, text: "Mine.".to_owned() };
    assert_eq!(world.ask(cathy, theft), Err(Refusal::NotYours));
    let delete = Command::Edit { room: room(), message: own.clone(), text: String::new() };
    assert_eq!(world.ask(cathy, delete), Ok(Outcome::Ok));
    for who in [alice, cathy] {
        let view = &world.browsers[who].rooms[ROOM];
        assert_eq!(view.messages.iter().find(|m| m.id == own).expect("there").body, ChatBody::Deleted);
    }
    world.check();
}

#[test]
fn the_last_moderator_hears_that_she_cannot_leave() {
    let (mut world, alice) = with_room(62);
    let leave = Command::Leave { room: ROOM.to_owned() };
    assert_eq!(world.ask(alice, leave), Err(Refusal::RoleTooSmall));
    say(&mut world, alice, "Then I stay.");
    assert_eq!(world.browsers[alice].said(ROOM), ["Then I stay."]);
    assert_eq!(world.browsers[alice].rooms[ROOM].ended, None);
    world.check();
}

#[test]
fn who_leaves_is_out_and_who_is_removed_hears_of_it() {
    let (mut world, alice, cathy) = with_knock(10);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    let bob = world.browser("bob");
    let draft = knock_draft(&mut world, 2, "Me too.");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    let request = world.browsers[alice].home.requests[1].id.clone();
    assert_eq!(world.ask(alice, Command::Answer { request, answer: Answer::Accept }), Ok(Outcome::Ok));
    follow(&mut world, bob);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 3);

    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(60_000);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 2);
    assert_eq!(world.browsers[cathy].home.rooms[0].ended, Some(RoomEnd::Left));
    let left = world.browsers[bob].rooms[ROOM]
        .messages
        .iter()
        .any(|message| matches!(message.body, ChatBody::Happened(Happening::Left(_))));
    assert!(left);

    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let remove = Command::Remove { room: ROOM.to_owned(), user, ban: true };
    assert_eq!(world.ask(alice, remove), Ok(Outcome::Ok));
    assert_eq!(world.browsers[bob].home.rooms[0].ended, Some(RoomEnd::Banned));
    say(&mut world, alice, "Alone again.");
    assert!(!world.browsers[bob].said(ROOM).contains(&"Alone again.".to_owned()));
    world.check();
}

#[test]
fn a_crash_of_the_knocker_after_any_step_loses_nothing() {
    let quiet = {
        let (mut world, alice, cathy) = with_knock(11);
        accept(&mut world, alice);
        world.browsers[cathy].steps
    };
    for step in 1..=quiet {
        let (mut world, alice) = with_room(11);
        let cathy = world.browser("cathy");
        world.browsers[cathy].crash_after_step = Some(step);
        let draft = knock_draft(&mut world, 1, "I like doors.");
        // The page keeps the draft until it is answered and sends it again to whichever engine runs.
        let id = world.browsers[cathy].ask(Command::Knock(draft.clone()));
        world.settle();
        if !world.browsers[cathy].done.contains_key(&id) {
            world.browsers[cathy].ask_as(&id, Command::Knock(draft));
            world.settle();
        }
        assert_eq!(world.browsers[alice].home.requests.len(), 1, "crash after step {step}");
        accept(&mut world, alice);
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "crash after step {step}");
        follow(&mut world, cathy);
        say(&mut world, alice, "Welcome!");
        assert_eq!(world.browsers[cathy].said(ROOM), ["Welcome!"], "crash after step {step}");
        world.check();
    }
}

#[test]
fn a_crash_of_the_admin_after_any_step_loses_nothing() {
    let quiet = {
        let (mut world, alice, _) = with_knock(12);
        accept(&mut world, alice);
        say(&mut world, alice, "Welcome!");
        world.browsers[alice].steps
    };
    for step in 1..=quiet {
        let mut world = World::new(12);
        let alice = world.browser("alice");
        world.browsers[alice].crash_after_step = Some(step);
        let again = |world: &mut World, command: Command| {
            let id = world.browsers[alice].ask(command.clone());
            world.settle();
            if !world.browsers[alice].done.contains_key(&id) {
                world.browsers[alice].ask_as(&id, command);
                world.settle();
            }
            assert!(matches!(world.browsers[alice].done.get(&id), Some(Ok(_))), "step {step}");
        };
        again(&mut world, Command::SignUp { handle: "alice".to_owned(), display_name: None });
        again(&mut world, Command::CreateRoom(draft(Preset::AskToJoin)));
        let cathy = world.browser("cathy");
        let knock = knock_draft(&mut world, 1, "I like doors.");
        assert_eq!(world.ask(cathy, Command::Knock(knock)), Ok(Outcome::Ok));
        let request = world.browsers[alice].request().id.clone();
        again(&mut world, Command::Answer { request, answer: Answer::Accept });
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "crash after step {step}");
        follow(&mut world, cathy);
        let welcome = Command::Send { room: ROOM.to_owned(), text: "Welcome!".to_owned(), reply_to: None };
        again(&mut world, welcome);
        assert_eq!(world.browsers[cathy].said(ROOM), ["Welcome!"], "crash after step {step}");
        world.check();
    }
}

#[test]
fn a_rough_network_changes_nothing_but_the_time_it_takes() {
    for seed in 0..20 {
        let mut world = World::new(100 + seed);
        let alice = account(&mut world, "alice");
        world.faults = Faults::rough();
        assert!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))).is_ok(), "seed {seed}");
        world.faults = Faults::default();
        follow(&mut world, alice);
        let cathy = world.browser("cathy");
        let knock = knock_draft(&mut world, 1, "Through the storm.");
        world.faults = Faults::rough();
        world.browsers[cathy].ask(Command::Knock(knock));
        world.wait(600_000);
        let cathys = &world.browsers[cathy];
        let (knock, refusals) = (&cathys.home.knocks, &cathys.refusals);
        assert_eq!(world.browsers[alice].home.requests.len(), 1, "seed {seed}: {knock:?} {refusals:?}");
        let request = world.browsers[alice].request().id.clone();
        world.browsers[alice].ask(Command::Answer { request, answer: Answer::Accept });
        world.wait(600_000);
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "seed {seed}");
        follow(&mut world, cathy);
        for number in 0..5 {
            for (who, name) in [(alice, "alice"), (cathy, "cathy")] {
                let text = format!("{name} {number}");
                world.browsers[who].ask(Command::Send { room: ROOM.to_owned(), text, reply_to: None });
            }
        }
        world.wait(600_000);
        for who in [alice, cathy] {
            let view = &world.browsers[who].rooms[ROOM];
            assert!(view.messages.iter().all(|m| m.delivery == Delivery::Sent), "seed {seed}: {:?}", view.messages);
            let mut said = world.browsers[who].said(ROOM);
            said.sort();
            let expected: Vec<_> =
                ["alice", "cathy"].iter().flat_map(|name| (0..5).map(move |n| format!("{name} {n}"))).collect();
            assert_eq!(said, expected, "seed {seed}, {}", world.browsers[who].name);
        }
        let epochs: Vec<_> = [alice, cathy].iter().map(|who| world.browsers[*who].rooms[ROOM].epoch).collect();
        assert_eq!(epochs[0], epochs[1], "seed {seed}");
        world.check();
    }
}

#[test]
fn a_hundred_knockers_at_once_all_arrive_none_twice() {
    let (mut world, alice) = with_room(13);
    world.faults = Faults { shuffled: true, ..Faults::default() };
    let mut knockers = Vec::new();
    for number in 0..100 {
        let who = world.browser(&format!("knocker {number}"));
        let knock = knock_draft(&mut world, number, &format!("I am number {number}."));
        world.browsers[who].ask(Command::Knock(knock));
        knockers.push(who);
    }
    world.wait(3_600_000);
    for who in &knockers {
        let browser = &world.browsers[*who];
        let waits = matches!(browser.knock().state, MyKnockState::Waiting { .. });
        assert!(waits, "{}: {:?} {:?}", browser.name, browser.knock().state, browser.refusals);
    }
    let mut notes: Vec<_> = world.browsers[alice].home.requests.iter().map(|request| request.note.clone()).collect();
    notes.sort();
    let mut expected: Vec<_> = (0..100).map(|number| format!("I am number {number}.")).collect();
    expected.sort();
    assert_eq!(notes, expected);
    // The room still works: the last one is let in.
    let request = world.browsers[alice].home.requests[99].id.clone();
    assert_eq!(world.ask(alice, Command::Answer { request, answer: Answer::Accept }), Ok(Outcome::Ok));
    let accepted = knockers.iter().filter(|who| world.browsers[**who].knock().state == MyKnockState::Accepted).count();
    assert_eq!(accepted, 1);
    world.check();
}

#[test]
fn a_knock_that_was_taken_back_before_the_admin_heard_of_it_is_refused_by_the_hub() {
    let (mut world, alice, cathy) = with_knock(14);
    // Alice's browser does not hear of the withdrawal before she answers.
    let request = world.browsers[alice].request().id.clone();
    let knock = world.browsers[cathy].knock().id.clone();
    world.browsers[alice].kill();
    assert_eq!(world.ask(cathy, Command::Withdraw { knock }), Ok(Outcome::Ok));
    world.browsers[alice].open();
    world.browsers[alice].ask(Command::Answer { request, answer: Answer::Accept });
    world.settle();
    assert_eq!(world.browsers[alice].request().state, RequestState::Withdrawn);
    assert!(world.browsers[cathy].home.rooms.is_empty());
    world.check();
}

#[test]
fn who_is_put_out_before_her_knock_was_on_its_way_comes_in_again() {
    let (mut world, alice) = with_room(61);
    let cathy = world.browser("cathy");
    // Cathy's provider breaks off when she is in, and from then on nothing of hers arrives.
    let (is_in, broken) = (Rc::new(Cell::new(false)), "/client/v1/inOrder/");
    let then = is_in.clone();
    world.tamper_request = Some(Box::new(move |who, path, body| {
        if who != cathy || !path.starts_with(broken) {
            return body;
        }
        then.set(true);
        let InOrder { mut steps } = InOrder::tls_deserialize_exact(&body[..]).unwrap();
        steps.truncate(2);
        assert_eq!(steps[1].kind, StepKind::Commit);
        InOrder { steps }.tls_serialize_detached().unwrap()
    }));
    world.held = Some(Box::new(move |who, path| who == cathy && is_in.get() && path.starts_with(broken)));
    let draft = knock_draft(&mut world, 1, "I like doors.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    // To the hub Cathy only waits there, and after an hour it lets her go.
    world.wait(3_700_000);
    world.tick();
    world.wait(60_000);
    assert_eq!(world.browsers[alice].home.requests, []);
    // Nothing is on its way for an hour: the request is given up with the browser.
    world.browsers[cathy].kill();
    (world.held, world.tamper_request) = (None, None);
    world.browsers[cathy].open();
    world.wait(120_000);
    let state = &world.browsers[cathy].knock().state;
    assert!(matches!(state, MyKnockState::Waiting { .. }), "{state:?}, {:?}", world.browsers[cathy].refusals);
    assert_eq!(world.browsers[alice].request().note, "I like doors.");
    world.check();
}
