//! Ten thousand altered errands of every sort, each in front of the one it was made of: no provider fails, nobody takes
//! anything altered, and the room goes on.

use std::{collections::BTreeSet, fs, path::Path};

use doorstep_page_api::view::{Command, Outcome, Preset, RoomDraft, RoomEnd};
use doorstep_peers::{Endpoint, Errand};
use doorstep_tests::{
    Crossing, World,
    abroad::{everything, three_providers, together},
    scene::{ROOM, draft, follow, say},
    storm::{STRANGER, Storm},
};
use doorstep_wire::{Body, notify::FanoutMessage, update::HandshakeBundle};

const SEED: u64 = 1;
/// Of each endpoint.
const NUMBER: usize = 10_000;
/// In the draft, and not offered by this provider.
const NOT_OFFERED: [Endpoint; 3] = [Endpoint::KeyMaterial, Endpoint::IdentifierQuery, Endpoint::ReportAbuse];

/// The story as it goes without anybody meddling.
fn former() -> Vec<Crossing> {
    let (mut world, alice) = three_providers(SEED, Preset::AskToJoin);
    everything(&mut world, alice);
    world.crossings()
}

/// What a provider's own people say in ways that only they could judge it can keep to itself, and so it can spoil it: a
/// knock, an answer to one, a Welcome, and the tags of a commit (`false_followers.rs` shows what comes of that). These are
/// altered on their way by strangers here, and by the provider itself when the story is over.
fn could_be_kept_back(errand: &Errand) -> bool {
    match errand.endpoint {
        Endpoint::SubmitMessage => errand.subject != ROOM,
        Endpoint::RequestConsent => true,
        Endpoint::Update => match HandshakeBundle::decode(&errand.body) {
            Ok(HandshakeBundle::Commit { commit, .. }) => is_of_a_member(commit.as_bytes()),
            _ => false,
        },
        _ => false,
    }
}

/// `ProtocolVersion; WireFormat; opaque group_id<V>; uint64 epoch; SenderType`, of which 1 is a member.
fn is_of_a_member(commit: &[u8]) -> bool {
    commit[4 + 1 + usize::from(commit[4]) + 8] == 1
}

fn errand(crossing: &Crossing) -> Errand {
    Errand {
        endpoint: crossing.endpoint,
        subject: crossing.subject.clone(),
        recipients: crossing.recipients.clone(),
        body: crossing.body.clone().into(),
    }
}

#[test]
fn ten_thousand_altered_errands_of_every_sort_do_nothing() {
    let (mut world, alice) = three_providers(SEED, Preset::AskToJoin);
    let storm = Storm::new(7, NUMBER, &former(), |errand| !could_be_kept_back(errand));
    world.set_meddler(Some(Box::new(storm.clone())));
    let (people, gina) = everything(&mut world, alice);
    end_a_room(&mut world, alice, people.bob);
    world.set_meddler(None);
    // Each endpoint has had its share, and each sort of answer is one that the contract has.
    for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| !NOT_OFFERED.contains(endpoint)) {
        assert_eq!(storm.left(endpoint), 0, "{endpoint:?}");
    }
    assert!(storm.failed().is_empty(), "{:?}", storm.failed().first());
    for ((name, right, status, reason), number) in storm.answers() {
        let public = matches!(name, "door" | "issuerKeys" | "hubKeys");
        let refused = matches!(status, 400 | 403 | 404 | 413) || !reason.is_empty();
        // Of groupInfo that is "not authorized"; a rejection, and an end, is as good from anybody who carries it.
        let silent = matches!(name, "groupInfo" | "rejectCommit" | "endRoom");
        assert!(refused || right || public || silent, "{name}: {status} {reason} to a stranger, {number} times");
    }
    // What was said is what was said, and all is as it is without the storm.
    let texts = ["I am alice.", "I am bob.", "I am cathy."];
    assert_eq!(world.browsers[alice].said(ROOM), texts);
    assert_eq!(world.browsers[people.bob].said(ROOM), texts);
    assert_eq!(world.browsers[people.cathy].rooms[ROOM].ended, Some(RoomEnd::Left));
    for who in [alice, people.bob, gina] {
        follow(&mut world, who);
        assert_eq!(world.browsers[who].rooms[ROOM].ended, None);
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 3);
        say(&mut world, who, "After the storm.");
    }
    for who in [alice, people.bob, gina] {
        let said = world.browsers[who].said(ROOM);
        assert_eq!(said.iter().filter(|text| *text == "After the storm.").count(), 3, "{said:?}");
    }
    spoil_what_is_their_own(&mut world, &storm);
    // Altered messages of epochs to come are kept for later, as the right ones are; the rest is heard once more.
    let altered: BTreeSet<Vec<u8>> = storm
        .taken()
        .iter()
        .filter(|(_, errand)| errand.endpoint == Endpoint::Notify)
        .flat_map(|(_, errand)| FanoutMessage::decode_all(&errand.body).unwrap())
        .map(|message| message.encode().unwrap())
        .collect();
    assert!(!altered.is_empty());
    for browser in &mut world.browsers {
        browser.heard.retain(|item| !altered.contains(item.body.as_slice()));
    }
    world.check();
}

