//! Saying inside a room who one is: to whom it is shown, what it proves, and who never learns of it.

use doorstep_client_api::{
    door::{DisclosurePolicy, Door, Pseudonyms},
    http,
};
use doorstep_page_api::view::{
    Answer, ChatBody, Claims, Command, Delivery, DiscloseTo, Disclosed, DisclosedTo, Happening, KnockDraft,
    MyKnockState, Outcome, Person, Preset, RoomDraft, Visibility,
};
use doorstep_peers::Endpoint;
use doorstep_tests::{Faults, World};
use doorstep_wire::Refusal;

use crate::alone::{Log, alone};

const ROOM: &str = "mimi://a.example/r/clubhouse";
const BOTH: Claims = Claims { handle: true, display_name: true };
const NAME_ONLY: Claims = Claims { handle: false, display_name: true };

fn draft(preset: Preset, disclosure: DisclosurePolicy) -> RoomDraft {
    RoomDraft {
        name: "Clubhouse".to_owned(),
        description: String::new(),
        slug: Some("clubhouse".to_owned()),
        preset,
        visibility: Visibility::Listed,
        noindex: false,
        guests: true,
        pseudonyms: Pseudonyms::Optional,
        as_account: false,
        disclosure,
    }
}

fn account(world: &mut World, handle: &str, display_name: Option<&str>) -> usize {
    let who = world.browser(handle);
    let sign_up = Command::SignUp { handle: handle.to_owned(), display_name: display_name.map(str::to_owned) };
    assert_eq!(world.ask(who, sign_up), Ok(Outcome::Ok));
    who
}

fn follow(world: &mut World, who: usize) {
    assert_eq!(world.ask(who, Command::Hello { room: Some(ROOM.to_owned()) }), Ok(Outcome::Ok));
}

fn enter(world: &mut World, who: usize) {
    let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
    assert_eq!(world.ask(who, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, who);
}

/// Alice's open room, with Alice and Bob in it.
fn open_room(seed: u64, disclosure: DisclosurePolicy) -> (World, usize, usize) {
    let mut world = World::new(seed);
    let (alice, bob) = furnish(&mut world, disclosure);
    (world, alice, bob)
}

fn furnish(world: &mut World, disclosure: DisclosurePolicy) -> (usize, usize) {
    let alice = account(world, "alice", None);
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::Open, disclosure)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, alice);
    let bob = account(world, "bob", Some("Bob Builder"));
    enter(world, bob);
    (alice, bob)
}

fn disclose(world: &mut World, who: usize, to: DiscloseTo, claims: Claims) -> Result<Outcome, Refusal> {
    world.ask(who, Command::Disclose { room: ROOM.to_owned(), to, claims })
}

fn name_in_room(world: &World, who: usize) -> String {
    world.browsers[who].rooms[ROOM].me.clone()
}

fn seen(world: &World, by: usize, who: &str) -> Person {
    let people = &world.browsers[by].rooms[ROOM].people;
    people.iter().find(|person| person.user == who).unwrap_or_else(|| panic!("{who} is not there")).clone()
}

fn disclosed(world: &World, by: usize, who: usize) -> Option<Disclosed> {
    seen(world, by, &name_in_room(world, who)).disclosed
}

/// Lines about disclosures in somebody's chat.
fn lines(world: &World, who: usize) -> Vec<(String, String)> {
    let messages = world.browsers[who].rooms[ROOM].messages.iter();
    messages
        .filter_map(|message| match &message.body {
            ChatBody::Happened(Happening::Disclosed(account)) => Some((message.from.clone(), account.clone())),
            _ => None,
        })
        .collect()
}

