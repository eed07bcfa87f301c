//! People with journals, a hub, and a made-up rule for components: an update is appended to the value.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;
use std::convert::Infallible;

use doorstep_mls::{
    Author, Changes, CommitView, Identity, Incoming, Journal, Lifespan, Member, Mls, NewGroup, Observed, Observer,
    OutgoingCommit, Plan, PublishedGroup,
};
pub(crate) use doorstep_testkit::now;
use doorstep_wire::component::{APP_COMPONENTS, CONTENT_MEDIA_TYPES, PARTICIPANT_LIST, SAFE_AAD};
use doorstep_wire::numbers::LeafIndex;
use doorstep_wire::{Dictionary, dictionary};
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

pub(crate) const GROUP: &[u8] = b"mimi://hub.example/g/5f0c8a3e-0000-4000-8000-000000000001";

pub(crate) struct Person {
    pub(crate) journal: Journal,
    pub(crate) identity: Identity,
    steps: std::cell::Cell<u64>,
    seed: [u8; 32],
}

impl Person {
    pub(crate) fn new(name: &str) -> Self {
        let key: [u8; 32] = Sha256::digest(name).into();
        Self {
            journal: Journal::new(),
            identity: Identity::new(key, format!("credential of {name}").into_bytes()),
            steps: std::cell::Cell::new(0),
            seed: Sha256::digest(key).into(),
        }
    }

    /// A step with a seed of its own.
    pub(crate) fn mls(&self) -> Mls<'_> {
        self.steps.set(self.steps.get() + 1);
        let mut seed = self.seed;
        seed[..8].copy_from_slice(&self.steps.get().to_be_bytes());
        Mls::new(&self.journal, seed)
    }
}

pub(crate) fn hub_key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

pub(crate) fn sign_as_hub(bytes: &[u8]) -> [u8; 64] {
    hub_key().sign(bytes).to_bytes()
}

pub(crate) fn state() -> Dictionary {
    let mut state = Dictionary::from([
        (SAFE_AAD, dictionary::safe_aad()),
        (CONTENT_MEDIA_TYPES, dictionary::content_media_types()),
        (PARTICIPANT_LIST, b"alice;".to_vec()),
    ]);
    state.insert(APP_COMPONENTS, dictionary::app_components(&state));
    state
}

pub(crate) fn create(person: &Person) -> (Member, PublishedGroup) {
    let new = NewGroup {
        group_id: GROUP.to_vec(),
        dictionary: state(),
        hub_domain: "hub.example".parse().unwrap(),
        hub_key: hub_key().verifying_key().to_bytes(),
        leaf_components: Dictionary::new(),
        lifespan: Lifespan::starting(now()),
    };
    Member::create(&person.mls(), &person.identity, new).unwrap()
}

pub(crate) fn observe(hub: &Person, published: &PublishedGroup) -> Observer {
    Observer::create(&hub.mls(), &published.group_info, &published.ratchet_tree).unwrap()
}

/// The changes of a commit by the rule of these tests.
pub(crate) fn append(before: &Dictionary, view: &CommitView) -> Result<Changes, Infallible> {
    let mut changes = BTreeMap::new();
    for update in &view.updates {
        let start = || before.get(&update.component).cloned();
        let value: &mut Option<Vec<u8>> = changes.entry(update.component).or_insert_with(start);
        match &update.data {
            Some(data) => value.get_or_insert_default().extend_from_slice(data),
            None => *value = None,
        }
    }
    Ok(changes)
}

pub(crate) fn observed_commit(observer: &Observer, hub: &Person, commit: &[u8]) -> doorstep_mls::ObservedCommit {
    match observer.process(&hub.mls(), commit).unwrap() {
        Observed::Commit(commit) => *commit,
        other => panic!("no commit: {other:?}"),
    }
}

