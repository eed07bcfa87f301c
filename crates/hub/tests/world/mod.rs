//! A hub, its rooms, and people with real credentials and real MLS. With `crash`, every room is read back from its rows
//! after every operation.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use doorstep_credential::{Audience, LeafKey};
use doorstep_hub::{
    Answer, Caller, CommitRejection, Fanout, Hub, HubConfig, HubError, HubKeys, Room, RoomRequest, RoomsOutcome,
    Visibility,
};
use doorstep_membership::{Judged, join_update, join_update_by_link, judge_own, own_leaf, verify_all};
use doorstep_mls::{Identity, JoinPreview, OutgoingCommit, Plan, hpke_keypair, hpke_open};
use doorstep_policy::{RoomState, preset};
use doorstep_wire::{
    Body, Credential, Dictionary, Refusal, RoomUri, UnixMillis, component,
    ext::{
        join_code::{JoiningCode, proof_message},
        policy::JoinLinkEntry,
        restored::reject_commit_content,
    },
    group_info::{GroupInfoRatchetTree, GroupInfoRequest, GroupInfoRequestTbs, GroupInfoResponse},
    numbers::{CIPHER_SUITE, Protocol},
    room::{Optionality, RoleData},
    submit::{SubmitMessageRequest, SubmitMessageResponse},
    update::{HandshakeBundle, UpdateRoomResponse},
};
use sha2::{Digest, Sha256};

use doorstep_testkit::{
    now,
    people::{Person, domain, keys},
    rooms::{Hall, Seat, club, door, found},
};

/// One room and what is on disk of it.
pub(crate) struct Kept {
    pub(crate) room: Room,
    pub(crate) disk: BTreeMap<Vec<u8>, Vec<u8>>,
}

pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) rooms: BTreeMap<RoomUri, Kept>,
    pub(crate) now: UnixMillis,
    pub(crate) crash: bool,
    /// What the hub said, for comparing two runs.
    pub(crate) said: Vec<(Option<Refusal>, usize)>,
    step: u8,
}

/// What somebody outside was handed.
pub(crate) struct Invitation {
    identity: Identity,
    content: GroupInfoRatchetTree,
    link: Option<[u8; 16]>,
}

/// A join link with its secret.
#[derive(Clone, Copy)]
pub(crate) struct Code {
    pub(crate) link_id: [u8; 16],
    pub(crate) seed: [u8; 32],
}

impl Code {
    pub(crate) fn new(number: u8) -> Self {
        Self { link_id: [number; 16], seed: [number; 32] }
    }

    fn key(&self) -> LeafKey {
        LeafKey::from_seed(&self.seed)
    }

    pub(crate) fn entry(&self, not_after: u64, max_uses: u32) -> JoinLinkEntry {
        JoinLinkEntry {
            version: JoinLinkEntry::VERSION,
            link_id: self.link_id,
            code_public_key: self.key().public(),
            target_role: preset::MEMBER,
            not_after,
            max_uses,
        }
    }

    /// The joining code of a request of this person.
    pub(crate) fn of(&self, uri: &RoomUri, person: &Person) -> JoiningCode {
        let key = LeafKey::from_seed(&[person.number; 32]).public();
        let answer = hpke_keypair(&[person.number; 32]).unwrap().public;
        let proof = self.key().sign(&proof_message(uri, CIPHER_SUITE, &key, &answer));
        JoiningCode { link_id: self.link_id, proof }
    }
}

pub(crate) fn caller() -> Caller {
    Caller { domain: domain(), guest: true }
}

pub(crate) fn hub_keys() -> HubKeys {
    HubKeys::new(&[42; 32], &[43; 32], [44; 32])
}

pub(crate) fn input(room: RoomUri, creator: &Person) -> preset::PresetInput {
    preset::PresetInput {
        room,
        creator: creator.user(),
        name: "Club".to_owned(),
        description: String::new(),
        pseudonyms: Optionality::Required,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: true,
        franking_key: hub_keys().franking_public(),
    }
}

