//! Coming in by oneself: who gets the GroupInfo, and as what they may come in with it (mimi-protocol-06 §5.6,
//! mimi-room-policy).

use doorstep_wire::{
    Capability, IdentityKind, UnixMillis,
    room::{Optionality, RoleIndex},
    uri::{RoomUri, UserUri},
};

use crate::{Denied, Leaf, RoomState, Roster};

/// A permission to come in by an external commit. It names one client with one key, and it is good for the state it was
/// given in: the commit is judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinGrant {
    /// Who may come in.
    pub leaf: Leaf,
    /// As what.
    pub role: RoleIndex,
    /// Why.
    pub ground: JoinGround,
}

/// Why somebody may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinGround {
    /// They are in the list already; this is a further client, or the same one again.
    OwnClient,
    /// The door is open.
    Open,
    /// By a link.
    Link {
        /// Which.
        link_id: [u8; 16],
    },
}

impl JoinGrant {
    /// True if the newcomer must be put into the participant list.
    pub fn adds_participant(&self) -> bool {
        self.ground != JoinGround::OwnClient
    }
}

/// Whether a client without a joining code gets the GroupInfo.
///
/// # Errors
/// [`Denied`]: why not.
pub fn permit_group_info(state: &RoomState, roster: &Roster, leaf: &Leaf) -> Result<JoinGrant, Denied> {
    suits(state, leaf)?;
    if state.is_banned(&leaf.user) {
        return Err(Denied::Banned);
    }
    if state.is_in(&leaf.user) {
        return own_client(state, roster, leaf);
    }
    // Preauthorisation would come next; no room of ours has it, and none is offered by it.
    if !state.outsiders_have(Capability::CAN_OPEN_JOIN) {
        return Err(Denied::CannotJoin);
    }
    let role = entry_role(state)?;
    has_place(state, roster, role)?;
    Ok(JoinGrant { leaf: leaf.clone(), role, ground: JoinGround::Open })
}

/// Whether a client with a joining code gets the GroupInfo. That the code is genuine and has uses left is for the caller.
///
/// # Errors
/// [`Denied`]: why not.
pub fn permit_join_link(
    state: &RoomState,
    roster: &Roster,
    leaf: &Leaf,
    link_id: [u8; 16],
    now: UnixMillis,
) -> Result<JoinGrant, Denied> {
    if state.is_banned(&leaf.user) {
        return Err(Denied::Banned);
    }
    if state.is_in(&leaf.user) {
        suits(state, leaf)?;
        return own_client(state, roster, leaf);
    }
    let link = state.join_link(link_id).ok_or(Denied::LinkUnknown)?;
    if state.links_paused() {
        return Err(Denied::LinkPaused);
    }
    if link.not_after <= now.seconds() {
        return Err(Denied::LinkExpired);
    }
    let outsiders = state.role(RoleIndex::OUTSIDER).ok_or(Denied::CannotJoin)?;
    if !outsiders.may_change(RoleIndex::OUTSIDER, link.target_role) {
        return Err(Denied::LinkUnknown);
    }
    suits(state, leaf)?;
    has_place(state, roster, link.target_role)?;
    Ok(JoinGrant { leaf: leaf.clone(), role: link.target_role, ground: JoinGround::Link { link_id } })
}

/// Whether `user` may knock at `target` through the room `knock_room`: the target names that room, outsiders of the
/// target can knock, and the user is not among those who need not or must not.
///
/// # Errors
/// [`Denied`]: why not.
pub fn permit_knock(target: &RoomState, knock_room: &RoomUri, user: &UserUri) -> Result<(), Denied> {
    if target.knock_room() != Some(knock_room) || !target.outsiders_have(Capability::CAN_KNOCK) {
        return Err(Denied::CannotKnock);
    }
    if target.is_banned(user) {
        return Err(Denied::Banned);
    }
    if target.is_in(user) {
        return Err(Denied::AlreadyParticipant);
    }
    Ok(())
}

/// Whether a client is of a sort that the room takes: pseudonym or account, and whose word it is.
///
/// # Errors
/// [`Denied`]: why not.
pub fn suits(state: &RoomState, leaf: &Leaf) -> Result<(), Denied> {
    let policy = &state.settings().pseudonyms;
    match (policy.pseudonyms, leaf.kind) {
        (Optionality::Required, IdentityKind::Account) => return Err(Denied::PseudonymRequired),
        (Optionality::Forbidden, IdentityKind::Pseudonym) => return Err(Denied::PseudonymForbidden),
        _ => {}
    }
    if !policy.allowed_issuers.is_empty() && !policy.allowed_issuers.contains(&leaf.issuer) {
        return Err(Denied::IssuerNotAllowed);
    }
    Ok(())
}

/// A client of somebody who is listed: canAddOwnClient, unless it is the very client that is in the group already.
fn own_client(state: &RoomState, roster: &Roster, leaf: &Leaf) -> Result<JoinGrant, Denied> {
    let again = roster.leaves_of(&leaf.user).any(|(_, present)| present.is_same_client(leaf));
    if !again && !state.has(&leaf.user, Capability::CAN_ADD_OWN_CLIENT) {
        return Err(Denied::NotAllowed);
    }
    if !again && !state.settings().base.multi_device && roster.count_of(&leaf.user) > 0 {
        return Err(Denied::OneClientOnly);
    }
    Ok(JoinGrant { leaf: leaf.clone(), role: state.role_index(&leaf.user), ground: JoinGround::OwnClient })
}

/// The role that an open door leads to: the first that role 0 may change itself into.
fn entry_role(state: &RoomState) -> Result<RoleIndex, Denied> {
    let outsiders = state.role(RoleIndex::OUTSIDER).ok_or(Denied::CannotJoin)?;
    let changes = outsiders.authorized_role_changes.iter().filter(|change| change.from == RoleIndex::OUTSIDER);
    let mut targets = changes.flat_map(|change| change.targets.iter().copied());
    targets.find(|role| *role != RoleIndex::OUTSIDER && !state.is_banned_role(*role)).ok_or(Denied::CannotJoin)
}

/// One more with this role, one more in the room, one more leaf.
fn has_place(state: &RoomState, roster: &Roster, role: RoleIndex) -> Result<(), Denied> {
    let limits = state.role(role).ok_or(Denied::CannotJoin)?;
    let knockers = state.knock_terms().is_some_and(|terms| terms.knocker_role == role);
    // Knockers without a leaf are taken off the list by the very commit that comes in.
    if !knockers && limits.maximum_participants.is_some_and(|max| state.participants().holders(role) >= max) {
        return Err(Denied::RoleFull);
    }
    let active = |max: u32| roster.users().filter(|user| state.role_index(user) == role).count() >= limit(max);
    if limits.maximum_active_participants.is_some_and(active) {
        return Err(Denied::RoleFull);
    }
    let base = &state.settings().base;
    if !knockers && base.max_users.is_some_and(|max| state.people() >= max) {
        return Err(Denied::RoomFull);
    }
    if base.max_clients.is_some_and(|max| roster.len() >= limit(max)) {
        return Err(Denied::TooManyClients);
    }
    Ok(())
}

fn limit(max: u32) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}
