//! Who learns what: every flow over three providers, with marked secrets, and a search through every byte that each party
//! received, stored or logged. The expectation is the first table of `docs/PRIVACY.md`.

use std::{collections::BTreeMap, fs, path::Path};

use doorstep_client_api::http::{DOOR, path_with};
use doorstep_content::Invite;
use doorstep_page_api::view::{Answer, Claims, Command, DiscloseTo, MyKnockState, Outcome, Preset};
use doorstep_peers::Endpoint;
use doorstep_tests::{
    World,
    abroad::{furnish, join_by, knock_from, link_of},
    scene::{ROOM, follow, knock_draft, let_in, say},
};

use crate::alone::{Log, alone};

mod connection;

const BOTH: Claims = Claims { handle: true, display_name: true };
const PARTIES: [&str; 5] = ["Own provider", "Hub", "Other follower", "Another member", "Admin"];

const KNOCK_NOTE: &str = "note-4b1d: I come because of the lilacs.";
const KNOCKS: &str = "Catherine Earnshaw-Linton";
const KEEPS_QUIET: &str = "Dorothea Brooke-Casaubon";
const REASON: &str = "reason-77aa: only people with a garden.";
const TEXT: &str = "text-c90e: the lilacs are out.";
const TELLS_ALL: &str = "Gerda Taro-Pohorylle";
const TELLS_ALL_HANDLE: &str = "gerda-e7";
const TELLS_ONE: &str = "Frida Kahlo-Rivera";
const TELLS_ADMINS: &str = "Hannah Arendt-Bluecher";
const NEVER_SENT: &str = "note-0000: thought better of it.";
const LOOKED_AT: &str = "mimi://a.example/r/looked-at-only";

/// Bytes as text of one char each: there the standard library searches fast also in a debug build.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn account(world: &mut World, handle: &str, display_name: &str) -> usize {
    let who = world.browser_elsewhere(handle, "c.example");
    let sign_up = Command::SignUp { handle: handle.to_owned(), display_name: Some(display_name.to_owned()) };
    assert_eq!(world.ask(who, sign_up), Ok(Outcome::Ok));
    who
}

fn knock(world: &mut World, who: usize, number: u8, note: &str, disclose: Option<Claims>) {
    let mut draft = knock_draft(world, number, note);
    draft.disclose = disclose;
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(matches!(world.browsers[who].knock().state, MyKnockState::Waiting { .. }));
}

fn disclose(world: &mut World, who: usize, to: DiscloseTo) {
    let disclose = Command::Disclose { room: ROOM.to_owned(), to, claims: BOTH };
    assert_eq!(world.ask(who, disclose), Ok(Outcome::Ok));
}

fn name(world: &World, who: usize) -> Vec<u8> {
    world.browsers[who].rooms[ROOM].me.clone().into_bytes()
}

/// What each secret looks like: any of these bytes is a find. By flow and name, as in the table.
type Marks = BTreeMap<(&'static str, &'static str), Vec<Vec<u8>>>;