fn has(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

fn disk_has(world: &World, who: usize, secret: &str) -> bool {
    world.browsers[who].disk.values().any(|row| has(row, secret.as_bytes()))
}

#[test]
fn the_room_is_told_and_can_check_it() {
    let (mut world, alice, bob) = open_room(1, DisclosurePolicy::Optional);
    let cathy = world.browser("cathy");
    enter(&mut world, cathy);
    assert!(world.browsers[bob].rooms[ROOM].disclosure.possible);
    assert!(!world.browsers[cathy].rooms[ROOM].disclosure.possible, "a guest has nothing to show");
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    let bob_here = name_in_room(&world, bob);
    for who in [alice, cathy] {
        let told = disclosed(&world, who, bob).expect("told");
        assert_eq!(told.user, "mimi://a.example/u/bob");
        assert_eq!((told.handle.as_deref(), told.display_name.as_deref()), (Some("bob"), Some("Bob Builder")));
        assert_eq!((told.issuer.as_str(), told.to), ("a.example", DisclosedTo::Room));
        assert_eq!(told.proven, ["account", "handle", "display-name"]);
        assert_eq!(lines(&world, who), [(bob_here.clone(), "mimi://a.example/u/bob".to_owned())]);
        assert_eq!(disclosed(&world, bob, who), None);
    }
    assert_eq!(lines(&world, bob).len(), 1);
    assert_eq!(disclosed(&world, bob, bob), None);
    let mine = &world.browsers[bob].rooms[ROOM].disclosure.mine;
    assert_eq!(mine.len(), 1);
    assert_eq!((mine[0].readers, &mine[0].delivery, &mine[0].to), (2, &Delivery::Sent, &DiscloseTo::Room));
    assert_eq!(world.browsers[bob].home.disclosures, *mine);

    // It is there after a reload, and after Bob has new keys.
    let before = disclosed(&world, alice, bob);
    world.browsers[alice].open();
    follow(&mut world, alice);
    assert_eq!(disclosed(&world, alice, bob), before);
    // Who told a room once has told it.
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, NAME_ONLY), Err(Refusal::AlreadyDisclosed));

    // It ends with the leaf: under another name Bob is a stranger again, and the list of what he said stays.
    assert_eq!(world.ask(bob, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(120_000);
    enter(&mut world, bob);
    world.wait(3_600_000);
    assert_ne!(name_in_room(&world, bob), bob_here);
    assert_eq!(disclosed(&world, alice, bob), None);
    assert_eq!(world.browsers[bob].home.disclosures.len(), 1);
    assert!(world.browsers[bob].rooms[ROOM].disclosure.mine.is_empty());
}

#[test]
fn only_what_was_chosen_is_told() {
    let (mut world, alice, bob) = open_room(2, DisclosurePolicy::Optional);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, Claims::default()), Ok(Outcome::Ok));
    let told = disclosed(&world, alice, bob).expect("told");
    assert_eq!((told.handle, told.display_name), (None, None));
    assert_eq!(told.proven, ["account"]);
    assert!(!disk_has(&world, alice, "Bob Builder"));
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, NAME_ONLY), Ok(Outcome::Ok));
    let told = disclosed(&world, alice, bob).expect("told");
    assert_eq!((told.handle.as_deref(), told.display_name.as_deref()), (None, Some("Bob Builder")));
}

#[test]
fn those_who_come_later_are_told_by_itself_once_for_all_of_them() {
    let (mut world, alice, bob) = open_room(3, DisclosurePolicy::Optional);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    world.received = Some(Vec::new());
    // They come within seconds.
    world.patience = 1_000;
    let late: Vec<usize> = ["dora", "emil", "fred"].map(|name| world.browser(name)).to_vec();
    for who in &late {
        enter(&mut world, *who);
    }
    let sent = |world: &World| {
        let received = world.received.as_ref().unwrap().iter();
        received.filter(|request| http::is_made_of(&request.path, http::SUBMIT_MESSAGE)).count()
    };
    assert_eq!(sent(&world), 0, "not at once");
    for who in &late {
        assert_eq!(disclosed(&world, *who, bob), None);
    }
    world.wait(3_600_000);
    assert_eq!(sent(&world), 1, "one message for three");
    for who in &late {
        let told = disclosed(&world, *who, bob).expect("told later");
        assert_eq!(told.display_name.as_deref(), Some("Bob Builder"));
        assert_eq!(lines(&world, *who).len(), 1);
    }
    // For those who knew it nothing new was said.
    assert_eq!(lines(&world, alice).len(), 1);
    assert_eq!(lines(&world, bob).len(), 1);
    world.wait(3_600_000);
    assert_eq!(sent(&world), 1);
}

