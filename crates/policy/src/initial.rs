//! Whether a room may be made as it is handed in.

use doorstep_wire::{
    Body, Capability, UnixMillis,
    component::{self, ComponentId},
    credential::Credential,
    ext::policy::RoomPurpose,
    franking::FrankingAgent,
    room::RoleIndex,
};

use crate::{Denied, Leaf, RoomState, join::suits};

/// Components that every room of ours has from the beginning; what is not there then cannot come later.
const REQUIRED: [ComponentId; 12] = [
    component::APP_COMPONENTS,
    component::SAFE_AAD,
    component::CONTENT_MEDIA_TYPES,
    component::FRANKING_AGENT,
    component::PARTICIPANT_LIST,
    component::ROOM_METADATA,
    component::ROLES_LIST,
    component::BASE_ROOM_POLICY,
    component::JOIN_LINK_POLICY,
    component::JOIN_LINKS,
    component::PSEUDONYM_POLICY,
    component::ROOM_PURPOSE,
];

/// Judges the first state of a room: its creator alone is in it, may do what keeps a room going, and the franking agent is
/// the hub. Whether the franking key and the external sender are the hub's own is for the hub.
///
/// # Errors
/// [`Denied`]: what is wrong with it.
pub fn initial(state: &RoomState, creator: &Leaf) -> Result<(), Denied> {
    let present = state.settings().components();
    if !REQUIRED.iter().all(|id| present.contains(id)) {
        return Err(Denied::Contradiction);
    }
    let mut people = state.participants().iter();
    let alone = people.next().is_some_and(|first| first.user == creator.user) && people.next().is_none();
    if !alone || !state.is_in(&creator.user) {
        return Err(Denied::ListMismatch);
    }
    let role = state.role(state.role_index(&creator.user)).ok_or(Denied::Contradiction)?;
    let crowded = role.maximum_participants == Some(0) || role.maximum_active_participants == Some(0);
    let others_needed = state.settings().roles.roles.iter().any(|other| {
        let fewest = other.minimum_participants.max(other.minimum_active_participants);
        fewest > u32::from(other.index == role.index)
    });
    if crowded || others_needed || role.index == RoleIndex::BANNED {
        return Err(Denied::Contradiction);
    }
    suits(state, creator)?;
    let named = state.knock_room().is_none_or(|room| room.host() == state.hub() && room != state.room_uri());
    if franking_agent(state)?.hub() != Some(state.hub()) || !named {
        return Err(Denied::Contradiction);
    }
    if state.knock_terms().is_some() && (!creator.has_knock_key || !role.has(Capability::CAN_ACCEPT_KNOCK)) {
        return Err(Denied::KnockKeyMissing);
    }
    Ok(())
}

/// Judges a knock room beside the room it is for: each names the other, and outsiders can knock.
///
/// # Errors
/// [`Denied::CannotKnock`] if they do not belong together.
pub fn initial_knock_room(knock: &RoomState, target: &RoomState) -> Result<(), Denied> {
    let names_target = knock.knock_terms().is_some_and(|terms| terms.target_room == *target.room_uri());
    let named = target.knock_room() == Some(knock.room_uri()) && target.outsiders_have(Capability::CAN_KNOCK);
    if names_target && named { Ok(()) } else { Err(Denied::CannotKnock) }
}

/// Longest life of a room in which two meet, in seconds: 120 days.
pub const CONNECTION_LIFE: u64 = 120 * 86_400;

/// Judges the end of a room in which two meet: it comes, and not after [`CONNECTION_LIFE`]; there is room for two, and
/// nobody knocks. Of other rooms it says nothing.
///
/// # Errors
/// [`Denied::Contradiction`] otherwise.
pub fn initial_connection(state: &RoomState, now: UnixMillis) -> Result<(), Denied> {
    let RoomPurpose::Connection { expires_at } = state.purpose() else { return Ok(()) };
    let comes = now.seconds() < *expires_at && *expires_at <= now.seconds().saturating_add(CONNECTION_LIFE);
    let for_two = state.settings().base.max_users == Some(2) && state.knock_room().is_none();
    if comes && for_two { Ok(()) } else { Err(Denied::Contradiction) }
}

fn franking_agent(state: &RoomState) -> Result<Credential, Denied> {
    let bytes = state.settings().raw(component::FRANKING_AGENT).ok_or(Denied::Contradiction)?;
    FrankingAgent::decode(bytes).map(|agent| agent.credential).map_err(|_| Denied::Malformed)
}
