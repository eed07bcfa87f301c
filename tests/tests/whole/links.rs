//! A join link, from the click that makes it to the first words of whoever came by it, and everything that can be wrong
//! with one.

use doorstep_client_api::door::Pseudonyms;
use doorstep_content::{CodeSeed, Invite};
use doorstep_page_api::view::{
    Answer, Command, KnockDraft, LinkOffer, LinkText, LinkView, MyKnockState, Outcome, Preset, RoomDraft, Visibility,
};
use doorstep_tests::{
    Faults, World,
    scene::{ROOM, account, door, draft, follow, say},
};
use doorstep_wire::Refusal;

/// Alice and her room.
fn with_room(seed: u64, draft: RoomDraft) -> (World, usize) {
    let mut world = World::new(seed);
    let alice = account(&mut world, "alice");
    assert_eq!(world.ask(alice, Command::CreateRoom(draft)), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);
    (world, alice)
}

fn make(max_uses: u32) -> Command {
    Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses,
        note: "For the party".to_owned(),
    }
}

fn link(world: &World, who: usize) -> LinkView {
    let links = &world.browsers[who].rooms[ROOM].links;
    assert_eq!(links.len(), 1, "{links:?}");
    links[0].clone()
}

/// Alice's room, where one has to knock, and the code of a link into it.
fn with_link(seed: u64, max_uses: u32) -> (World, usize, LinkText) {
    let (mut world, alice) = with_room(seed, draft(Preset::AskToJoin));
    let made = world.ask(alice, make(max_uses));
    let view = link(&world, alice);
    assert_eq!(made, Ok(Outcome::Link { link: view.id.clone() }));
    (world, alice, view.code.expect("made here"))
}

fn look(world: &mut World, who: usize, invite: &LinkText) -> Result<LinkOffer, Refusal> {
    look_as(world, who, invite, false)
}

fn look_as(world: &mut World, who: usize, invite: &LinkText, as_account: bool) -> Result<LinkOffer, Refusal> {
    let id = world.browsers[who].ask(Command::LookAtLink { invite: invite.clone(), as_account });
    world.settle();
    assert_eq!(world.browsers[who].done.get(&id), Some(&Ok(Outcome::Ok)));
    world.browsers[who].looks.remove(&id).expect("a preview").result.map_err(|dead| dead.problem.code)
}

fn join(invite: &LinkText) -> Command {
    Command::JoinByLink { invite: invite.clone(), as_account: false, pseudonym: None, inviter_gone: false }
}

fn in_room() -> Result<Outcome, Refusal> {
    Ok(Outcome::Room { room: ROOM.to_owned() })
}

fn invite(text: &LinkText) -> Invite {
    Invite::from_text(&text.0).expect("a code")
}

fn text(invite: &Invite) -> LinkText {
    LinkText(invite.to_text().expect("short enough"))
}

/// Uses spent and claimed, as the hub tells Alice.
fn used(world: &mut World, alice: usize) -> (u32, u32) {
    follow(world, alice);
    let uses = link(world, alice).uses.expect("the hub tells");
    (uses.used, uses.claimed)
}

#[test]
fn a_link_is_made_looked_at_joined_by_and_they_talk() {
    let (mut world, alice, code) = with_link(1, 0);
    let bob = world.browser("bob");
    let address = LinkText(format!("  https://a.example/j#{}\n", code.0));
    let offer = look(&mut world, bob, &address).expect("a way in");
    assert_eq!((offer.name.as_str(), offer.hub.as_str(), offer.role.as_str()), ("Clubhouse", "a.example", "member"));
    assert_eq!((offer.max_uses, offer.uses_left, offer.already_in, offer.inviter_gone), (0, None, false, false));
    assert_eq!(offer.description, "For whoever likes doors.");
    let people: Vec<_> = offer.people.iter().map(|person| (person.role.as_str(), person.pseudonym)).collect();
    assert_eq!(people, [("admin", true)]);
    assert!(offer.until > world.now().0 && offer.until <= world.now().0 + 3_600_000);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1, "nobody heard of the look");

    assert_eq!(world.ask(bob, join(&address)), in_room());
    follow(&mut world, bob);
    let me = &world.browsers[bob].rooms[ROOM].me;
    assert_eq!(me.rsplit('/').next(), offer.pseudonym.as_deref(), "Bob is who the preview said");
    say(&mut world, alice, "Welcome!");
    say(&mut world, bob, "Thank you.");
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].said(ROOM), ["Welcome!", "Thank you."]);
    }

    let seen = link(&world, alice);
    let joined: Vec<_> = seen.uses.as_ref().expect("told").joined.iter().map(|joined| joined.user.clone()).collect();
    assert_eq!(joined, [world.browsers[bob].rooms[ROOM].me.clone()]);
    assert_eq!((seen.note.as_str(), seen.role.as_str()), ("For the party", "member"));
    let members = &world.browsers[bob].rooms[ROOM];
    assert!(members.links.is_empty() && !members.can.make_links && !members.can.revoke_links);

    // Once more by the same link: Bob is in, and nothing is spent.
    let again = look(&mut world, bob, &code).expect("Bob's room");
    assert!(again.already_in);
    assert_eq!(world.ask(bob, join(&code)), in_room());
    assert_eq!(used(&mut world, alice), (1, 0));
}

