//! Groups in memory: loaded when they are needed, with the policy state and roster of their epoch.

use doorstep_membership as membership;
use doorstep_mls::{Member, Mls, ProposalContent, Proposer};
use doorstep_policy::{RoomState, Roster, RosterDelta};
use doorstep_wire::{Capability, GroupUri, RoomUri, UserUri, room::Optionality};
use sha2::{Digest, Sha256};

use crate::{
    context::Context,
    few::Few,
    job::Job,
    record::{ROOMS, UNDOS},
    text::hex,
};

pub(crate) mod epoch;
pub(crate) mod group_info;
pub(crate) mod sealing;
pub(crate) mod second_pseudonym;
pub(crate) mod welcomed;

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
    pub(crate) fn leaving(&self) -> Few<UserUri, bool> {
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

    /// The room's rule.
    pub(crate) fn disclosure(&self) -> Optionality {
        self.state.settings().pseudonyms.disclosure
    }

    /// Names may be told.
    pub(crate) fn hears_names(&self) -> bool {
        self.disclosure() != Optionality::Forbidden
    }

    /// Names have to be told.
    pub(crate) fn requires_names(&self) -> bool {
        self.disclosure() == Optionality::Required
    }

    /// Looks after the room: what is disclosed to the admins is for them.
    pub(crate) fn is_admin(&self, user: &UserUri) -> bool {
        self.state.has(user, Capability::CAN_REMOVE_PARTICIPANT)
    }
}

/// Loads the group of a room unless it is in memory; says whether it is there.
pub(crate) fn warm(cx: &mut Context, room: &RoomUri, group: &GroupUri) -> bool {
    if cx.groups.contains(room) {
        return true;
    }
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    match Member::load(&mls, group.as_bytes()).ok().flatten().and_then(WarmRoom::of) {
        Some(warm) => {
            cx.groups.insert(room.clone(), warm);
            epoch::ensure_epoch(cx, room);
            true
        }
        None => false,
    }
}

/// A group that was just entered is in memory, and the secrets of its epoch are kept.
pub(crate) fn keep_warm(cx: &mut Context, room: &RoomUri, warm: WarmRoom) {
    cx.groups.insert(room.clone(), warm);
    epoch::enter_epoch(cx, room);
}

/// Deletes group and row of a room; messages stay.
pub(crate) fn forget_room(cx: &mut Context, room: &RoomUri) {
    if let Some(record) = ROOMS.get(&cx.journal, room.as_str()) {
        drop_group(cx, room, &record.group);
    }
    ROOMS.delete(&cx.journal, room.as_str());
    cx.forget_job(&Job::Room(room.clone()));
    cx.home_changed();
}

pub(crate) fn drop_group(cx: &mut Context, room: &RoomUri, group: &GroupUri) {
    cx.groups.remove(room);
    doorstep_mls::delete(&Mls::new(&cx.journal, cx.entropy.bytes()), group.as_bytes());
    epoch::forget_epochs(cx, room);
    for (key, _) in UNDOS.scan(&cx.journal, &format!("{room}#")) {
        UNDOS.delete(&cx.journal, &key);
    }
}
