//! Rooms of one provider and people of others: a knock, its answers, a link, and talk across providers.

use doorstep_page_api::view::{Answer, Command, LinkText, MyKnockState, Outcome, Preset, RequestState, RoomDraft};
use doorstep_peers::Endpoint;
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say},
};

/// Alice's room at a.example, and providers b.example and c.example.
fn three(seed: u64, preset: Preset) -> (World, usize) {
    let mut world = World::new(seed);
    world.provider_elsewhere("b.example", seed + 1);
    world.provider_elsewhere("c.example", seed + 2);
    let alice = account(&mut world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(preset)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);
    (world, alice)
}

/// Somebody of that provider knocks; the knock is sent.
fn knock(world: &mut World, name: &str, domain: &str, number: u8) -> usize {
    let who = world.browser_elsewhere(name, domain);
    let draft = knock_draft(world, number, name);
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
    let state = &world.browsers[who].knock().state;
    assert!(matches!(state, MyKnockState::Waiting { .. }), "{state:?}");
    who
}

fn said(world: &World, everybody: &[usize], texts: &[&str]) {
    for who in everybody {
        assert_eq!(world.browsers[*who].said(ROOM), texts, "{}", world.browsers[*who].name);
    }
}

#[test]
fn a_knock_from_another_provider_is_answered_and_they_talk() {
    let (mut world, alice) = three(1, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    assert_eq!(world.browsers[alice].request().note, "cathy");
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    follow(&mut world, cathy);
    say(&mut world, cathy, "Good evening.");
    say(&mut world, alice, "Come in!");
    said(&world, &[alice, cathy], &["Good evening.", "Come in!"]);
    let me = &world.browsers[cathy].rooms[ROOM].me;
    assert!(me.starts_with("mimi://c.example/p/"), "{me}");
    // What crossed are the draft's endpoints, each taken.
    let crossings = world.crossings();
    for endpoint in [Endpoint::GroupInfo, Endpoint::Update, Endpoint::SubmitMessage, Endpoint::Notify] {
        let seen: Vec<_> = crossings.iter().filter(|crossing| crossing.endpoint == endpoint).collect();
        let status = if endpoint == Endpoint::Notify { 201 } else { 200 };
        assert!(!seen.is_empty() && seen.iter().all(|crossing| crossing.status == status), "{endpoint:?}");
    }
    world.check();
}

#[test]
fn a_knock_is_declined_with_a_reason_or_withdrawn_across_providers() {
    let (mut world, alice) = three(2, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    let request = world.browsers[alice].request().id.clone();
    let answer = Answer::Decline { reason: "Full this month.".to_owned() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Declined { reason: "Full this month.".to_owned() });

    let bob = knock(&mut world, "bob", "b.example", 2);
    let id = world.browsers[bob].knock().id.clone();
    assert_eq!(world.ask(bob, Command::Withdraw { knock: id }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[bob].knock().state, MyKnockState::Withdrawn);
    let requests = &world.browsers[alice].home.requests;
    let withdrawn = requests.iter().find(|request| request.note == "bob").expect("Bob's knock");
    assert_eq!(withdrawn.state, RequestState::Withdrawn);
    world.check();
}

#[test]
fn a_link_leads_into_a_room_of_another_provider() {
    let (mut world, alice) = three(3, Preset::AskToJoin);
    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses: 0,
        note: String::new(),
    };
    assert!(world.ask(alice, make).is_ok());
    let code = world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here");
    let bob = world.browser_elsewhere("bob", "b.example");
    let look = world.browsers[bob].ask(Command::LookAtLink { invite: code.clone(), as_account: false });
    world.settle();
    let offer = world.browsers[bob].looks.remove(&look).expect("a preview").result.expect("a way in");
    assert_eq!((offer.name.as_str(), offer.hub.as_str()), ("Clubhouse", "a.example"));
    let join = |invite: &LinkText| Command::JoinByLink {
        invite: invite.clone(),
        as_account: false,
        pseudonym: None,
        inviter_gone: false,
    };
    assert_eq!(world.ask(bob, join(&code)), Ok(Outcome::Room { room: ROOM.to_owned() }));
    let cathy = world.browser_elsewhere("cathy", "c.example");
    assert_eq!(world.ask(cathy, join(&code)), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    follow(&mut world, cathy);
    say(&mut world, bob, "From b.");
    say(&mut world, cathy, "From c.");
    say(&mut world, alice, "From a.");
    said(&world, &[alice, bob, cathy], &["From b.", "From c.", "From a."]);
    // Nobody is told who is in the room but its followers, and each notify names its own clients only.
    for crossing in world.crossings().iter().filter(|crossing| crossing.endpoint == Endpoint::Notify) {
        let recipients = crossing.recipients.as_deref().expect("named");
        let prefix = format!("mimi://{}/d/", crossing.to);
        assert!(recipients.split(',').all(|client| client.starts_with(&prefix)), "{recipients}");
    }
    world.check();
}

/// A moderator of another provider than the hub answers somebody of a third one.
#[test]
fn admins_of_different_providers_answer_knocks() {
    let (mut world, alice) = three(4, Preset::AskToJoin);
    let bob = knock(&mut world, "bob", "b.example", 1);
    let_in(&mut world, alice, "bob");
    follow(&mut world, bob);
    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let role = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.wait(60_000);
    let cathy = knock(&mut world, "cathy", "c.example", 2);
    let dora = knock(&mut world, "dora", "a.example", 3);
    let_in(&mut world, bob, "cathy");
    let_in(&mut world, bob, "dora");
    for who in [cathy, dora] {
        assert_eq!(world.browsers[who].knock().state, MyKnockState::Accepted);
        follow(&mut world, who);
    }
    // Bob also makes a link, whose use the hub tells him of, and him alone of his provider's people.
    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses: 1,
        note: String::new(),
    };
    assert!(world.ask(bob, make).is_ok());
    let invite = world.browsers[bob].rooms[ROOM].links[0].code.clone().expect("made here");
    let eve = world.browser_elsewhere("eve", "b.example");
    let join = Command::JoinByLink { invite, as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(eve, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    let uses = world.browsers[bob].rooms[ROOM].links[0].uses.clone().expect("told");
    assert_eq!((uses.used, uses.claimed), (1, 0));
    let asked: Vec<_> =
        world.crossings().into_iter().filter(|crossing| crossing.endpoint == Endpoint::LinkUses).collect();
    let me = world.browsers[bob].rooms[ROOM].me.clone();
    for crossing in &asked {
        let users = String::from_utf8_lossy(&crossing.body).matches("mimi://").count();
        assert!(users == 1 && String::from_utf8_lossy(&crossing.body).contains(&me), "{crossing:?}");
    }
    assert!(!asked.is_empty());
    say(&mut world, cathy, "One.");
    say(&mut world, bob, "Two.");
    say(&mut world, dora, "Three.");
    said(&world, &[alice, bob, cathy, dora], &["One.", "Two.", "Three."]);
    world.check();
}

/// A yes and a no, or a yes and the knocker's going, may cross, and the Welcome may be late: nobody is in a room
/// without being able to read there.
#[test]
fn a_welcome_that_was_held_up_is_taken_whatever_was_said_meanwhile() {
    let no = Answer::Decline { reason: String::new() };
    let ban = Answer::Ban { reason: String::new() };
    for (seed, word) in [(7, Some(no)), (8, Some(ban)), (9, None)] {
        let (mut world, alice) = three(seed, Preset::AskToJoin);
        let bob = knock(&mut world, "bob", "b.example", 1);
        let_in(&mut world, alice, "bob");
        follow(&mut world, bob);
        let user = world.browsers[bob].rooms[ROOM].me.clone();
        let role = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
        assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
        world.wait(60_000);
        let cathy = knock(&mut world, "cathy", "c.example", 2);
        for to in ["b.example", "c.example"] {
            world.cut("a.example", to, true);
        }
        let_in(&mut world, alice, "cathy");
        match &word {
            Some(answer) => {
                let requests = &world.browsers[bob].home.requests;
                let request = requests.iter().find(|request| request.note == "cathy").expect("the knock").id.clone();
                let asked = Command::Answer { request, answer: answer.clone() };
                assert_eq!(world.ask(bob, asked), Ok(Outcome::Ok));
                world.wait(1_800_000);
                let state = &world.browsers[cathy].knock().state;
                // A ban is told when the hub has taken it, and the hub is out of reach.
                let told = match answer {
                    Answer::Ban { .. } => matches!(state, MyKnockState::Waiting { .. }),
                    _ => matches!(state, MyKnockState::Declined { .. }),
                };
                assert!(told, "seed {seed}: {state:?}");
            }
            None => {
                let id = world.browsers[cathy].knock().id.clone();
                assert_eq!(world.ask(cathy, Command::Withdraw { knock: id }), Ok(Outcome::Ok));
                assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn);
            }
        }
        for to in ["b.example", "c.example"] {
            world.cut("a.example", to, false);
        }
        world.wait(2 * 3_600_000);
        let people = world.browsers[alice].rooms[ROOM].people.len();
        if word.is_some() {
            assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted, "seed {seed}");
            assert_eq!(people, 3);
            follow(&mut world, cathy);
            say(&mut world, cathy, "In after all.");
            said(&world, &[alice, bob, cathy], &["In after all."]);
        } else {
            assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Withdrawn);
            assert_eq!(people, 2, "Cathy left by herself");
        }
        world.check();
    }
}

/// Makes somebody who is in the room an admin.
fn appoint(world: &mut World, by: usize, who: usize) {
    let user = world.browsers[who].rooms[ROOM].me.clone();
    let role = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(by, role), Ok(Outcome::Ok));
    world.wait(60_000);
}