#[test]
fn the_secret_of_a_link_stays_with_its_maker_and_goes_with_the_link() {
    let (mut world, alice, code) = with_link(2, 0);
    let bob = world.browser("bob");
    assert_eq!(world.ask(bob, join(&code)), in_room());
    let seed = invite(&code).code_seed.0;
    let numbers: Vec<u8> =
        seed.iter().flat_map(|byte| if *byte < 24 { vec![*byte] } else { vec![0x18, *byte] }).collect();
    let knows = |world: &World, who: usize| {
        let has = |row: &Vec<u8>| {
            row.windows(32).any(|part| part == seed) || row.windows(numbers.len()).any(|part| part == numbers)
        };
        world.browsers[who].disk.values().any(has)
    };
    assert!(knows(&world, alice), "this test looks in the right place");
    assert!(!knows(&world, bob), "whoever came in does not need it any more");
    let id = link(&world, alice).id;
    assert_eq!(world.ask(alice, Command::RevokeLink { room: ROOM.to_owned(), link: id }), Ok(Outcome::Ok));
    assert!(world.browsers[alice].rooms[ROOM].links.is_empty());
    assert!(!knows(&world, alice));
    let printed = format!("{:?} {:?}", join(&code), make(1));
    assert!(!printed.contains(&code.0));
}

#[test]
fn a_link_shows_its_code_again_after_a_restart() {
    let (mut world, alice, code) = with_link(3, 1);
    world.browsers[alice].kill();
    world.browsers[alice].open();
    follow(&mut world, alice);
    assert_eq!(link(&world, alice).code, Some(code));
}

#[test]
fn fifty_at_once_all_get_in_without_a_fork() {
    let (mut world, alice, code) = with_link(4, 0);
    world.faults = Faults { shuffled: true, ..Faults::default() };
    let joiners: Vec<_> = (0..50)
        .map(|number| {
            let who = world.browser(&format!("joiner {number}"));
            let id = world.browsers[who].ask(join(&code));
            (who, id)
        })
        .collect();
    world.wait(3_600_000);
    for (who, id) in &joiners {
        let browser = &world.browsers[*who];
        let answer = browser.done.get(id);
        assert_eq!(
            answer,
            Some(&Ok(Outcome::Room { room: ROOM.to_owned() })),
            "{}: {:?}",
            browser.name,
            browser.refusals
        );
    }
    world.faults = Faults::default();
    follow(&mut world, alice);
    let epoch = world.browsers[alice].rooms[ROOM].epoch;
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 51);
    for (who, _) in &joiners {
        follow(&mut world, *who);
        assert_eq!(world.browsers[*who].rooms[ROOM].epoch, epoch);
    }
    say(&mut world, joiners[49].0, "Hello everybody.");
    for who in joiners.iter().map(|(who, _)| *who).chain([alice]) {
        assert_eq!(world.browsers[who].said(ROOM), ["Hello everybody."], "{}", world.browsers[who].name);
    }
    assert_eq!(used(&mut world, alice), (50, 0));
    world.check();
}

#[test]
fn of_ten_who_race_for_one_use_exactly_one_gets_in() {
    for seed in 0..5 {
        let (mut world, alice, code) = with_link(50 + seed, 1);
        world.faults = Faults { shuffled: true, ..Faults::default() };
        let racers: Vec<_> = (0..10)
            .map(|number| {
                let who = world.browser(&format!("racer {number}"));
                let id = world.browsers[who].ask(join(&code));
                (who, id)
            })
            .collect();
        world.wait(3_000_000);
        world.faults = Faults::default();
        let results: Vec<_> = racers.iter().map(|(who, id)| world.browsers[*who].done[id].clone()).collect();
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "seed {seed}: {results:?}");
        for result in results.into_iter().filter_map(Result::err) {
            assert_eq!(result.code, Refusal::LinkUsedUp, "seed {seed}");
        }
        follow(&mut world, alice);
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 2);
        assert_eq!(used(&mut world, alice), (1, 0));
        let late = world.browser("late");
        assert_eq!(look(&mut world, late, &code), Err(Refusal::LinkUsedUp));
    }
}

