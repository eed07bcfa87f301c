//! The flows that are dumped: people of c.example at the door of a room of a.example.

use doorstep_client_api::http::{IDENTIFIER_QUERY, KEY_MATERIAL, KEY_PACKAGES, KeyPackages, UPDATE_CONSENT, path_with};
use doorstep_mls::{Journal, Lifespan, Mls, key_package};
use doorstep_page_api::view::{Answer, Command, LinkText, Outcome, Preset};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::identifier::IdentifierRequest;
use doorstep_wire::key_material::{KeyMaterialRequest, KeyMaterialRequestTbs, RequiredCapabilities};
use doorstep_wire::{Body as _, Credential, Dictionary, RoomUri, UserUri, numbers::CIPHER_SUITE};
use tls_codec::Serialize as _;

use crate::forge::insider;
use crate::scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say};
use crate::{Crossing, World};

/// What crossed during one part of the story.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// What happens.
    pub title: &'static str,
    /// In order.
    pub crossings: Vec<Crossing>,
}

/// The story and the world it leaves.
pub struct Told {
    /// In order.
    pub chapters: Vec<Chapter>,
    /// For [`World::check`].
    pub world: World,
}

/// Tells it; all choices come from `seed`.
pub fn tell(seed: u64) -> Told {
    let mut world = World::new(seed);
    world.provider_elsewhere("c.example", seed + 1);
    let alice = account(&mut world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);
    let mut told = Told { chapters: Vec::new(), world };

    let cathy = told.world.browser_elsewhere("cathy", "c.example");
    told.part("Cathy of c.example knocks at Alice's room", |world| knock(world, cathy, 1));
    told.part("Alice lets Cathy in", |world| accept(world, alice));
    told.part("They talk", |world| {
        follow(world, cathy);
        say(world, cathy, "Good evening.");
        say(world, alice, "Come in!");
    });

    let dan = told.world.browser("dan");
    told.part("Alice lets Dan of a.example in, and Cathy hears of it", |world| {
        knock(world, dan, 4);
        let_in(world, alice, "dan");
        follow(world, dan);
    });
    let user = told.world.browsers[dan].rooms[ROOM].me.clone();
    let out = Command::Remove { room: ROOM.to_owned(), user, ban: true };
    told.part("Alice keeps Dan out again, and Cathy hears of it", |world| {
        assert_eq!(world.ask(alice, out), Ok(Outcome::Ok));
    });

    let dora = told.world.browser_elsewhere("dora", "c.example");
    told.part("Dora of c.example knocks and is declined", |world| {
        knock(world, dora, 2);
        let waiting = world.browsers[alice].home.requests.iter().find(|request| request.note == "dora");
        let request = waiting.expect("Dora's knock").id.clone();
        let answer = Answer::Decline { reason: "Full this month.".to_owned() };
        assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    });

    let eve = told.world.browser_elsewhere("eve", "c.example");
    told.part("Eve of c.example knocks and takes it back", |world| {
        knock(world, eve, 3);
        let knock = world.browsers[eve].knock().id.clone();
        assert_eq!(world.ask(eve, Command::Withdraw { knock }), Ok(Outcome::Ok));
    });

    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3_600,
        max_uses: 0,
        note: String::new(),
    };
    told.part("Alice makes a link", |world| assert!(world.ask(alice, make).is_ok()));
    let code = told.world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here");
    let bob = told.world.browser_elsewhere("bob", "c.example");
    told.part("Bob of c.example comes in by it and speaks", |world| join(world, bob, code));
    told.part("Cathy shows the hub what was said", |world| report(world, cathy));
    told.part("Bob looks for Alice, and for somebody whom nobody knows", |world| {
        for handle in ["alice", "nobody"] {
            find(world, bob, handle);
        }
    });
    told.part("Cathy lets Alice have her KeyPackages, and Alice takes the one there is", |world| {
        be_fetched(world, cathy, alice);
    });
    told
}

impl Told {
    fn part(&mut self, title: &'static str, happens: impl FnOnce(&mut World)) {
        let before = self.world.crossings().len();
        happens(&mut self.world);
        let crossings = self.world.crossings().split_off(before);
        self.chapters.push(Chapter { title, crossings });
    }
}

fn report(world: &mut World, who: usize) {
    let messages = world.browsers[who].rooms[ROOM].messages.iter();
    let message = messages.rev().find(|message| message.reportable).expect("somebody said something").id.clone();
    let report = Command::Report { room: ROOM.to_owned(), message, note: "Rather loud.".to_owned() };
    assert_eq!(world.ask(who, report), Ok(Outcome::Ok));
}

fn find(world: &mut World, who: usize, handle: &str) {
    let body = IdentifierRequest::handle(handle).encode().expect("bytes");
    let (status, ..) = world.post_as(who, &path_with(IDENTIFIER_QUERY, "a.example"), body);
    assert_eq!(status, 200);
}

/// The target consents, leaves one KeyPackage with their provider, and is asked for twice.
fn be_fetched(world: &mut World, target: usize, requester: usize) {
    let room: RoomUri = ROOM.parse().expect("a room");
    let asks = insider(world, requester, ROOM).identity;
    let user: UserUri = world.browsers[requester].rooms[ROOM].me.parse().expect("a user");
    let engine = world.browsers[target].engine.as_mut().expect("open");
    let (client, identity) = engine.packer(&room).expect("a member");
    let grant = ConsentEntry {
        operation: ConsentOperation::Grant,
        requester: user.clone().into(),
        target: client.user(),
        room: Some(room.clone()),
        key_packages: Vec::new(),
        extensions: Dictionary::new(),
    };
    assert_eq!(world.post_as(target, UPDATE_CONSENT, grant.encode().expect("bytes")).0, 201);
    let journal = Journal::new();
    let mls = Mls::new(&journal, [7; 32]);
    let lifespan = Lifespan::starting(world.now());
    let package = key_package(&mls, &identity, &KpUsage::Any, lifespan).expect("a package").bytes;
    let offer = KeyPackages { client: client.clone(), packages: vec![package.into()] };
    assert_eq!(world.post_as(target, KEY_PACKAGES, offer.tls_serialize_detached().expect("bytes")).0, 200);
    let tbs = KeyMaterialRequestTbs {
        requester: user,
        target: client.user(),
        room: Some(room),
        cipher_suites: vec![CIPHER_SUITE],
        required: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![5] },
        signature_key: asks.public_key().as_slice().into(),
        credential: Credential::sd_cwt(asks.credential().to_vec()),
    };
    let signature = asks.sign_bytes(&tbs.to_be_signed().expect("bytes"));
    let body = KeyMaterialRequest { tbs, signature: signature.as_slice().into() }.encode().expect("bytes");
    let path = path_with(KEY_MATERIAL, client.user().as_str());
    for _ in 0..2 {
        let (status, reason, _) = world.post_as(requester, &path, body.clone());
        assert_eq!((status, reason), (200, None));
    }
}

fn knock(world: &mut World, who: usize, number: u8) {
    let note = world.browsers[who].name.clone();
    let draft = knock_draft(world, number, &note);
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
}

fn join(world: &mut World, bob: usize, code: LinkText) {
    let look = world.browsers[bob].ask(Command::LookAtLink { invite: code.clone(), as_account: false });
    world.settle();
    assert!(world.browsers[bob].looks.remove(&look).is_some_and(|preview| preview.result.is_ok()));
    let join = Command::JoinByLink { invite: code, as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(bob, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, bob);
    say(world, bob, "From c.");
}
