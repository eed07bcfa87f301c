//! Clients that come and go.

use doorstep_wire::{
    Capability,
    ext::{kp_usage::KpUsage, policy::RoomPurpose},
    numbers::LeafIndex,
    room::RoleIndex,
    uri::UserUri,
};

use super::{Author, Case, movement::Exit};
use crate::{Added, Denied, KEY_PACKAGE_MARGIN, Proposer, join::suits};

impl Case<'_> {
    pub(super) fn permit_leaves(&self) -> Result<(), Denied> {
        for (added, by) in &self.added {
            self.permit_add(added, *by)?;
        }
        for (leaf, exit) in self.moves.exits() {
            match exit {
                Exit::SelfRemove => self.permit_self_remove(leaf)?,
                // Which of its reasons the hub has, members cannot see.
                Exit::Remove(Proposer::Hub) => {}
                Exit::Remove(Proposer::Joiner) => self.permit_return(leaf)?,
                Exit::Remove(by @ Proposer::Member(_)) => self.permit_remove(leaf, by)?,
            }
        }
        Ok(())
    }

    fn permit_add(&self, added: &Added, by: Proposer) -> Result<(), Denied> {
        let actor = self.actor(by)?;
        let user = &added.leaf.user;
        suits(self.state, &added.leaf)?;
        self.permit_key_package(added, actor.user)?;
        if self.list.added.iter().any(|(pair, _)| pair.user == *user) {
            return actor.needs(Capability::CAN_ADD_PARTICIPANT);
        }
        if self.state.is_banned(user) {
            return Err(Denied::Banned);
        }
        if !self.state.is_in(user) {
            return Err(Denied::NotParticipant);
        }
        actor.needs(if *actor.user == *user {
            Capability::CAN_ADD_OWN_CLIENT
        } else {
            Capability::CAN_ADD_CLIENT_OF_PARTICIPANT
        })
    }

    /// A KeyPackage is for what its owner made it for, and lives long enough to be of use to who is offline.
    fn permit_key_package(&self, added: &Added, adder: &UserUri) -> Result<(), Denied> {
        let fits = match &added.usage {
            KpUsage::Any => true,
            KpUsage::ConnectionOnly => matches!(self.state.purpose(), RoomPurpose::Connection { .. }),
            KpUsage::RoomBound(room) => room == self.state.room_uri(),
            KpUsage::RequesterBound(user) => user == adder,
        };
        if !fits {
            return Err(Denied::WrongPurpose);
        }
        if added.not_after < self.now.seconds().saturating_add(KEY_PACKAGE_MARGIN) {
            return Err(Denied::KeyPackageEndsSoon);
        }
        Ok(())
    }

    /// Leaving, or taking one's own client out.
    fn permit_self_remove(&self, leaf: LeafIndex) -> Result<(), Denied> {
        let actor = self.actor(Proposer::Member(leaf))?;
        if self.moves.after(self.roster, actor.user) > 0 {
            return actor.needs(Capability::CAN_REMOVE_OWN_CLIENT);
        }
        actor.needs(Capability::CAN_REMOVE_SELF)?;
        actor.needs_change(actor.role.index, RoleIndex::OUTSIDER)
    }

    /// A client that comes back takes its old leaf out, and no other.
    fn permit_return(&self, leaf: LeafIndex) -> Result<(), Denied> {
        let old = self.roster.get(leaf).ok_or(Denied::ListMismatch)?;
        match &self.view.author {
            Author::External(new) if new.is_same_client(old) => Ok(()),
            Author::External(_) | Author::Member(_) => Err(Denied::NotInExternalCommit),
        }
    }

    fn permit_remove(&self, leaf: LeafIndex, by: Proposer) -> Result<(), Denied> {
        let user = &self.roster.get(leaf).ok_or(Denied::ListMismatch)?.user;
        // Whoever is put off the list or banned in this commit, by somebody who may, has to lose every client in it.
        if self.goes_off_the_list(user) {
            return Ok(());
        }
        let actor = self.actor(by)?;
        if *actor.user == *user {
            return actor.needs(Capability::CAN_REMOVE_OWN_CLIENT);
        }
        // A kick takes clients out and leaves the entry.
        actor.needs(Capability::CAN_KICK)
    }

    /// A change of the list that was permitted takes the user's place in the room.
    fn goes_off_the_list(&self, user: &UserUri) -> bool {
        let Some(position) = self.state.participants.position(user) else { return false };
        let banned = self.list.changed.get(&position).is_some_and(|(role, _)| self.state.is_banned_role(*role));
        banned || self.list.removed.contains_key(&position)
    }
}
