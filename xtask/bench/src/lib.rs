//! Rooms of a given size and the two things that cost: a commit at the hub, and joining from outside.

use std::collections::BTreeMap;
use std::convert::Infallible;

use anyhow::{Context, Result, bail};
use doorstep_mls::{
    Changes, CommitView, Identity, JoinPreview, Journal, Lifespan, Member, Mls, NewGroup, Observed, Observer,
    OutgoingCommit, Plan, Write, key_package,
};
use doorstep_wire::component::{APP_COMPONENTS, CONTENT_MEDIA_TYPES, PARTICIPANT_LIST, SAFE_AAD};
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::numbers::UnixMillis;
use doorstep_wire::{Dictionary, dictionary};
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};

/// Somebody with a journal; every step has a seed of its own, made from the name.
pub struct Person {
    journal: Journal,
    identity: Identity,
    steps: u64,
    seed: [u8; 32],
}

impl Person {
    /// The same name is the same person.
    pub fn new(name: &str) -> Self {
        let key: [u8; 32] = Sha256::digest(name).into();
        let credential = [name.as_bytes(), &[0x5a; 400]].concat();
        Self {
            journal: Journal::new(),
            identity: Identity::new(key, credential),
            steps: 0,
            seed: Sha256::digest(key).into(),
        }
    }

    fn step(&mut self) -> (Mls<'_>, &Identity) {
        self.steps += 1;
        let seed: [u8; 32] = Sha256::digest([self.seed.as_slice(), &self.steps.to_be_bytes()].concat()).into();
        (Mls::new(&self.journal, seed), &self.identity)
    }

    /// Bytes of rows written since the last call.
    pub fn written(&self) -> usize {
        let size = |write: &Write| write.key.len() + write.value.as_ref().map_or(0, Vec::len);
        self.journal.drain_writes().iter().map(size).sum()
    }
}

/// A room as its hub has it.
pub struct Room {
    hub: Person,
    observer: Observer,
    group_info: Vec<u8>,
}

impl Room {
    /// A room of `members`, all added by the first one: the worst tree, since nobody else has a path yet.
    ///
    /// # Errors
    /// MLS refuses.
    pub fn of(members: usize, now: UnixMillis) -> Result<Self> {
        let mut alice = Person::new("alice");
        let mut hub = Person::new("hub");
        let (mls, identity) = alice.step();
        let (mut member, published) = Member::create(&mls, identity, new_group(now)?)?;
        let observer = Observer::create(&hub.step().0, &published.group_info, &published.ratchet_tree)?;
        let mut room = Self { hub, observer, group_info: published.group_info };
        let mut adds = Vec::with_capacity(members);
        for number in 1..members {
            let mut person = Person::new(&format!("person {number}"));
            let (mls, identity) = person.step();
            adds.push(key_package(&mls, identity, &KpUsage::Any, Lifespan::starting(now))?.bytes);
        }
        let before = member.dictionary();
        let (mls, identity) = alice.step();
        let outgoing = member.commit(&mls, identity, Plan { adds, ..Plan::default() }, |view| follow(&before, view))?;
        room.take(&outgoing)?;
        room.hub.written();
        Ok(room)
    }

    /// What a joiner downloads: GroupInfo and tree.
    ///
    /// # Errors
    /// The tree cannot be written.
    pub fn download(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        Ok((self.group_info.clone(), self.observer.ratchet_tree()?))
    }

    /// The hub checks and merges a commit.
    ///
    /// # Errors
    /// It refuses it.
    pub fn take(&mut self, outgoing: &OutgoingCommit) -> Result<()> {
        let (mls, _) = self.hub.step();
        let Observed::Commit(commit) = self.observer.process(&mls, &outgoing.commit)? else {
            bail!("the hub sees no commit");
        };
        let changes = follow(&self.observer.dictionary(), &commit.view)?;
        self.observer.accept(&mls, *commit, &changes, &outgoing.group_info)?;
        self.group_info.clone_from(&outgoing.group_info);
        Ok(())
    }

    /// Bytes the hub's rows took since the last call.
    pub fn written(&self) -> usize {
        self.hub.written()
    }
}

/// Somebody joins from outside: checks the group, and makes the commit.
///
/// # Errors
/// The group does not hold.
pub fn join(name: &str, group_info: &[u8], tree: &[u8]) -> Result<OutgoingCommit> {
    let mut person = Person::new(name);
    let (mls, identity) = person.step();
    let preview = JoinPreview::open(&mls, identity, group_info, tree, &[])?;
    let before = preview.view().dictionary.clone();
    let update = (PARTICIPANT_LIST, format!("{name};").into_bytes());
    let joined = preview.join(&mls, identity, Some(update), &Dictionary::new(), |view| follow(&before, view));
    Ok(joined.context("external commit")?.1)
}

/// Policy does not matter for these figures: what an update says is appended.
fn follow(before: &Dictionary, view: &CommitView) -> Result<Changes, Infallible> {
    let mut changes: Changes = BTreeMap::new();
    for update in &view.updates {
        let value = changes.entry(update.component).or_insert_with(|| before.get(&update.component).cloned());
        match &update.data {
            Some(data) => value.get_or_insert_default().extend_from_slice(data),
            None => *value = None,
        }
    }
    Ok(changes)
}

fn new_group(now: UnixMillis) -> Result<NewGroup> {
    let mut state = Dictionary::from([
        (SAFE_AAD, dictionary::safe_aad()),
        (CONTENT_MEDIA_TYPES, dictionary::content_media_types()),
        (PARTICIPANT_LIST, b"alice;".to_vec()),
    ]);
    state.insert(APP_COMPONENTS, dictionary::app_components(&state));
    Ok(NewGroup {
        group_id: b"mimi://hub.example/g/5f0c8a3e-0000-4000-8000-000000000001".to_vec(),
        dictionary: state,
        hub_domain: "hub.example".parse().map_err(|error| anyhow::anyhow!("{error}"))?,
        hub_key: SigningKey::from_bytes(&[42; 32]).verifying_key().to_bytes(),
        leaf_components: Dictionary::new(),
        lifespan: Lifespan::starting(now),
    })
}
