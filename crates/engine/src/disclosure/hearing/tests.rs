//! Alice says who she is, Bob reads, and Mallory, who is in the room too, tries to pass it off as something else.

use std::time::{SystemTime, UNIX_EPOCH};

use doorstep_client_api::http::{MailboxItem, MailboxKind};
use doorstep_content::{Meaning, MimiContent, frame};
use doorstep_credential::{
    AccountClaims, Audience, DAY_SECONDS, IssuerKey, KeySet, KeyUse, LeafKey, Salts, bind, issue_account,
    issue_pseudonym,
};
use doorstep_mls::{Changes, Identity, Lifespan, Member, Mls, NewGroup, Plan, WelcomePreview, key_package};
use doorstep_page_api::view::{Claims, DiscloseTo};
use doorstep_policy::preset::{self, PresetInput};
use doorstep_wire::{
    Body, ClientUri, Dictionary, GroupUri, LeafIndex, UnixMillis, component,
    ext::kp_usage::KpUsage,
    mls_message::RawMlsMessage,
    notify::FanoutMessage,
    room::{ParticipantListData, UserRolePair},
};
use serde_bytes::ByteBuf;

use super::*;
use crate::{
    Config, Engine, Input,
    context::Answer,
    disclosure::saying,
    group::{self, epoch},
    identity::account,
    mail,
    record::{DISCLOSURES, EPOCHS, IDENTITIES, ISSUER_KEYS, IdentityRecord, MESSAGES, MyDisclosureRecord, ROOMS, Use},
};

const NAME: &str = "Alice Liddell";
const ALICE: usize = 0;
const BOB: usize = 1;
const MALLORY: usize = 2;
/// Days until Alice's account token ends.
const DAYS: u64 = 30;

struct House {
    people: Vec<Engine>,
    room: RoomUri,
    seq: u64,
    /// Milliseconds: when the hub takes what is sent.
    at: u64,
}

fn domain() -> ProviderDomain {
    "a.example".parse().unwrap()
}

fn issuer() -> IssuerKey {
    IssuerKey::from_seed(&[1; 32])
}