#[test]
fn a_disclosure_that_waits_for_newcomers_survives_a_crash() {
    let (mut world, _, bob) = open_room(4, DisclosurePolicy::Optional);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    let dora = world.browser("dora");
    world.patience = 1_000;
    enter(&mut world, dora);
    world.browsers[bob].kill();
    world.wait(3_600_000);
    assert_eq!(disclosed(&world, dora, bob), None);
    world.browsers[bob].open();
    world.wait(3_600_000);
    assert!(disclosed(&world, dora, bob).is_some());
}

#[test]
fn what_is_told_to_one_nobody_else_can_read() {
    let (mut world, alice, bob) = open_room(5, DisclosurePolicy::Optional);
    let cathy = world.browser("cathy");
    enter(&mut world, cathy);
    let to = DiscloseTo::Member(name_in_room(&world, cathy));
    assert_eq!(disclose(&mut world, bob, to.clone(), BOTH), Ok(Outcome::Ok));
    let told = disclosed(&world, cathy, bob).expect("told");
    assert_eq!((told.to, told.display_name.as_deref()), (DisclosedTo::Me, Some("Bob Builder")));
    assert_eq!(lines(&world, cathy).len(), 1);
    assert_eq!(disclosed(&world, alice, bob), None);
    assert!(lines(&world, alice).is_empty());
    for secret in ["Bob Builder", "mimi://a.example/u/bob"] {
        assert!(!disk_has(&world, alice, secret), "{secret} is with somebody it was not told to");
        assert!(disk_has(&world, cathy, secret));
    }
    // Whoever comes later is not told either.
    let dora = world.browser("dora");
    enter(&mut world, dora);
    world.wait(3_600_000);
    assert_eq!(disclosed(&world, dora, bob), None);
    assert_eq!(world.browsers[bob].home.disclosures[0].to, to);
    assert_eq!(world.browsers[bob].home.disclosures[0].readers, 1);
}

#[test]
fn the_admins_are_told_alone() {
    let (mut world, alice, bob) = open_room(6, DisclosurePolicy::Optional);
    let cathy = world.browser("cathy");
    enter(&mut world, cathy);
    let admins: Vec<bool> = [alice, bob, cathy].map(|who| seen(&world, bob, &name_in_room(&world, who)).admin).to_vec();
    assert_eq!(admins, [true, false, false]);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Admins, BOTH), Ok(Outcome::Ok));
    assert_eq!(disclosed(&world, alice, bob).expect("told").display_name.as_deref(), Some("Bob Builder"));
    assert_eq!(disclosed(&world, cathy, bob), None);
    assert!(!disk_has(&world, cathy, "Bob Builder"));
    // The only admin has nobody to tell.
    assert_eq!(disclose(&mut world, alice, DiscloseTo::Admins, BOTH), Err(Refusal::NobodyToRead));
}

