//! What people are told of other providers: that one does not get what is said, that the hub cannot be reached, that somebody
//! vouches with other keys than before; and that it is said no longer when it is over, or was read.

use doorstep_client_api::http::{ISSUER_KEYS, UNREACHED, Unreached, path_with};
use doorstep_page_api::view::{ChatBody, Command, Delivery, Outcome, PeerNote, PeerTrouble};
use doorstep_peers::Endpoint;
use doorstep_tests::{
    Crossing, World,
    abroad::{People, join_by, link_of, together},
    scene::{ROOM, follow, say},
};
use doorstep_wire::Refusal;
use tls_codec::Serialize as _;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn notes(world: &World, who: usize) -> Vec<PeerNote> {
    world.browsers[who].rooms[ROOM].peers.clone()
}

fn note(provider: &str, what: PeerTrouble, since: u64, until: u64) -> PeerNote {
    PeerNote { provider: provider.to_owned(), since, until, what }
}

/// When the hub took this message.
fn time_of(world: &World, who: usize, text: &str) -> u64 {
    let messages = &world.browsers[who].rooms[ROOM].messages;
    messages.iter().find(|message| message.body == ChatBody::Text(text.to_owned())).expect("said").at
}

#[test]
fn whom_a_message_does_not_reach_is_told_until_it_has() {
    let (mut world, People { alice, bob, cathy }) = together(1);
    say(&mut world, alice, "Everybody hears this.");
    world.wait(5 * MINUTE);
    assert_eq!(notes(&world, alice), []);
    world.cut("a.example", "c.example", true);
    say(&mut world, alice, "Cathy does not.");
    let at = time_of(&world, alice, "Cathy does not.");
    world.wait(MINUTE);
    assert!(world.now().0 < at + 2 * MINUTE || !notes(&world, alice).is_empty());
    world.wait(3 * MINUTE);
    assert_eq!(notes(&world, alice), [note("c.example", PeerTrouble::Waiting, at, 0)]);
    // Nobody else at the hub's provider said anything; Bob's provider does not know.
    assert_eq!(notes(&world, bob), []);
    world.wait(3 * 60 * MINUTE);
    assert_eq!(notes(&world, alice), [note("c.example", PeerTrouble::Waiting, at, 0)]);
    // Alice's browser is opened again in the meantime.
    world.browsers[alice].kill();
    world.browsers[alice].open();
    follow(&mut world, alice);
    assert_eq!(notes(&world, alice), [note("c.example", PeerTrouble::Waiting, at, 0)]);
    world.cut("a.example", "c.example", false);
    world.wait(2 * 60 * MINUTE);
    assert_eq!(world.browsers[cathy].said(ROOM), ["Everybody hears this.", "Cathy does not."]);
    assert_eq!(notes(&world, alice), []);
    // When nobody waits for anything, nothing is asked.
    let asked = world.requests;
    world.wait(60 * MINUTE);
    assert_eq!(world.requests, asked);
    world.check();
}

#[test]
fn whom_a_message_never_reaches_is_told_for_good() {
    let (mut world, People { alice, cathy, .. }) = together(2);
    world.cut("a.example", "c.example", true);
    for text in ["One.", "Two."] {
        say(&mut world, alice, text);
        world.wait(MINUTE);
    }
    let (one, two) = (time_of(&world, alice, "One."), time_of(&world, alice, "Two."));
    // Days later, and with something young that still waits.
    world.wait(4 * DAY);
    say(&mut world, alice, "Three.");
    world.wait(DAY + 4 * 60 * MINUTE);
    let three = time_of(&world, alice, "Three.");
    assert_eq!(
        notes(&world, alice),
        [note("c.example", PeerTrouble::Missed, one, two), note("c.example", PeerTrouble::Waiting, three, 0)]
    );
    world.cut("a.example", "c.example", false);
    world.wait(2 * 60 * MINUTE);
    assert_eq!(notes(&world, alice), [note("c.example", PeerTrouble::Missed, one, two)]);
    assert_eq!(world.browsers[cathy].said(ROOM), ["Three."]);
    world.restart("a.example");
    world.browsers[alice].kill();
    world.browsers[alice].open();
    follow(&mut world, alice);
    assert_eq!(notes(&world, alice), [note("c.example", PeerTrouble::Missed, one, two)]);
    world.check();
}

#[test]
fn whoever_is_not_in_the_room_is_told_nothing() {
    let (mut world, People { alice, cathy, .. }) = together(3);
    world.cut("a.example", "c.example", true);
    say(&mut world, alice, "Hello.");
    world.wait(5 * MINUTE);
    let path = path_with(UNREACHED, ROOM);
    let (status, body) = world.get_as(alice, &path);
    let page = Unreached { again: 30, peers: Vec::new() }.tls_serialize_detached().unwrap();
    assert!(status == 200 && body.len() > page.len());
    let stranger = world.browser("stella");
    let sign_up = Command::SignUp { handle: "stella".to_owned(), display_name: None };
    assert!(world.ask(stranger, sign_up).is_ok());
    assert_eq!(world.get_as(stranger, &path), (404, Vec::new()));
    assert_eq!(world.get_as(alice, &path_with(UNREACHED, "mimi://a.example/r/nowhere")), (404, Vec::new()));
    // Cathy's provider has no word of its own about a room of another hub.
    assert_eq!(world.get_as(cathy, &path), (404, Vec::new()));
    assert_eq!(world.fetch(&path).0, 401);
    world.check();
}