fn now() -> UnixMillis {
    UnixMillis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

fn end() -> u64 {
    (now().0 / 1000 / DAY_SECONDS + DAYS) * DAY_SECONDS
}

fn client(n: usize) -> ClientUri {
    let id = doorstep_wire::uri::uuid_v4([n as u8 + 1; 16]);
    ClientUri::pseudonym(&domain(), id, id)
}

fn leaf_key(n: usize) -> LeafKey {
    LeafKey::from_seed(&seed(n))
}

fn seed(n: usize) -> [u8; 32] {
    [n as u8 + 0x20; 32]
}

fn identity(n: usize) -> Identity {
    let key = leaf_key(n);
    let token = issue_pseudonym(&issuer(), &domain(), &client(n), &key.public(), end());
    Identity::new(seed(n), bind(&token, &Audience::KeyPackage, [7; 16], &key))
}

fn engine(n: usize, room: &RoomUri, group: &GroupUri) -> Engine {
    let mut engine = Engine::load([], Config { domain: domain() }).unwrap();
    engine.step(Input::Tick, now(), [n as u8; 32]);
    let keys = KeySet::new().with(KeyUse::Issuer, issuer().public());
    ISSUER_KEYS.put(&engine.cx.journal, "a.example", &ByteBuf::from(keys.encode()));
    put_identity(&engine, n);
    let name = "Clubhouse".to_owned();
    let record = RoomRecord::entered(room.clone(), group.clone(), client(n), name, now().0);
    ROOMS.put(&engine.cx.journal, room.as_str(), &record);
    engine
}

fn put_identity(engine: &Engine, n: usize) {
    let record = IdentityRecord {
        user: client(n).user(),
        client: client(n),
        pseudonym: true,
        seed: seed(n),
        token: Some(ByteBuf::from(issue_pseudonym(&issuer(), &domain(), &client(n), &leaf_key(n).public(), end()))),
        made: 0,
        used: Use::Pool,
        refused: None,
        disclosures: None,
        renewed: 0,
        expires: 0,
    };
    IDENTITIES.put(&engine.cx.journal, client(n).as_str(), &record);
}

/// Alice's account, as her provider gave it.
fn put_account(engine: &Engine) {
    let address = ClientUri::account(&domain(), "alice", [3; 16]).unwrap();
    let key = LeafKey::from_seed(&[0x40; 32]);
    let claims = AccountClaims { handle: "alice".into(), display_name: Some(NAME.into()) };
    let salts = Salts([[5; 16], [6; 16]]);
    let (token, disclosures) = issue_account(&issuer(), &domain(), &address, &key.public(), end(), &claims, salts);
    let record = IdentityRecord {
        user: address.user(),
        client: address.clone(),
        pseudonym: false,
        seed: [0x40; 32],
        token: Some(ByteBuf::from(token)),
        made: now().0,
        used: Use::Account,
        refused: None,
        disclosures: Some(ByteBuf::from(disclosures)),
        renewed: 0,
        expires: end() * 1000,
    };
    IDENTITIES.put(&engine.cx.journal, address.as_str(), &record);
}

/// Alice, Bob and Mallory in one room, all as pseudonyms; Alice made it.
fn house(slug: &str) -> House {
    house_where(slug, Optionality::Optional)
}

fn house_where(slug: &str, disclosure: Optionality) -> House {
    let room: RoomUri = format!("mimi://a.example/r/{slug}").parse().unwrap();
    let group = GroupUri::new(&domain(), doorstep_wire::uri::uuid_v4([9; 16]));
    let mut people: Vec<Engine> = (0..3).map(|n| engine(n, &room, &group)).collect();
    put_account(&people[ALICE]);
    let input = PresetInput {
        room: room.clone(),
        creator: client(ALICE).user(),
        name: "Clubhouse".into(),
        description: String::new(),
        pseudonyms: Optionality::Optional,
        disclosure,
        disclosure_grace: 0,
        listed: false,
        franking_key: [8; 32],
    };
    let mut dictionary = preset::open(&input).unwrap();
    let role = |n| if n == ALICE { preset::ADMIN } else { preset::MEMBER };
    let participants = (0..3).map(|n| UserRolePair { user: client(n).user(), role_index: role(n) }).collect();
    dictionary.insert(component::PARTICIPANT_LIST, ParticipantListData { participants }.encode().unwrap());
    let new = NewGroup {
        group_id: group.as_bytes().to_vec(),
        dictionary,
        hub_domain: domain(),
        hub_key: [8; 32],
        leaf_components: Dictionary::new(),
        lifespan: Lifespan::starting(now()),
    };
    let packages = (1..3)
        .map(|n| {
            let mls = Mls::new(&people[n].cx.journal, [n as u8 + 50; 32]);
            key_package(&mls, &identity(n), &KpUsage::Any, Lifespan::starting(now())).unwrap().bytes
        })
        .collect();
    let (mut member, _) =
        Member::create(&Mls::new(&people[ALICE].cx.journal, [60; 32]), &identity(ALICE), new).unwrap();
    let mls = Mls::new(&people[ALICE].cx.journal, [61; 32]);
    let plan = Plan { adds: packages, ..Plan::default() };
    let added = member.commit(&mls, &identity(ALICE), plan, |_| Ok::<_, NotTaken>(Changes::default())).unwrap();
    member.merge_pending(&mls).unwrap();
    let tree = member.ratchet_tree().unwrap();
    for (n, person) in people.iter_mut().enumerate().skip(1) {
        let mls = Mls::new(&person.cx.journal, [n as u8 + 70; 32]);
        WelcomePreview::open(&mls, added.welcome.as_ref().unwrap(), &tree).unwrap().accept();
    }
    for person in &mut people {
        assert!(group::warm(&mut person.cx, &room, &group));
    }
    House { people, room, seq: 0, at: now().0 }
}

impl House {
    fn record(&self, n: usize) -> RoomRecord {
        ROOMS.get(&self.people[n].cx.journal, self.room.as_str()).unwrap()
    }

    /// The message with which Alice says who she is, for the epoch she is in.
    fn said(&mut self, to: DiscloseTo) -> Vec<u8> {
        let record = self.record(ALICE);
        let mine = MyDisclosureRecord {
            room: self.room.clone(),
            room_name: String::new(),
            client: client(ALICE),
            user: "mimi://a.example/u/alice".parse().unwrap(),
            to,
            claims: Claims { handle: true, display_name: true },
            readers: 0,
            in_knock: false,
            at: 0,
            last: 0,
            again: None,
            over: false,
            state: DisclosureState::Queued,
        };
        DISCLOSURES.put(&self.people[ALICE].cx.journal, "said", &mine);
        saying::disclosure_message(&mut self.people[ALICE].cx, &record, "said").unwrap().unwrap()
    }

    /// What is in such a message.
    fn body(&self, framed: &[u8]) -> Vec<u8> {
        let said = MimiContent::unpack(framed, &client(ALICE).user(), &self.room).unwrap();
        let Meaning::House(body) = said.message.meaning() else { panic!("not ours") };
        body.to_vec()
    }

    /// A message of ours with this body, from whomever.
    fn framed(&self, by: usize, body: &[u8]) -> Vec<u8> {
        frame(&MimiContent::house([4; 16], &client(by).user(), &self.room, body).encode())
    }

    /// Encrypted by one; what comes of it for the other.
    fn carry(&mut self, by: usize, framed: &[u8], to: usize) -> Result<(), NotTaken> {
        let sent = self.encrypt(by, framed);
        self.deliver(&sent, to)
    }

    fn encrypt(&mut self, by: usize, framed: &[u8]) -> Vec<u8> {
        self.seq += 1;
        let engine = &mut self.people[by];
        let mls = Mls::new(&engine.cx.journal, [self.seq as u8; 32]);
        engine.cx.groups.get_mut(&self.room).unwrap().member.send(&mls, &identity(by), framed, None).unwrap()
    }

    fn deliver(&mut self, sent: &[u8], to: usize) -> Result<(), NotTaken> {
        let message = RawMlsMessage::decode(sent).unwrap();
        let body = FanoutMessage::application(UnixMillis(self.at), message, None).encode().unwrap();
        let item = MailboxItem {
            seq: self.seq,
            kind: MailboxKind::Fanout,
            room: self.room.clone(),
            to: client(to),
            body: body.as_slice().into(),
        };
        mail::fanout_came(&mut self.people[to].cx, &item)
    }

    /// Alice commits new keys, and all go into the next epoch.
    fn next_epoch(&mut self) {
        self.seq += 1;
        let engine = &mut self.people[ALICE];
        let mls = Mls::new(&engine.cx.journal, [self.seq as u8; 32]);
        let member = &mut engine.cx.groups.get_mut(&self.room).unwrap().member;
        let plan = Plan { path: true, ..Plan::default() };
        let commit = member.commit(&mls, &identity(ALICE), plan, |_| Ok::<_, NotTaken>(Changes::default())).unwrap();
        member.merge_pending(&mls).unwrap();
        epoch::enter_epoch(&mut engine.cx, &self.room);
        for engine in &mut self.people[1..] {
            let mls = Mls::new(&engine.cx.journal, [self.seq as u8; 32]);
            let member = &mut engine.cx.groups.get_mut(&self.room).unwrap().member;
            let doorstep_mls::Incoming::Commit(incoming) = member.process(&mls, &commit.commit).unwrap() else {
                panic!("no commit")
            };
            member.accept(&mls, *incoming, &Changes::default()).unwrap();
            epoch::enter_epoch(&mut engine.cx, &self.room);
        }
    }

    /// Who `by` proved to be, as `to` sees it.
    fn known(&self, by: usize, to: usize) -> Option<Disclosed> {
        let engine = &self.people[to];
        disclosed_by(&engine.cx, &self.room, engine.cx.groups.get(&self.room).unwrap(), &client(by).user())
    }

    fn lines(&self, who: usize) -> usize {
        MESSAGES.all(&self.people[who].cx.journal).len()
    }

    /// Refused, and nothing of it is left.
    fn leaves_no_trace(&mut self, by: usize, framed: &[u8]) {
        let taken = self.carry(by, framed, BOB);
        assert!(matches!(taken, Err(NotTaken::Useless)), "{taken:?}");
        assert_eq!(self.known(ALICE, BOB), None);
        assert_eq!(self.known(MALLORY, BOB), None);
        assert_eq!(self.lines(BOB), 0);
    }
}

/// The body with another epoch and leaf in it.
fn moved(body: &[u8], epoch: Epoch, leaf_index: LeafIndex) -> Vec<u8> {
    Disclosure { epoch, leaf_index, ..Disclosure::decode(body).unwrap() }.encode().unwrap()
}

#[test]
fn what_alice_says_is_verified() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    house.carry(ALICE, &said, BOB).unwrap();
    let known = house.known(ALICE, BOB).unwrap();
    assert_eq!((known.user.as_str(), known.display_name.as_deref()), ("mimi://a.example/u/alice", Some(NAME)));
    assert_eq!(house.lines(BOB), 1);
    // Said again: the same, and no news.
    house.at += 1000;
    let again = house.said(DiscloseTo::Room);
    house.carry(ALICE, &again, BOB).unwrap();
    assert_eq!((house.known(ALICE, BOB), house.lines(BOB)), (Some(known), 1));
}

