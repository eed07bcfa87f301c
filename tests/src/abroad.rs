//! People of three providers around one room, and everything that crosses between providers once.

use doorstep_client_api::http::{UPDATE, path_with};
use doorstep_mls::{Member, Mls, Plan};
use doorstep_page_api::view::{Answer, Command, LinkText, MyKnockState, Outcome, Preset};
use doorstep_wire::{Body, update::HandshakeBundle};

use crate::World;
use crate::scene::{ROOM, account, draft, follow, knock_draft, let_in, say};

/// Who is there: Alice at a.example, which is the hub, Bob at b.example, a moderator too, Cathy at c.example.
#[derive(Clone, Copy, Debug)]
pub struct People {
    /// Made the room.
    pub alice: usize,
    /// Knocked, was let in, and made a moderator.
    pub bob: usize,
    /// Came by a link.
    pub cathy: usize,
}

/// Alice's room at a.example, and providers b.example and c.example.
pub fn three_providers(seed: u64, preset: Preset) -> (World, usize) {
    let mut world = World::new(seed);
    let alice = furnish(&mut world, seed, preset);
    (world, alice)
}

/// The same in a world that is there.
pub fn furnish(world: &mut World, seed: u64, preset: Preset) -> usize {
    world.provider_elsewhere("b.example", seed + 1);
    world.provider_elsewhere("c.example", seed + 2);
    let alice = account(world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(preset)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, alice);
    alice
}

/// Somebody of that provider knocks; the knock is sent. Their note is their name.
pub fn knock_from(world: &mut World, name: &str, domain: &str, number: u8) -> usize {
    let who = world.browser_elsewhere(name, domain);
    let draft = knock_draft(world, number, name);
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
    let state = &world.browsers[who].knock().state;
    assert!(matches!(state, MyKnockState::Waiting { .. }), "{name}: {state:?}, {:?}", world.browsers[who].refusals);
    who
}

/// A link that a moderator makes.
pub fn link_of(world: &mut World, who: usize) -> LinkText {
    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 86_400,
        max_uses: 0,
        note: String::new(),
    };
    let Ok(Outcome::Link { link }) = world.ask(who, make) else { panic!("no link") };
    let links = &world.browsers[who].rooms[ROOM].links;
    links.iter().find(|made| made.id == link).and_then(|made| made.code.clone()).expect("made here")
}

/// Comes in by a link.
pub fn join_by(world: &mut World, who: usize, invite: &LinkText) {
    let join = Command::JoinByLink { invite: invite.clone(), as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(who, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, who);
}

/// Alice, Bob and Cathy in the room.
pub fn together(seed: u64) -> (World, People) {
    let (mut world, alice) = three_providers(seed, Preset::AskToJoin);
    let people = gather(&mut world, alice);
    (world, people)
}

fn gather(world: &mut World, alice: usize) -> People {
    let bob = knock_from(world, "bob", "b.example", 1);
    let_in(world, alice, "bob");
    follow(world, bob);
    let user = world.browsers[bob].rooms[ROOM].me.clone();
    let role = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.wait(60_000);
    let link = link_of(world, alice);
    let cathy = world.browser_elsewhere("cathy", "c.example");
    join_by(world, cathy, &link);
    People { alice, bob, cathy }
}

/// Everything there is to ask of another provider happens: knocks that are accepted, declined and taken back, a link, talk,
/// a commit nobody can follow, and somebody goes. Who is in at the end: Alice, Bob, and Gina of c.example.
pub fn everything(world: &mut World, alice: usize) -> (People, usize) {
    let people = gather(world, alice);
    let People { bob, cathy, .. } = people;
    for who in [alice, bob, cathy] {
        let text = format!("I am {}.", world.browsers[who].name);
        say(world, who, &text);
    }
    let dora = knock_from(world, "dora", "c.example", 2);
    let request = world.browsers[bob].home.requests.iter().find(|request| request.note == "dora").expect("the knock");
    let answer = Answer::Decline { reason: "Full.".to_owned() };
    let decline = Command::Answer { request: request.id.clone(), answer };
    assert_eq!(world.ask(bob, decline), Ok(Outcome::Ok));
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Declined { reason: "Full.".to_owned() });
    let door = path_with(doorstep_client_api::http::DOOR, ROOM);
    assert_eq!(world.fetch_at(&"c.example".parse().expect("a domain"), &door).0, 200);
    let emil = knock_from(world, "emil", "c.example", 3);
    let knock = world.browsers[emil].knock().id.clone();
    assert_eq!(world.ask(emil, Command::Withdraw { knock }), Ok(Outcome::Ok));
    let gina = knock_from(world, "gina", "c.example", 4);
    let_in(world, bob, "gina");
    assert_eq!(world.browsers[gina].knock().state, MyKnockState::Accepted);
    follow(world, gina);
    let user = world.browsers[gina].rooms[ROOM].me.clone();
    let role = Command::SetRole { room: ROOM.to_owned(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    follow(world, bob);
    // Alice's browser is closed: a moderator of another provider has to see to it.
    world.browsers[alice].kill();
    unfollowable(world, bob);
    world.wait(2 * 3_600_000);
    world.browsers[alice].open();
    follow(world, alice);
    follow(world, cathy);
    assert_eq!(world.ask(cathy, Command::Leave { room: ROOM.to_owned() }), Ok(Outcome::Ok));
    world.wait(120_000);
    (people, gina)
}

/// A commit whose secrets nobody gets: the others say so, and the hub goes back.
fn unfollowable(world: &mut World, who: usize) {
    let room = ROOM.parse().expect("a room");
    let insider = world.browsers[who].engine.as_mut().expect("open").insider(&room).expect("a member");
    let mls = Mls::with_garbage_paths(&insider.journal, [9; 32]);
    let mut member = Member::load(&mls, &insider.group).expect("rows").expect("a group");
    let plan = Plan { path: true, ..Plan::default() };
    let none = |_: &_| Ok::<_, std::convert::Infallible>(Default::default());
    let commit = member.commit(&mls, &insider.identity, plan, none).expect("a commit");
    let bundle = HandshakeBundle::commit(&commit.commit, None, &commit.group_info).expect("a bundle");
    let (status, reason, _) = world.post_as(who, &path_with(UPDATE, ROOM), bundle.encode().expect("bytes"));
    assert_eq!((status, reason), (200, None));
    world.settle();
}
