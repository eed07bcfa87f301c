//! Rooms, from both sides: a member's seat, and the hall of a hub that judges.

use doorstep_credential::{Audience, LeafKey};
use doorstep_membership::{Denied, Granted, Judged, join_update, judge, judge_own, own_leaf, roster, with_clean_up};
use doorstep_mls::{
    Identity, Incoming, JoinPreview, Journal, Lifespan, Member, Mls, NewGroup, Observed, Observer, OutgoingCommit,
    Plan, ProposalView,
};
use doorstep_policy::{JoinGrant, Leaf, RoomState, Roster, permit_group_info, preset};
use doorstep_wire::ext::knock::KnockSealingKey;
use doorstep_wire::room::Optionality;
use doorstep_wire::uri::uuid_v4;
use doorstep_wire::{Body, Dictionary, GroupUri, RoomUri, component};

use crate::now;
use crate::people::{Keys, Person, domain, keys};

/// A room.
pub fn club() -> RoomUri {
    "mimi://a.example/r/club".parse().unwrap()
}

/// Its knock room.
pub fn door() -> RoomUri {
    "mimi://a.example/r/club-door".parse().unwrap()
}

/// A grant for which no credential was verified.
fn granted(grant: Option<&JoinGrant>) -> Option<Granted<'_>> {
    grant.map(|grant| Granted { grant, credential: &[] })
}

/// A member's side of a room.
#[derive(Debug)]
pub struct Seat {
    /// Whose.
    pub person: Person,
    /// Under which they are in the room.
    pub identity: Identity,
    /// The group.
    pub member: Member,
    /// The room's state as they know it.
    pub state: RoomState,
    /// Who is in it, as they know it.
    pub roster: Roster,
}

impl Seat {
    /// Their leaf as policy sees it.
    pub fn own_leaf(&self) -> Leaf {
        let components = self.member.leaf(self.member.own_leaf()).unwrap().components;
        own_leaf(&self.identity, &components).unwrap()
    }

    /// Makes a commit with what has to be in it. It is not merged.
    ///
    /// # Errors
    /// Why it may not be made.
    pub fn commit(&mut self, plan: Plan) -> Result<OutgoingCommit, String> {
        let own = self.own_leaf();
        let plan = with_clean_up(plan, &self.state, &self.roster, &self.member);
        let mls = self.person.mls();
        let Self { identity, member, state, roster, .. } = self;
        let made = member.commit(&mls, identity, plan, |view| {
            judge_own(state, roster, view, &own, &keys(), now()).map(|judged| judged.changes)
        });
        made.map_err(|error| format!("{error:?}"))
    }

    /// The hub took the own commit.
    pub fn merge(&mut self) {
        self.member.merge_pending(&self.person.mls()).unwrap();
        self.reload();
    }

    fn reload(&mut self) {
        self.state = RoomState::from_dictionary(&self.member.dictionary()).unwrap();
        self.roster = roster(self.member.leaves()).unwrap();
    }

    /// Follows somebody else's commit, and what is kept incrementally is what the group says.
    ///
    /// # Errors
    /// It is not permitted.
    pub fn follow(&mut self, commit: &[u8]) -> Result<(), Denied> {
        let Incoming::Commit(commit) = self.member.process(&self.person.mls(), commit).unwrap() else { panic!() };
        let judged = judge(&self.state, &self.roster, &commit.view, None, &keys(), now())?;
        self.member.accept(&self.person.mls(), *commit, &judged.changes).unwrap();
        self.state = judged.next;
        self.roster.apply(judged.roster);
        assert_eq!(self.state, RoomState::from_dictionary(&self.member.dictionary()).unwrap());
        assert_eq!(self.roster, roster(self.member.leaves()).unwrap());
        Ok(())
    }

    /// A message to everybody.
    pub fn say(&mut self, text: &[u8]) -> Vec<u8> {
        self.member.send(&self.person.mls(), &self.identity, text, Some([7; 32])).unwrap()
    }