/// Somebody of another provider ends a room, after an hour in which nobody else could.
fn end_a_room(world: &mut World, alice: usize, bob: usize) {
    const ANNEX: &str = "mimi://a.example/r/annex";
    let annex = RoomDraft { name: "Annex".to_owned(), slug: Some("annex".to_owned()), ..draft(Preset::Open) };
    assert!(world.ask(alice, Command::CreateRoom(annex)).is_ok());
    let join = Command::JoinOpen { room: ANNEX.to_owned(), pseudonym: None, as_account: false };
    assert!(world.ask(bob, join).is_ok());
    for who in [alice, bob] {
        assert_eq!(world.ask(who, Command::Hello { room: Some(ANNEX.to_owned()) }), Ok(Outcome::Ok));
    }
    let user = world.browsers[bob].rooms[ANNEX].me.clone();
    let role = Command::SetRole { room: ANNEX.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.wait(3_600_000);
    assert_eq!(world.browsers[alice].rooms[ANNEX].ended, None);
    assert_eq!(world.ask(bob, Command::EndRoom { room: ANNEX.to_owned() }), Ok(Outcome::Ok));
    for who in [alice, bob] {
        assert_eq!(world.browsers[who].rooms[ANNEX].ended, Some(RoomEnd::Closed));
    }
}

/// A provider alters what it could keep back.
fn spoil_what_is_their_own(world: &mut World, storm: &Storm) {
    let own: Vec<Crossing> = world.crossings();
    let own: Vec<&Crossing> = own.iter().filter(|crossing| could_be_kept_back(&errand(crossing))).collect();
    assert!(own.len() >= 5);
    for crossing in own {
        for altered in storm.altered(&errand(crossing), 500) {
            let reply = world.send_as(crossing.from.as_str(), crossing.to.as_str(), altered).unwrap();
            assert!(reply.status < 500, "{:?}", crossing.endpoint);
        }
    }
    world.settle();
}

/// The corpus of the fuzzers, at every endpoint of every provider.
#[test]
fn what_the_fuzzers_found_is_refused_by_providers_too() {
    let (mut world, people) = together(2);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let files = fs::read_dir(folder).unwrap().flat_map(|target| fs::read_dir(target.unwrap().path()).unwrap());
    let bodies: Vec<Vec<u8>> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(bodies.len() > 80);
    let subjects = [ROOM, "mimi://c.example/u/cathy", "mimi://a.example"];
    for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| !endpoint.is_read()) {
        for (body, at) in bodies.iter().zip(0..) {
            for (from, to) in [("b.example", "a.example"), ("a.example", "c.example"), (STRANGER, "a.example")] {
                let subject = subjects[at % subjects.len()].to_owned();
                let errand = Errand { endpoint, subject, recipients: None, body: body.clone().into() };
                let reply = world.send_as(from, to, errand).unwrap();
                assert!(reply.status < 500, "{endpoint:?} {from} {at}: {}", reply.status);
            }
        }
    }
    world.settle();
    for who in [people.alice, people.bob, people.cathy] {
        say(&mut world, who, "Still here.");
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 3);
    }
    world.check();
}
