//! A follower that spoils what its own people send or are sent: it can keep all of that to itself, and do no more.

use doorstep_page_api::view::{ChatBody, Command, Happening, MyKnockState, Outcome, RoomEnd};
use doorstep_peers::{Endpoint, Errand};
use doorstep_tests::{
    TamperBetween, World,
    abroad::{People, knock_from, together},
    scene::{ROOM, follow, let_in, say},
};
use doorstep_wire::{
    Body, Refusal, UserUri,
    notify::{Attachment, FanoutMessage},
    submit::SubmitMessageRequest,
    update::HandshakeBundle,
};

const HOUR: u64 = 3_600_000;

/// What a provider makes of errands of one sort that it sends.
fn spoiling(from: &'static str, endpoint: Endpoint, spoil: impl Fn(&mut Errand) + Send + 'static) -> TamperBetween {
    Box::new(move |by, _, errand| {
        if by.as_str() == from && errand.endpoint == endpoint && errand.subject == ROOM {
            spoil(errand);
        }
    })
}

fn happened(world: &World, who: usize, what: &Happening) -> usize {
    let messages = world.browsers[who].rooms[ROOM].messages.iter();
    messages.filter(|message| message.body == ChatBody::Happened(what.clone())).count()
}

fn go_on(world: &mut World, members: &[usize], text: &str) {
    for who in members {
        follow(world, *who);
        say(world, *who, text);
    }
    for who in members {
        let said = world.browsers[*who].said(ROOM);
        assert_eq!(said.iter().filter(|said| *said == text).count(), members.len(), "{}", world.browsers[*who].name);
    }
}

/// The tag of a leave is spoiled on its way to the hub, which cannot see that. The members take it all the same, because it
/// is signed, or nobody could commit in this room any more.
#[test]
fn a_leave_with_a_spoiled_tag_stops_no_room() {
    let (mut world, People { alice, bob, cathy }) = together(1);
    world.set_tamper_between(Some(spoiling("c.example", Endpoint::Update, |errand| {
        let mut body = errand.body.to_vec();
        // `optional<MAC> membership_tag; MLSMessage moreProposals<V>`, the latter empty.
        let at = body.len() - 10;
        body[at] ^= 1;
        errand.body = body.into();
    })));
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.set_tamper_between(None);
    let dora = knock_from(&mut world, "dora", "b.example", 7);
    let_in(&mut world, alice, "dora");
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Accepted);
    follow(&mut world, dora);
    for who in [alice, bob, dora] {
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 3);
    }
    go_on(&mut world, &[alice, bob, dora], "Without Cathy.");
    world.check();
}

/// The tag of a commit is spoiled. Nobody can follow it; the hub takes it back on a moderator's word, and all go on.
#[test]
fn a_commit_with_a_spoiled_tag_is_taken_back() {
    let (mut world, People { alice, bob, cathy }) = together(2);
    let dora = knock_from(&mut world, "dora", "c.example", 7);
    let commit_tag = |errand: &mut Errand| {
        let Ok(HandshakeBundle::Commit { commit, .. }) = HandshakeBundle::decode(&errand.body) else { return };
        let bytes = commit.as_bytes();
        let at = errand.body.windows(bytes.len()).position(|window| window == bytes).unwrap() + bytes.len() - 3;
        let mut body = errand.body.to_vec();
        body[at] ^= 1;
        errand.body = body.into();
    };
    world.set_tamper_between(Some(spoiling("b.example", Endpoint::Update, commit_tag)));
    let request = world.browsers[bob].home.requests.iter().find(|request| request.note == "dora").unwrap().id.clone();
    world.browsers[bob].ask(Command::Answer { request, answer: doorstep_page_api::view::Answer::Accept });
    world.settle();
    world.set_tamper_between(None);
    world.wait(HOUR);
    assert!(world.crossings().iter().any(|crossing| crossing.endpoint == Endpoint::Restored));
    go_on(&mut world, &[alice, cathy], "We go on.");
    // Bob's provider was the one; his browser holds to a group that the room has left behind, and says so.
    world.wait(3 * 24 * HOUR);
    follow(&mut world, bob);
    assert_eq!(world.browsers[bob].rooms[ROOM].ended, Some(RoomEnd::Broken));
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Accepted);
    world.check();
}

/// A Welcome is spoiled by the provider of the moderator who lets somebody in.
fn spoil_welcomes_of_bob(world: &mut World) {
    world.set_tamper_between(Some(spoiling("b.example", Endpoint::Update, |errand| {
        let Ok(HandshakeBundle::Commit { welcome: Some(welcome), .. }) = HandshakeBundle::decode(&errand.body) else {
            return;
        };
        let bytes = welcome.encode().unwrap();
        let at = errand.body.windows(bytes.len()).position(|window| window == bytes).unwrap() + bytes.len() - 20;
        let mut body = errand.body.to_vec();
        body[at] ^= 1;
        errand.body = body.into();
    })));
}

