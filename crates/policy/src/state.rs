//! What a room is: the components of its group's `app_data_dictionary`, decoded once.

use std::{collections::BTreeSet, sync::Arc};

use doorstep_wire::{
    Body, Capability, Dictionary,
    component::{self, ComponentId},
    ext::policy::{JoinLinkEntry, KnockRoom, KnockTerms, PseudonymPolicyData, RoomPurpose},
    room::{
        BaseRoomPolicy, JoinLinkPolicy, JoinLinks, Optionality, ParticipantListData, PreAuthData, Role, RoleData,
        RoleIndex, RoomMetaData,
    },
    uri::{ProviderDomain, RoomUri, UserUri},
};
use thiserror::Error;

use crate::{Denied, Participants};

pub use reading::RoleDifference;

mod consistency;
mod intent;
mod reading;

/// Why a dictionary is not a room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// A component that every room has is not there.
    #[error("component {0:#06x} is missing")]
    Missing(ComponentId),
    /// A component cannot be read.
    #[error("component {0:#06x} is malformed")]
    Malformed(ComponentId),
    /// Components contradict each other.
    #[error("component {0:#06x} contradicts the rest")]
    Contradiction(ComponentId),
}

impl From<StateError> for Denied {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Missing(_) | StateError::Contradiction(_) => Self::Contradiction,
            StateError::Malformed(_) => Self::Malformed,
        }
    }
}

/// The state of a room in one epoch. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomState {
    pub(crate) participants: Participants,
    pub(crate) settings: Arc<Settings>,
}

/// All of a room but its participants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of every component but the participant list, those unknown here too.
    raw: Dictionary,
    /// 0x0023
    pub metadata: RoomMetaData,
    /// 0x0025
    pub roles: RoleData,
    /// 0x0026, empty if the room has none.
    pub preauthorized: PreAuthData,
    /// 0x0027
    pub base: BaseRoomPolicy,
    /// 0x0029
    pub join_link_policy: Option<JoinLinkPolicy>,
    /// 0x002A, decoded; links in a form that is not ours are left out.
    pub join_links: Vec<JoinLinkEntry>,
    /// 0x8D40; what the base policy says if the room has none.
    pub pseudonyms: PseudonymPolicyData,
    /// 0x8D41; standard if the room has none.
    pub purpose: RoomPurpose,
    /// 0x8D48
    pub knock_room: Option<RoomUri>,
}

impl RoomState {
    /// Reads a dictionary.
    ///
    /// # Errors
    /// [`StateError`] if it is not a room that makes sense.
    pub fn from_dictionary(dictionary: &Dictionary) -> Result<Self, StateError> {
        const LIST: ComponentId = component::PARTICIPANT_LIST;
        let mut raw = dictionary.clone();
        let list = raw.remove(&LIST).ok_or(StateError::Missing(LIST))?;
        let list = ParticipantListData::decode(&list).map_err(|_| StateError::Malformed(LIST))?;
        let participants = Participants::new(list).map_err(|_| StateError::Contradiction(LIST))?;
        let settings = Settings::read(raw)?;
        if participants.roles_in_use().any(|role| settings.roles.get(role).is_none()) {
            return Err(StateError::Contradiction(LIST));
        }
        Ok(Self { participants, settings: Arc::new(settings) })
    }

    /// The dictionary it came from, or that a commit makes of it.
    pub fn to_dictionary(&self) -> Dictionary {
        let mut dictionary = self.settings.raw.clone();
        dictionary.insert(component::PARTICIPANT_LIST, self.participants.encode());
        dictionary
    }

    /// Who is in the room, and who is banned from it.
    pub fn participants(&self) -> &Participants {
        &self.participants
    }

    /// All but the participants.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The room's URI.
    pub fn room_uri(&self) -> &RoomUri {
        &self.settings.metadata.room_uri
    }

    /// The provider that hosts the room.
    pub fn hub(&self) -> ProviderDomain {
        self.room_uri().host()
    }

    /// Name, description, picture, subject.
    pub fn metadata(&self) -> &RoomMetaData {
        &self.settings.metadata
    }

    /// What the room is for.
    pub fn purpose(&self) -> &RoomPurpose {
        &self.settings.purpose
    }

    /// The terms of a knock room, if it is one.
    pub fn knock_terms(&self) -> Option<&KnockTerms> {
        match &self.settings.purpose {
            RoomPurpose::Knock(terms) => Some(terms),
            RoomPurpose::Standard | RoomPurpose::Connection { .. } => None,
        }
    }

    /// The room through which this one is knocked at.
    pub fn knock_room(&self) -> Option<&RoomUri> {
        self.settings.knock_room.as_ref()
    }

    /// The role of a listed user.
    pub fn role_of(&self, user: &UserUri) -> Option<RoleIndex> {
        Some(self.role_index(user)).filter(|role| *role != RoleIndex::OUTSIDER)
    }