#[test]
fn looking_a_thousand_times_spends_nothing() {
    let (mut world, alice, code) = with_link(5, 1);
    let bob = world.browser("bob");
    let first = look(&mut world, bob, &code).expect("a way in");
    assert_eq!((first.max_uses, first.uses_left), (1, Some(1)));
    let rows = world.browsers[bob].disk.len();
    for number in 0..1000 {
        let again = look(&mut world, bob, &code);
        assert_eq!(again.as_ref(), Ok(&first), "look {number}");
    }
    assert_eq!(world.browsers[bob].disk.len(), rows, "nothing piles up");
    assert_eq!(used(&mut world, alice), (0, 0));
    let carl = world.browser("carl");
    assert_eq!(world.ask(carl, join(&code)), in_room());
    assert_eq!(look(&mut world, bob, &code), Err(Refusal::LinkUsedUp));
}

#[test]
fn an_ended_a_paused_and_a_revoked_link_say_so() {
    let (mut world, alice, code) = with_link(6, 0);
    let bob = world.browser("bob");
    let pause = |paused| Command::PauseLinks { room: ROOM.to_owned(), paused };
    assert_eq!(world.ask(alice, pause(true)), Ok(Outcome::Ok));
    assert!(world.browsers[alice].rooms[ROOM].link_rules.paused);
    assert_eq!(look(&mut world, bob, &code), Err(Refusal::LinkPaused));
    assert_eq!(world.ask(bob, join(&code)), Err(Refusal::LinkPaused));
    assert_eq!(world.ask(alice, pause(false)), Ok(Outcome::Ok));
    assert!(look(&mut world, bob, &code).is_ok());
    // Somebody who has looked before it ended comes too late.
    world.wait(3_600_000);
    assert_eq!(look(&mut world, bob, &code), Err(Refusal::LinkExpired));
    assert_eq!(world.ask(bob, join(&code)), Err(Refusal::LinkExpired));
    let id = link(&world, alice).id;
    assert_eq!(world.ask(alice, Command::RevokeLink { room: ROOM.to_owned(), link: id }), Ok(Outcome::Ok));
    assert_eq!(look(&mut world, bob, &code), Err(Refusal::LinkUnknown));
    assert_eq!(world.ask(bob, join(&code)), Err(Refusal::LinkUnknown));
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1);
}

#[test]
fn what_is_not_the_link_that_was_made_leads_nowhere() {
    let (mut world, _, code) = with_link(7, 0);
    let bob = world.browser("bob");
    let good = invite(&code);
    let wrong = |change: &dyn Fn(&mut Invite)| {
        let mut changed = good.clone();
        change(&mut changed);
        text(&changed)
    };
    let seed = wrong(&|invite| invite.code_seed = CodeSeed([1; 32]));
    let room = wrong(&|invite| invite.room = "mimi://a.example/r/nowhere".parse().unwrap());
    let hub = wrong(&|invite| invite.hub = [1; 32]);
    for (text, word) in [(&seed, Refusal::LinkUnknown), (&room, Refusal::LinkUnknown), (&hub, Refusal::LinkWrongHub)] {
        assert_eq!(look(&mut world, bob, text), Err(word.clone()));
        assert_eq!(world.ask(bob, join(text)), Err(word.clone()));
    }
    for (text, word) in [
        ("", Refusal::LinkEmpty),
        ("https://evil.example/", Refusal::LinkForeign),
        ("a word", Refusal::LinkForeign),
        (&code.0[..code.0.len() - 4], Refusal::LinkDamaged),
    ] {
        assert_eq!(look(&mut world, bob, &text.into()), Err(word.clone()), "{text}");
        assert_eq!(world.ask(bob, join(&text.into())), Err(word.clone()), "{text}");
    }
    let elsewhere = wrong(&|invite| invite.room = "mimi://b.example/r/clubhouse".parse().unwrap());
    for _ in 0..2 {
        assert_eq!(look(&mut world, bob, &elsewhere), Err(Refusal::LinkElsewhere));
        assert_eq!(world.ask(bob, join(&elsewhere)), Err(Refusal::LinkElsewhere));
    }
    // All that did not use up pseudonyms: the offer is still the same one.
    let offer = look(&mut world, bob, &code).expect("a way in");
    assert_eq!(look(&mut world, bob, &code), Ok(offer));
}