/// The knocker is in the list, and comes in another way.
#[test]
fn a_spoiled_welcome_keeps_nobody_out() {
    let (mut world, People { alice, bob, cathy }) = together(3);
    let dora = knock_from(&mut world, "dora", "c.example", 7);
    spoil_welcomes_of_bob(&mut world);
    let_in(&mut world, bob, "dora");
    world.set_tamper_between(None);
    world.wait(60_000);
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Accepted);
    go_on(&mut world, &[alice, bob, cathy, dora], "We go on.");
    world.check();
}

/// The knocker was away for too long: a leaf that was added and never spoke is taken out again. They are told when they
/// come.
#[test]
fn a_spoiled_welcome_lets_nobody_into_anything() {
    let (mut world, People { alice, bob, cathy }) = together(6);
    let dora = knock_from(&mut world, "dora", "c.example", 7);
    spoil_welcomes_of_bob(&mut world);
    world.browsers[dora].kill();
    let_in(&mut world, bob, "dora");
    world.set_tamper_between(None);
    for who in [alice, bob, cathy] {
        follow(&mut world, who);
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 4);
    }
    for _ in 0..16 {
        world.wait(24 * HOUR);
        world.tick();
    }
    world.wait(HOUR);
    for who in [alice, bob, cathy] {
        follow(&mut world, who);
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 3);
    }
    world.browsers[dora].open();
    world.wait(HOUR);
    let MyKnockState::Refused(problem) = world.browsers[dora].knock().state.clone() else { panic!("they are told") };
    assert_eq!(problem.code, Refusal::WelcomeSpoiled);
    assert!(world.browsers[dora].home.rooms.is_empty());
    go_on(&mut world, &[alice, bob, cathy], "We go on.");
    world.check();
}

/// A follower names another of its users as the sender. Members compare with the leaf, and take no such message.
#[test]
fn a_message_in_the_name_of_another_is_not_shown() {
    let (mut world, People { alice, bob, cathy }) = together(4);
    let dora = knock_from(&mut world, "dora", "c.example", 7);
    let_in(&mut world, alice, "dora");
    follow(&mut world, dora);
    let other: UserUri = world.browsers[dora].rooms[ROOM].me.parse().unwrap();
    world.set_tamper_between(Some(spoiling("c.example", Endpoint::SubmitMessage, move |errand| {
        let mut request = SubmitMessageRequest::decode(&errand.body).unwrap();
        request.sending_uri = other.clone();
        errand.body = request.encode().unwrap().into();
    })));
    say(&mut world, cathy, "I am Cathy.");
    world.set_tamper_between(None);
    // It is Cathy's to all, and the hub's word for it is for another sender.
    for who in [alice, bob] {
        let from = world.browsers[cathy].rooms[ROOM].me.clone();
        let messages = &world.browsers[who].rooms[ROOM].messages;
        let said = messages.iter().find(|message| message.body == ChatBody::Text("I am Cathy.".to_owned())).unwrap();
        assert_eq!(said.from, from);
        assert_eq!(happened(&world, who, &Happening::Unvouched), 1);
    }
    go_on(&mut world, &[alice, bob, cathy, dora], "Hello.");
    world.check();
}

/// The hub's word for a message, or the time in it, is altered by the reader's own provider.
#[test]
fn an_altered_frank_is_told() {
    for altered in 0..3 {
        let (mut world, People { alice, bob, cathy }) = together(10 + altered);
        say(&mut world, alice, "Before.");
        assert_eq!(happened(&world, cathy, &Happening::Unvouched), 0);
        world.set_tamper_between(Some(Box::new(move |_, to, errand| {
            if to.as_str() != "c.example" || errand.endpoint != Endpoint::Notify {
                return;
            }
            let mut messages = FanoutMessage::decode_all(&errand.body).unwrap();
            for message in &mut messages {
                match (&mut message.attachment, altered) {
                    (Attachment::Frank(Some(frank)), 0) => frank.server_frank[7] ^= 1,
                    (Attachment::Frank(frank), 1) => *frank = None,
                    (Attachment::Frank(_), _) => message.timestamp.0 -= 30 * 60 * 1_000,
                    _ => {}
                }
            }
            errand.body = messages.iter().flat_map(|message| message.encode().unwrap()).collect::<Vec<u8>>().into();
        })));
        say(&mut world, alice, "Altered once.");
        say(&mut world, bob, "Altered twice.");
        world.set_tamper_between(None);
        say(&mut world, alice, "After.");
        for who in [alice, bob, cathy] {
            assert_eq!(world.browsers[who].said(ROOM), ["Before.", "Altered once.", "Altered twice.", "After."]);
            // Told to whom it happens, once, and to nobody else.
            assert_eq!(happened(&world, who, &Happening::Unvouched), usize::from(who == cathy), "{altered}");
        }
        world.check();
    }
}