    /// A user's role; [`RoleIndex::OUTSIDER`] if not listed.
    pub fn role_index(&self, user: &UserUri) -> RoleIndex {
        self.participants.role_of(user)
    }

    /// The role with this index.
    pub fn role(&self, index: RoleIndex) -> Option<&Role> {
        self.settings.roles.get(index)
    }

    /// True if the user's role has the capability. Somebody who is not listed has role 0.
    pub fn has(&self, user: &UserUri, capability: Capability) -> bool {
        self.role_has(self.role_index(user), capability)
    }

    /// True if the role exists and has the capability.
    pub fn role_has(&self, role: RoleIndex, capability: Capability) -> bool {
        self.role(role).is_some_and(|role| role.has(capability))
    }

    /// True if outsiders may do this.
    pub fn outsiders_have(&self, capability: Capability) -> bool {
        self.role_has(RoleIndex::OUTSIDER, capability)
    }

    /// True if the user is banned.
    pub fn is_banned(&self, user: &UserUri) -> bool {
        self.is_banned_role(self.role_index(user))
    }

    /// True if the role is the one of banned users: index 1, named `banned`.
    pub fn is_banned_role(&self, role: RoleIndex) -> bool {
        role == RoleIndex::BANNED && self.role(role).is_some_and(|role| role.name == Role::BANNED)
    }

    /// True if the user is listed and not banned.
    pub fn is_in(&self, user: &UserUri) -> bool {
        let role = self.role_index(user);
        role != RoleIndex::OUTSIDER && !self.is_banned_role(role)
    }

    /// Listed users that are not banned.
    pub fn people(&self) -> u32 {
        let all = u32::try_from(self.participants.len()).unwrap_or(u32::MAX);
        let banned =
            if self.is_banned_role(RoleIndex::BANNED) { self.participants.holders(RoleIndex::BANNED) } else { 0 };
        all.saturating_sub(banned)
    }
}

impl Settings {
    /// Reads and checks all components but the participant list.
    pub(crate) fn read(raw: Dictionary) -> Result<Self, StateError> {
        let base: BaseRoomPolicy = required(&raw, component::BASE_ROOM_POLICY)?;
        let pseudonyms = optional(&raw, component::PSEUDONYM_POLICY)?.unwrap_or_else(|| PseudonymPolicyData {
            pseudonyms: if base.pseudonyms_allowed { Optionality::Optional } else { Optionality::Forbidden },
            disclosure: Optionality::Optional,
            disclosure_grace: 0,
            allowed_issuers: Vec::new(),
        });
        let links: JoinLinks = optional(&raw, component::JOIN_LINKS)?.unwrap_or_default();
        let join_links = links.links.iter().filter_map(|link| JoinLinkEntry::decode(link.join_link.as_slice()).ok());
        let settings = Self {
            metadata: required(&raw, component::ROOM_METADATA)?,
            roles: required(&raw, component::ROLES_LIST)?,
            preauthorized: optional(&raw, component::PREAUTH_LIST)?.unwrap_or_default(),
            base,
            join_link_policy: optional(&raw, component::JOIN_LINK_POLICY)?,
            join_links: join_links.collect(),
            pseudonyms,
            purpose: optional(&raw, component::ROOM_PURPOSE)?.unwrap_or(RoomPurpose::Standard),
            knock_room: optional::<KnockRoom>(&raw, component::KNOCK_ROOM)?.map(|knock| knock.knock_room),
            raw,
        };
        settings.check()?;
        Ok(settings)
    }

    /// The same with new bytes in some components.
    pub(crate) fn with(&self, changes: impl IntoIterator<Item = (ComponentId, Vec<u8>)>) -> Result<Self, StateError> {
        let mut raw = self.raw.clone();
        raw.extend(changes);
        Self::read(raw)
    }

    /// The bytes of a component; `None` for the participant list, which is not here.
    pub fn raw(&self, component: ComponentId) -> Option<&[u8]> {
        self.raw.get(&component).map(Vec::as_slice)
    }

    /// Numbers of all components with data, the participant list too.
    pub fn components(&self) -> BTreeSet<ComponentId> {
        let mut components = BTreeSet::from([component::PARTICIPANT_LIST]);
        components.extend(self.raw.keys());
        components
    }
}

fn required<T: Body>(raw: &Dictionary, id: ComponentId) -> Result<T, StateError> {
    optional(raw, id)?.ok_or(StateError::Missing(id))
}

fn optional<T: Body>(raw: &Dictionary, id: ComponentId) -> Result<Option<T>, StateError> {
    raw.get(&id).map(|bytes| T::decode(bytes).map_err(|_| StateError::Malformed(id))).transpose()
}

#[cfg(test)]
mod tests;
