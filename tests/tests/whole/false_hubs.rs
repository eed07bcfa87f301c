//! Hubs that lie to the people of other providers: forks, strangers, what is old, and what is kept back. Each is detected by
//! the browser that is lied to, and told.

use doorstep_client_api::http::{GROUP_INFO, MAILBOX, MailboxItem, MailboxPage, UPDATE, path_with};
use doorstep_mls::{Identity, Journal, Lifespan, Mls, Plan, key_package};
use doorstep_page_api::view::{Answer, ChatBody, Command, Happening, MyKnockState, Outcome, Preset, RoomEnd};
use doorstep_peers::{Endpoint, Errand};
use doorstep_tests::{
    World,
    abroad::{People, join_by, knock_from, link_of, three_providers, together},
    forge::{forge, insider},
    scene::{ROOM, follow, knock_draft, let_in, say},
};
use doorstep_wire::{
    Body, LeafIndex, RawMlsMessage, Refusal, UnixMillis, ext::kp_usage::KpUsage, notify::FanoutMessage,
    room::ParticipantListUpdate, update::UpdateRoomResponse,
};
use tls_codec::{Deserialize as _, Serialize as _};

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

/// Somebody who comes in is told of the room as it was: what the hub told another one before, or the same one.
#[test]
fn an_old_group_info_leads_into_nothing() {
    for own in [false, true] {
        let (mut world, alice) = three_providers(40, Preset::Open);
        let kept = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let keep = kept.clone();
        let dora = world.browser_elsewhere("dora", "c.example");
        let emil = world.browser_elsewhere("emil", "c.example");
        let asks = if own { emil } else { dora };
        world.tamper = Some(Box::new(move |who, path, body| {
            if who == asks && path == path_with(GROUP_INFO, ROOM) {
                *keep.borrow_mut() = body.clone();
            }
            body
        }));
        let join = || Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
        // What whoever asked makes of it does not arrive.
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
                // As if it had taken Emil in.
                UpdateRoomResponse::success(now).encode().unwrap()
            } else {
                body
            }
        }));
        let got = world.ask(emil, join());
        world.tamper = None;
        assert_eq!(got, Err(Refusal::HubForged), "{own}");
        assert!(world.browsers[emil].home.rooms.is_empty());
        say(&mut world, alice, "Are you there?");
        world.wait(3 * HOUR);
        assert!(world.ask(emil, join()).is_ok());
        follow(&mut world, emil);
        go_on(&mut world, &[alice, bob, emil], "All here.");
        world.check();
    }
}

/// Somebody goes, and the hub keeps that from the people of one provider. The others take the leaver out; those who
/// were kept in the dark cannot follow that, and come in again.
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
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 3, "Bob was not told");
    world.set_tamper_between(None);
    say(&mut world, alice, "Do you hear?");
    world.wait(3 * HOUR);
    follow(&mut world, bob);
    assert_eq!(world.browsers[bob].rooms[ROOM].people.len(), 2);
    assert_eq!(happened(&world, bob, |what| matches!(what, Happening::Returned(_))), 1);
    go_on(&mut world, &[alice, bob], "We are two.");
    world.check();
}

/// The Welcome in what a hub fans out.
fn welcome_in(body: &[u8]) -> Option<Vec<u8>> {
    let messages = FanoutMessage::decode_all(body).ok()?;
    messages.iter().find_map(|message| message.bare_welcome().map(<[u8]>::to_vec))
}

/// From now on the hub spoils every Welcome for people of b.example in its last byte: it is for the right KeyPackage and
/// opens nothing.
fn spoil_welcomes(world: &mut World) {
    world.set_tamper_between(Some(Box::new(|_, to, errand| {
        let welcome = Some(&errand.body).filter(|_| to.as_str() == "b.example").and_then(|body| welcome_in(body));
        if let Some(welcome) = welcome {
            let mut body = errand.body.to_vec();
            let at = body.windows(welcome.len()).position(|part| part == welcome).unwrap();
            body[at + welcome.len() - 1] ^= 1;
            errand.body = body.into();
        }
    })));
}

/// From now on somebody's own provider keeps items from their browser.
fn keep_back(world: &mut World, who: usize, what: impl Fn(&MailboxItem) -> bool + 'static) {
    world.tamper = Some(Box::new(move |asks, path, body| {
        if asks != who || !path.starts_with(MAILBOX) {
            return body;
        }
        let Ok(mut page) = MailboxPage::tls_deserialize_exact(&body[..]) else { return body };
        page.items.retain(|item| !what(item));
        page.tls_serialize_detached().unwrap()
    }));
}

