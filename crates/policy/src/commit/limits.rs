//! Limits that hold in every epoch: of roles, of the base policy, and that nobody has a client without a place.

use std::collections::BTreeMap;

use doorstep_wire::room::{Role, RoleIndex};

use super::{Case, Stage};
use crate::{Denied, RoomState};

impl Case<'_> {
    pub(super) fn permit_limits(&self, next: &RoomState, stage: Stage) -> Result<(), Denied> {
        self.permit_places(next, stage)?;
        self.permit_room_limits(next)?;
        let active = self.active_changes(next, stage);
        for role in &next.settings.roles.roles {
            self.permit_holders(next, role)?;
            self.permit_active(role, active.get(&role.index).copied().unwrap_or(0))?;
        }
        Ok(())
    }

    /// Whoever has a client is in the list, not banned, and has one client only where the room says so.
    fn permit_places(&self, next: &RoomState, stage: Stage) -> Result<(), Denied> {
        for user in self.touched() {
            let clients = self.moves.after(self.roster, user);
            // The clients of somebody who is being taken out may go by proposals still to come.
            if clients > 0 && !next.is_in(user) && stage == Stage::Commit {
                return Err(Denied::ClientsRemain);
            }
            let more = clients > self.roster.count_of(user);
            if clients > 1 && more && !next.settings.base.multi_device {
                return Err(Denied::OneClientOnly);
            }
        }
        Ok(())
    }

    fn permit_room_limits(&self, next: &RoomState) -> Result<(), Denied> {
        let (base, before) = (&next.settings.base, &self.state.settings.base);
        let tightened = base.max_users != before.max_users || base.max_clients != before.max_clients;
        let people = next.people();
        if base.max_users.is_some_and(|max| people > max) && (tightened || people > self.state.people()) {
            return Err(Denied::RoomFull);
        }
        let clients = self.roster.len().saturating_add_signed(self.moves.grown_by());
        let over = base.max_clients.is_some_and(|max| u32::try_from(clients).is_ok_and(|clients| clients > max));
        if over && (tightened || self.moves.grown_by() > 0) { Err(Denied::TooManyClients) } else { Ok(()) }
    }

    /// Entries with this role, if the commit changes how many they are, or the limits.
    fn permit_holders(&self, next: &RoomState, role: &Role) -> Result<(), Denied> {
        let (before, after) = (self.state.participants.holders(role.index), next.participants.holders(role.index));
        let redefined = self.state.role(role.index) != Some(role);
        if (after > before || redefined) && role.maximum_participants.is_some_and(|max| after > max) {
            return Err(Denied::RoleFull);
        }
        if (after < before || redefined) && after < role.minimum_participants {
            return Err(Denied::RoleTooSmall);
        }
        Ok(())
    }

    /// Entries with this role and a client. Counting them walks over the room, so only where a limit asks for it.
    fn permit_active(&self, role: &Role, change: i64) -> Result<(), Denied> {
        let redefined = self.state.role(role.index) != Some(role);
        let limited =
            role.minimum_active_participants > 0 || role.maximum_active_participants.is_some_and(|max| max > 0);
        // With a maximum of 0 nobody may have a client, which is looked at user by user.
        if role.maximum_active_participants == Some(0) && change > 0 {
            return Err(Denied::RoleFull);
        }
        if !limited || (change == 0 && !redefined) {
            return Ok(());
        }
        let holders = self.roster.users().filter(|user| self.state.role_index(user) == role.index).count();
        let before = i64::try_from(holders).unwrap_or(i64::MAX);
        let after = before.saturating_add(change);
        if (change > 0 || redefined) && role.maximum_active_participants.is_some_and(|max| after > i64::from(max)) {
            return Err(Denied::RoleFull);
        }
        if (change < 0 || redefined) && after < i64::from(role.minimum_active_participants) {
            return Err(Denied::RoleTooSmall);
        }
        Ok(())
    }

    /// By how much the number of holders with a client changes, by role.
    fn active_changes(&self, next: &RoomState, stage: Stage) -> BTreeMap<RoleIndex, i64> {
        let mut changes = BTreeMap::new();
        for user in self.touched() {
            if self.roster.count_of(user) > 0 {
                *changes.entry(self.state.role_index(user)).or_insert(0) -= 1;
            }
            let going = stage == Stage::Proposal && !next.is_in(user);
            if self.moves.after(self.roster, user) > 0 && !going {
                *changes.entry(next.role_index(user)).or_insert(0) += 1;
            }
        }
        changes
    }
}