#[test]
fn whoever_comes_after_the_inviter_has_gone_is_asked() {
    let (mut world, _, code) = with_link(8, 0);
    let bob = world.browser("bob");
    let mut changed = invite(&code);
    changed.inviter = Some([9; 32]);
    let stale = text(&changed);
    assert!(look(&mut world, bob, &stale).expect("a way in").inviter_gone);
    assert_eq!(world.ask(bob, join(&stale)), Err(Refusal::LinkInviterGone));
    let knowingly = Command::JoinByLink { invite: stale, as_account: false, pseudonym: None, inviter_gone: true };
    assert_eq!(world.ask(bob, knowingly), in_room());
}

#[test]
fn a_private_room_tells_of_itself_to_holders_of_a_code_alone() {
    let private = RoomDraft { visibility: Visibility::Private, ..draft(Preset::AskToJoin) };
    let (mut world, alice) = with_room(9, private);
    assert!(world.ask(alice, make(1)).is_ok());
    let code = link(&world, alice).code.expect("mine");
    let bob = world.browser("bob");
    let mut wrong = invite(&code);
    wrong.code_seed = CodeSeed([1; 32]);
    let mut nowhere = invite(&code);
    nowhere.room = "mimi://a.example/r/nowhere".parse().unwrap();
    let hidden = world.browsers[bob].refusals.len();
    assert_eq!(look(&mut world, bob, &text(&wrong)), Err(Refusal::LinkUnknown));
    assert_eq!(look(&mut world, bob, &text(&nowhere)), Err(Refusal::LinkUnknown));
    assert_eq!(world.browsers[bob].refusals.len(), hidden, "the hub says no word to either");
    assert_eq!(world.ask(bob, join(&code)), in_room());
    let carl = world.browser("carl");
    assert_eq!(look(&mut world, carl, &code), Err(Refusal::LinkUsedUp), "whoever holds the code hears why");
}

#[test]
fn whoever_is_overtaken_in_a_private_room_hears_so_and_comes_again() {
    let mut overtaken = 0;
    for seed in 0..4 {
        let private = RoomDraft { visibility: Visibility::Private, ..draft(Preset::AskToJoin) };
        let (mut world, alice) = with_room(200 + seed, private);
        assert!(world.ask(alice, make(4)).is_ok());
        let code = link(&world, alice).code.expect("mine");
        world.faults = Faults { shuffled: true, ..Faults::default() };
        let joiners: Vec<_> = (0..4)
            .map(|number| {
                let who = world.browser(&format!("joiner {number}"));
                let id = world.browsers[who].ask(join(&code));
                (who, id)
            })
            .collect();
        world.wait(600_000);
        world.faults = Faults::default();
        for (who, id) in &joiners {
            let browser = &world.browsers[*who];
            assert!(matches!(browser.done.get(id), Some(Ok(_))), "seed {seed}: {:?}", browser.refusals);
            overtaken += browser.refusals.iter().filter(|refusal| refusal.contains(Refusal::WrongEpoch.word())).count();
        }
        assert_eq!(used(&mut world, alice), (4, 0), "seed {seed}");
    }
    assert!(overtaken > 0, "this test looks for races");
}

#[test]
fn a_crash_of_the_joiner_after_any_step_loses_nothing() {
    let quiet = {
        let (mut world, _, code) = with_link(10, 1);
        let bob = world.browser("bob");
        assert_eq!(world.ask(bob, join(&code)), in_room());
        world.browsers[bob].steps
    };
    for step in 1..=quiet {
        let (mut world, alice, code) = with_link(10, 1);
        let bob = world.browser("bob");
        world.browsers[bob].crash_after_step = Some(step);
        let id = world.browsers[bob].ask(join(&code));
        world.settle();
        // The page sends again what was not answered, to whichever engine runs.
        if !world.browsers[bob].done.contains_key(&id) {
            world.browsers[bob].ask_as(&id, join(&code));
            world.settle();
        }
        assert!(matches!(world.browsers[bob].done.get(&id), Some(Ok(_))), "crash after step {step}");
        follow(&mut world, bob);
        say(&mut world, alice, "Welcome!");
        assert_eq!(world.browsers[bob].said(ROOM), ["Welcome!"], "crash after step {step}");
        assert_eq!(used(&mut world, alice), (1, 0), "crash after step {step}");
    }
}