#[test]
fn what_cannot_be_told_is_refused_with_a_word() {
    let (mut world, _, bob) = open_room(7, DisclosurePolicy::Optional);
    let cathy = world.browser("cathy");
    enter(&mut world, cathy);
    assert_eq!(disclose(&mut world, cathy, DiscloseTo::Room, BOTH), Err(Refusal::NeedsAccount));
    for nobody in ["mimi://a.example/u/nobody", "nonsense", &name_in_room(&world, bob)] {
        let to = DiscloseTo::Member(nobody.to_owned());
        assert_eq!(disclose(&mut world, bob, to, BOTH), Err(Refusal::NotAMember));
    }
    let dora = account(&mut world, "dora", None);
    let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: true };
    assert_eq!(world.ask(dora, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    assert_eq!(disclose(&mut world, dora, DiscloseTo::Room, BOTH), Err(Refusal::AlreadyAccount));
    let elsewhere = Command::Disclose { room: "mimi://a.example/r/x".into(), to: DiscloseTo::Room, claims: BOTH };
    assert_eq!(world.ask(bob, elsewhere), Err(Refusal::NoRoom));
}

#[test]
fn a_room_that_wants_no_names_hears_none() {
    let (mut world, _, bob) = open_room(8, DisclosurePolicy::Forbidden);
    assert!(!world.browsers[bob].rooms[ROOM].disclosure.possible);
    assert_eq!(world.browsers[bob].rooms[ROOM].disclosure.policy, DisclosurePolicy::Forbidden);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Err(Refusal::DisclosureForbidden));
    assert!(world.browsers[bob].home.disclosures.is_empty());
}

#[test]
fn a_room_that_requires_names_shows_its_admins_who_is_late() {
    let (mut world, alice, bob) = open_room(9, DisclosurePolicy::Required { grace: 3_600 });
    let cathy = account(&mut world, "cathy", None);
    enter(&mut world, cathy);
    let due = world.browsers[bob].rooms[ROOM].disclosure.due.expect("a grace");
    assert!(due > world.now().0 && due <= world.now().0 + 3_600_000);
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    assert_eq!(world.browsers[bob].rooms[ROOM].disclosure.due, None);
    let late = |world: &World, who: usize| seen(world, alice, &name_in_room(world, who)).overdue;
    assert!(!late(&world, bob) && !late(&world, cathy));
    world.wait(3_700_000);
    assert!(!late(&world, bob) && late(&world, cathy), "Cathy's grace is over");
    assert!(!seen(&world, bob, &name_in_room(&world, cathy)).overdue, "for those who can do something about it");
    assert_eq!(disclose(&mut world, cathy, DiscloseTo::Admins, Claims::default()), Ok(Outcome::Ok));
    assert!(!late(&world, cathy));
}

#[test]
fn it_gets_through_a_rough_network() {
    let (mut world, alice, bob) = open_room(10, DisclosurePolicy::Optional);
    let cathy = world.browser("cathy");
    enter(&mut world, cathy);
    world.faults = Faults::rough();
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    let to = DiscloseTo::Member(name_in_room(&world, alice));
    assert_eq!(disclose(&mut world, bob, to, BOTH), Ok(Outcome::Ok));
    let late: Vec<usize> = ["dora", "emil"].map(|name| world.browser(name)).to_vec();
    for who in &late {
        let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
        world.browsers[*who].ask(join);
    }
    world.wait(3_600_000);
    world.faults = Faults::default();
    world.wait(3_600_000);
    for who in [alice, cathy, late[0], late[1]] {
        follow(&mut world, who);
        assert!(disclosed(&world, who, bob).is_some(), "{}", world.browsers[who].name);
        assert!(lines(&world, who).iter().all(|(_, account)| account == "mimi://a.example/u/bob"));
    }
    let deliveries: Vec<_> = world.browsers[bob].home.disclosures.iter().map(|mine| mine.delivery.clone()).collect();
    assert_eq!(deliveries, [Delivery::Sent, Delivery::Sent]);
}

