//! How often somebody waits for an answer before something happens, and that what is sent without waiting is as safe.

use doorstep_client_api::http::{self, InOrder, StepKind};
use doorstep_page_api::view::{Command, LinkText, MyKnockState, Outcome, Preset};
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say, with_knock, with_room},
};
use tls_codec::{Deserialize, Serialize};

const HOUR: u64 = 3_600_000;

/// Round trips until something is so; what was asked in each.
fn until(world: &mut World, who: usize, done: impl Fn(&World) -> bool) -> Vec<Vec<String>> {
    let mut trips = Vec::new();
    loop {
        let asked = world.round_trip(who);
        if done(world) {
            return trips;
        }
        assert!(trips.len() < 50, "{trips:?}");
        trips.push(asked);
    }
}

fn has(paths: &[String], template: &str) -> usize {
    let head = template.split('{').next().unwrap_or_default();
    paths.iter().filter(|path| path.starts_with(head)).count()
}

fn waits(world: &World, who: usize) -> bool {
    world.browsers[who].home.knocks.iter().any(|knock| matches!(knock.state, MyKnockState::Waiting { .. }))
}

fn is_in_order(path: &str) -> bool {
    http::is_made_of(path, http::IN_ORDER)
}

/// Cathy knocks, and all that she does arrives, but for the answers: the request that brought her knock has arrived.
fn brought(seed: u64) -> (World, usize, usize) {
    let (mut world, alice) = with_room(seed);
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    world.browsers[cathy].ask(Command::Knock(draft));
    while !world.round_trip(cathy).iter().any(|path| is_in_order(path)) {}
    // Nothing that was answered is taken in any more.
    world.browsers[cathy].kill();
    (world, alice, cathy)
}

#[test]
fn a_first_knock_is_there_after_three_requests_in_a_row() {
    let (mut world, alice) = with_room(1);
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    world.browsers[cathy].ask(Command::Knock(draft));
    let trips = until(&mut world, cathy, |world| waits(world, cathy));
    assert_eq!(trips.len(), 3, "{trips:?}");
    assert_eq!((has(&trips[0], http::REGISTER), has(&trips[0], http::CHALLENGE)), (1, 0), "who they are: {trips:?}");
    assert_eq!(has(&trips[1], http::GROUP_INFO), 1, "the group: {trips:?}");
    assert_eq!(has(&trips[2], http::IN_ORDER), 1, "what has to be in order: {trips:?}");
    let asked: usize = trips.iter().map(|trip| has(trip, http::ISSUE_PSEUDONYM)).sum();
    assert_eq!(asked, 2, "the names of this knock came along; those for the next are asked for: {trips:?}");
    world.settle();
    assert_eq!(world.browsers[alice].request().note, "I like doors.");
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn whoever_wrote_a_note_first_waits_for_two() {
    let (mut world, alice) = with_room(2);
    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    world.received = Some(Vec::new());
    for _ in 0..3 {
        // A key is pressed, and another, and another tab is opened.
        let prepare = Command::Prepare { room: ROOM.to_owned(), pseudonym: Some(draft.pseudonym.clone()) };
        assert_eq!(world.ask(cathy, prepare), Ok(Outcome::Ok));
    }
    let asked: Vec<_> = world.received.take().unwrap().into_iter().map(|request| request.path).collect();
    assert_eq!((has(&asked, http::REGISTER), has(&asked, http::ISSUE_PSEUDONYM)), (1, 0), "{asked:?}");
    let of_the_room = |path: &&String| path.contains("clubhouse");
    assert_eq!(asked.iter().find(of_the_room), None, "the hub hears nothing");
    assert!(world.browsers[cathy].home.ready_pseudonyms.contains(&draft.pseudonym));

    world.browsers[cathy].ask(Command::Knock(draft.clone()));
    let trips = until(&mut world, cathy, |world| waits(world, cathy));
    assert_eq!(trips.len(), 2, "{trips:?}");
    assert_eq!((has(&trips[0], http::GROUP_INFO), has(&trips[1], http::IN_ORDER)), (1, 1), "{trips:?}");
    world.settle();
    assert_eq!(world.browsers[alice].request().note, "I like doors.");
    assert!(world.browsers[cathy].knock().pseudonym.ends_with(&draft.pseudonym));
    world.check();
}

#[test]
fn names_that_were_made_ready_and_not_used_are_there_for_the_next_room() {
    let (mut world, _) = with_room(3);
    let cathy = world.browser("cathy");
    world.received = Some(Vec::new());
    for number in 0..20 {
        let pseudonym = Some(format!("1b4e28ba-2fa1-4d1e-883f-0016d3cca4{number:02x}"));
        let prepare = Command::Prepare { room: format!("mimi://a.example/r/room-{number}"), pseudonym };
        assert_eq!(world.ask(cathy, prepare), Ok(Outcome::Ok));
    }
    let asked: Vec<_> = world.received.take().unwrap().into_iter().map(|request| request.path).collect();
    assert_eq!(
        has(&asked, http::ISSUE_PSEUDONYM),
        2,
        "two came along: whoever goes from door to door uses up no names"
    );
    let prepare = |room: &str, pseudonym| Command::Prepare { room: room.to_owned(), pseudonym };
    assert!(world.ask(cathy, prepare("nonsense", None)).is_err());
    assert!(world.ask(cathy, prepare(ROOM, Some("nonsense".to_owned()))).is_err());
    world.check();
}

#[test]
fn a_link_shows_its_room_after_two_and_two_more_are_the_first_words() {
    let mut world = World::new(4);
    let alice = account(&mut world, "alice");
    assert!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))).is_ok());
    follow(&mut world, alice);
    let code = link(&mut world, alice);
    let bob = world.browser("bob");
    let look = world.browsers[bob].ask(Command::LookAtLink { invite: code.clone(), as_account: false });
    let trips = until(&mut world, bob, |world| world.browsers[bob].looks.contains_key(&look));
    assert_eq!(trips.len(), 2, "{trips:?}");

    // Bob reads for a minute what he is shown.
    world.wait(60_000);
    let join = world.browsers[bob].ask(join(&code));
    let trips = until(&mut world, bob, |world| world.browsers[bob].done.contains_key(&join));
    assert_eq!(trips.len(), 1, "{trips:?}");
    assert_eq!((has(&trips[0], http::UPDATE), has(&trips[0], http::GROUP_INFO)), (1, 0), "{trips:?}");
    assert_eq!(world.browsers[bob].done[&join], Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    say(&mut world, bob, "Hello.");
    assert_eq!(world.browsers[alice].said(ROOM), ["Hello."]);
    world.check();
}