/// Everything happens once.
fn story(world: &mut World, alice: usize) -> (usize, Marks) {
    let mut marks = Marks::new();
    let mut mark = |flow, what, bytes: &[&[u8]]| {
        marks.insert((flow, what), bytes.iter().map(|bytes| bytes.to_vec()).collect());
    };
    world.fetch_at(&"c.example".parse().unwrap(), &path_with(DOOR, LOOKED_AT));
    mark("look", "address of a room whose page somebody looks at", &[b"looked-at-only"]);

    let bob = knock_from(world, "bob", "b.example", 1);
    let_in(world, alice, "bob");
    follow(world, bob);

    // Cathy says in her knock who she is; Dora does not, and is declined; Emil takes it back before it is sent.
    let cathy = account(world, "catherine-e1", KNOCKS);
    knock(world, cathy, 2, KNOCK_NOTE, Some(BOTH));
    mark("knock", "note", &[KNOCK_NOTE.as_bytes()]);
    mark("knock", "display name told with the knock", &[KNOCKS.as_bytes()]);
    let dora = account(world, "dora-d2", KEEPS_QUIET);
    knock(world, dora, 3, "May I?", None);
    mark("knock", "display name not told with the knock", &[KEEPS_QUIET.as_bytes()]);
    mark("knock", "pseudonym of the knocker", &[b"c.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca403"]);
    let_in(world, alice, KNOCK_NOTE);
    follow(world, cathy);
    let requests = &world.browsers[alice].home.requests;
    let request = requests.iter().find(|request| request.note == "May I?").unwrap().id.clone();
    let answer = Answer::Decline { reason: REASON.to_owned() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Declined { reason: REASON.to_owned() });
    mark("decline", "reason", &[REASON.as_bytes()]);
    let emil = world.browser_elsewhere("emil", "c.example");
    let draft = knock_draft(world, 4, NEVER_SENT);
    let knock = draft.id.clone();
    world.browsers[emil].ask(Command::Knock(draft));
    world.browsers[emil].ask(Command::Withdraw { knock });
    world.settle();
    mark("leave", "note that was never sent", &[NEVER_SENT.as_bytes()]);

    let link = link_of(world, alice);
    let invite = Invite::from_text(&link.0).unwrap();
    mark("join link", "secret of the link", &[link.0.as_bytes(), &invite.code_seed.0]);
    let gerda = account(world, TELLS_ALL_HANDLE, TELLS_ALL);
    let frida = account(world, "frida-f3", TELLS_ONE);
    let hanna = account(world, "hanna-h4", TELLS_ADMINS);
    for who in [gerda, frida, hanna] {
        join_by(world, who, &link);
    }
    mark("join", "pseudonym of who comes in", &[&name(world, gerda)]);
    mark("join", "name and settings of the room", &[b"For whoever likes doors."]);

    say(world, gerda, TEXT);
    mark("message", "text", &[TEXT.as_bytes()]);
    disclose(world, gerda, DiscloseTo::Room);
    mark("disclosure to the room", "display name", &[TELLS_ALL.as_bytes()]);
    let prefix = format!("e/identity/mimi://c.example/d/{TELLS_ALL_HANDLE}/");
    let row = world.browsers[gerda].disk.iter().find(|(key, _)| key.starts_with(prefix.as_bytes())).unwrap().1;
    let key = account_key(row);
    mark("disclosure to the room", "account, and its key", &[TELLS_ALL_HANDLE.as_bytes(), &key]);
    let to = DiscloseTo::Member(world.browsers[bob].rooms[ROOM].me.clone());
    disclose(world, frida, to);
    mark("disclosure to one member", "display name", &[TELLS_ONE.as_bytes()]);
    disclose(world, hanna, DiscloseTo::Admins);
    mark("disclosure to the admins", "display name", &[TELLS_ADMINS.as_bytes()]);
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(120_000);
    follow(world, alice);
    follow(world, bob);
    (bob, marks)
}

/// The COSE_Key after the client URI of a token (docs/PROTOCOL.md §5): `… 8: {1: {1: 1, -1: 6, -2: bstr .size 32}}`.
fn account_key(row: &[u8]) -> Vec<u8> {
    let head = [0x08, 0xa1, 0x01, 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
    let at = row.windows(head.len()).position(|window| window == head).expect("a token in the row") + head.len();
    row[at..at + 32].to_vec()
}

/// Every byte that reached a provider or left it, and its database.
fn of_provider(world: &World, folder: &Path, domain: &str) -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    for request in world.received.as_ref().unwrap().iter().filter(|request| request.to.as_str() == domain) {
        bytes.extend([request.path.clone().into_bytes(), request.body.clone()]);
    }
    for crossing in world.crossings() {
        if crossing.from.as_str() == domain || crossing.to.as_str() == domain {
            let recipients = crossing.recipients.unwrap_or_default().into_bytes();
            bytes.extend([crossing.subject.into_bytes(), recipients, crossing.body, crossing.answer]);
        }
    }
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let own = files.filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with(domain));
    let before = bytes.len();
    bytes.extend(own.map(|file| fs::read(file).unwrap()));
    assert!(bytes.len() > before && bytes[before..].iter().any(|file| file.starts_with(b"SQLite format 3")));
    bytes
}

/// Everything a browser was handed, and what it keeps.
fn of_browser(world: &World, who: usize) -> Vec<Vec<u8>> {
    let browser = &world.browsers[who];
    let heard = browser.heard.iter().map(|item| item.body.as_slice().to_vec());
    let kept = browser.disk.iter().flat_map(|(key, value)| [key.clone(), value.clone()]);
    heard.chain(kept).collect()
}