/// Somebody was let in, and their Welcome is spoiled by the hub, or kept back by their own provider. They are in the
/// list: they come in another way, and their leaf that nobody can use goes.
#[test]
fn whoever_was_let_in_comes_in_without_a_welcome() {
    for kept_back in [false, true] {
        let (mut world, People { alice, bob, cathy }) = together(60 + u64::from(kept_back));
        let dora = knock_from(&mut world, "dora", "b.example", 7);
        if kept_back {
            keep_back(&mut world, dora, |item| welcome_in(item.body.as_slice()).is_some());
        } else {
            spoil_welcomes(&mut world);
        }
        let_in(&mut world, alice, "dora");
        if kept_back {
            assert!(matches!(world.browsers[dora].knock().state, MyKnockState::Waiting { .. }), "nothing has come");
        }
        say(&mut world, alice, "Are you there?");
        world.wait(10_000);
        assert_eq!(world.browsers[dora].knock().state, MyKnockState::Accepted, "{kept_back}");
        world.tamper = None;
        world.set_tamper_between(None);
        follow(&mut world, dora);
        assert_eq!(happened(&world, dora, |what| matches!(what, Happening::Returned(_))), 1);
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 4);
        go_on(&mut world, &[alice, bob, cathy, dora], "All in.");
        world.check();
    }
}

/// The other way in is closed as well. Whoever was let in is told, and gets in when it is open again.
#[test]
fn whoever_was_let_in_and_cannot_get_in_is_told() {
    let (mut world, People { alice, bob, cathy }) = together(62);
    let dora = knock_from(&mut world, "dora", "b.example", 7);
    spoil_welcomes(&mut world);
    world.tamper = Some(Box::new(move |who, path, mut body| {
        if who == dora && path == path_with(GROUP_INFO, ROOM) {
            let last = body.len() - 1;
            body[last] ^= 1;
        }
        body
    }));
    let_in(&mut world, alice, "dora");
    assert!(matches!(world.browsers[dora].knock().state, MyKnockState::Waiting { .. }), "it is tried first");
    world.wait(HOUR / 4);
    let MyKnockState::Refused(problem) = world.browsers[dora].knock().state.clone() else { panic!("they are told") };
    assert_eq!(problem.code, Refusal::WelcomeSpoiled);
    // A browser that was closed meanwhile goes on.
    world.browsers[dora].kill();
    world.browsers[dora].open();
    world.tamper = None;
    world.wait(2 * HOUR);
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Accepted);
    world.set_tamper_between(None);
    follow(&mut world, dora);
    go_on(&mut world, &[alice, bob, cathy, dora], "All in.");
    world.check();
}

/// Somebody does not wait for that, asks again, and is let in under another name: the first one does not stay in the
/// list.
#[test]
fn whoever_asks_again_after_a_spoiled_welcome_is_in_once() {
    let (mut world, People { alice, bob, cathy }) = together(63);
    let dora = knock_from(&mut world, "dora", "b.example", 7);
    spoil_welcomes(&mut world);
    world.tamper = Some(Box::new(
        move |who, path, body| {
            if who == dora && path == path_with(GROUP_INFO, ROOM) { Vec::new() } else { body }
        },
    ));
    let_in(&mut world, alice, "dora");
    world.wait(HOUR / 4);
    world.set_tamper_between(None);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 4, "Dora's name is in the list");
    let again = knock_draft(&mut world, 8, "dora again");
    assert_eq!(world.ask(dora, Command::Knock(again)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "dora again");
    world.wait(2 * HOUR);
    follow(&mut world, dora);
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 4, "and so is the other, but not both");
    go_on(&mut world, &[alice, bob, cathy, dora], "Once.");
    world.check();
}

/// Says that it took Cathy's leave, and takes nothing.
fn ignore_leave_of(world: &mut World, cathy: usize) {
    world.tamper_request = Some(Box::new(move |who, path, mut body| {
        if who == cathy && path == path_with(UPDATE, ROOM) {
            // In the signature: what comes is no proposal of Cathy's.
            let at = body.len() - 50;
            body[at] ^= 1;
        }
        body
    }));
    let now = world.now();
    world.tamper = Some(Box::new(move |who, path, body| {
        if who == cathy && path == path_with(UPDATE, ROOM) {
            UpdateRoomResponse::success(now).encode().unwrap()
        } else {
            body
        }
    }));
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.settle();
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Left));
    world.tamper = None;
    world.tamper_request = None;
}

fn leave_ignored(world: &World, who: usize) -> usize {
    happened(world, who, |what| *what == Happening::Refused(Refusal::LeaveIgnored))
}

fn set_role(world: &mut World, by: usize, user: &str, role: &str) {
    let role = Command::SetRole { room: ROOM.to_owned(), user: user.to_owned(), role: role.to_owned() };
    assert_eq!(world.ask(by, role), Ok(Outcome::Ok));
}

