//! Groups in memory: loaded when they are needed, with the policy state and roster of their epoch.

use doorstep_membership as membership;
use doorstep_mls::{Member, Mls, ProposalContent, Proposer};
use doorstep_policy::{RoomState, Roster, RosterDelta};
use doorstep_wire::{GroupUri, RoomUri, UserUri};
use sha2::{Digest, Sha256};

use super::command::hex;
use crate::{
    engine::Engine,
    few::Few,
    job::Job,
    record::{ROOMS, UNDOS},
};

/// A group in memory, with the policy state and roster that belong to its epoch.
pub(crate) struct WarmRoom {
    pub(crate) member: Member,
    pub(crate) state: RoomState,
    pub(crate) roster: Roster,
    /// State after the own commit that is under way, and what it does to the roster.
    pub(crate) pending: Option<(RoomState, RosterDelta)>,
}

impl WarmRoom {
    pub(crate) fn new(member: Member, state: RoomState, roster: Roster) -> Self {
        Self { member, state, roster, pending: None }
    }

    /// The keys of a user's clients in this room, for reading aloud: 8 groups of 4 hex digits.
    pub(crate) fn fingerprint(&self, user: &UserUri) -> String {
        let mut hash = Sha256::new();
        for (_, leaf) in self.roster.leaves_of(user) {
            hash.update(&leaf.signature_key);
        }
        let digest: [u8; 32] = hash.finalize().into();
        digest.chunks(2).take(8).map(hex).collect::<Vec<_>>().join(" ")
    }

    /// Users who asked to be let go, or whom the hub says to be gone.
    pub(super) fn leaving(&self) -> Few<UserUri, bool> {
        let mut leaving = Few::new();
        for proposal in self.member.pending() {
            let leaf = match (proposal.content, proposal.proposer) {
                (ProposalContent::SelfRemove, Proposer::Member(leaf)) => leaf,
                (ProposalContent::Remove(leaf), Proposer::External(_)) => leaf,
                _ => continue,
            };
            if let Some(leaf) = self.roster.get(leaf) {
                leaving.insert(leaf.user.clone(), true);
            }
        }
        leaving
    }

    /// Somebody's proposal waits to be committed.
    pub(crate) fn has_proposals(&self) -> bool {
        !self.member.pending().is_empty()
    }

    /// State and roster read from the group.
    pub(crate) fn of(member: Member) -> Option<Self> {
        let state = RoomState::from_dictionary(&member.dictionary()).ok()?;
        let roster = membership::roster(member.leaves()).ok()?;
        Some(Self::new(member, state, roster))
    }
}

impl Engine {
    /// Loads the group of a room unless it is in memory; says whether it is there.
    pub(crate) fn warm(&mut self, room: &RoomUri, group: &GroupUri) -> bool {
        if self.rooms.contains(room) {
            return true;
        }
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
        match Member::load(&mls, group.as_bytes()).ok().flatten().and_then(WarmRoom::of) {
            Some(warm) => {
                self.rooms.insert(room.clone(), warm);
                self.ensure_epoch(room);
                true
            }
            None => false,
        }
    }

    pub(crate) fn is_in(&self, room: &RoomUri) -> bool {
        ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.ended.is_none())
    }

    /// Deletes group and row of a room; messages stay.
    pub(crate) fn forget_room(&mut self, room: &RoomUri) {
        if let Some(record) = ROOMS.get(&self.journal, room.as_str()) {
            self.drop_group(room, &record.group);
        }
        ROOMS.delete(&self.journal, room.as_str());
        self.forget_job(&Job::Room(room.clone()));
        self.home_changed();
    }

    pub(crate) fn drop_group(&mut self, room: &RoomUri, group: &GroupUri) {
        self.rooms.remove(room);
        doorstep_mls::delete(&Mls::new(&self.journal, self.turn.entropy.bytes()), group.as_bytes());
        self.forget_epochs(room);
        for (key, _) in UNDOS.scan(&self.journal, &format!("{room}#")) {
            UNDOS.delete(&self.journal, &key);
        }
    }
}