#[test]
fn a_crash_of_the_maker_after_any_step_makes_one_link() {
    let quiet = with_link(11, 1).0.browsers[0].steps;
    let before = with_room(11, draft(Preset::AskToJoin)).0.browsers[0].steps;
    for step in before + 1..=quiet {
        let (mut world, alice) = with_room(11, draft(Preset::AskToJoin));
        world.browsers[alice].crash_after_step = Some(step);
        let id = world.browsers[alice].ask(make(1));
        world.settle();
        if !world.browsers[alice].done.contains_key(&id) {
            world.browsers[alice].ask_as(&id, make(1));
            world.settle();
        }
        assert!(matches!(world.browsers[alice].done.get(&id), Some(Ok(_))), "crash after step {step}");
        follow(&mut world, alice);
        let code = link(&world, alice).code.expect("made here");
        let bob = world.browser("bob");
        assert_eq!(world.ask(bob, join(&code)), in_room(), "crash after step {step}");
    }
}

#[test]
fn a_rough_network_changes_nothing_but_the_time_it_takes() {
    for seed in 0..10 {
        let (mut world, alice, code) = with_link(100 + seed, 3);
        world.faults = Faults::rough();
        let joiners: Vec<_> = (0..3)
            .map(|number| {
                let who = world.browser(&format!("joiner {number}"));
                let id = world.browsers[who].ask(join(&code));
                (who, id)
            })
            .collect();
        world.wait(900_000);
        world.faults = Faults::default();
        for (who, id) in &joiners {
            let browser = &world.browsers[*who];
            assert!(
                matches!(browser.done.get(id), Some(Ok(_))),
                "seed {seed}: {:?} {:?}",
                browser.done,
                browser.refusals
            );
        }
        assert_eq!(used(&mut world, alice), (3, 0), "seed {seed}");
        world.check();
    }
}

