//! Updates of the participant list, the join links and the roles as an admin means them.

use doorstep_wire::{
    Body, Capability, component,
    ext::policy::JoinLinkEntry,
    room::{
        JoinLink, JoinLinks, JoinLinksUpdate, ParticipantListUpdate, RoleData, RoleIndex, UserIndexRolePair,
        UserRolePair,
    },
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

    /// This link comes.
    ///
    /// # Errors
    /// [`tls_codec::Error`]: does not happen with links of ours.
    pub fn link_update(&self, entry: &JoinLinkEntry) -> Result<JoinLinksUpdate, tls_codec::Error> {
        let link = JoinLink { join_link: entry.encode()?.into() };
        Ok(JoinLinksUpdate { removed: Vec::new(), added: vec![link] })
    }

    /// This link goes. `None` if there is none.
    pub fn revoke_update(&self, link_id: [u8; 16]) -> Option<JoinLinksUpdate> {
        // Positions count links in forms that are not ours too.
        let links = JoinLinks::decode(self.settings.raw(component::JOIN_LINKS)?).ok()?;
        let is_it = |link: &JoinLink| {
            JoinLinkEntry::decode(link.join_link.as_slice()).is_ok_and(|entry| entry.link_id == link_id)
        };
        let position = u32::try_from(links.links.iter().position(is_it)?).ok()?;
        Some(JoinLinksUpdate { removed: vec![position], added: Vec::new() })
    }

    /// All roles as they are when nobody can use a join link any more, or again. `None` if that is how they are.
    pub fn pause_update(&self, paused: bool) -> Option<RoleData> {
        const CODE: Capability = Capability::CAN_USE_JOIN_CODE;
        if self.links_paused() == paused {
            return None;
        }
        let mut roles = self.settings.roles.clone();
        let outsiders = roles.roles.iter_mut().find(|role| role.index == RoleIndex::OUTSIDER)?;
        outsiders.capabilities.retain(|capability| *capability != CODE);
        if !paused {
            outsiders.capabilities.push(CODE);
            outsiders.capabilities.sort_unstable();
        }
        Some(roles)
    }

    /// This user is banned, listed or not. `None` if the room has no role for it.
    pub fn ban_update(&self, user: &UserUri) -> Option<ParticipantListUpdate> {
        let banned = self.banned_role()?;
        let unlisted = || self.add_update(vec![UserRolePair { user: user.clone(), role_index: banned }]);
        Some(self.role_update(user, banned).unwrap_or_else(unlisted))
    }
}