/// The rows of a table that is checked: flow, what, and a cell for each party; none where it is theirs.
fn table(mark: &str, parties: &[&str]) -> Vec<(String, String, Vec<Option<bool>>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PRIVACY.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, after) = text.split_once(&format!("<!-- checked by tests/tests/whole/{mark}.rs -->\n")).expect("the table");
    let cells =
        |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let mut lines = after.lines().take_while(|line| line.starts_with('|')).map(cells);
    assert_eq!(lines.next().unwrap()[2..], *parties);
    let rows = lines.skip(1).map(|mut row| {
        let cells = row.split_off(2).into_iter().map(|cell| match cell.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            "theirs" => None,
            other => panic!("{other} is none of yes, no and theirs"),
        });
        let cells = cells.collect();
        (row[0].clone(), row[1].clone(), cells)
    });
    rows.collect()
}

#[test]
fn everybody_learns_what_the_table_says_and_nothing_else() {
    alone("privacy::everybody_learns_what_the_table_says_and_nothing_else", learns_what_the_table_says);
}

fn learns_what_the_table_says(log: &Log) {
    let folder = std::env::temp_dir().join(format!("doorstep-privacy-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut world = World::with_folder(1, &folder);
    world.received = Some(Vec::new());
    let alice = furnish(&mut world, 1, Preset::AskToJoin);
    let (bob, marks) = story(&mut world, alice);

    let parties = [
        of_provider(&world, &folder, "c.example"),
        of_provider(&world, &folder, "a.example"),
        of_provider(&world, &folder, "b.example"),
        of_browser(&world, bob),
        of_browser(&world, alice),
    ]
    .map(|bytes| bytes.iter().map(|bytes| latin(bytes)).collect::<Vec<String>>());
    let marks: BTreeMap<_, Vec<String>> =
        marks.into_iter().map(|(key, marks)| (key, marks.iter().map(|mark| latin(mark)).collect())).collect();
    compare("privacy", &PARTIES, &parties, &marks);

    // Nothing of it is in a log, whosoever log it is.
    let logged = latin(&log.bytes());
    assert!(logged.contains("TRACE") && logged.contains("/mimi/v1/notify/{*subject}"));
    for ((flow, what), marks) in &marks {
        for mark in marks {
            assert!(!logged.contains(mark.as_str()), "a log has {flow}, {what}");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// Each cell of a table against what was found.
fn compare(
    mark: &str,
    names: &[&str],
    parties: &[Vec<String>],
    marks: &BTreeMap<(&'static str, &'static str), Vec<String>>,
) {
    let table = table(mark, names);
    assert_eq!(table.len(), marks.len(), "a row for each secret, and a secret for each row");
    let mut wrong = Vec::new();
    for (flow, what, cells) in &table {
        let key = (flow.as_str(), what.as_str());
        let marks =
            &marks.iter().find(|(known, _)| **known == key).unwrap_or_else(|| panic!("no secret for {key:?}")).1;
        for ((party, bytes), expected) in names.iter().zip(parties).zip(cells) {
            let found = marks.iter().any(|mark| bytes.iter().any(|bytes| bytes.contains(mark.as_str())));
            if expected.is_some_and(|expected| found != expected) {
                wrong.push(format!("{flow}, {what}: {party} has it: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the network and the providers see of a text is the size it was filled up to.
#[test]
fn texts_of_different_length_have_one_size_between_providers() {
    let (mut world, people) = doorstep_tests::abroad::together(2);
    let mut sizes = Vec::new();
    for text in ["No.", "I thought about it for a while and would rather not, thank you."] {
        let before = world.crossings().len();
        say(&mut world, people.cathy, text);
        let crossings = world.crossings().split_off(before);
        let sent = crossings.iter().filter(|crossing| crossing.endpoint == Endpoint::SubmitMessage);
        let told = crossings.iter().filter(|crossing| crossing.endpoint == Endpoint::Notify);
        sizes.push((sent.map(|sent| sent.body.len()).collect::<Vec<_>>(), told.map(|told| told.body.len()).max()));
    }
    assert_eq!(sizes[0].0.len(), 1);
    assert_eq!(sizes[0], sizes[1]);
}
