//! Changes of the participant list, each judged by the role of who proposed it (mimi-room-policy, "Role changes").

use doorstep_wire::{
    Capability,
    room::{Optionality, RoleIndex, UserRolePair},
};

use super::Case;
use crate::{Denied, Proposer};

impl Case<'_> {
    pub(super) fn permit_list(&self) -> Result<(), Denied> {
        for (position, (role, by)) in &self.list.changed {
            self.permit_role_change(self.entry_at(*position)?, *role, *by)?;
        }
        for (position, by) in &self.list.removed {
            self.permit_removal(self.entry_at(*position)?, *by)?;
        }
        for (pair, by) in &self.list.added {
            self.permit_addition(pair, *by)?;
        }
        self.permit_entry()
    }

    fn entry_at(&self, position: u32) -> Result<&UserRolePair, Denied> {
        self.state.participants.get(position).ok_or(Denied::ListMismatch)
    }

    fn permit_role_change(&self, entry: &UserRolePair, to: RoleIndex, by: Proposer) -> Result<(), Denied> {
        let from = entry.role_index;
        if self.state.role(to).is_none() || from == to {
            return Err(Denied::ListMismatch);
        }
        let actor = self.actor(by)?;
        // One's own role changes only to what the preauthorisation list says; no room of ours has one.
        if *actor.user == entry.user {
            return Err(Denied::NotAllowed);
        }
        actor.needs(match (self.state.is_banned_role(from), self.state.is_banned_role(to)) {
            // A ban is a change to role 1.
            (_, true) => Capability::CAN_BAN,
            // An unban is a change from role 1. It lets nobody's clients in.
            (true, false) => Capability::CAN_UNBAN,
            (false, false) => Capability::CAN_CHANGE_USER_ROLE,
        })?;
        actor.needs_change(from, to)
    }

    fn permit_removal(&self, entry: &UserRolePair, by: Proposer) -> Result<(), Denied> {
        // Clean-up: anybody may take off the list who has left, or has no client in the room.
        if self.may_clean_up(entry) {
            return Ok(());
        }
        let actor = self.actor(by)?;
        if *actor.user == entry.user {
            // Leaving.
            actor.needs(Capability::CAN_REMOVE_SELF)?;
        } else {
            actor.needs(Capability::CAN_REMOVE_PARTICIPANT)?;
            // Off the list a ban is forgotten.
            if self.state.is_banned_role(entry.role_index) {
                actor.needs(Capability::CAN_UNBAN)?;
            }
        }
        actor.needs_change(entry.role_index, RoleIndex::OUTSIDER)
    }

    /// An entry that stands for nobody: no client after the commit, and either the user or the hub took the last ones
    /// out, or there was none before. Banned users stay on the list.
    pub(super) fn may_clean_up(&self, entry: &UserRolePair) -> bool {
        let user = &entry.user;
        !self.state.is_banned_role(entry.role_index)
            && self.moves.after(self.roster, user) == 0
            && (self.roster.count_of(user) == 0 || self.moves.left(user))
    }

    fn permit_addition(&self, pair: &UserRolePair, by: Proposer) -> Result<(), Denied> {
        if self.state.role(pair.role_index).is_none() {
            return Err(Denied::ListMismatch);
        }
        if self.state.is_banned(&pair.user) {
            return Err(Denied::Banned);
        }
        match (self.state.settings.pseudonyms.pseudonyms, pair.user.is_pseudonym_path()) {
            (Optionality::Required, false) => return Err(Denied::PseudonymRequired),
            (Optionality::Forbidden, true) => return Err(Denied::PseudonymForbidden),
            _ => {}
        }
        // What a newcomer adds is compared with their entry, below.
        if by == Proposer::Joiner {
            return Ok(());
        }
        let actor = self.actor(by)?;
        actor.needs(Capability::CAN_ADD_PARTICIPANT)?;
        if self.state.is_banned_role(pair.role_index) {
            actor.needs(Capability::CAN_BAN)?;
        }
        actor.needs_change(RoleIndex::OUTSIDER, pair.role_index)
    }

    /// A newcomer adds themselves with the role that lets them in, and nobody else; they change no role.
    fn permit_entry(&self) -> Result<(), Denied> {
        let Some(entry) = &self.entry else { return Ok(()) };
        if !self.list.changed.is_empty() {
            return Err(Denied::NotInExternalCommit);
        }
        let expected = entry.adds_participant().then_some((&entry.leaf.user, entry.role));
        let mut added = self.list.added.iter().map(|(pair, _)| (&pair.user, pair.role_index));
        if added.next() == expected && added.next().is_none() { Ok(()) } else { Err(Denied::GrantMismatch) }
    }
}