pub(crate) fn request<'a>(room: &'a RoomUri, hall: &'a Hall, tree: &'a [u8]) -> RoomRequest<'a> {
    RoomRequest {
        room,
        group_info: &hall.group_info,
        ratchet_tree: tree,
        visibility: Visibility::Listed,
        noindex: false,
        guests: true,
        silent_decline: false,
    }
}

impl World {
    pub(crate) fn new(crash: bool) -> Self {
        Self::with(crash, HubConfig::default())
    }

    /// A hub with other limits.
    pub(crate) fn with(crash: bool, config: HubConfig) -> Self {
        let config = HubConfig { guests_may_create: true, ..config };
        let now = now();
        Self {
            hub: Hub::new(domain(), hub_keys(), config),
            rooms: BTreeMap::new(),
            now,
            crash,
            said: Vec::new(),
            step: 0,
        }
    }

    /// An open room of person 1.
    pub(crate) fn open_room(crash: bool) -> (Self, Seat) {
        let mut world = Self::new(crash);
        let alice = Person::new(1);
        let dictionary = preset::open(&input(club(), &alice)).unwrap();
        let (seat, hall) = found(alice, 1, dictionary, false);
        let tree = hall.observer.ratchet_tree().unwrap();
        world.create(&[request(&club(), &hall, &tree)]);
        (world, seat)
    }

    /// A room of person 1 with its knock room of person 101, in which so many knockers have a place.
    pub(crate) fn knock_room(crash: bool, places: u32) -> (Self, Seat, Seat) {
        Self::new(crash).with_knock_room(places)
    }

    fn with_knock_room(mut self, places: u32) -> (Self, Seat, Seat) {
        let world = &mut self;
        let (alice, guard) = (Person::new(1), Person::new(101));
        let (target, mut knock) = preset::ask_to_join(&input(club(), &alice), &door(), &guard.user()).unwrap();
        let mut roles = RoleData::decode(&knock[&component::ROLES_LIST]).unwrap();
        for role in &mut roles.roles {
            if role.index == preset::KNOCKER {
                role.maximum_active_participants = Some(places);
            }
        }
        knock.insert(component::ROLES_LIST, roles.encode().unwrap());
        let (alice, club_hall) = found(alice, 1, target, false);
        let (guard, door_hall) = found(guard, 2, knock, true);
        let trees = [club_hall.observer.ratchet_tree().unwrap(), door_hall.observer.ratchet_tree().unwrap()];
        world.create(&[request(&club(), &club_hall, &trees[0]), request(&door(), &door_hall, &trees[1])]);
        (self, alice, guard)
    }

    /// The same with a link of the person who made it, for so many uses, an hour long.
    pub(crate) fn linked_room(crash: bool, config: HubConfig, max_uses: u32) -> (Self, Seat, Code) {
        let (mut world, mut alice, _) = Self::with(crash, config).with_knock_room(10);
        let code = Code::new(66);
        let update = alice.state.link_update(&code.entry(world.now.seconds() + 3600, max_uses)).unwrap();
        world.change(&mut alice, component::JOIN_LINKS, &update);
        (world, alice, code)
    }

    /// An admin changes a component.
    pub(crate) fn change(&mut self, alice: &mut Seat, component: u16, update: &impl Body) {
        let updates = vec![(component, update.encode().unwrap())];
        let commit = alice.commit(Plan { updates, path: true, ..Plan::default() }).unwrap();
        self.commit(&club(), &commit);
        alice.merge();
    }

