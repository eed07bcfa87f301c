//! Hubs that lie to the people of other providers: forks, strangers, what is old, and what is kept back. Each is detected by
//! the browser that is lied to, and told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken expectation has to stop the test"
)]

use doorstep_client_api::{
    http::{GROUP_INFO, UPDATE, path_with},
    view::{ChatBody, Command, Happening, Outcome, Preset, RoomEnd},
};
use doorstep_mls::{Identity, Journal, Lifespan, Mls, Plan, key_package};
use doorstep_peers::{Endpoint, Errand};
use doorstep_tests::{
    World,
    abroad::{People, knock_from, three_providers, together},
    forge::{forge, insider},
    scene::{ROOM, follow, let_in, say},
};
use doorstep_wire::{
    Body, LeafIndex, RawMlsMessage, ext::kp_usage::KpUsage, notify::FanoutMessage, room::ParticipantListUpdate,
    update::UpdateRoomResponse,
};

const HOUR: u64 = 3_600_000;

/// The hub hands this to the people of c.example.
fn hand_out(world: &mut World, commit: &[u8]) {
    let message = RawMlsMessage::decode(commit).unwrap();
    let body = FanoutMessage::commit(world.now(), message, Vec::new()).encode().unwrap();
    let subject = ROOM.to_owned();
    let errand = Errand { endpoint: Endpoint::Notify, subject, recipients: None, body: body.into() };
    assert_eq!(world.send_as("a.example", "c.example", errand).unwrap().status, 201);
    world.settle();
}

fn happened(world: &World, who: usize, is_it: impl Fn(&Happening) -> bool) -> usize {
    let messages = world.browsers[who].rooms[ROOM].messages.iter();
    messages.filter(|message| matches!(&message.body, ChatBody::Happened(what) if is_it(what))).count()
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

/// The hub lets somebody in whom nobody let in, and throws somebody out, with a member's help.
#[test]
fn a_stranger_is_not_let_in_by_a_hub() {
    for forgery in 0..2 {
        let (mut world, People { alice, bob, cathy }) = together(20 + forgery);
        let dora = knock_from(&mut world, "dora", "b.example", 7);
        let_in(&mut world, alice, "dora");
        follow(&mut world, dora);
        let helper = insider(&mut world, dora, ROOM);
        let commit = if forgery == 0 {
            let journal = Journal::new();
            let identity = Identity::new([5; 32], b"nobody vouches for me".to_vec());
            let package =
                key_package(&Mls::new(&journal, [6; 32]), &identity, &KpUsage::Any, Lifespan::starting(world.now()));
            forge(&helper, Plan { adds: vec![package.unwrap().bytes], ..Plan::default() }, None)
        } else {
            let removed = ParticipantListUpdate { removed: vec![0], ..ParticipantListUpdate::default() };
            forge(&helper, Plan { removes: vec![LeafIndex(0)], ..Plan::default() }, Some(removed))
        };
        hand_out(&mut world, &commit);
        hand_out(&mut world, &commit);
        assert_eq!(happened(&world, cathy, |what| matches!(what, Happening::Refused(_))), 1, "told once");
        assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 4);
        go_on(&mut world, &[alice, bob, cathy, dora], "Nobody came, nobody went.");
        world.check();
    }
}

/// The hub gives some of its members one commit and the others another one, both made by somebody who may.
#[test]
fn whoever_was_led_astray_by_a_fork_comes_back() {
    let (mut world, People { alice, bob, cathy }) = together(30);
    let helper = insider(&mut world, alice, ROOM);
    let other = forge(&helper, Plan { path: true, ..Plan::default() }, None);
    hand_out(&mut world, &other);
    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let role = Command::SetRole { room: ROOM.to_owned(), user, role: "member".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    say(&mut world, alice, "Do you hear?");
    assert!(world.browsers[cathy].said(ROOM).is_empty());
    let dora = knock_from(&mut world, "dora", "b.example", 7);
    let_in(&mut world, alice, "dora");
    follow(&mut world, dora);
    world.wait(3 * HOUR);
    go_on(&mut world, &[alice, bob, cathy, dora], "Together again.");
    assert_eq!(happened(&world, cathy, |what| matches!(what, Happening::Returned(_))), 1);
    world.check();
}

/// Somebody who comes in is told of the room as it was: what it told another one before, or herself.
#[test]
fn an_old_group_info_leads_into_nothing() {
    for hers in [false, true] {
        let (mut world, alice) = three_providers(40, Preset::Open);
        let kept = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let keep = kept.clone();
        let dora = world.browser_elsewhere("dora", "c.example");
        let emil = world.browser_elsewhere("emil", "c.example");
        let asks = if hers { emil } else { dora };
        world.tamper = Some(Box::new(move |who, path, body| {
            if who == asks && path == path_with(GROUP_INFO, ROOM) {
                *keep.borrow_mut() = body.clone();
            }
            body
        }));
        let join = || Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
        // What she makes of it does not arrive.
        world.tamper_request =
            Some(Box::new(
                move |who, path, body| {
                    if who == asks && path == path_with(UPDATE, ROOM) { Vec::new() } else { body }
                },
            ));
        assert!(world.ask(asks, join()).is_err());
        assert!(!kept.borrow().is_empty());
        world.tamper_request = None;
        let bob = world.browser_elsewhere("bob", "b.example");
        assert!(world.ask(bob, join()).is_ok());
        follow(&mut world, bob);
        let now = world.now();
        world.tamper = Some(Box::new(move |who, path, body| {
            if who == emil && path == path_with(GROUP_INFO, ROOM) {
                kept.borrow().clone()
            } else if who == emil && path == path_with(UPDATE, ROOM) {
                // As if it had taken her in.
                UpdateRoomResponse::success(now).encode().unwrap()
            } else {
                body
            }
        }));
        let got = world.ask(emil, join());
        world.tamper = None;
        assert_eq!(got, Err("hub-forged".to_owned()), "{hers}");
        assert!(world.browsers[emil].home.rooms.is_empty());
        say(&mut world, alice, "Are you there?");
        world.wait(3 * HOUR);
        assert!(world.ask(emil, join()).is_ok());
        follow(&mut world, emil);
        go_on(&mut world, &[alice, bob, emil], "All here.");
        world.check();
    }
}

/// Somebody goes, and the hub keeps that from the people of one provider. The others take her out; those who were kept in the
/// dark cannot follow that, and come in again.
#[test]
fn a_leave_that_is_hidden_from_some_is_made_up_for() {
    let (mut world, People { alice, bob, cathy }) = together(50);
    world.set_tamper_between(Some(Box::new(move |from, to, errand| {
        if from.as_str() == "a.example" && to.as_str() == "b.example" && errand.subject == ROOM {
            let messages = FanoutMessage::decode_all(&errand.body).unwrap_or_default();
            if messages.iter().any(|message| message.message.proposal_type().is_some()) {
                // Instead of it, something old.
                errand.endpoint = Endpoint::Notify;
                errand.recipients = Some("mimi://b.example/d/nobody/1".to_owned());
            }
        }
    })));
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(60_000);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Left));
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 2);
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 3, "he was not told");
    world.set_tamper_between(None);
    say(&mut world, alice, "Do you hear?");
    world.wait(3 * HOUR);
    follow(&mut world, bob);
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 2);
    assert_eq!(happened(&world, bob, |what| matches!(what, Happening::Returned(_))), 1);
    go_on(&mut world, &[alice, bob], "We are two.");
    world.check();
}