/// The hub takes a commit.
pub(crate) fn hub_accepts(hub: &Person, observer: &mut Observer, outgoing: &OutgoingCommit) -> CommitView {
    let commit = observed_commit(observer, hub, &outgoing.commit);
    let view = commit.view.clone();
    let changes = append(&observer.dictionary(), &view).unwrap();
    observer.accept(&hub.mls(), commit, &changes, &outgoing.group_info).unwrap();
    view
}

/// A member takes a commit.
pub(crate) fn member_accepts(person: &Person, member: &mut Member, commit: &[u8]) -> CommitView {
    let Incoming::Commit(commit) = member.process(&person.mls(), commit).unwrap() else { panic!("no commit") };
    let view = commit.view.clone();
    let changes = append(&member.dictionary(), &view).unwrap();
    member.accept(&person.mls(), *commit, &changes).unwrap();
    view
}

/// A member stores a proposal.
pub(crate) fn member_stores(person: &Person, member: &mut Member, message: &[u8]) {
    let Incoming::Proposal(proposal) = member.process(&person.mls(), message).unwrap() else { panic!("no proposal") };
    member.store_proposal(&person.mls(), *proposal).unwrap();
}

pub(crate) fn hub_stores(hub: &Person, observer: &mut Observer, message: &[u8]) {
    let Observed::Proposal(proposal) = observer.process(&hub.mls(), message).unwrap() else { panic!("no proposal") };
    observer.store_proposal(&hub.mls(), *proposal).unwrap();
}

pub(crate) fn commit(person: &Person, member: &mut Member, plan: Plan) -> OutgoingCommit {
    let before = member.dictionary();
    member.commit(&person.mls(), &person.identity, plan, |view| append(&before, view)).unwrap()
}

pub(crate) fn text(member: &mut Member, person: &Person, message: &[u8]) -> (LeafIndex, Vec<u8>) {
    match member.process(&person.mls(), message).unwrap() {
        Incoming::Application(application) => (application.sender, application.data),
        other => panic!("no text: {other:?}"),
    }
}

/// Joins from what the hub has: the group's tree, the last GroupInfo, the waiting SelfRemoves.
pub(crate) fn join(
    person: &Person,
    observer: &Observer,
    hub: &Person,
    group_info: &[u8],
    update: &[u8],
) -> (Member, OutgoingCommit) {
    let mls = person.mls();
    let waiting: Vec<_> = observer.pending(&hub.mls()).unwrap().into_iter().map(|pending| pending.bytes).collect();
    let tree = observer.ratchet_tree().unwrap();
    let preview = doorstep_mls::JoinPreview::open(&mls, &person.identity, group_info, &tree, &waiting).unwrap();
    let before = preview.view().dictionary.clone();
    preview
        .join(&mls, &person.identity, Some((PARTICIPANT_LIST, update.to_vec())), &Dictionary::new(), |view| {
            assert!(matches!(view.author, Author::External(_)));
            append(&before, view)
        })
        .unwrap()
}

pub(crate) fn participants(member: &Member) -> Vec<u8> {
    member.component(PARTICIPANT_LIST).unwrap().to_vec()
}

/// What everybody sent in a short story: Alice's group, Bob's coming, a commit and a message.
pub(crate) fn story() -> (PublishedGroup, OutgoingCommit, OutgoingCommit, Vec<u8>) {
    let (alice, bob, hub) = (Person::new("alice"), Person::new("bob"), Person::new("hub"));
    let (mut alice_in, published) = create(&alice);
    let mut observer = observe(&hub, &published);
    let (mut bob_in, joined) = join(&bob, &observer, &hub, &published.group_info, b"bob;");
    hub_accepts(&hub, &mut observer, &joined);
    member_accepts(&alice, &mut alice_in, &joined.commit);
    let outgoing = commit(&alice, &mut alice_in, Plan { path: true, ..Plan::default() });
    let message = bob_in.send(&bob.mls(), &bob.identity, b"x", None).unwrap();
    (published, joined, outgoing, message)
}