#[test]
fn whoever_was_shown_a_room_that_has_gone_on_since_comes_in_all_the_same() {
    for wait in [0, 2, 24] {
        let mut world = World::new(5);
        let alice = account(&mut world, "alice");
        assert!(world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))).is_ok());
        follow(&mut world, alice);
        let code = link(&mut world, alice);
        let (bob, dora) = (world.browser("bob"), world.browser("dora"));
        for who in [bob, dora] {
            let look = Command::LookAtLink { invite: code.clone(), as_account: false };
            assert_eq!(world.ask(who, look), Ok(Outcome::Ok));
        }
        world.wait(wait * HOUR);
        for who in [bob, dora] {
            assert_eq!(world.ask(who, join(&code)), Ok(Outcome::Room { room: ROOM.to_owned() }), "{wait} hours later");
            follow(&mut world, who);
        }
        say(&mut world, dora, "Here we are.");
        assert_eq!(world.browsers[bob].said(ROOM), ["Here we are."]);
        world.check();
    }
}

fn link(world: &mut World, alice: usize) -> LinkText {
    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 7 * 86_400,
        max_uses: 0,
        note: String::new(),
    };
    assert!(world.ask(alice, make).is_ok());
    world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here")
}

fn join(code: &LinkText) -> Command {
    Command::JoinByLink { invite: code.clone(), as_account: false, pseudonym: None, inviter_gone: false }
}

#[test]
fn a_browser_whose_own_challenge_is_not_taken_asks_for_one() {
    let (mut world, alice) = with_room(6);
    let cathy = world.browser("cathy");
    let mut first = true;
    world.tamper_request = Some(Box::new(move |who, path, mut body| {
        if who == cathy && path == http::REGISTER && std::mem::take(&mut first) {
            // The time by a clock that is years behind.
            let at = body.len() - 64 - 32;
            body[at..at + 8].copy_from_slice(&[0; 8]);
        }
        body
    }));
    let draft = knock_draft(&mut world, 1, "What time is it?");
    world.browsers[cathy].ask(Command::Knock(draft));
    let trips = until(&mut world, cathy, |world| waits(world, cathy));
    assert_eq!(trips.len(), 5, "{trips:?}");
    assert_eq!((has(&trips[1], http::CHALLENGE), has(&trips[2], http::REGISTER)), (1, 1), "{trips:?}");
    world.settle();
    assert_eq!(world.browsers[alice].request().note, "What time is it?");
    world.check();
}

