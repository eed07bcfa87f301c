//! The commit that does what is wanted of a room, for each sort of intent that takes one.

use doorstep_membership as membership;
use doorstep_membership::list_update;
use doorstep_mls::Plan;
use doorstep_page_api::view::{Problem, RequestState};
use doorstep_wire::{
    Body, Refusal, RoomUri, UserUri, component,
    room::{RoleIndex, UserRolePair},
};

use crate::{
    context::Context,
    link::making::{self, entry_of},
    record::{Intent, LINKS, LinkState, REQUESTS},
    text::unhex,
};

/// The commit that lets a knocker in; none when they are in already.
pub(crate) fn plan_accept(cx: &mut Context, room: &RoomUri, request: &str) -> Result<Option<Plan>, Problem> {
    let record = REQUESTS.get(&cx.journal, request).ok_or_else(|| Problem::new(Refusal::NoRequest))?;
    let now = cx.now;
    let Some(warm) = cx.groups.get(room) else { return Err(Problem::new(Refusal::NoRoom)) };
    // In, or let in by another moderator and gone again by now: the knock has had its answer.
    let had = matches!(record.state, RequestState::Answered { accepted: true, .. });
    if had || warm.state.role_of(&record.user).is_some() {
        return Ok(None);
    }
    if record.expires <= now.0 {
        return Err(Problem::new(Refusal::Expired));
    }
    let role = warm.state.member_role().ok_or_else(|| Problem::new(Refusal::NotAllowed))?;
    let adds = record.packages.iter().map(|package| package.to_vec()).collect();
    let added = warm.state.add_update(vec![UserRolePair { user: record.user, role_index: role }]);
    let update = list_update(&added).map_err(|_| Problem::new(Refusal::Internal))?;
    Ok(Some(Plan { adds, updates: vec![update], ..Plan::default() }))
}

/// The commit that puts a knocker on the list as banned; none when they are there already.
pub(crate) fn plan_keep_out(cx: &mut Context, room: &RoomUri, request: &str) -> Result<Option<Plan>, Problem> {
    let record = REQUESTS.get(&cx.journal, request).ok_or_else(|| Problem::new(Refusal::NoRequest))?;
    let Some(warm) = cx.groups.get(room) else { return Err(Problem::new(Refusal::NoRoom)) };
    if warm.state.role_of(&record.user).is_some() {
        return Ok(None);
    }
    let update = warm.state.ban_update(&record.user).ok_or_else(|| Problem::new(Refusal::NotAllowed))?;
    let update = list_update(&update).map_err(|_| Problem::new(Refusal::Internal))?;
    Ok(Some(Plan { updates: vec![update], ..Plan::default() }))
}

/// The commit that gives somebody a role; none when they have it, or are not there.
pub(crate) fn plan_role(cx: &mut Context, room: &RoomUri, user: &UserUri, role: u32) -> Result<Option<Plan>, Problem> {
    let Some(warm) = cx.groups.get(room) else { return Err(Problem::new(Refusal::NoRoom)) };
    let role = RoleIndex(role);
    if warm.state.role_of(user).is_none_or(|before| before == role) {
        return Ok(None);
    }
    let Some(update) = warm.state.role_update(user, role) else { return Ok(None) };
    let update = list_update(&update).map_err(|_| Problem::new(Refusal::Internal))?;
    Ok(Some(Plan { updates: vec![update], ..Plan::default() }))
}

/// The commit that puts somebody out, or bans; none when they are not there.
pub(crate) fn plan_remove(
    cx: &mut Context,
    room: &RoomUri,
    user: &UserUri,
    ban: bool,
) -> Result<Option<Plan>, Problem> {
    let Some(warm) = cx.groups.get(room) else { return Err(Problem::new(Refusal::NoRoom)) };
    let Some(role) = warm.state.role_of(user) else { return Ok(None) };
    if ban && warm.state.is_banned_role(role) {
        return Ok(None);
    }
    let update = if ban { warm.state.ban_update(user) } else { warm.state.remove_update(user) };
    let Some(update) = update else { return Ok(None) };
    let update = membership::list_update(&update).map_err(|_| Problem::new(Refusal::Internal))?;
    let removes = warm.roster.leaves_of(user).map(|(leaf, _)| leaf).collect();
    Ok(Some(Plan { removes, updates: vec![update], ..Plan::default() }))
}

/// The commit for what is wanted of join links. None when there is nothing to do any more; whoever asked is told.
pub(crate) fn plan_link_intent(cx: &mut Context, room: &RoomUri, intent: &Intent) -> Result<Option<Plan>, Problem> {
    let failed = |_| Problem::new(Refusal::Internal);
    let warm = cx.groups.get(room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    let update = match intent {
        Intent::MakeLink { link } => {
            let link = LINKS.get(&cx.journal, link).filter(|link| matches!(link.state, LinkState::Making { .. }));
            let entry = link.as_ref().and_then(entry_of);
            entry.map(|entry| warm.state.link_update(&entry).and_then(|update| update.encode())).transpose()
        }
        Intent::RevokeLink { link, .. } => {
            let update = unhex(link).and_then(|link| warm.state.revoke_update(link));
            update.map(|update| update.encode()).transpose()
        }
        Intent::PauseLinks { paused, .. } => warm.state.pause_update(*paused).map(|roles| roles.encode()).transpose(),
        _ => Ok(None),
    };
    let Some(update) = update.map_err(failed)? else {
        making::link_intent_stands(cx, room, intent);
        return Ok(None);
    };
    let component = match intent {
        Intent::PauseLinks { .. } => component::ROLES_LIST,
        _ => component::JOIN_LINKS,
    };
    // With a path: the leaf of whoever makes a link is then signed for this group, so that the link can pin it.
    Ok(Some(Plan { updates: vec![(component, update)], path: true, ..Plan::default() }))
}