    /// The proposal by which they leave.
    pub fn leave(&mut self) -> Vec<u8> {
        self.member.self_remove(&self.person.mls(), &self.identity).unwrap()
    }

    /// Keeps a proposal for the next commit.
    pub fn store(&mut self, proposal: &[u8]) {
        let Incoming::Proposal(proposal) = self.member.process(&self.person.mls(), proposal).unwrap() else { panic!() };
        self.member.store_proposal(&self.person.mls(), *proposal).unwrap();
    }
}

/// The hub's side of a room.
#[derive(Debug)]
pub struct Hall {
    /// The hub's rows.
    pub journal: Journal,
    /// The group.
    pub observer: Observer,
    /// The room's state.
    pub state: RoomState,
    /// Who is in it.
    pub roster: Roster,
    /// Of the epoch; without the tree.
    pub group_info: Vec<u8>,
}

impl Hall {
    /// A step of the hub.
    pub fn mls(&self) -> Mls<'_> {
        Mls::new(&self.journal, [200; 32])
    }

    /// Judges a commit, and takes nothing.
    ///
    /// # Errors
    /// It is not permitted.
    pub fn judge(&self, commit: &[u8], grant: Option<&JoinGrant>, keys: &Keys) -> Result<Judged, Denied> {
        let Observed::Commit(observed) = self.observer.process(&self.mls(), commit).unwrap() else { panic!() };
        judge(&self.state, &self.roster, &observed.view, granted(grant), keys, now())
    }

    /// As the hub judges whom it has seen before, when it granted this.
    ///
    /// # Errors
    /// It is not permitted.
    pub fn judge_known(&self, commit: &[u8], grant: &JoinGrant, keys: &Keys) -> Result<Judged, Denied> {
        let Observed::Commit(observed) = self.observer.process(&self.mls(), commit).unwrap() else { panic!() };
        let credential = observed.view.path_leaf.as_ref().unwrap().credential.as_slice();
        judge(&self.state, &self.roster, &observed.view, Some(Granted { grant, credential }), keys, now())
    }

    /// Takes a commit, and what is kept incrementally is what the group says.
    ///
    /// # Errors
    /// It is not permitted.
    pub fn take(&mut self, commit: &OutgoingCommit, grant: Option<&JoinGrant>) -> Result<(), Denied> {
        let Self { journal, observer, state, roster: kept, group_info } = self;
        let mls = Mls::new(journal, [200; 32]);
        let Observed::Commit(observed) = observer.process(&mls, &commit.commit).unwrap() else { panic!() };
        let judged = judge(state, kept, &observed.view, granted(grant), &keys(), now())?;
        observer.accept(&mls, *observed, &judged.changes, &commit.group_info).unwrap();
        *state = judged.next;
        kept.apply(judged.roster);
        group_info.clone_from(&commit.group_info);
        assert_eq!(*state, RoomState::from_dictionary(&observer.dictionary()).unwrap());
        assert_eq!(*kept, roster(observer.leaves()).unwrap());
        Ok(())
    }

    /// What a proposal proposes.
    pub fn proposal(&self, message: &[u8]) -> ProposalView {
        let Observed::Proposal(proposal) = self.observer.process(&self.mls(), message).unwrap() else { panic!() };
        proposal.view.clone()
    }

    /// Keeps a proposal for the next commit.
    pub fn store(&mut self, message: &[u8]) {
        let mls = Mls::new(&self.journal, [200; 32]);
        let Observed::Proposal(proposal) = self.observer.process(&mls, message).unwrap() else { panic!() };
        self.observer.store_proposal(&mls, *proposal).unwrap();
    }

    /// A newcomer's seat and the commit by which they take it, as they make it from what the hub hands out.
    ///
    /// # Errors
    /// They may not come in.
    pub fn enter(&self, person: Person, audience: &Audience) -> Result<(Seat, OutgoingCommit), Denied> {
        let identity = person.identity(audience);
        let own = own_leaf(&identity, &Dictionary::new())?;
        let waiting: Vec<Vec<u8>> =
            self.observer.pending(&self.mls()).unwrap().into_iter().map(|pending| pending.bytes).collect();
        let tree = self.observer.ratchet_tree().unwrap();
        let mls = person.mls();
        let preview = JoinPreview::open(&mls, &identity, &self.group_info, &tree, &waiting).unwrap();
        let state = RoomState::from_dictionary(&preview.view().dictionary).unwrap();
        let roster = doorstep_membership::verify_all(preview.view().leaves.iter().cloned(), &state, &keys())?;
        let update = join_update(&state, &roster, &own, &preview.leavers())?;
        let mut next = None;
        let step = person.mls();
        let joined = preview.join(&step, &identity, update, &Dictionary::new(), |view| {
            let judged = judge_own(&state, &roster, view, &own, &keys(), now())?;
            let changes = judged.changes.clone();
            next = Some(judged);
            Ok::<_, Denied>(changes)
        });
        let (member, commit) = joined.unwrap();
        let Judged { next: state, roster: delta, .. } = next.unwrap();
        let mut roster = roster;
        roster.apply(delta);
        Ok((Seat { person, identity, member, state, roster }, commit))
    }

    /// What the hub remembers of somebody to whom it gave the GroupInfo.
    ///
    /// # Errors
    /// They may not have it.
    pub fn grant(&self, person: &Person) -> Result<JoinGrant, doorstep_policy::Denied> {
        let room = Audience::Room(self.state.room_uri().clone());
        let leaf = own_leaf(&person.identity(&room), &Dictionary::new()).unwrap();
        permit_group_info(&self.state, &self.roster, &leaf)
    }
}

