//! Hubs and members that lie: what they send is refused, nothing is lost by it, and the right thing is taken when it comes.

use doorstep_client_api::http::{
    GROUP_INFO, IN_ORDER, InOrder, MAILBOX, MailboxKind, MailboxPage, StepKind, UPDATE, path_with,
};
use doorstep_engine::testing::Insider;
use doorstep_mls::{Identity, Lifespan, Member, Mls, Plan, key_package};
use doorstep_page_api::view::{
    Answer, ChatBody, Command, Happening, KnockDraft, MyKnockState, Outcome, Preset, RoomDraft, RoomEnd, Visibility,
};
use doorstep_tests::{
    World,
    forge::{forge, insider, list},
    scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say, with_knock, with_room},
};
use doorstep_wire::{
    Body, ClientUri, LeafIndex, RawMlsMessage, Refusal, UserUri, component,
    ext::kp_usage::KpUsage,
    mls_message::BareWelcome,
    notify::FanoutMessage,
    room::{ParticipantListUpdate, RoleIndex, UserIndexRolePair},
    tree::{RatchetTree, RatchetTreeOption},
    update::{GroupInfoOption, HandshakeBundle},
};
use tls_codec::{Deserialize, Serialize};

const HOUR: u64 = 3_600_000;

/// Alice, Bob and Cathy in one room. Bob lies in these stories.
fn three(seed: u64) -> (World, [usize; 3]) {
    let (mut world, alice, cathy) = with_knock(seed);
    accept(&mut world, alice);
    let bob = world.browser("bob");
    let draft = knock_draft(&mut world, 2, "Let me in.");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "Let me in.");
    for who in [alice, bob, cathy] {
        follow(&mut world, who);
    }
    (world, [alice, bob, cathy])
}

/// The client somebody has in the room.
fn client(world: &World, who: usize) -> ClientUri {
    let heard = world.browsers[who].heard.iter().rev();
    heard.filter(|item| item.room.as_str() == ROOM).map(|item| item.to.clone()).next().unwrap()
}

fn fanned_out(world: &World, commit: &[u8]) -> Vec<u8> {
    FanoutMessage::commit(world.now(), RawMlsMessage::decode(commit).unwrap(), Vec::new()).encode().unwrap()
}

fn refusals(world: &World, who: usize) -> Vec<Refusal> {
    let messages = world.browsers[who].rooms[ROOM].messages.iter();
    let word = |body: &ChatBody| match body {
        ChatBody::Happened(Happening::Refused(word)) => Some(word.clone()),
        _ => None,
    };
    messages.filter_map(|message| word(&message.body)).collect()
}

/// Alice, Bob's victim, and everybody else go on: somebody comes in, and all hear each other.
fn goes_on(world: &mut World, members: &[usize]) {
    let dora = world.browser("dora");
    let draft = knock_draft(world, 40, "Am I late?");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(world, members[0], "Am I late?");
    for who in members {
        let text = format!("said by {who}");
        say(world, *who, &text);
        for other in members {
            assert_eq!(world.browsers[*other].said(ROOM).last(), Some(&text), "{}", world.browsers[*other].name);
            assert_eq!(world.browsers[*other].rooms[ROOM].ended, None);
        }
    }
}

/// Removes somebody.
fn removal(user: u32) -> ParticipantListUpdate {
    ParticipantListUpdate { removed: vec![user], ..ParticipantListUpdate::default() }
}

#[test]
fn a_commit_of_a_member_who_may_not_is_refused_and_the_room_goes_on() {
    let promotion = || {
        let changed = vec![UserIndexRolePair { user_index: 2, role_index: RoleIndex(3) }];
        ParticipantListUpdate { changed, ..ParticipantListUpdate::default() }
    };
    let stranger = |world: &World| {
        let journal = doorstep_mls::Journal::new();
        let identity = Identity::new([5; 32], b"nobody vouches for me".to_vec());
        let mls = Mls::new(&journal, [6; 32]);
        key_package(&mls, &identity, &KpUsage::Any, Lifespan::starting(world.now())).unwrap().bytes
    };
    for forgery in 0..3 {
        let (mut world, [alice, bob, cathy]) = three(50 + forgery);
        let insider = insider(&mut world, bob, ROOM);
        let commit = match forgery {
            0 => forge(&insider, Plan::default(), Some(promotion())),
            1 => {
                let removes = vec![LeafIndex(0)];
                forge(&insider, Plan { removes, ..Plan::default() }, Some(removal(0)))
            }
            _ => forge(&insider, Plan { adds: vec![stranger(&world)], ..Plan::default() }, None),
        };
        // The hub hands it to Cathy, twice, as if it had taken it.
        let (body, to) = (fanned_out(&world, &commit), client(&world, cathy));
        for _ in 0..2 {
            world.slip(cathy, MailboxKind::Fanout, ROOM, &to, body.clone());
        }
        world.settle();
        assert_eq!(refusals(&world, cathy).len(), 1, "forgery {forgery}: told once");
        assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 3);
        goes_on(&mut world, &[alice, bob, cathy]);
        world.wait(2 * HOUR);
        goes_on_talking(&mut world, &[alice, bob, cathy]);
        world.check();
    }
}