#[test]
fn a_knock_whose_commit_is_overtaken_is_sealed_again_with_all_that_goes_with_it() {
    let (mut world, alice) = with_room(7);
    let (cathy, bob) = (world.browser("cathy"), world.browser("bob"));
    world.held = Some(Box::new(move |who, path| who == cathy && is_in_order(path)));
    let draft = knock_draft(&mut world, 1, "First?");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    let draft = knock_draft(&mut world, 2, "Second?");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(waits(&world, bob) && !waits(&world, cathy));
    world.received = Some(Vec::new());
    world.held = None;
    world.settle();
    assert!(waits(&world, cathy), "{:?} {:?}", world.browsers[cathy].knock(), world.browsers[cathy].refusals);
    let received = world.received.take().unwrap();
    let tries: Vec<InOrder> = received
        .iter()
        .filter(|request| is_in_order(&request.path))
        .map(|request| InOrder::tls_deserialize_exact(&request.body[..]).unwrap())
        .collect();
    assert_eq!(tries.len(), 2, "one that was overtaken, one that was not");
    for (one, other) in tries[0].steps.iter().zip(&tries[1].steps).skip(1) {
        assert_eq!(one.kind, other.kind);
        assert_ne!(one.body, other.body, "nothing of the group that never was is said again");
    }
    let mut notes: Vec<_> = world.browsers[alice].home.requests.iter().map(|request| &request.note).collect();
    notes.sort();
    assert_eq!(notes, ["First?", "Second?"]);
    let_in(&mut world, alice, "First?");
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn a_knock_whose_answer_got_lost_was_heard_once() {
    let (mut world, alice, cathy) = brought(8);
    world.settle();
    assert_eq!(world.browsers[alice].request().note, "I like doors.", "the page was closed, and Cathy has knocked");
    world.browsers[cathy].open();
    world.settle();
    assert!(waits(&world, cathy), "{:?}", world.browsers[cathy].knock());
    assert_eq!(world.browsers[alice].knocks_heard, 1);
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn whoever_hears_only_by_the_next_knockers_commit_that_she_is_out_has_knocked() {
    let (mut world, alice, cathy) = brought(9);
    let bob = world.browser("bob");
    let draft = knock_draft(&mut world, 2, "Me too.");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(waits(&world, bob));
    // Cathy's mail comes, and what she sends again does not get there.
    world.held = Some(Box::new(move |who, path| who == cathy && is_in_order(path)));
    world.browsers[cathy].open();
    world.settle();
    assert!(waits(&world, cathy), "{:?}", world.browsers[cathy].knock());
    world.held = None;
    world.settle();
    assert_eq!(world.browsers[alice].knocks_heard, 2);
    let_in(&mut world, alice, "I like doors.");
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn what_her_provider_did_not_get_to_is_done_later_and_nothing_twice() {
    // It breaks off after the references, the commit, the message.
    for done in 1..=3 {
        let (mut world, alice) = with_room(10);
        let cathy = world.browser("cathy");
        let mut first = true;
        world.tamper_request = Some(Box::new(move |who, path, body| {
            if who != cathy || !is_in_order(path) || !std::mem::take(&mut first) {
                return body;
            }
            let InOrder { mut steps } = InOrder::tls_deserialize_exact(&body[..]).unwrap();
            let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind).collect();
            assert_eq!(kinds, [StepKind::KeyPackageRefs, StepKind::Commit, StepKind::Message, StepKind::Proposal]);
            steps.truncate(done);
            InOrder { steps }.tls_serialize_detached().unwrap()
        }));
        let draft = knock_draft(&mut world, 1, "I like doors.");
        assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
        world.wait(HOUR / 2);
        assert!(
            waits(&world, cathy),
            "{done}: {:?} {:?}",
            world.browsers[cathy].knock(),
            world.browsers[cathy].refusals
        );
        assert_eq!(world.browsers[alice].knocks_heard, 1, "{done}");
        accept(&mut world, alice);
        assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "{done}");
        world.check();
    }
}

#[test]
fn every_answer_may_get_lost_and_every_step_may_be_the_last() {
    let quiet = {
        let (world, _, cathy) = with_knock(11);
        world.browsers[cathy].steps
    };
    for step in 1..=quiet {
        for lost in [false, true] {
            let (mut world, alice) = with_room(11);
            let cathy = world.browser("cathy");
            let draft = knock_draft(&mut world, 1, "I like doors.");
            world.browsers[cathy].crash_after_step = Some(step);
            let id = world.browsers[cathy].ask(Command::Knock(draft.clone()));
            // Until it crashes all that it asks arrives; the answers may not.
            world.faults = Faults { lost_answers: if lost { 30 } else { 0 }, ..Faults::default() };
            world.settle();
            world.faults = Faults::default();
            if !world.browsers[cathy].done.contains_key(&id) {
                world.browsers[cathy].ask_as(&id, Command::Knock(draft));
            }
            world.wait(HOUR / 2);
            let cathys = &world.browsers[cathy];
            assert!(waits(&world, cathy), "{step} {lost}: {:?} {:?}", cathys.knock(), cathys.refusals);
            assert_eq!(world.browsers[alice].knocks_heard, 1, "{step} {lost}");
            accept(&mut world, alice);
            assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "{step} {lost}");
            world.check();
        }
    }
}

