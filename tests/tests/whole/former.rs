//! Browsers that were used with a program of before: what version 1 of the rows left on their disks opens, goes on, and ends
//! as it would have. Whoever crashes in these stories comes back from such a disk, after any step.

use doorstep_page_api::view::{
    Answer, ChatBody, Command, Delivery, LinkText, MyKnockState, Outcome, Preset, RequestState, RoomEnd,
};
use doorstep_tests::{
    World,
    scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say, with_knock, with_room},
};
use doorstep_wire::Refusal;

/// The browser is closed, and opened from a disk of version 1.
fn come_from_before(world: &mut World, who: usize) {
    world.browsers[who].former = true;
    world.browsers[who].kill();
    world.browsers[who].open();
    world.settle();
}

/// Somebody asks for something, and the browser crashes after so many steps of it; the page asks again.
fn ask_and_crash(world: &mut World, who: usize, command: &Command, steps: usize) -> Result<Outcome, Refusal> {
    let browser = &mut world.browsers[who];
    browser.former = true;
    browser.crash_after_step = Some(browser.steps + steps);
    let id = browser.ask(command.clone());
    world.settle();
    if !world.browsers[who].done.contains_key(&id) {
        world.browsers[who].ask_as(&id, command.clone());
        world.settle();
    }
    let browser = &mut world.browsers[who];
    let crashed = browser.crash_after_step.take().is_none();
    assert!(crashed || browser.opened == 1, "the story was longer than it is");
    browser.done.get(&id).cloned().expect("an answer").map_err(|problem| problem.code)
}

/// Steps that somebody takes for something, in a world that goes like this.
fn steps(story: impl Fn(&mut World) -> usize, command: impl Fn(&mut World) -> Command, mut world: World) -> usize {
    let who = story(&mut world);
    let command = command(&mut world);
    let before = world.browsers[who].steps;
    let _ = world.ask(who, command);
    world.browsers[who].steps - before
}

#[test]
fn a_knock_goes_on_wherever_it_stands() {
    let knock = |world: &mut World| Command::Knock(knock_draft(world, 1, "I like doors."));
    let quiet = steps(|world| world.browser("cathy"), knock, with_room(71).0);
    for step in 1..=quiet {
        let (mut world, alice) = with_room(71);
        let cathy = world.browser("cathy");
        let knock = knock(&mut world);
        assert_eq!(ask_and_crash(&mut world, cathy, &knock, step), Ok(Outcome::Ok), "after step {step}");
        assert!(matches!(world.browsers[cathy].knock().state, MyKnockState::Waiting { .. }), "after step {step}");
        assert_eq!(world.browsers[alice].home.requests.len(), 1, "after step {step}");
        come_from_before(&mut world, cathy);
        accept(&mut world, alice);
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "after step {step}");
        follow(&mut world, cathy);
        say(&mut world, alice, "Welcome!");
        assert_eq!(world.browsers[cathy].said(ROOM), ["Welcome!"], "after step {step}");
        world.check();
    }
}

#[test]
fn a_knock_that_is_taken_back_is() {
    let withdraw = |world: &mut World| Command::Withdraw { knock: world.browsers[1].knock().id.clone() };
    let quiet = steps(|_| 1, withdraw, with_knock(72).0);
    for step in 1..=quiet {
        let (mut world, alice, cathy) = with_knock(72);
        let withdraw = withdraw(&mut world);
        assert_eq!(ask_and_crash(&mut world, cathy, &withdraw, step), Ok(Outcome::Ok), "after step {step}");
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn, "after step {step}");
        assert_eq!(world.browsers[alice].request().state, RequestState::Withdrawn, "after step {step}");
        come_from_before(&mut world, cathy);
        let again = knock_draft(&mut world, 2, "I changed my mind.");
        assert_eq!(world.ask(cathy, Command::Knock(again)), Ok(Outcome::Ok), "after step {step}");
        let_in(&mut world, alice, "I changed my mind.");
        assert_eq!(world.browsers[cathy].home.rooms.len(), 1, "after step {step}");
        world.check();
    }
}