#[test]
fn another_member_cannot_say_it_of_herself() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let body = house.body(&said);
    let epoch = Disclosure::decode(&body).unwrap().epoch;
    let stolen = house.framed(MALLORY, &body);
    house.leaves_no_trace(MALLORY, &stolen);
    let stolen = house.framed(MALLORY, &moved(&body, epoch, LeafIndex(2)));
    house.leaves_no_trace(MALLORY, &stolen);
}

#[test]
fn it_holds_for_no_other_epoch_and_is_made_anew_for_it() {
    let mut house = house("club");
    let old = house.said(DiscloseTo::Room);
    house.next_epoch();
    house.leaves_no_trace(ALICE, &old);
    let body = house.body(&old);
    let epoch = house.people[ALICE].cx.groups.get(&house.room).unwrap().member.epoch();
    let later = house.framed(ALICE, &moved(&body, epoch, LeafIndex(0)));
    house.leaves_no_trace(ALICE, &later);
    let anew = house.said(DiscloseTo::Room);
    assert_ne!(anew, old);
    house.carry(ALICE, &anew, BOB).unwrap();
    assert!(house.known(ALICE, BOB).is_some());
}

#[test]
fn it_holds_for_no_other_room() {
    let mut one = house("club");
    let mut other = house("elsewhere");
    let said = one.said(DiscloseTo::Room);
    let body = one.body(&said);
    let carried = other.framed(ALICE, &body);
    other.leaves_no_trace(ALICE, &carried);
}