    pub(crate) fn create(&mut self, requests: &[RoomRequest<'_>]) {
        let seed = self.seed();
        let outcome = self.hub.create_rooms(requests, [1; 32], &caller(), &keys(), self.now, seed).unwrap();
        let RoomsOutcome::Created(created) = outcome else { panic!("{outcome:?}") };
        for made in created {
            let uri = made.room.uri().clone();
            let disk = made.effects.rows.into_iter().map(|row| (row.key, row.value.unwrap())).collect();
            self.rooms.insert(uri, Kept { room: made.room, disk });
        }
    }

    fn seed(&mut self) -> [u8; 32] {
        self.step = self.step.wrapping_add(1);
        [self.step; 32]
    }

    /// Does an operation as a provider does: rows to disk, then the answer.
    pub(crate) fn operate(
        &mut self,
        uri: &RoomUri,
        operation: impl FnOnce(&Hub, &mut Room, UnixMillis, [u8; 32]) -> Result<Answer, HubError>,
    ) -> Result<Answer, HubError> {
        let (seed, now, crash) = (self.seed(), self.now, self.crash);
        let kept = self.rooms.get_mut(uri).unwrap();
        let answer = operation(&self.hub, &mut kept.room, now, seed)?;
        for row in &answer.effects.rows {
            match &row.value {
                Some(value) => kept.disk.insert(row.key.clone(), value.clone()),
                None => kept.disk.remove(&row.key),
            };
        }
        // Only a use of a link is kept for somebody who was overtaken.
        if answer.reason.as_ref().is_some_and(|refusal| *refusal != Refusal::WrongEpoch) {
            assert!(answer.effects.is_empty(), "a refusal changes nothing");
        }
        if crash {
            kept.room = Room::load(kept.disk.clone()).unwrap();
        }
        self.said.push((answer.reason.clone(), answer.effects.fanout.len()));
        Ok(answer)
    }

    pub(crate) fn update(&mut self, uri: &RoomUri, bundle: &[u8]) -> Answer {
        self.operate(uri, |hub, room, now, seed| hub.update(room, bundle, &caller(), &keys(), now, seed)).unwrap()
    }

    pub(crate) fn submit(&mut self, uri: &RoomUri, seat: &Seat, message: &[u8]) -> Answer {
        let body = SubmitMessageRequest::new(message, &seat.person.user()).unwrap().encode().unwrap();
        self.operate(uri, |hub, room, now, seed| hub.submit_message(room, &body, &caller(), now, seed)).unwrap()
    }

    /// A commit that everybody takes.
    pub(crate) fn commit(&mut self, uri: &RoomUri, commit: &OutgoingCommit) -> Vec<Fanout> {
        let answer = self.update(uri, &bundle(commit));
        assert_eq!(answer.reason, None);
        assert!(matches!(UpdateRoomResponse::decode(&answer.body).unwrap(), UpdateRoomResponse::Success { .. }));
        answer.effects.fanout
    }

    /// The bytes of a groupInfo request.
    pub(crate) fn ask(&mut self, uri: &RoomUri, person: &Person, identity: &Identity) -> Answer {
        self.ask_with(uri, &group_info_request(person, identity))
    }

    /// Sends a groupInfo request.
    pub(crate) fn ask_with(&mut self, uri: &RoomUri, body: &[u8]) -> Answer {
        let target = self.rooms[uri].room.target().cloned().map(|target| self.rooms[&target].room.target_facts());
        self.operate(uri, |hub, room, now, seed| {
            hub.group_info(room, body, &caller(), target.as_ref(), &keys(), now, seed)
        })
        .unwrap()
    }

    /// Asks for the GroupInfo, and opens what comes.
    pub(crate) fn invitation(&mut self, uri: &RoomUri, person: &Person) -> Result<Invitation, Refusal> {
        self.invitation_by(uri, person, None)
    }

    /// The same with a link.
    pub(crate) fn invitation_by(
        &mut self,
        uri: &RoomUri,
        person: &Person,
        code: Option<Code>,
    ) -> Result<Invitation, Refusal> {
        let identity = person.identity(&Audience::Room(uri.clone()));
        let joining_code = code.map(|code| code.of(uri, person));
        let answer = self.ask_with(uri, &group_info_request_with(person, &identity, joining_code.as_ref()));
        let GroupInfoResponse::Success(success) = GroupInfoResponse::decode(&answer.body).unwrap() else {
            return Err(answer.reason.unwrap());
        };
        let sealed = &success.encrypted_group_info_and_tree;
        let plain = hpke_open(
            &hpke_keypair(&[person.number; 32]).unwrap().secret,
            &GroupInfoRatchetTree::hpke_info(uri),
            &[],
            sealed.kem_output.as_slice(),
            sealed.ciphertext.as_slice(),
        );
        let content = GroupInfoRatchetTree::decode(&plain.unwrap()).unwrap();
        Ok(Invitation { identity, content, link: code.map(|code| code.link_id) })
    }

    /// Asks, and comes in.
    pub(crate) fn come_in(&mut self, uri: &RoomUri, person: Person) -> (Seat, Vec<Fanout>) {
        let invitation = self.invitation(uri, &person).unwrap();
        let (seat, commit) = invitation.use_it(person);
        let fanout = self.commit(uri, &commit);
        (seat, fanout)
    }
}

impl Invitation {
    /// The newcomer's seat, and the commit by which they take it.
    pub(crate) fn use_it(self, person: Person) -> (Seat, OutgoingCommit) {
        let Self { identity, content, link } = self;
        let own = own_leaf(&identity, &Dictionary::new()).unwrap();
        let mls = person.mls();
        let tree = content.ratchet_tree().unwrap();
        let preview =
            JoinPreview::open(&mls, &identity, content.group_info.as_bytes(), tree, &content.self_removes()).unwrap();
        let state = RoomState::from_dictionary(&preview.view().dictionary).unwrap();
        let mut roster = verify_all(preview.view().leaves.iter().cloned(), &state, &keys()).unwrap();
        let leavers = preview.leavers();
        let update = match link {
            None => join_update(&state, &roster, &own, &leavers),
            Some(link) => join_update_by_link(&state, &roster, &own, link, &leavers, now()),
        };
        let update = update.unwrap();
        let mut next = None;
        let step = person.mls();
        let joined = preview.join(&step, &identity, update, &Dictionary::new(), |view| {
            let judged = judge_own(&state, &roster, view, &own, &keys(), now())?;
            let changes = judged.changes.clone();
            next = Some(judged);
            Ok::<_, doorstep_membership::Denied>(changes)
        });
        let (member, commit) = joined.unwrap();
        let Judged { next: state, roster: delta, .. } = next.unwrap();
        roster.apply(delta);
        (Seat { person, identity, member, state, roster }, commit)
    }
}

pub(crate) fn group_info_request(person: &Person, identity: &Identity) -> Vec<u8> {
    group_info_request_with(person, identity, None)
}

pub(crate) fn group_info_request_with(person: &Person, identity: &Identity, code: Option<&JoiningCode>) -> Vec<u8> {
    let tbs = GroupInfoRequestTbs {
        protocol: Protocol::Mls10,
        cipher_suite: CIPHER_SUITE,
        requesting_signature_key: LeafKey::from_seed(&[person.number; 32]).public().as_slice().into(),
        requesting_credential: Credential::sd_cwt(identity.credential().to_vec()),
        group_info_public_key: hpke_keypair(&[person.number; 32]).unwrap().public.as_slice().into(),
        joining_code: code.map(|code| code.encode().unwrap().into()),
    };
    let signature = identity.sign_bytes(&tbs.to_be_signed().unwrap());
    GroupInfoRequest { tbs, signature: signature.as_slice().into() }.encode().unwrap()
}

pub(crate) fn bundle(commit: &OutgoingCommit) -> Vec<u8> {
    HandshakeBundle::commit(&commit.commit, commit.welcome.as_deref(), &commit.group_info).unwrap().encode().unwrap()
}

pub(crate) fn proposal(message: &[u8]) -> Vec<u8> {
    HandshakeBundle::proposal(message).unwrap().encode().unwrap()
}

pub(crate) fn accepted(answer: &Answer) -> bool {
    matches!(SubmitMessageResponse::decode(&answer.body).unwrap(), SubmitMessageResponse::Accepted { .. })
}

/// Somebody in their seat says that nobody can follow a commit.
pub(crate) fn rejection(seat: &Seat, epoch: u64, commit: &[u8]) -> CommitRejection {
    let commit_hash = Sha256::digest(commit).into();
    let content = reject_commit_content(&club(), epoch, &commit_hash);
    CommitRejection {
        epoch,
        commit_hash,
        leaf_index: seat.member.own_leaf().0,
        signature: seat.identity.sign_with_label("doorstep reject commit v1", &content),
    }
}