#[test]
fn what_comes_too_late_for_its_epoch_is_made_anew() {
    let (mut world, alice, bob) = open_room(16, DisclosurePolicy::Optional);
    let to = DiscloseTo::Member(name_in_room(&world, alice));
    assert_eq!(disclose(&mut world, bob, to, Claims::default()), Ok(Outcome::Ok));
    // The message is made and lies on Bob's disk, and does not get through.
    world.faults = Faults { lost_requests: 100, ..Faults::default() };
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    world.browsers[bob].kill();
    world.faults = Faults::default();
    for guest in 0..7 {
        let who = world.browser(&format!("guest {guest}"));
        enter(&mut world, who);
    }
    world.received = Some(Vec::new());
    world.browsers[bob].open();
    world.wait(600_000);
    let received = world.received.take().unwrap();
    let sent = received.iter().filter(|request| http::is_made_of(&request.path, http::SUBMIT_MESSAGE));
    let bodies: std::collections::BTreeSet<_> = sent.map(|request| request.body.clone()).collect();
    assert!(bodies.len() >= 2, "the first was too old, another was made");
    let told = disclosed(&world, alice, bob).expect("told");
    assert_eq!(told.display_name.as_deref(), Some("Bob Builder"));
    assert_eq!(world.browsers[bob].home.disclosures[0].delivery, Delivery::Sent);
}

/// The client of somebody's account that stands for it where it is shown.
fn client_that_is_shown(world: &World, who: usize) -> String {
    let rows = world.browsers[who].disk.iter();
    let mut rows = rows.filter(|(_, row)| row.windows(7).any(|part| part == b"Account"));
    let (key, _) = rows.find(|(key, _)| key.starts_with(b"e/identity/mimi://")).expect("an account that was shown");
    String::from_utf8(key["e/identity/".len()..].to_vec()).expect("a URI")
}