#[test]
fn what_is_taken_back_before_it_was_sent_is_not_said() {
    let (mut world, alice) = with_room(12);
    let cathy = world.browser("cathy");
    world.held = Some(Box::new(move |who, path| who == cathy && is_in_order(path)));
    let draft = knock_draft(&mut world, 1, "Never mind.");
    let knock = draft.id.clone();
    // It is sealed and on the disk, and its request goes down with the browser.
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(!waits(&world, cathy));
    world.browsers[cathy].ask(Command::Withdraw { knock });
    world.settle();
    world.browsers[cathy].kill();
    world.held = None;
    world.received = Some(Vec::new());
    world.browsers[cathy].open();
    world.wait(HOUR);
    let sent = world.received.take().unwrap();
    let steps: Vec<_> = sent
        .iter()
        .filter(|request| is_in_order(&request.path))
        .flat_map(|request| InOrder::tls_deserialize_exact(&request.body[..]).unwrap().steps)
        .map(|step| step.kind)
        .collect();
    assert_eq!(steps, [StepKind::Commit, StepKind::Proposal], "in and out again, without a word");
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn);
    assert!(world.browsers[alice].home.requests.is_empty(), "{:?}", world.browsers[alice].home.requests);
    world.check();
}

#[test]
fn what_is_taken_back_before_the_door_was_reached_never_gets_there() {
    let (mut world, alice) = with_room(13);
    let cathy = world.browser("cathy");
    world.held = Some(Box::new(move |who, path| who == cathy && http::is_made_of(path, http::GROUP_INFO)));
    let draft = knock_draft(&mut world, 1, "Never mind.");
    let knock = draft.id.clone();
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    world.received = Some(Vec::new());
    assert_eq!(world.ask(cathy, Command::Withdraw { knock }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn);
    world.held = None;
    world.wait(HOUR);
    let sent = world.received.take().unwrap();
    assert!(sent.iter().all(|request| !is_in_order(&request.path) && request.path != http::UPDATE_CONSENT));
    assert!(world.browsers[alice].home.requests.is_empty());
    world.check();
}

#[test]
fn a_knock_that_a_former_version_had_begun_goes_on() {
    let (mut world, alice) = with_room(14);
    let cathy = world.browser("cathy");
    world.held = Some(Box::new(move |who, path| who == cathy && http::is_made_of(path, http::GROUP_INFO)));
    let draft = knock_draft(&mut world, 1, "Begun long ago.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    world.browsers[cathy].kill();
    // It told the provider first where the Welcome goes, and had not heard that this was done.
    let disk = &mut world.browsers[cathy].disk;
    disk.retain(|key, _| !key.starts_with(b"e/join/"));
    world.held = None;
    world.browsers[cathy].former = true;
    world.browsers[cathy].open();
    let row = world.browsers[cathy].disk.iter().find(|(key, _)| key.starts_with(b"e/knock/")).expect("a knock").1;
    assert!(row.windows(12).any(|window| window == b"\x6bRegistering"));
    world.settle();
    assert!(waits(&world, cathy), "{:?} {:?}", world.browsers[cathy].knock(), world.browsers[cathy].refusals);
    assert_eq!(world.browsers[alice].request().note, "Begun long ago.");
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    world.check();
}
