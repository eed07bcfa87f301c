//! Who may commit at all, and with which leaf.

use doorstep_wire::{Capability, UnixMillis};

use super::{Author, Case, Stage};
use crate::{
    Denied, JoinGrant, JoinGround, Leaf, ListChanges, Proposer, RoomState, Roster,
    join::{permit_group_info, permit_join_link, suits},
};

impl Case<'_> {
    pub(super) fn permit_author(&self, stage: Stage) -> Result<(), Denied> {
        match &self.view.author {
            Author::Member(index) => {
                let actor = self.actor(Proposer::Member(*index))?;
                if !self.state.is_in(actor.user) {
                    return Err(Denied::NotParticipant);
                }
                // Nobody can commit their own leaving.
                if stage == Stage::Commit && self.moves.goes(*index) {
                    return Err(Denied::NotTogether);
                }
                let before = self.roster.get(*index).ok_or(Denied::NotParticipant)?;
                match &self.view.path {
                    Some(leaf) => self.permit_own_leaf(before, leaf),
                    None => Ok(()),
                }
            }
            Author::External(leaf) => self.permit_knock_key(leaf),
        }
    }

    /// A leaf stays with its client and its user; its key and its credential may be new.
    fn permit_own_leaf(&self, before: &Leaf, leaf: &Leaf) -> Result<(), Denied> {
        if before.user != leaf.user || before.client != leaf.client {
            return Err(Denied::IdentityChanged);
        }
        suits(self.state, leaf)?;
        self.permit_knock_key(leaf)
    }

    /// In a knock room, whoever answers knocks puts a sealing key into every leaf they make themselves.
    fn permit_knock_key(&self, leaf: &Leaf) -> Result<(), Denied> {
        let reads = self.state.knock_terms().is_some() && self.state.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK);
        if reads && !leaf.has_knock_key { Err(Denied::KnockKeyMissing) } else { Ok(()) }
    }
}

/// What lets a newcomer in: the hub's grant, if it is for them and still good, or else the state of the room.
pub(super) fn entry(
    state: &RoomState,
    roster: &Roster,
    leaf: &Leaf,
    list: &ListChanges<Proposer>,
    grant: Option<&JoinGrant>,
    now: UnixMillis,
) -> Result<JoinGrant, Denied> {
    match grant {
        Some(grant) if !grant.leaf.is_same_client(leaf) => Err(Denied::GrantMismatch),
        Some(grant) => match grant.ground {
            JoinGround::OwnClient | JoinGround::Open => permit_group_info(state, roster, leaf),
            JoinGround::Link { link_id } => permit_join_link(state, roster, leaf, link_id, now),
        },
        None => {
            // Only the hub has seen the code; that there is a link for this role the others can see.
            let role = list.added.first().map(|(pair, _)| pair.role_index);
            let open = permit_group_info(state, roster, leaf);
            if open.as_ref().is_ok_and(|grant| role.is_none_or(|role| role == grant.role)) {
                return open;
            }
            let links = state.settings().join_links.iter().filter(|link| Some(link.target_role) == role);
            let mut grants = links.map(|link| permit_join_link(state, roster, leaf, link.link_id, now));
            grants.find(Result::is_ok).unwrap_or(open)
        }
    }
}