#[test]
fn a_changed_claim_is_not_believed() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let mut body = house.body(&said);
    let at = body.windows(NAME.len()).position(|window| window == NAME.as_bytes()).unwrap();
    body[at] = b'M';
    let changed = house.framed(ALICE, &body);
    house.leaves_no_trace(ALICE, &changed);
}

#[test]
fn an_ended_word_is_no_word() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    house.at = end() * 1000;
    house.people[BOB].cx.now = UnixMillis(house.at);
    house.leaves_no_trace(ALICE, &said);
}

#[test]
fn a_hub_that_turns_back_its_clock_makes_no_ended_word_hold() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let later = end() * 1000 + 1;
    house.people[BOB].cx.now = UnixMillis(later);
    ROOMS.change(&house.people[BOB].cx.journal, house.room.as_str(), |record| record.heard = later);
    // What the hub says lies before the end, and long before what it said last.
    house.at = now().0;
    house.leaves_no_trace(ALICE, &said);
}

#[test]
fn an_unknown_issuers_keys_are_fetched_first() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let keys = ISSUER_KEYS.get(&house.people[BOB].cx.journal, "a.example").unwrap();
    ISSUER_KEYS.delete(&house.people[BOB].cx.journal, "a.example");
    let sent = house.encrypt(ALICE, &said);
    let before = house.people[BOB].cx.journal.mark();
    assert!(matches!(house.deliver(&sent, BOB), Err(NotTaken::NeedsIssuer(issuer)) if issuer == domain()));
    assert_eq!(house.known(ALICE, BOB), None);
    // As the mailbox does: it leaves no trace, and is taken once the keys are there.
    house.people[BOB].cx.journal.rollback(before);
    house.people[BOB].cx.groups.remove(&house.room);
    let other = KeySet::new().with(KeyUse::Issuer, IssuerKey::from_seed(&[2; 32]).public());
    ISSUER_KEYS.put(&house.people[BOB].cx.journal, "a.example", &ByteBuf::from(other.encode()));
    let group = house.record(BOB).group;
    group::warm(&mut house.people[BOB].cx, &house.room, &group);
    let before = house.people[BOB].cx.journal.mark();
    assert!(house.deliver(&sent, BOB).is_err(), "signed by a key the issuer does not publish");
    house.people[BOB].cx.journal.rollback(before);
    house.people[BOB].cx.groups.remove(&house.room);
    ISSUER_KEYS.put(&house.people[BOB].cx.journal, "a.example", &keys);
    house.deliver(&sent, BOB).unwrap();
    assert!(house.known(ALICE, BOB).is_some());
}

