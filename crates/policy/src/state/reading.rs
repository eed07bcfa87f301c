//! Questions that a screen or a knocker asks of a room.

use doorstep_wire::{
    Capability, LeafIndex,
    ext::policy::JoinLinkEntry,
    room::{Role, RoleIndex},
    uri::UserUri,
};

use super::RoomState;
use crate::{Leaf, Roster};

/// Somebody whose role is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDifference {
    /// Who.
    pub user: UserUri,
    /// The role before, if listed.
    pub before: Option<RoleIndex>,
    /// The role after, if listed.
    pub after: Option<RoleIndex>,
}

impl RoomState {
    /// Name of the room.
    pub fn room_name(&self) -> &str {
        &self.settings.metadata.room_name
    }

    /// Its description in plain text, empty if it has none.
    pub fn description(&self) -> &str {
        self.settings.metadata.plain_description()
    }

    /// Name of a role, empty if there is no such role.
    pub fn role_name(&self, role: RoleIndex) -> &str {
        self.role(role).map_or("", |role| &role.name)
    }

    /// The role for people who are let in: the one with the fewest capabilities among those that can be given to outsiders
    /// and can receive messages.
    pub fn member_role(&self) -> Option<RoleIndex> {
        let givers = self.settings.roles.roles.iter().filter(|role| role.has(Capability::CAN_ADD_PARTICIPANT));
        let roles = self.settings.roles.roles.iter().filter(|role| role.has(Capability::CAN_RECEIVE_MESSAGE));
        let given = |index| givers.clone().any(|giver| giver.may_change(RoleIndex::OUTSIDER, index));
        roles.filter(|role| given(role.index)).min_by_key(|role| role.capabilities.len()).map(|role| role.index)
    }

    /// The role of those who answer knocks in a knock room.
    pub fn moderator_role(&self) -> Option<RoleIndex> {
        let mut roles = self.settings.roles.roles.iter();
        roles.find(|role| role.has(Capability::CAN_ACCEPT_KNOCK)).map(|role| role.index)
    }

    /// The role with this name.
    pub fn role_named(&self, name: &str) -> Option<RoleIndex> {
        self.settings.roles.roles.iter().find(|role| role.name == name).map(|role| role.index)
    }

    /// The role of banned users, if the room has one.
    pub fn banned_role(&self) -> Option<RoleIndex> {
        self.is_banned_role(RoleIndex::BANNED).then_some(RoleIndex::BANNED)
    }

    /// The join link with this id.
    pub fn join_link(&self, link_id: [u8; 16]) -> Option<&JoinLinkEntry> {
        self.settings.join_links.iter().find(|link| link.link_id == link_id)
    }

    /// True if nobody can use a join link at the moment: role 0 has no canUseJoinCode.
    pub fn links_paused(&self) -> bool {
        !self.outsiders_have(Capability::CAN_USE_JOIN_CODE)
    }

    /// The roles that a join link can give: those outsiders may come into. None if the room has no links.
    pub fn link_roles(&self) -> impl Iterator<Item = &Role> {
        let leads = |role: &Role| {
            let outsiders = self.role(RoleIndex::OUTSIDER);
            let may = outsiders.is_some_and(|outsiders| outsiders.may_change(RoleIndex::OUTSIDER, role.index));
            may && role.index != RoleIndex::OUTSIDER && !self.is_banned_role(role.index)
        };
        let has_links = self.settings.join_link_policy.is_some();
        self.settings.roles.roles.iter().filter(move |role| has_links && leads(role))
    }

    /// The leaves that can open a knock: they carry a sealing key and their user answers knocks.
    pub fn knock_readers<'a>(&'a self, roster: &'a Roster) -> impl Iterator<Item = (LeafIndex, &'a Leaf)> {
        roster.with_knock_key().filter(|(_, leaf)| self.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK))
    }

    /// True if whoever can read in this room also answers knocks: nothing sent here reaches anybody else.
    pub fn only_moderators_receive(&self) -> bool {
        let mut readers = self.settings.roles.roles.iter().filter(|role| role.has(Capability::CAN_RECEIVE_MESSAGE));
        readers.all(|role| role.has(Capability::CAN_ACCEPT_KNOCK))
    }

    /// Everybody whose role is another in `after`.
    pub fn differences(&self, after: &Self) -> Vec<RoleDifference> {
        let changed = |user: &UserUri| {
            let difference =
                RoleDifference { user: user.clone(), before: self.role_of(user), after: after.role_of(user) };
            (difference.before != difference.after).then_some(difference)
        };
        if self.participants == after.participants {
            return Vec::new();
        }
        let gone = self.participants.iter().filter(|pair| after.role_of(&pair.user).is_none());
        gone.chain(after.participants.iter()).filter_map(|pair| changed(&pair.user)).collect()
    }
}