fn goes_on_talking(world: &mut World, members: &[usize]) {
    for who in members {
        say(world, *who, "Still here.");
    }
    for who in members {
        assert_eq!(world.browsers[*who].said(ROOM).iter().filter(|said| *said == "Still here.").count(), members.len());
    }
}

#[test]
fn a_hub_that_goes_on_along_a_forbidden_commit_loses_its_members() {
    let (mut world, [alice, bob, cathy]) = three(55);
    let insider = insider(&mut world, bob, ROOM);
    let forged = forge(&insider, Plan { removes: vec![LeafIndex(0)], ..Plan::default() }, Some(removal(0)));
    let (body, to) = (fanned_out(&world, &forged), client(&world, cathy));
    world.slip(cathy, MailboxKind::Fanout, ROOM, &to, body);
    world.settle();
    // From here on Cathy is told of what comes after, and not of the right commit of this epoch.
    world.tamper = Some(without_commit(cathy));
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 47, "Unheard of.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "Unheard of.");
    say(&mut world, alice, "Do you hear?");
    world.wait(2 * HOUR);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Broken));
    assert_eq!(refusals(&world, cathy).len(), 1);
    world.check();
}

/// A hub that withholds commits from somebody.
fn without_commit(victim: usize) -> doorstep_tests::world::Tamper {
    Box::new(move |who, path, body| {
        if who != victim || !path.starts_with(MAILBOX) {
            return body;
        }
        let Ok(mut page) = MailboxPage::tls_deserialize_exact(&body[..]) else { return body };
        page.items.retain(|item| {
            let fanout = FanoutMessage::decode(item.body.as_slice());
            !fanout.is_ok_and(|fanout| fanout.message.is_commit())
        });
        page.tls_serialize_detached().unwrap()
    })
}

#[test]
fn a_commit_changed_on_its_way_is_refused_and_the_right_one_taken() {
    let (mut world, [alice, bob, cathy]) = three(56);
    let to = client(&world, cathy);
    world.browsers[cathy].kill();
    // The next commit, as the hub has it.
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 41, "Hello.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let heard = world.browsers[bob].heard.len();
    let_in(&mut world, alice, "Hello.");
    let item = world.browsers[bob].heard[heard..].iter().find(|item| item.room.as_str() == ROOM).unwrap();
    let genuine = item.body.as_slice().to_vec();
    assert!(FanoutMessage::decode(&genuine).unwrap().message.is_commit());
    // Every so many bytes one is changed, and none of these is taken for the commit.
    for at in (0..genuine.len()).step_by(37).chain(genuine.len() - 40..genuine.len()) {
        let mut changed = genuine.clone();
        changed[at] ^= 1;
        world.slip(cathy, MailboxKind::Fanout, ROOM, &to, changed);
    }
    world.browsers[cathy].open();
    follow(&mut world, cathy);
    assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 4);
    goes_on_talking(&mut world, &[alice, bob, cathy]);
    world.check();
}

#[test]
fn a_commit_that_never_comes_is_waited_for_and_then_gone_around() {
    let (mut world, [alice, bob, cathy]) = three(57);
    world.tamper = Some(without_commit(cathy));
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 47, "Unheard of.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "Unheard of.");
    say(&mut world, alice, "Lost on Cathy.");
    assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 3);
    world.tamper = None;
    world.wait(2 * HOUR);
    assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 4);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, None);
    goes_on_talking(&mut world, &[alice, bob, cathy]);
    world.check();
}