#[test]
fn a_hub_that_cannot_be_reached_is_told_to_whoever_waits_for_it() {
    let (mut world, People { alice, bob, .. }) = together(4);
    world.cut("b.example", "a.example", true);
    let before = world.now().0;
    say(&mut world, bob, "Can you hear me?");
    let told = notes(&world, bob);
    assert!(
        matches!(&told[..], [note] if note.provider == "a.example" && note.what == PeerTrouble::HubAway),
        "{told:?}"
    );
    assert!(told[0].since >= before);
    assert_eq!(world.browsers[bob].rooms[ROOM].messages.last().unwrap().delivery, Delivery::Pending);
    assert_eq!(notes(&world, alice), []);
    world.cut("b.example", "a.example", false);
    world.wait(5 * MINUTE);
    assert_eq!(notes(&world, bob), []);
    assert_eq!(world.browsers[bob].rooms[ROOM].messages.last().unwrap().delivery, Delivery::Sent);
    world.check();
}

#[test]
fn whoever_is_vouched_for_with_a_new_key_need_not_wait_for_the_hub_to_look_again() {
    let (mut world, People { alice, bob, cathy }) = together(6);
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    // The hub has seen the former keys less than ten minutes ago.
    world.wait(MINUTE);
    world.set_up_anew("c.example", 78);
    let link = link_of(&mut world, alice);
    let dora = world.browser_elsewhere("dora", "c.example");
    let asked = |world: &World| {
        let by_the_hub =
            |crossing: &&Crossing| crossing.endpoint == Endpoint::IssuerKeys && crossing.from.as_str() == "a.example";
        world.crossings().iter().filter(by_the_hub).count()
    };
    let before = asked(&world);
    join_by(&mut world, dora, &link);
    assert_eq!(world.browsers[dora].rooms[ROOM].people.len(), 3);
    assert_eq!(asked(&world), before + 1, "once is enough");
    world.wait(15 * MINUTE);
    say(&mut world, dora, "That was fast.");
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].said(ROOM), ["That was fast."]);
    }
    world.check();
}

#[test]
fn newer_keys_that_nobody_shows_are_asked_for_ever_more_seldom_and_not_for_ever() {
    let (mut world, People { alice, .. }) = together(7);
    world.wait(MINUTE);
    // Cathy is still in the room, with a token by a key that nobody shows to newcomers any more.
    world.set_up_anew("c.example", 79);
    let invite = link_of(&mut world, alice);
    let dora = world.browser_elsewhere("dora", "c.example");
    let join = Command::JoinByLink { invite, as_account: false, pseudonym: None, inviter_gone: false };
    let command = world.browsers[dora].ask(join);
    let asked =
        |world: &World| world.crossings().iter().filter(|crossing| crossing.endpoint == Endpoint::GroupInfo).count();
    world.wait(MINUTE);
    let (before, first) = (asked(&world), world.requests);
    world.wait(50 * MINUTE);
    let (after, last) = (asked(&world), world.requests);
    assert!((10..100).contains(&(after - before)), "{}", after - before);
    assert!(last - first < 600, "{}", last - first);
    assert_eq!(world.browsers[dora].done.get(&command), None);
    world.wait(15 * MINUTE);
    assert_eq!(world.browsers[dora].done[&command].as_ref().unwrap_err().code, Refusal::CredentialInvalid);
}

#[test]
fn whoever_vouches_with_other_keys_than_before_is_told_until_it_was_read() {
    let (mut world, People { alice, bob, cathy }) = together(5);
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(11 * MINUTE);
    // Bob's provider has just asked for these keys, and shows them for a while.
    let keys = path_with(ISSUER_KEYS, "c.example");
    let b = "b.example".parse().unwrap();
    let former = world.fetch_at(&b, &keys);
    world.set_up_anew("c.example", 77);
    assert_eq!(world.fetch_at(&b, &keys), former);
    let link = link_of(&mut world, alice);
    let before = world.now().0;
    let dora = world.browser_elsewhere("dora", "c.example");
    join_by(&mut world, dora, &link);
    follow(&mut world, alice);
    let changed = notes(&world, alice);
    assert!(matches!(&changed[..], [note] if note.provider == "c.example" && note.what == PeerTrouble::NewKeys));
    assert!(changed[0].since >= before);
    // Bob waits for them, and hears everything after that.
    say(&mut world, dora, "I am new.");
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 2);
    world.wait(15 * MINUTE);
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 3);
    assert_eq!(world.browsers[bob].said(ROOM), ["I am new."]);
    assert!(matches!(&notes(&world, bob)[..], [note] if note.what == PeerTrouble::NewKeys));
    // Dora never knew others, and nobody is told of them twice.
    assert_eq!(notes(&world, dora), []);
    let read = Command::KeysRead { provider: "c.example".to_owned() };
    assert_eq!(world.ask(alice, read.clone()), Ok(Outcome::Ok));
    assert_eq!(notes(&world, alice), []);
    assert!(!notes(&world, bob).is_empty(), "Bob has not read it");
    world.browsers[alice].kill();
    world.browsers[alice].open();
    follow(&mut world, alice);
    let emma = world.browser_elsewhere("emma", "c.example");
    join_by(&mut world, emma, &link);
    follow(&mut world, alice);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 4);
    assert_eq!(notes(&world, alice), []);
    assert_eq!(world.ask(bob, read), Ok(Outcome::Ok));
    assert_eq!(notes(&world, bob), []);
    world.check();
}