#[test]
fn a_knock_that_was_declined_can_still_become_a_yes_or_be_dismissed() {
    let (mut world, alice, cathy) = with_knock(73);
    let request = world.browsers[alice].request().id.clone();
    let answer = Answer::Decline { reason: "Not today.".to_owned() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    let declined = MyKnockState::Declined { reason: "Not today.".to_owned() };
    assert_eq!(world.browsers[cathy].knock().state, declined);
    let keys = world.browsers[cathy].engine.as_ref().expect("open").given_away();
    assert_eq!(keys.len(), 1);
    come_from_before(&mut world, cathy);
    come_from_before(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, declined);
    assert_eq!(world.browsers[cathy].engine.as_ref().expect("open").given_away(), keys);
    assert!(matches!(world.browsers[alice].request().state, RequestState::Answered { accepted: false, .. }));
    let knock = world.browsers[cathy].knock().id.clone();
    assert_eq!(world.ask(cathy, Command::DismissKnock { knock }), Ok(Outcome::Ok));
    assert!(world.browsers[cathy].home.knocks.is_empty());
    world.check();
}

#[test]
fn a_room_is_left_wherever_the_leave_stands() {
    let with_cathy = || {
        let (mut world, alice, cathy) = with_knock(74);
        accept(&mut world, alice);
        follow(&mut world, cathy);
        (world, alice, cathy)
    };
    let leave = || Command::Leave { room: ROOM.to_owned() };
    let quiet = steps(|_| 1, |_| leave(), with_cathy().0);
    for step in 1..=quiet {
        let (mut world, alice, cathy) = with_cathy();
        assert_eq!(ask_and_crash(&mut world, cathy, &leave(), step), Ok(Outcome::Ok), "after step {step}");
        world.wait(60_000);
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1, "after step {step}");
        assert_eq!(world.browsers[cathy].home.rooms[0].ended, Some(RoomEnd::Left), "after step {step}");
        come_from_before(&mut world, cathy);
        say(&mut world, alice, "Alone.");
        world.wait(2 * 3_600_000);
        assert_eq!(world.browsers[cathy].home.rooms[0].ended, Some(RoomEnd::Left), "after step {step}");
        world.check();
    }
}

#[test]
fn a_room_that_is_over_stays_so() {
    let (mut world, alice, cathy) = with_knock(75);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    say(&mut world, alice, "Welcome!");
    let user = world.browsers[cathy].rooms[ROOM].me.clone();
    assert_eq!(world.ask(alice, Command::Remove { room: ROOM.to_owned(), user, ban: true }), Ok(Outcome::Ok));
    come_from_before(&mut world, cathy);
    follow(&mut world, cathy);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Banned));
    assert_eq!(world.browsers[cathy].said(ROOM), ["Welcome!"]);
    let said = Command::Send { room: ROOM.to_owned(), text: "Still here?".to_owned(), reply_to: None };
    assert_eq!(world.ask(cathy, said), Err(Refusal::RoomOver));
    world.check();
}

#[test]
fn moderators_read_and_answer_knocks_as_before() {
    let (mut world, alice, cathy) = with_knock(76);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    let user = world.browsers[cathy].rooms[ROOM].me.clone();
    let role = |role: &str| Command::SetRole { room: ROOM.to_owned(), user: user.clone(), role: role.to_owned() };
    assert_eq!(world.ask(alice, role("admin")), Ok(Outcome::Ok));
    world.wait(60_000);
    for who in [alice, cathy] {
        come_from_before(&mut world, who);
        follow(&mut world, who);
    }
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 2, "dora");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    // Whoever reads it, and whoever does not any more.
    assert!(world.browsers[alice].home.requests.iter().any(|request| request.note == "dora"));
    assert_eq!(world.browsers[cathy].request().note, "dora");
    for who in [alice, cathy] {
        come_from_before(&mut world, who);
        follow(&mut world, who);
    }
    assert_eq!(world.ask(alice, role("member")), Ok(Outcome::Ok));
    world.wait(60_000);
    let_in(&mut world, alice, "dora");
    assert!(world.browsers[cathy].home.requests.is_empty(), "Cathy is out of the knock room");
    follow(&mut world, dora);
    say(&mut world, dora, "Thank you.");
    assert_eq!(world.browsers[cathy].said(ROOM), ["Thank you."]);
    world.check();
}