#[test]
fn a_forged_group_info_lets_nobody_into_anything() {
    let mut world = World::new(58);
    let alice = account(&mut world, "alice");
    assert!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))).is_ok());
    follow(&mut world, alice);
    let bob = world.browser("bob");
    let join = || Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
    for share in 0..10 {
        world.tamper = Some(Box::new(move |who, path, mut body| {
            if who == bob && path == path_with(GROUP_INFO, ROOM) {
                let at = body.len() * share / 10;
                body[at] ^= 0x10;
            }
            body
        }));
        let refused = world.ask(bob, join()).unwrap_err();
        assert!([Refusal::HubForged, Refusal::NoRoom, Refusal::NotAuthorized].contains(&refused), "{share}: {refused}");
        assert!(world.browsers[bob].home.rooms.is_empty());
    }
    world.tamper = None;
    assert_eq!(world.ask(bob, join()), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, bob);
    goes_on_talking(&mut world, &[alice, bob]);
    world.check();
}

/// Adds the client of a knock to a group, and says so in a Welcome.
fn welcome(world: &World, insider: &Insider, package: &[u8], user: UserUri) -> Vec<u8> {
    let mls = Mls::new(&insider.journal, [9; 32]);
    let mut member = Member::load(&mls, &insider.group).unwrap().unwrap();
    let pair = doorstep_wire::room::UserRolePair { user, role_index: RoleIndex(2) };
    let update = ParticipantListUpdate { added: vec![pair], ..ParticipantListUpdate::default() };
    let changes = [(component::PARTICIPANT_LIST, Some(list(&member.dictionary(), &update)))].into();
    let plan = Plan {
        adds: vec![package.to_vec()],
        updates: vec![(component::PARTICIPANT_LIST, update.encode().unwrap())],
        ..Plan::default()
    };
    let commit = member.commit(&mls, &insider.identity, plan, |_| Ok::<_, std::convert::Infallible>(changes)).unwrap();
    member.merge_pending(&mls).unwrap();
    let tree = RatchetTree::from_extension_body(member.ratchet_tree().unwrap()).unwrap();
    let welcome = BareWelcome::decode(&commit.welcome.unwrap()).unwrap();
    FanoutMessage::welcome(world.now(), &welcome, RatchetTreeOption::Full(tree)).encode().unwrap()
}

#[test]
fn a_welcome_to_another_room_changes_nothing_and_the_right_one_is_taken() {
    const GARDEN: &str = "mimi://a.example/r/garden";
    let (mut world, alice, cathy) = with_knock(59);
    let garden = RoomDraft { slug: Some("garden".to_owned()), ..draft(Preset::AskToJoin) };
    assert!(world.ask(alice, Command::CreateRoom(garden)).is_ok());
    let (to, package) = world.browsers[cathy].engine.as_ref().unwrap().given_away().remove(0);
    let insider = insider(&mut world, alice, GARDEN);
    let foreign = welcome(&world, &insider, &package, to.user());
    for room in [GARDEN, ROOM] {
        world.slip(cathy, MailboxKind::Fanout, room, &to, foreign.clone());
        world.settle();
        assert!(matches!(world.browsers[cathy].knock().state, MyKnockState::Waiting { .. }));
        assert!(world.browsers[cathy].home.rooms.is_empty(), "{room}");
    }
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    follow(&mut world, cathy);
    // A second Welcome for the same KeyPackage: Cathy is in, and stays where she is.
    world.slip(cathy, MailboxKind::Fanout, ROOM, &to, foreign.clone());
    world.slip(cathy, MailboxKind::Fanout, GARDEN, &to, foreign);
    world.settle();
    assert_eq!(world.browsers[cathy].home.rooms.len(), 1);
    goes_on_talking(&mut world, &[alice, cathy]);
    world.check();
}