#[test]
fn broken_and_cut_off_messages_say_nothing() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let body = house.body(&said);
    for end in (0..body.len()).step_by(37) {
        let cut = house.framed(ALICE, &body[..end]);
        house.leaves_no_trace(ALICE, &cut);
    }
    for garbage in [&b""[..], &[0xa0], &[0xa5, 0, 1, 1, 1, 10, 0x80, 11, 0, 12, 0], &[0xff; 40]] {
        let framed = house.framed(ALICE, garbage);
        house.leaves_no_trace(ALICE, &framed);
    }
    for other_type in ["82028141aa", "83038141aa41bb"] {
        let presentation = Presentation::new(hex::decode(other_type).unwrap()).unwrap();
        let disclosure = Disclosure { presentations: vec![presentation], ..Disclosure::decode(&body).unwrap() };
        let framed = house.framed(ALICE, &disclosure.encode().unwrap());
        house.leaves_no_trace(ALICE, &framed);
    }
    let good = house.framed(ALICE, &body);
    house.carry(ALICE, &good, BOB).unwrap();
    assert!(house.known(ALICE, BOB).is_some());
}

#[test]
fn what_is_sealed_to_bob_opens_for_bob_from_alice_only() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Member(client(BOB).user().to_string()));
    let sent = house.encrypt(ALICE, &said);
    house.deliver(&sent, MALLORY).unwrap();
    assert_eq!((house.known(ALICE, MALLORY), house.lines(MALLORY)), (None, 0));
    // Mallory, who cannot read it, says it herself.
    let body = house.body(&said);
    let copied = house.framed(MALLORY, &body);
    house.carry(MALLORY, &copied, BOB).unwrap();
    assert_eq!((house.known(MALLORY, BOB), house.lines(BOB)), (None, 0));
    // Broken, it opens for nobody.
    let mut broken = body.clone();
    *broken.last_mut().unwrap() ^= 1;
    let broken = house.framed(ALICE, &broken);
    house.carry(ALICE, &broken, BOB).unwrap();
    assert_eq!(house.known(ALICE, BOB), None);
    house.deliver(&sent, BOB).unwrap();
    let known = house.known(ALICE, BOB).unwrap();
    assert_eq!((known.to, known.display_name.as_deref()), (DisclosedTo::Me, Some(NAME)));
}

#[test]
fn a_late_message_is_read_with_the_secrets_of_its_epoch_and_those_are_erased_in_the_end() {
    let mut house = house("club");
    let said = house.said(DiscloseTo::Room);
    let sent = house.encrypt(ALICE, &said);
    let private = house.said(DiscloseTo::Member(client(BOB).user().to_string()));
    let private = house.encrypt(ALICE, &private);
    let first = house.people[BOB].cx.groups.get(&house.room).unwrap().member.epoch();
    house.next_epoch();
    house.deliver(&sent, BOB).unwrap();
    house.deliver(&private, BOB).unwrap();
    assert!(house.known(ALICE, BOB).is_some());
    for _ in 0..8 {
        house.next_epoch();
    }
    for person in &house.people {
        assert_eq!(EPOCHS.all(&person.cx.journal).len(), 6, "the current epoch and the five before");
        assert!(epoch::epoch_secrets(&person.cx, &house.room, first).is_none());
    }
}

