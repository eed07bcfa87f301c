//! A room as its hub has it.

use std::collections::BTreeMap;
use std::convert::Infallible;

use anyhow::{Context, Result, bail};
use doorstep_credential::{Audience, CREDENTIAL_TYPE, IssuerKeys, LeafKey};
use doorstep_membership::{Granted, judge, requester};
use doorstep_mls::{
    Changes, CommitView, Lifespan, Member, NewGroup, Observed, Observer, OutgoingCommit, Plan, key_package,
};
use doorstep_policy::preset::{self, PresetInput};
use doorstep_policy::{JoinGrant, RoomState, Roster};
use doorstep_wire::component::PARTICIPANT_LIST;
use doorstep_wire::ext::kp_usage::KpUsage;
use doorstep_wire::room::{Optionality, ParticipantListData, RoleIndex, UserRolePair};
use doorstep_wire::uri::uuid_v4;
use doorstep_wire::{Body, Credential, Dictionary, GroupUri, RoomUri, UnixMillis};

use crate::person::{Person, domain, issuer_keys};

/// Whether the room's participant list, a part of the group's context, names the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Nobody but who made the room: what MLS alone costs. Nothing is judged.
    Short,
    /// Everybody, as in a real room. Commits are judged.
    Full,
}

/// Role of everybody but who made the room.
const MEMBER: RoleIndex = RoleIndex(2);

/// A room with its hub.
pub struct Room {
    hub: Person,
    observer: Observer,
    group_info: Vec<u8>,
    judged: Option<(RoomState, Roster)>,
    keys: Box<dyn IssuerKeys>,
    now: UnixMillis,
}

/// What the hub gave somebody who asked for the GroupInfo, and the credential it verified for that.
pub struct Ticket {
    grant: JoinGrant,
    credential: Vec<u8>,
}

impl Room {
    /// A room of `members`, all added by the first one: the worst tree, since nobody has a path yet.
    ///
    /// # Errors
    /// MLS refuses.
    pub fn of(members: usize, list: List, now: UnixMillis) -> Result<Self> {
        let mut alice = Person::new("alice");
        let people: Vec<Person> = (1..members).map(|number| Person::new(&format!("person {number}"))).collect();
        let identity = alice.identity(&Audience::Room(room_uri()?));
        let listed = if list == List::Full { people.as_slice() } else { &[] };
        let founding = new_group(&alice, listed, now)?;
        let (mut member, published) = Member::create(&alice.step(), &identity, founding)?;
        let mut hub = Person::new("hub");
        let observer = Observer::create(&hub.step(), &published.group_info, &published.ratchet_tree)?;
        let mut room =
            Self { hub, observer, group_info: published.group_info, judged: None, keys: Box::new(issuer_keys()), now };
        let mut adds = Vec::with_capacity(members);
        for mut person in people {
            let identity = person.identity(&Audience::KeyPackage);
            adds.push(key_package(&person.step(), &identity, &KpUsage::Any, Lifespan::starting(now))?.bytes);
        }
        let plan = Plan { adds, ..Plan::default() };
        let outgoing = member.commit(&alice.step(), &identity, plan, |view| follow(&Dictionary::new(), view))?;
        room.take(&outgoing, None)?;
        if list == List::Full {
            let state = RoomState::from_dictionary(&room.observer.dictionary())?;
            room.judged = Some((state, doorstep_membership::roster(room.observer.leaves())?));
        }
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

    /// What the hub allows who asks for the download.
    ///
    /// # Errors
    /// It does not.
    pub fn grant(&self, name: &str) -> Result<Option<Ticket>> {
        let Some((state, roster)) = &self.judged else { return Ok(None) };
        let room = state.room_uri();
        let identity = Person::new(name).identity(&Audience::Room(room.clone()));
        let (content, key) = (identity.credential(), identity.public_key());
        let credential = Credential { credential_type: CREDENTIAL_TYPE, content: content.into() };
        let leaf = requester(&credential, &key, room, &*self.keys, self.now)?;
        let grant = doorstep_policy::permit_group_info(state, roster, &leaf)?;
        Ok(Some(Ticket { grant, credential: content.to_vec() }))
    }

    /// The hub checks, judges and merges a commit.
    ///
    /// # Errors
    /// It refuses it.
    pub fn take(&mut self, outgoing: &OutgoingCommit, ticket: Option<&Ticket>) -> Result<()> {
        let mls = self.hub.step();
        let Observed::Commit(commit) = self.observer.process(&mls, &outgoing.commit)? else {
            bail!("the hub sees no commit");
        };
        let changes = match &mut self.judged {
            None => follow(&self.observer.dictionary(), &commit.view)?,
            Some((state, roster)) => {
                let granted = ticket.map(|Ticket { grant, credential }| Granted { grant, credential });
                let judged = judge(state, roster, &commit.view, granted, &*self.keys, self.now)?;
                *state = judged.next;
                roster.apply(judged.roster);
                judged.changes
            }
        };
        self.observer.accept(&mls, *commit, &changes, &outgoing.group_info)?;
        self.group_info.clone_from(&outgoing.group_info);
        Ok(())
    }

    /// Bytes of the first member's credential; everybody's are about as many.
    pub fn credential_length(&self) -> usize {
        self.observer.leaves().next().map_or(0, |leaf| leaf.credential.len())
    }

    /// Bytes the hub's rows took since the last call.
    pub fn written(&self) -> usize {
        self.hub.written()
    }
}

/// Without policy: what an update says is appended.
pub(crate) fn follow(before: &Dictionary, view: &CommitView) -> Result<Changes, Infallible> {
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

pub(crate) fn room_uri() -> Result<RoomUri> {
    RoomUri::new(&domain(), "club").context("room")
}

fn new_group(alice: &Person, listed: &[Person], now: UnixMillis) -> Result<NewGroup> {
    let mut dictionary = preset::open(&PresetInput {
        room: room_uri()?,
        creator: alice.client.user(),
        name: "Club".to_owned(),
        description: String::new(),
        pseudonyms: Optionality::Required,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: true,
        franking_key: [9; 32],
    })?;
    let mut list = ParticipantListData::decode(dictionary.get(&PARTICIPANT_LIST).context("no list")?)?;
    let entry = |person: &Person| UserRolePair { user: person.client.user(), role_index: MEMBER };
    list.participants.extend(listed.iter().map(entry));
    dictionary.insert(PARTICIPANT_LIST, list.encode()?);
    Ok(NewGroup {
        group_id: GroupUri::new(&domain(), uuid_v4([5; 16])).as_bytes().to_vec(),
        dictionary,
        hub_domain: domain(),
        hub_key: LeafKey::from_seed(&[42; 32]).public(),
        leaf_components: Dictionary::new(),
        lifespan: Lifespan::starting(now),
    })
}