/// Cathy's provider cannot get the keys of Bob's, and so she cannot read his knock; that he took it back she hears at once.
#[test]
fn a_knock_that_was_taken_back_before_it_could_be_read_cannot_be_answered() {
    let (mut world, alice) = three(10, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    let_in(&mut world, alice, "cathy");
    follow(&mut world, cathy);
    appoint(&mut world, alice, cathy);
    world.cut("c.example", "b.example", true);
    let bob = knock(&mut world, "bob", "b.example", 2);
    let id = world.browsers[bob].knock().id.clone();
    assert_eq!(world.ask(bob, Command::Withdraw { knock: id }), Ok(Outcome::Ok));
    world.wait(60_000);
    let heard =
        |world: &World| world.browsers[cathy].home.requests.iter().find(|request| request.note == "bob").cloned();
    assert_eq!(heard(&world), None);
    world.cut("c.example", "b.example", false);
    world.wait(3_600_000);
    assert_eq!(heard(&world).expect("Bob's knock").state, RequestState::Withdrawn);
    world.check();
}

/// Alice's yes is written and cannot be sent; meanwhile Bob said yes, and Cathy came and went.
#[test]
fn a_late_yes_lets_nobody_in_again_who_has_gone() {
    let (mut world, alice) = three(11, Preset::AskToJoin);
    let bob = knock(&mut world, "bob", "b.example", 1);
    let_in(&mut world, alice, "bob");
    follow(&mut world, bob);
    appoint(&mut world, alice, bob);
    let cathy = knock(&mut world, "cathy", "c.example", 2);
    world.away.insert(alice);
    world.break_stream(alice);
    let requests = &world.browsers[alice].home.requests;
    let request = requests.iter().find(|request| request.note == "cathy").expect("the knock").id.clone();
    assert_eq!(world.ask(alice, Command::Answer { request, answer: Answer::Accept }), Ok(Outcome::Ok));
    let_in(&mut world, bob, "cathy");
    follow(&mut world, cathy);
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(600_000);
    world.away.clear();
    world.wait(3_600_000);
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 2, "{}", world.browsers[who].name);
    }
    world.check();
}

