//! Rules between the components of one room, whoever made them.

use std::collections::BTreeSet;

use doorstep_wire::{
    Capability,
    component::{self, ComponentId},
    dictionary,
    ext::policy::RoomPurpose,
    room::{Optionality, Role, RoleData, RoleIndex},
};

use super::{Settings, StateError};

impl Settings {
    pub(super) fn check(&self) -> Result<(), StateError> {
        let rules: [(ComponentId, bool); 8] = [
            (component::APP_COMPONENTS, self.names_its_components()),
            (component::ROLES_LIST, roles_make_sense(&self.roles)),
            (component::PREAUTH_LIST, self.preauthorized.entries.iter().all(|e| self.may_hold(e.target_role))),
            // Uniqueness of a set of people would link their pseudonyms, and a parent room is not supported.
            (component::BASE_ROOM_POLICY, !self.base.fixed_membership && !self.base.parent_dependant),
            (component::BASE_ROOM_POLICY, self.base.policy_component_ids == self.policy_components()),
            (component::PSEUDONYM_POLICY, self.pseudonyms_agree()),
            (component::JOIN_LINKS, self.links_agree()),
            (component::ROOM_PURPOSE, self.purpose_makes_sense()),
        ];
        match rules.into_iter().find(|(_, holds)| !holds) {
            Some((component, _)) => Err(StateError::Contradiction(component)),
            None => Ok(()),
        }
    }

    /// `app_components` names exactly the components with data, ascending, so that software that does not know one of
    /// them stays out.
    fn names_its_components(&self) -> bool {
        let ids: Vec<ComponentId> = self.components().into_iter().collect();
        self.raw(component::APP_COMPONENTS) == Some(dictionary::components_list(&ids).as_slice())
            && self.raw(component::SAFE_AAD) == Some(dictionary::safe_aad().as_slice())
    }

    fn policy_components(&self) -> Vec<ComponentId> {
        self.components().into_iter().filter(|id| component::is_policy(*id)).collect()
    }

    /// `pseudonyms_allowed` of the base policy says the same; a grace needs something to wait for.
    fn pseudonyms_agree(&self) -> bool {
        let policy = &self.pseudonyms;
        self.base.pseudonyms_allowed == (policy.pseudonyms != Optionality::Forbidden)
            && (policy.disclosure_grace == 0 || policy.disclosure == Optionality::Required)
    }

    /// A link leads to a role that exists; with links on request there is at most one.
    fn links_agree(&self) -> bool {
        let on_request = self.join_link_policy.as_ref().is_some_and(|policy| policy.on_request);
        self.join_links.iter().all(|link| self.may_hold(link.target_role))
            && (!on_request || self.join_links.len() <= 1)
    }

    /// A knock room is for another room of the same hub, and its knockers cannot read.
    fn purpose_makes_sense(&self) -> bool {
        match &self.purpose {
            RoomPurpose::Standard | RoomPurpose::Connection { .. } => true,
            RoomPurpose::Knock(terms) => {
                let room = &self.metadata.room_uri;
                let knockers = self.roles.get(terms.knocker_role);
                terms.target_room != *room
                    && terms.target_room.host() == room.host()
                    && self.knock_room.is_none()
                    && self.may_hold(terms.knocker_role)
                    && knockers.is_some_and(|role| {
                        !role.has(Capability::CAN_RECEIVE_MESSAGE) && !role.has(Capability::CAN_ACCEPT_KNOCK)
                    })
            }
        }
    }

    /// A role that somebody can be given: it exists, and is neither 0 nor the ban.
    fn may_hold(&self, role: RoleIndex) -> bool {
        role != RoleIndex::OUTSIDER && self.roles.get(role).is_some_and(|found| !is_ban(found))
    }
}

fn is_ban(role: &Role) -> bool {
    role.index == RoleIndex::BANNED && role.name == Role::BANNED
}

/// Indices are unique; every role that is named exists; minima do not exceed maxima; what only outsiders can do stands
/// only in role 0 and the other way round; banned users can do nothing and have no client.
fn roles_make_sense(data: &RoleData) -> bool {
    let mut indices = BTreeSet::new();
    indices.extend(data.roles.iter().map(|role| role.index));
    indices.len() == data.roles.len()
        && indices.contains(&RoleIndex::OUTSIDER)
        && data.roles.iter().all(|role| {
            let known = role.authorized_role_changes.iter().all(|change| {
                indices.contains(&change.from) && change.targets.iter().all(|target| indices.contains(target))
            });
            let limits = role.maximum_participants.is_none_or(|max| role.minimum_participants <= max)
                && role.maximum_active_participants.is_none_or(|max| role.minimum_active_participants <= max);
            let outsider = role.index == RoleIndex::OUTSIDER;
            let placed = if outsider {
                role.capabilities.iter().all(|capability| OUTSIDERS.contains(capability))
            } else {
                !role.has(Capability::CAN_OPEN_JOIN) && !role.has(Capability::CAN_USE_JOIN_CODE)
            };
            let powerless = !is_ban(role)
                || (role.capabilities.is_empty()
                    && role.authorized_role_changes.is_empty()
                    && role.maximum_active_participants == Some(0));
            known && limits && placed && powerless
        })
}

/// All that somebody who is not in the room can be allowed.
const OUTSIDERS: [Capability; 3] = [Capability::CAN_OPEN_JOIN, Capability::CAN_USE_JOIN_CODE, Capability::CAN_KNOCK];
