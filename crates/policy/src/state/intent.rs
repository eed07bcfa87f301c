//! Updates of the participant list as an admin means them.

use doorstep_wire::{
    room::{ParticipantListUpdate, RoleIndex, UserIndexRolePair, UserRolePair},
    uri::UserUri,
};

use super::RoomState;

impl RoomState {
    /// These users come in.
    pub fn add_update(&self, added: Vec<UserRolePair>) -> ParticipantListUpdate {
        ParticipantListUpdate { added, ..ParticipantListUpdate::default() }
    }

    /// This user goes. `None` if not listed.
    pub fn remove_update(&self, user: &UserUri) -> Option<ParticipantListUpdate> {
        let position = self.participants.position(user)?;
        Some(ParticipantListUpdate { removed: vec![position], ..ParticipantListUpdate::default() })
    }

    /// This user gets another role. `None` if not listed.
    pub fn role_update(&self, user: &UserUri, role: RoleIndex) -> Option<ParticipantListUpdate> {
        let changed = vec![UserIndexRolePair { user_index: self.participants.position(user)?, role_index: role }];
        Some(ParticipantListUpdate { changed, ..ParticipantListUpdate::default() })
    }

    /// This user is banned, listed or not. `None` if the room has no role for it.
    pub fn ban_update(&self, user: &UserUri) -> Option<ParticipantListUpdate> {
        let banned = self.banned_role()?;
        let unlisted = || self.add_update(vec![UserRolePair { user: user.clone(), role_index: banned }]);
        Some(self.role_update(user, banned).unwrap_or_else(unlisted))
    }
}