#[test]
fn a_dead_link_becomes_a_knock_that_says_which() {
    let (mut world, alice, code) = with_link(12, 1);
    let first = world.browser("first");
    assert_eq!(world.ask(first, join(&code)), in_room());
    let cathy = world.browser("cathy");
    assert_eq!(look(&mut world, cathy, &code), Err(Refusal::LinkUsedUp));
    let door = door(&mut world);
    let id = link(&world, alice).id;
    let mut draft = KnockDraft {
        id: "00000000-0000-4000-8000-000000000001".to_owned(),
        room: ROOM.to_owned(),
        room_name: "Clubhouse".to_owned(),
        knock_room: door.knock_room.expect("a room to knock at"),
        note: "The link is used up.".to_owned(),
        pseudonym: "1b4e28ba-2fa1-4d1e-883f-0016d3cca401".to_owned(),
        link: Some("no link".to_owned()),
        disclose: None,
    };
    assert_eq!(world.ask(cathy, Command::Knock(draft.clone())), Err(Refusal::NotALink));
    draft.link = Some(id.clone());
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    // Alice takes the link away; what she noted about it is still there for the knock.
    assert_eq!(world.ask(alice, Command::RevokeLink { room: ROOM.to_owned(), link: id.clone() }), Ok(Outcome::Ok));
    let request = world.browsers[alice].request().clone();
    let came_by = request.link.expect("the link");
    assert_eq!((came_by.id, came_by.note.as_deref()), (id, Some("For the party")));
    assert_eq!(world.ask(alice, Command::Answer { request: request.id, answer: Answer::Accept }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
}

#[test]
fn a_banned_pseudonym_stays_out_with_any_link() {
    let (mut world, alice, code) = with_link(13, 0);
    let bob = world.browser("bob");
    assert_eq!(world.ask(bob, join(&code)), in_room());
    follow(&mut world, bob);
    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let ban = Command::Remove { room: ROOM.to_owned(), user: user.clone(), ban: true };
    assert_eq!(world.ask(alice, ban), Ok(Outcome::Ok));
    let pseudonym = user.rsplit('/').next().map(str::to_owned);
    let back = Command::JoinByLink { invite: code, as_account: false, pseudonym, inviter_gone: false };
    assert_eq!(world.ask(bob, back), Err(Refusal::Banned));
}

#[test]
fn a_room_without_pseudonyms_is_looked_at_and_joined_with_the_account() {
    let named = RoomDraft { pseudonyms: Pseudonyms::Forbidden, ..draft(Preset::Open) };
    let (mut world, alice) = with_room(14, named);
    assert!(world.ask(alice, make(0)).is_ok());
    let code = link(&world, alice).code.expect("mine");
    let bob = account(&mut world, "bob");
    assert_eq!(look(&mut world, bob, &code), Err(Refusal::PseudonymForbidden));
    let offer = look_as(&mut world, bob, &code, true).expect("a way in");
    assert_eq!((offer.pseudonyms, offer.pseudonym), (Pseudonyms::Forbidden, None));
    assert!(offer.people.iter().all(|person| !person.pseudonym));
    let join = Command::JoinByLink { invite: code.clone(), as_account: true, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(bob, join), in_room());
    let guest = world.browser("guest");
    assert_eq!(look_as(&mut world, guest, &code, true), Err(Refusal::NeedsAccount));
}

#[test]
fn links_keep_to_the_rules_of_the_room_and_to_those_who_may() {
    let (mut world, alice, code) = with_link(15, 0);
    let rules = world.browsers[alice].rooms[ROOM].link_rules.clone();
    assert_eq!((rules.paused, rules.max_seconds, rules.many_uses), (false, 90 * 86_400, true));
    assert_eq!(rules.roles, ["member"]);
    let with = |role: &str, seconds, note: &str| Command::MakeLink {
        room: ROOM.to_owned(),
        role: role.to_owned(),
        seconds,
        max_uses: 0,
        note: note.to_owned(),
    };
    assert_eq!(world.ask(alice, with("admin", 3600, "")), Err(Refusal::LinkRole));
    assert_eq!(world.ask(alice, with("member", 91 * 86_400, "")), Err(Refusal::LinkLife));
    assert_eq!(world.ask(alice, with("member", 1, "")), Err(Refusal::LinkLife));
    assert_eq!(world.ask(alice, with("member", 3600, &"x".repeat(201))), Err(Refusal::NoteLength));
    assert!(world.ask(alice, with("member", 90 * 86_400, "")).is_ok(), "the longest there is");
    assert_eq!(world.browsers[alice].rooms[ROOM].links.len(), 2);

    let bob = world.browser("bob");
    assert_eq!(world.ask(bob, make(0)), Err(Refusal::NoRoom));
    assert_eq!(world.ask(bob, join(&code)), in_room());
    let id = world.browsers[alice].rooms[ROOM].links[0].id.clone();
    assert_eq!(world.ask(bob, make(0)), Err(Refusal::NotAllowed));
    let revoke = |link: &str| Command::RevokeLink { room: ROOM.to_owned(), link: link.to_owned() };
    assert_eq!(world.ask(bob, revoke(&id)), Err(Refusal::NotAllowed));
    let pause = Command::PauseLinks { room: ROOM.to_owned(), paused: true };
    assert_eq!(world.ask(bob, pause), Err(Refusal::NotAllowed));
    // What is gone already, and what never was.
    assert_eq!(world.ask(alice, revoke(&id)), Ok(Outcome::Ok));
    assert_eq!(world.ask(alice, revoke(&id)), Ok(Outcome::Ok));
    assert_eq!(world.ask(alice, revoke("zz")), Err(Refusal::NotALink));
    assert_eq!(world.browsers[alice].rooms[ROOM].links.len(), 1);
}

#[test]
fn another_admin_sees_the_link_without_its_secret_and_takes_it_away() {
    let (mut world, alice, code) = with_link(16, 0);
    let bob = world.browser("bob");
    assert_eq!(world.ask(bob, join(&code)), in_room());
    follow(&mut world, bob);
    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let promote = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, promote), Ok(Outcome::Ok));
    let seen = link(&world, bob);
    assert_eq!((seen.code, seen.note.as_str()), (None, ""));
    assert_eq!(seen.uses.map(|uses| uses.used), Some(1));
    assert!(world.browsers[bob].rooms[ROOM].can.revoke_links);
    let revoke = Command::RevokeLink { room: ROOM.to_owned(), link: seen.id };
    assert_eq!(world.ask(bob, revoke), Ok(Outcome::Ok));
    for who in [alice, bob] {
        assert!(world.browsers[who].rooms[ROOM].links.is_empty());
    }
    let carl = world.browser("carl");
    assert_eq!(look(&mut world, carl, &code), Err(Refusal::LinkUnknown));
    world.check();
}