#[test]
fn the_providers_word_for_an_account_is_renewed_long_before_it_ends() {
    const DAY: u64 = 86_400_000;
    let (mut world, _, bob) = open_room(17, DisclosurePolicy::Optional);
    world.received = Some(Vec::new());
    assert_eq!(disclose(&mut world, bob, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    // The account has another client, by which it is asked; its word is renewed too.
    let shown = client_that_is_shown(&world, bob);
    let asked = |world: &World, path: &str| {
        let requests = world.received.as_ref().unwrap().iter().filter(|request| request.path == path);
        requests.filter(|request| request.body.windows(shown.len()).any(|part| part == shown.as_bytes())).count()
    };
    assert_eq!((asked(&world, http::ISSUE_ACCOUNT), asked(&world, http::RENEW_ACCOUNT)), (1, 0));
    for (days, renewed) in [(100, 0), (25, 1), (2, 1), (100, 1), (25, 2)] {
        world.wait(days * DAY);
        follow(&mut world, bob);
        assert_eq!(asked(&world, http::RENEW_ACCOUNT), renewed, "{days} days later");
    }
    assert_eq!(asked(&world, http::ISSUE_ACCOUNT), 1);
}

fn knock(world: &mut World, who: usize, disclose: Option<Claims>) -> Result<Outcome, Refusal> {
    let (status, body) = world.fetch(&http::path_with(http::DOOR, ROOM));
    assert_eq!(status, 200);
    let door: Door = doorstep_tests::door(&body);
    let draft = KnockDraft {
        id: "00000000-0000-4000-8000-000000000001".to_owned(),
        room: ROOM.to_owned(),
        room_name: "Clubhouse".to_owned(),
        knock_room: door.knock_room.expect("a room to knock at"),
        note: "It is me.".to_owned(),
        pseudonym: "1b4e28ba-2fa1-4d1e-883f-0016d3cca401".to_owned(),
        link: None,
        disclose,
    };
    world.ask(who, Command::Knock(draft))
}

fn knock_house(seed: u64, disclosure: DisclosurePolicy) -> (World, usize, usize) {
    let mut world = World::new(seed);
    let alice = account(&mut world, "alice", None);
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin, disclosure)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    let cathy = account(&mut world, "cathy", Some("Cathy Earnshaw"));
    (world, alice, cathy)
}

#[test]
fn a_knock_tells_the_moderators_who_knocks_if_she_wants_it() {
    let (mut world, alice, cathy) = knock_house(11, DisclosurePolicy::Optional);
    assert_eq!(knock(&mut world, cathy, Some(BOTH)), Ok(Outcome::Ok));
    let request = world.browsers[alice].request().clone();
    let told = request.disclosed.clone().expect("told");
    assert_eq!(told.user, "mimi://a.example/u/cathy");
    assert_eq!((told.handle.as_deref(), told.display_name.as_deref()), (Some("cathy"), Some("Cathy Earnshaw")));
    assert_eq!((told.to, request.warning.clone()), (DisclosedTo::Admins, None));
    let mine = &world.browsers[cathy].home.disclosures;
    assert_eq!(mine.len(), 1);
    assert!(mine[0].in_knock && mine[0].readers == 1 && mine[0].room == ROOM);
    // Let in, Cathy is her pseudonym to the room.
    let answer = Command::Answer { request: request.id, answer: Answer::Accept };
    assert_eq!(world.ask(alice, answer), Ok(Outcome::Ok));
    follow(&mut world, cathy);
    follow(&mut world, alice);
    assert!(name_in_room(&world, cathy).contains("/p/"));
    // To Alice, who read the knock, Cathy is who she said she is; to those who come later she is not.
    let known = disclosed(&world, alice, cathy).expect("known from the knock");
    assert_eq!((known.display_name.as_deref(), known.to), (Some("Cathy Earnshaw"), DisclosedTo::Admins));
    assert!(lines(&world, alice).is_empty());
    world.browsers[alice].open();
    follow(&mut world, alice);
    assert_eq!(disclosed(&world, alice, cathy), Some(known));
}

#[test]
fn a_knock_says_nothing_that_was_not_asked_for() {
    let (mut world, alice, cathy) = knock_house(12, DisclosurePolicy::Optional);
    let guest = world.browser("guest");
    assert_eq!(knock(&mut world, guest, Some(BOTH)), Err(Refusal::NeedsAccount));
    assert_eq!(knock(&mut world, cathy, None), Ok(Outcome::Ok));
    assert_eq!(world.browsers[alice].request().disclosed, None);
    assert_eq!(world.browsers[alice].request().warning, None);
    assert!(!disk_has(&world, alice, "Cathy Earnshaw"));
    assert!(world.browsers[cathy].home.disclosures.is_empty());
}

#[test]
fn a_room_that_wants_no_names_takes_no_knock_with_one() {
    let (mut world, alice, cathy) = knock_house(13, DisclosurePolicy::Forbidden);
    assert_eq!(knock(&mut world, cathy, Some(BOTH)), Ok(Outcome::Ok));
    let state = &world.browsers[cathy].knock().state;
    let MyKnockState::Refused(problem) = state else { panic!("refused, not {state:?}") };
    assert_eq!(problem.code, Refusal::DisclosureForbidden);
    assert!(world.browsers[alice].home.requests.is_empty());
    assert!(world.browsers[cathy].home.disclosures.is_empty());
}

#[test]
fn the_hub_never_gets_a_byte_of_who_she_is() {
    alone("reveal::the_hub_never_gets_a_byte_of_who_she_is", no_byte_of_who_she_is);
}

/// Cathy's account is at c.example and nowhere else; the room is at a.example.
fn no_byte_of_who_she_is(log: &Log) {
    const HANDLE: &str = "catherine-e1";
    const DISPLAY: &str = "Catherine Earnshaw-Linton";
    let folder = std::env::temp_dir().join(format!("doorstep-reveal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut world = World::with_file(14, &folder.join("hub.sqlite"));
    world.provider_elsewhere("c.example", 15);
    world.received = Some(Vec::new());
    let (alice, bob) = furnish(&mut world, DisclosurePolicy::Optional);

    let cathy = world.browser_elsewhere("cathy", "c.example");
    let sign_up = Command::SignUp { handle: HANDLE.to_owned(), display_name: Some(DISPLAY.to_owned()) };
    assert_eq!(world.ask(cathy, sign_up), Ok(Outcome::Ok));
    enter(&mut world, cathy);
    assert_eq!(disclose(&mut world, cathy, DiscloseTo::Room, BOTH), Ok(Outcome::Ok));
    let to = DiscloseTo::Member(name_in_room(&world, bob));
    assert_eq!(disclose(&mut world, cathy, to, BOTH), Ok(Outcome::Ok));
    let dora = world.browser("dora");
    enter(&mut world, dora);
    world.wait(3_600_000);
    for who in [alice, bob, dora] {
        let told = disclosed(&world, who, cathy).expect("told");
        assert_eq!((told.issuer.as_str(), told.display_name.as_deref()), ("c.example", Some(DISPLAY)));
    }
    let prefix = format!("e/identity/mimi://c.example/d/{HANDLE}/");
    let rows = world.browsers[cathy].disk.iter().filter(|(key, _)| key.starts_with(prefix.as_bytes()));
    let identity: Vec<Vec<u8>> = rows.map(|(_, row)| row.clone()).collect();
    assert_eq!(identity.len(), 2, "a key of the account that is shown, and one of the client that is asked");

    // The account's public key stands in the token, whose client has the account's name in it.
    let [one, other] = [0, 1].map(|row: usize| account_key(&identity[row], HANDLE));
    let secrets: [&[u8]; 5] = [HANDLE.as_bytes(), DISPLAY.as_bytes(), &one, &other, b"c.example/u/"];
    let hub = "a.example".parse().expect("a domain");
    let mut received = world.received.take().unwrap();
    received.retain(|request| request.to == hub);
    let crossings = world.crossings();
    let store: Vec<u8> = std::fs::read_dir(&folder)
        .expect("a folder")
        .flat_map(|file| std::fs::read(file.expect("a file").path()).expect("its bytes"))
        .collect();
    let logged = log.bytes();
    let pseudonym = name_in_room(&world, cathy);
    for secret in secrets {
        for request in &received {
            assert!(!has(&request.body, secret) && !has(request.path.as_bytes(), secret), "{}", request.path);
        }
        for crossing in crossings.iter().filter(|crossing| crossing.from == hub || crossing.to == hub) {
            for part in [crossing.subject.as_bytes(), &crossing.body, &crossing.answer] {
                assert!(!has(part, secret), "{:?} has {secret:02x?}", crossing.endpoint);
            }
        }
        assert!(!has(&store, secret), "the hub's database has {secret:02x?}");
    }
    assert!(!logged.is_empty());
    for secret in [HANDLE, DISPLAY] {
        assert!(!has(&logged, secret.as_bytes()), "a log has {secret}");
    }
    // The search finds what is there: the pseudonym at the hub, and Cathy's name with those she told.
    assert!(has(&store, pseudonym.as_bytes()));
    for endpoint in [Endpoint::GroupInfo, Endpoint::Update, Endpoint::SubmitMessage] {
        let asked = crossings.iter().any(|crossing| crossing.endpoint == endpoint && crossing.to == hub);
        assert!(asked, "{endpoint:?} was never asked");
    }
    assert!(crossings.iter().any(|crossing| has(&crossing.body, pseudonym.as_bytes())));
    for who in [alice, bob, dora] {
        assert!(disk_has(&world, who, DISPLAY));
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// The COSE_Key after the client URI of a token (docs/PROTOCOL.md §5): `… 8: {1: {1: 1, -1: 6, -2: bstr .size 32}}`.
fn account_key(row: &[u8], handle: &str) -> Vec<u8> {
    let head = [0x08, 0xa1, 0x01, 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
    assert!(has(row, handle.as_bytes()));
    let at = row.windows(head.len()).position(|window| window == head).expect("a token in the row") + head.len();
    row[at..at + 32].to_vec()
}