#[test]
fn where_names_are_forbidden_none_is_shown_whoever_sends_it() {
    for (rule, known) in [(Optionality::Optional, true), (Optionality::Forbidden, false)] {
        let mut house = house_where("club", rule);
        let record = house.record(ALICE);
        let alice = &house.people[ALICE].cx;
        let context = saying::own_context(alice, &record).unwrap();
        let base = epoch::epoch_secrets(alice, &house.room, context.epoch).unwrap().base;
        let presentation = account::presentation(alice, Claims::default(), &base, &context.to_bytes()).unwrap();
        let disclosure = Disclosure {
            request_id: None,
            presentations: vec![presentation],
            epoch: context.epoch,
            leaf_index: context.leaf_index,
            note: String::new(),
        };
        let framed = house.framed(ALICE, &disclosure.encode().unwrap());
        assert_eq!(house.carry(ALICE, &framed, BOB).is_ok(), known);
        assert_eq!(house.known(ALICE, BOB).is_some(), known);
    }
}

/// A knock of Alice's with the presentation in her message; only what [`knocker`] looks at is real.
fn knock(presentations: Vec<Presentation>, epoch: Epoch) -> Knock {
    Knock {
        request_id: [1; 16],
        presentations,
        epoch,
        leaf_index: LeafIndex(0),
        reply_to: client(ALICE).user(),
        key_packages: Vec::new(),
        note: String::new(),
        expires: 0,
        ticket: None,
        target_room: "mimi://a.example/r/target".parse().unwrap(),
        answer_key: [0; 32],
        signatures: Vec::new(),
        link: None,
    }
}

#[test]
fn a_knock_whose_word_does_not_hold_names_nobody() {
    let mut house = house("club");
    let record = house.record(ALICE);
    let context = saying::own_context(&house.people[ALICE].cx, &record).unwrap();
    let said = house.said(DiscloseTo::Room);
    let presentations = Disclosure::decode(&house.body(&said)).unwrap().presentations;
    let (room, at) = (house.room.clone(), house.at);
    let bob = &mut house.people[BOB];
    let warm = bob.cx.groups.remove(&room).unwrap();
    let unproven = (None, Some(Refusal::IdentityUnproven));
    let look = |bob: &Engine, knock: &Knock, context: &DisclosureContext, at| {
        knocker(&bob.cx, &warm, &room, knock, &context.to_bytes(), at)
    };
    let good = knock(presentations.clone(), context.epoch);
    let (known, warning) = look(bob, &good, &context, at).unwrap();
    assert_eq!((known.unwrap().display_name.as_deref(), warning), (Some(NAME), None));
    assert_eq!(look(bob, &knock(Vec::new(), context.epoch), &context, at).unwrap(), (None, None));
    // By somebody else, too late, of another type, twice.
    let mallory = DisclosureContext { user: client(MALLORY).user(), leaf_index: LeafIndex(2), ..context.clone() };
    assert_eq!(look(bob, &good, &mallory, at).unwrap(), unproven);
    let (own, late) = (bob.cx.now, UnixMillis(end() * 1000));
    bob.cx.now = late;
    assert_eq!(look(bob, &good, &context, late.0).unwrap(), unproven);
    bob.cx.now = own;
    let other = Presentation::new(hex::decode("82028141aa").unwrap()).unwrap();
    assert_eq!(look(bob, &knock(vec![other], context.epoch), &context, at).unwrap(), unproven);
    let twice = knock([presentations.clone(), presentations].concat(), context.epoch);
    assert_eq!(look(bob, &twice, &context, at).unwrap(), unproven);
    // An issuer that nobody has heard of: asked for first, and then done without.
    ISSUER_KEYS.delete(&bob.cx.journal, "a.example");
    assert!(matches!(look(bob, &good, &context, at), Err(NotTaken::NeedsIssuer(issuer)) if issuer == domain()));
    let unknown = Answer { status: 404, reason: None, body: b"" };
    issuers::issuer_keys_came(&mut bob.cx, &domain(), unknown);
    assert_eq!(look(bob, &good, &context, at).unwrap(), unproven);
}