/// What was accepted while the way between two providers was cut arrives when it is mended, in order and once; providers
/// are killed in the meantime.
#[test]
fn nothing_is_lost_while_a_provider_is_away() {
    let (mut world, alice) = three(5, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    world.cut("a.example", "c.example", true);
    for text in ["1", "2", "3"] {
        say(&mut world, alice, text);
    }
    world.restart("a.example");
    say(&mut world, alice, "4");
    world.wait(6 * 3_600_000);
    assert!(world.browsers[cathy].said(ROOM).is_empty());
    world.cut("a.example", "c.example", false);
    world.restart("c.example");
    world.wait(2 * 3_600_000);
    said(&world, &[alice, cathy], &["1", "2", "3", "4"]);
    say(&mut world, cathy, "5");
    said(&world, &[alice, cathy], &["1", "2", "3", "4", "5"]);
    world.check();
}

/// The hub hears from a provider to which it cannot bring anything: its people wait for what is under way, and do not come
/// in again past what was said meanwhile.
#[test]
fn nothing_is_lost_while_only_one_direction_works() {
    let (mut world, alice) = three(6, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    world.cut("a.example", "c.example", true);
    let bob = knock(&mut world, "bob", "b.example", 2);
    let_in(&mut world, alice, "bob");
    follow(&mut world, bob);
    for number in 0..3 {
        say(&mut world, alice, &format!("{number}"));
        // Commits that Cathy has to follow first, more than a message may be behind.
        for role in ["admin", "member"] {
            let user = world.browsers[bob].rooms[ROOM].me.clone();
            let role = Command::SetRole { room: ROOM.to_owned(), user, role: role.to_owned() };
            assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
        }
    }
    say(&mut world, cathy, "Does nobody say anything?");
    world.wait(24 * 3_600_000);
    assert!(!world.browsers[alice].said(ROOM).contains(&"Does nobody say anything?".to_owned()));
    world.cut("a.example", "c.example", false);
    world.wait(2 * 3_600_000);
    for who in [alice, cathy] {
        let mut heard = world.browsers[who].said(ROOM);
        heard.sort();
        assert_eq!(heard, ["0", "1", "2", "Does nobody say anything?"], "{}", world.browsers[who].name);
    }
    world.check();
}

/// Twenty seeds of a rough way between providers and to browsers.
#[test]
fn a_rough_way_loses_and_repeats_nothing() {
    for seed in 100..120 {
        let (mut world, alice) = three(seed, Preset::AskToJoin);
        world.faults = Faults::rough();
        world.set_faults_between(Faults::rough());
        let bob = world.browser_elsewhere("bob", "b.example");
        let cathy = world.browser_elsewhere("cathy", "c.example");
        for (number, who, note) in [(1, bob, "bob"), (2, cathy, "cathy")] {
            world.faults = Faults::default();
            let draft = knock_draft(&mut world, number, note);
            world.faults = Faults::rough();
            world.browsers[who].ask(Command::Knock(draft));
        }
        world.wait(3_600_000);
        for note in ["bob", "cathy"] {
            let_in(&mut world, alice, note);
        }
        world.wait(3_600_000);
        let everybody = [alice, bob, cathy];
        for who in everybody {
            world.browsers[who].ask(Command::Hello { room: Some(ROOM.to_owned()) });
            let text = world.browsers[who].name.clone();
            world.browsers[who].ask(Command::Send { room: ROOM.to_owned(), text, reply_to: None });
        }
        world.wait(3_600_000);
        for who in everybody {
            let mut said = world.browsers[who].said(ROOM);
            said.sort();
            assert_eq!(said, ["alice", "bob", "cathy"], "seed {seed}, {}", world.browsers[who].name);
        }
        world.set_faults_between(Faults::default());
        world.check();
    }
}

/// A lane that rests goes on at once when its peer is heard of, also after the hub was started again in the meantime.
#[test]
fn whoever_is_heard_of_again_gets_what_waits_at_once() {
    let (mut world, alice) = three(6, Preset::AskToJoin);
    let cathy = knock(&mut world, "cathy", "c.example", 1);
    accept(&mut world, alice);
    follow(&mut world, cathy);
    world.cut("a.example", "c.example", true);
    say(&mut world, alice, "Are you there?");
    world.wait(3 * 3_600_000);
    world.restart("a.example");
    world.cut("a.example", "c.example", false);
    // Nobody waits for a pause to end.
    world.patience = 10_000;
    say(&mut world, cathy, "I am.");
    for who in [alice, cathy] {
        let mut heard = world.browsers[who].said(ROOM);
        heard.sort();
        assert_eq!(heard, ["Are you there?", "I am."]);
    }
    world.check();
}

/// The keys of somebody in one room cannot be had: what is said in another room comes all the same, and what waited for the
/// keys comes when they are there.
#[test]
fn a_provider_that_is_away_stops_no_mailbox() {
    const GARDEN: &str = "mimi://a.example/r/garden";
    let (mut world, alice) = three(80, Preset::Open);
    let garden = RoomDraft { slug: Some("garden".to_owned()), ..draft(Preset::Open) };
    assert!(world.ask(alice, Command::CreateRoom(garden)).is_ok());
    let bob = world.browser_elsewhere("bob", "b.example");
    let join = |room: &str| Command::JoinOpen { room: room.to_owned(), pseudonym: None, as_account: false };
    for room in [ROOM, GARDEN] {
        assert!(world.ask(bob, join(room)).is_ok());
        assert_eq!(world.ask(bob, Command::Hello { room: Some(room.to_owned()) }), Ok(Outcome::Ok));
    }
    world.cut("b.example", "c.example", true);
    let cathy = world.browser_elsewhere("cathy", "c.example");
    assert!(world.ask(cathy, join(ROOM)).is_ok());
    follow(&mut world, cathy);
    say(&mut world, cathy, "Does everybody know me?");
    let there = Command::Send { room: GARDEN.to_owned(), text: "Out here.".to_owned(), reply_to: None };
    assert_eq!(world.ask(alice, there), Ok(Outcome::Ok));
    world.wait(5_000);
    assert_eq!(world.browsers[bob].said(GARDEN), ["Out here."]);
    assert!(world.browsers[bob].said(ROOM).is_empty(), "nobody vouches for Cathy here");
    world.wait(600_000);
    world.cut("b.example", "c.example", false);
    world.wait(120_000);
    said(&world, &[alice, bob, cathy], &["Does everybody know me?"]);
    world.check();
}