#[test]
fn a_welcome_changed_on_its_way_is_refused_and_the_knock_stays() {
    let (mut world, alice, cathy) = with_knock(60);
    let (to, _) = world.browsers[cathy].engine.as_ref().unwrap().given_away().remove(0);
    world.browsers[cathy].kill();
    accept(&mut world, alice);
    world.browsers[cathy].open();
    // The genuine one is read along with forgeries that come first.
    let seen = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let keep = seen.clone();
    world.tamper = Some(Box::new(move |who, path, body| {
        if who != cathy || !path.starts_with(MAILBOX) {
            return body;
        }
        let Ok(mut page) = MailboxPage::tls_deserialize_exact(&body[..]) else { return body };
        if let Some(item) = page.items.iter().find(|item| item.to == to).cloned() {
            let len = item.body.as_slice().len();
            let forged = (8..len).step_by(len / 20).zip(1..).map(|(at, back)| {
                let mut forged = item.clone();
                let mut bytes = item.body.as_slice().to_vec();
                bytes[at] ^= 1;
                forged.body = bytes.into();
                forged.seq -= 100 - back;
                forged
            });
            let forged: Vec<_> = forged.collect();
            keep.borrow_mut().push(forged.len());
            page.items.splice(0..0, forged);
        }
        page.tls_serialize_detached().unwrap()
    }));
    world.settle();
    assert!(seen.borrow().iter().sum::<usize>() >= 20);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    follow(&mut world, cathy);
    goes_on_talking(&mut world, &[alice, cathy]);
    world.check();
}

#[test]
fn a_commit_nobody_can_follow_is_taken_back_and_all_go_on() {
    let (mut world, [alice, bob, cathy]) = three(61);
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 42, "Before it.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let insider = insider(&mut world, bob, ROOM);
    let mls = Mls::with_garbage_paths(&insider.journal, [9; 32]);
    let mut member = Member::load(&mls, &insider.group).unwrap().unwrap();
    let plan = Plan { path: true, ..Plan::default() };
    let garbage =
        member.commit(&mls, &insider.identity, plan, |_| Ok::<_, std::convert::Infallible>(Default::default()));
    let garbage = garbage.unwrap();
    let bundle = HandshakeBundle::commit(&garbage.commit, None, &garbage.group_info).unwrap().encode().unwrap();
    // With the admin asleep, Cathy waits; what she says meanwhile is not lost.
    world.browsers[alice].kill();
    assert_eq!(world.post_as(bob, &path_with(UPDATE, ROOM), bundle).0, 200);
    world.settle();
    let text = Command::Send { room: ROOM.to_owned(), text: "In between.".to_owned(), reply_to: None };
    assert_eq!(world.ask(cathy, text), Ok(Outcome::Ok));
    world.wait(2 * HOUR);
    world.browsers[alice].open();
    follow(&mut world, alice);
    world.wait(60_000);
    world.agree();
    assert!(world.browsers[alice].said(ROOM).contains(&"In between.".to_owned()));
    let_in(&mut world, alice, "Before it.");
    follow(&mut world, dora);
    goes_on_talking(&mut world, &[alice, cathy, dora]);
    let after = world.browser("emil");
    let draft = knock_draft(&mut world, 43, "After it.");
    assert_eq!(world.ask(after, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "After it.");
    assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 5);
    // Whoever made it is not trusted by the hub any more: Bob's browser, which had gone along with it, stays out.
    world.wait(3 * 24 * HOUR);
    assert_eq!(world.browsers[bob].rooms[ROOM].ended, Some(RoomEnd::Broken));
    world.check();
}