/// Both sides of a new room of `person`.
pub fn found(person: Person, group: u8, dictionary: Dictionary, with_key: bool) -> (Seat, Hall) {
    let state = RoomState::from_dictionary(&dictionary).unwrap();
    let identity = person.identity(&Audience::Room(state.room_uri().clone()));
    let mut leaf_components = Dictionary::new();
    if with_key {
        let key = doorstep_mls::hpke_keypair(&[person.number; 32]).unwrap();
        let sealing = KnockSealingKey { knock_key: key.public.as_slice().into() };
        leaf_components.insert(component::KNOCK_SEALING_KEY, sealing.encode().unwrap());
    }
    let new = NewGroup {
        group_id: GroupUri::new(&domain(), uuid_v4([group; 16])).as_bytes().to_vec(),
        dictionary,
        hub_domain: domain(),
        hub_key: LeafKey::from_seed(&[42; 32]).public(),
        leaf_components,
        lifespan: Lifespan::starting(now()),
    };
    let (member, published) = Member::create(&person.mls(), &identity, new).unwrap();
    let journal = Journal::new();
    let observer =
        Observer::create(&Mls::new(&journal, [200; 32]), &published.group_info, &published.ratchet_tree).unwrap();
    let kept = roster(observer.leaves()).unwrap();
    let seat = Seat { person, identity, member, state: state.clone(), roster: kept.clone() };
    (seat, Hall { journal, observer, state, roster: kept, group_info: published.group_info })
}

/// The club and its door, both of person 1.
pub fn house() -> ((Seat, Hall), (Seat, Hall)) {
    let input = preset::PresetInput {
        room: club(),
        creator: Person::new(1).user(),
        name: "Club".to_owned(),
        description: String::new(),
        pseudonyms: Optionality::Required,
        disclosure: Optionality::Optional,
        disclosure_grace: 0,
        listed: true,
        franking_key: [9; 32],
    };
    let (target, knock) = preset::ask_to_join(&input, &door(), &Person::new(101).user()).unwrap();
    (found(Person::new(1), 1, target, false), found(Person::new(101), 2, knock, true))
}