#[test]
fn a_link_that_is_being_made_is_made_and_one_that_is_gone_stays_so() {
    let make = || Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses: 1,
        note: "For the party".to_owned(),
    };
    let join = |code: &LinkText| Command::JoinByLink {
        invite: code.clone(),
        as_account: false,
        pseudonym: None,
        inviter_gone: false,
    };
    let quiet = steps(|_| 0, |_| make(), with_room(77).0);
    for step in 1..=quiet {
        let (mut world, alice) = with_room(77);
        let made = ask_and_crash(&mut world, alice, &make(), step);
        assert!(matches!(made, Ok(Outcome::Link { .. } | Outcome::Ok)), "after step {step}: {made:?}");
        come_from_before(&mut world, alice);
        follow(&mut world, alice);
        let links = &world.browsers[alice].rooms[ROOM].links;
        assert_eq!(links.len(), 1, "after step {step}");
        assert_eq!(links[0].note, "For the party");
        let (link, code) = (links[0].id.clone(), links[0].code.clone().expect("made here"));
        let bob = world.browser("bob");
        assert_eq!(world.ask(bob, join(&code)), Ok(Outcome::Room { room: ROOM.to_owned() }), "after step {step}");
        assert_eq!(world.ask(alice, Command::RevokeLink { room: ROOM.to_owned(), link }), Ok(Outcome::Ok));
        come_from_before(&mut world, alice);
        follow(&mut world, alice);
        assert!(world.browsers[alice].rooms[ROOM].links.is_empty());
        world.check();
    }
}

#[test]
fn what_was_in_the_queue_is_said() {
    let (mut world, alice, cathy) = with_knock(78);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    world.away.insert(cathy);
    let said = Command::Send { room: ROOM.to_owned(), text: "Under way.".to_owned(), reply_to: None };
    assert_eq!(world.ask(cathy, said), Ok(Outcome::Ok));
    come_from_before(&mut world, cathy);
    follow(&mut world, cathy);
    let shown = |world: &World| {
        let messages = &world.browsers[cathy].rooms[ROOM].messages;
        let text = messages.iter().find(|message| matches!(message.body, ChatBody::Text(_)));
        text.map(|message| message.delivery.clone())
    };
    assert_eq!(shown(&world), Some(Delivery::Pending));
    world.away.clear();
    world.wait(600_000);
    assert_eq!(shown(&world), Some(Delivery::Sent));
    assert_eq!(world.browsers[alice].said(ROOM), ["Under way."]);
    world.check();
}

#[test]
fn a_browser_that_is_closed_before_it_has_written_is_as_it_was() {
    let (mut world, alice, cathy) = with_knock(79);
    world.browsers[cathy].former = true;
    world.browsers[cathy].kill();
    world.browsers[cathy].open();
    let before = world.browsers[cathy].disk.clone();
    assert!(!before.keys().any(|key| key.starts_with(b"e/version/")));
    world.browsers[cathy].kill();
    assert_eq!(world.browsers[cathy].disk, before);
    world.browsers[cathy].open();
    world.settle();
    assert!(world.browsers[cathy].disk.contains_key(b"e/version/".as_slice()));
    // What is written now is read as it is.
    world.browsers[cathy].former = false;
    world.browsers[cathy].kill();
    world.browsers[cathy].open();
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn whoever_only_looked_has_no_version_and_needs_none() {
    let mut world = World::new(80);
    let alice = world.browser("alice");
    assert_eq!(world.ask(alice, Command::Hello { room: None }), Ok(Outcome::Ok));
    assert!(!world.browsers[alice].disk.contains_key(b"e/version/".as_slice()));
    come_from_before(&mut world, alice);
    let sign_up = Command::SignUp { handle: "alice".to_owned(), display_name: None };
    assert_eq!(world.ask(alice, sign_up), Ok(Outcome::Ok));
    assert!(world.browsers[alice].disk.contains_key(b"e/version/".as_slice()));
    assert_eq!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))), Ok(Outcome::Room { room: ROOM.to_owned() }));
    let bob = account(&mut world, "bob");
    let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
    assert_eq!(world.ask(bob, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    world.check();
}