#[test]
fn a_knock_after_a_commit_nobody_can_follow_arrives_all_the_same() {
    let (mut world, alice) = with_room(62);
    let mallory = world.browser("mallory");
    let draft = knock_draft(&mut world, 44, "Ha.");
    let knock_room = draft.knock_room.clone();
    world.browsers[alice].kill();
    // Mallory's way into the knock room is one that nobody can follow her on: confirmation tag and the GroupInfo's are
    // changed, and signed again.
    world.browsers[mallory].ask(Command::Knock(draft));
    let signer = std::rc::Rc::new(std::cell::RefCell::new(None::<Identity>));
    let identity = signer.clone();
    let path_of = path_with(IN_ORDER, &knock_room);
    world.tamper_request = Some(Box::new(move |who, path, body| {
        let Some(identity) = identity.borrow().clone().filter(|_| who == mallory && path == path_of) else {
            return body;
        };
        let mut order = InOrder::tls_deserialize_exact(&body[..]).unwrap();
        let step = order.steps.iter_mut().find(|step| step.kind == StepKind::Commit).unwrap();
        let Ok(HandshakeBundle::Commit { commit, group_info: GroupInfoOption::Full(info), .. }) =
            HandshakeBundle::decode(step.body.as_slice())
        else {
            return body;
        };
        let mut commit = commit.as_bytes().to_vec();
        let last = commit.len() - 1;
        commit[last] ^= 1;
        let info = info.as_bytes();
        // confirmation_tag<V>, uint32 signer, signature<V>
        let mut info = info[..info.len() - 66].to_vec();
        let last = info.len() - 5;
        info[last] ^= 1;
        let signature = identity.sign_with_label("GroupInfoTBS", &info);
        info.extend_from_slice(&[0x40, 0x40]);
        info.extend_from_slice(&signature);
        step.body = HandshakeBundle::commit(&commit, None, &info).unwrap().encode().unwrap().into();
        order.tls_serialize_detached().unwrap()
    }));
    // Mallory's identity is there as soon as she has begun.
    while signer.borrow().is_none() {
        world.step();
        *signer.borrow_mut() = world.browsers[mallory].engine.as_mut().unwrap().visitor();
    }
    world.settle();
    world.tamper_request = None;
    world.browsers[mallory].kill();

    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 45, "I mean it.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(matches!(world.browsers[cathy].knock().state, MyKnockState::Waiting { .. }));
    world.browsers[alice].open();
    world.wait(10 * 60_000);
    let notes: Vec<_> = world.browsers[alice].home.requests.iter().map(|request| request.note.as_str()).collect();
    assert_eq!(notes, ["I mean it."]);
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 46, "Me too.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let request = world.browsers[alice].home.requests[1].id.clone();
    let answer = Answer::Decline { reason: String::new() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn a_hub_whose_clock_is_wrong_splits_no_room() {
    const DAY: i64 = 86_400_000;
    for shift in [-400 * DAY, 400 * DAY] {
        let (mut world, [alice, bob, cathy]) = three(63);
        world.tamper = Some(Box::new(move |who, path, body| {
            if who != cathy || !path.starts_with(MAILBOX) {
                return body;
            }
            let Ok(mut page) = MailboxPage::tls_deserialize_exact(&body[..]) else { return body };
            for item in page.items.iter_mut().filter(|item| item.kind == MailboxKind::Fanout) {
                let mut bytes = item.body.as_slice().to_vec();
                let at = u64::from_be_bytes(bytes[..8].try_into().unwrap()).checked_add_signed(shift).unwrap();
                bytes[..8].copy_from_slice(&at.to_be_bytes());
                item.body = bytes.into();
            }
            page.tls_serialize_detached().unwrap()
        }));
        goes_on(&mut world, &[alice, bob, cathy]);
        assert!(refusals(&world, cathy).is_empty(), "{shift}");
        world.check();
    }
}

#[test]
fn a_private_room_is_to_a_stranger_as_if_it_were_not_there() {
    let mut world = World::new(64);
    let alice = account(&mut world, "alice");
    let private = RoomDraft { visibility: Visibility::Private, ..draft(Preset::AskToJoin) };
    assert!(world.ask(alice, Command::CreateRoom(private)).is_ok());
    let asked = |world: &mut World, room: &str| {
        let door = world.fetch(&path_with(doorstep_client_api::http::DOOR, room));
        let bob = world.browser("bob");
        let join = Command::JoinOpen { room: room.to_owned(), pseudonym: None, as_account: false };
        let joined = world.ask(bob, join);
        let knock = KnockDraft {
            id: "00000000-0000-4000-8000-000000000001".to_owned(),
            room: room.to_owned(),
            room_name: String::new(),
            knock_room: "mimi://a.example/r/guessed".to_owned(),
            note: "Hello?".to_owned(),
            pseudonym: format!("1b4e28ba-2fa1-4d1e-883f-0016d3cca4{bob:02x}"),
            link: None,
            disclose: None,
        };
        assert_eq!(world.ask(bob, Command::Knock(knock)), Ok(Outcome::Ok));
        let refusals: Vec<_> = world.browsers[bob].refusals.iter().map(|line| line.replace(room, "")).collect();
        (door, joined, world.browsers[bob].knock().state.clone(), refusals.len())
    };
    let there = asked(&mut world, ROOM);
    let not_there = asked(&mut world, "mimi://a.example/r/nowhere");
    assert!(there.1.is_err() && matches!(there.2, MyKnockState::Refused(_)));
    assert_eq!(there, not_there);
    world.check();
}