/// Somebody goes, and the hub keeps that from everybody. Nobody who is in can know; who left is told, because they
/// still hear what happens: commits that should have let them go, or what is said long after.
#[test]
fn a_leave_that_is_hidden_from_all_is_told_to_whoever_left() {
    for by_commits in [true, false] {
        let (mut world, People { alice, bob, cathy }) = together(70 + u64::from(by_commits));
        let bobs = world.browsers[bob].rooms[ROOM].me.clone();
        ignore_leave_of(&mut world, cathy);
        if by_commits {
            set_role(&mut world, alice, &bobs, "member");
            assert_eq!(leave_ignored(&world, cathy), 0, "that one may have been the last");
            set_role(&mut world, alice, &bobs, "admin");
        } else {
            say(&mut world, alice, "Just now.");
            assert_eq!(leave_ignored(&world, cathy), 0, "that may have been under way");
            world.wait(2 * HOUR);
            say(&mut world, bob, "Cathy has been away for long.");
        }
        assert_eq!(leave_ignored(&world, cathy), 1, "{by_commits}");
        set_role(&mut world, alice, &bobs, "member");
        say(&mut world, alice, "Once is enough.");
        assert_eq!(leave_ignored(&world, cathy), 1);
        assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 3, "nobody else can know");
    }
}

/// Whoever leaves an honest hub's room is told no such thing, however slowly the others take it in.
#[test]
fn a_leave_that_is_heard_is_over() {
    let (mut world, People { alice, bob, cathy }) = together(72);
    let link = link_of(&mut world, alice);
    for who in [alice, bob] {
        world.browsers[who].kill();
    }
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    // Somebody comes in before a member has taken it in.
    let emil = world.browser_elsewhere("emil", "c.example");
    join_by(&mut world, emil, &link);
    say(&mut world, emil, "Nobody here?");
    world.wait(2 * HOUR);
    for who in [alice, bob] {
        world.browsers[who].open();
    }
    world.settle();
    let bobs = world.browsers[bob].rooms[ROOM].me.clone();
    for role in ["member", "admin", "member"] {
        set_role(&mut world, alice, &bobs, role);
    }
    go_on(&mut world, &[alice, bob, emil], "Three.");
    assert_eq!(leave_ignored(&world, cathy), 0);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Left));
    world.check();
}

/// From now on everything that people of b.example hear has the date that the hub makes up for it.
fn date(world: &mut World, made_up: u64) {
    world.set_tamper_between(Some(Box::new(move |from, to, errand| {
        if from.as_str() == "a.example" && to.as_str() == "b.example" && errand.endpoint == Endpoint::Notify {
            let messages = FanoutMessage::decode_all(&errand.body).unwrap_or_default();
            let dated = messages.into_iter().map(|message| FanoutMessage { timestamp: UnixMillis(made_up), ..message });
            let body: Vec<u8> = dated.flat_map(|message| message.encode().unwrap()).collect();
            errand.body = body.into();
        }
    })));
}

/// What is kept is sorted and deleted by when it came. A hub that makes that up cannot keep a knock there for ever, nor
/// make it go at once, nor keep its room above all others.
#[test]
fn a_hub_cannot_date_what_is_kept() {
    for (number, made_up) in [0, u64::MAX, 4_000_000_000_000].into_iter().enumerate() {
        let (mut world, People { alice, bob, .. }) = together(74);
        let began = world.now().0;
        date(&mut world, made_up);
        knock_from(&mut world, "dora", "c.example", 7);
        say(&mut world, alice, "What time is it?");
        let request = world.browsers[bob].home.requests.iter().find(|request| request.note == "dora").unwrap().clone();
        let ours = |world: &World, at: u64| (began..=world.now().0).contains(&at);
        assert!(ours(&world, request.at), "{made_up}: {}", request.at);
        let message = world.browsers[bob].rooms[ROOM].messages.last().unwrap().clone();
        assert!(ours(&world, message.at), "{made_up}: {}", message.at);
        assert!(ours(&world, world.browsers[bob].home.rooms[0].at), "{made_up}");
        let answer = Answer::Decline { reason: String::new() };
        assert_eq!(world.ask(bob, Command::Answer { request: request.id.clone(), answer }), Ok(Outcome::Ok));
        world.set_tamper_between(None);
        if number == 2 {
            let knows = |world: &World| world.browsers[bob].home.requests.iter().any(|other| other.id == request.id);
            world.wait(80 * 24 * HOUR);
            assert!(knows(&world), "it can be read for ninety days");
            world.wait(12 * 24 * HOUR);
            assert!(!knows(&world));
        }
        world.check();
    }
}
