//! The join links of a room of mine: made, shown to who made them, taken away, paused, and how often they were used.

use doorstep_client_api::http::LinkUses as LinkUsesPage;
use doorstep_content::Invite;
use doorstep_page_api::view::{KnockLink, LinkJoin, LinkRules, LinkText, LinkUses, LinkView, Outcome, Problem};
use doorstep_policy::RoomState;
use doorstep_wire::{Refusal, RoomUri, UserUri, capability::Capability, ext::policy::JoinLinkEntry};
use sha2::{Digest, Sha256};

use crate::{
    context::Context,
    event::DomainEvent,
    group::{self, WarmRoom},
    link::invite::code_key,
    record::{Intent, LINKS, LinkRecord, LinkState, ROOMS, RoomRecord, labels::ROOM},
    room::queue,
    text::{hex, room_uri, unhex},
};

/// Characters of a note.
const MAX_NOTE: usize = 200;
/// Shortest life of a link in seconds.
const MIN_LIFE: u32 = 60;
/// Seconds that a link ends before the longest life, since clocks differ.
const MARGIN: u32 = 300;

pub(crate) fn make_link(
    cx: &mut Context,
    command: String,
    room: &str,
    role: &str,
    (seconds, max_uses): (u32, u32),
    note: String,
) {
    if LINKS.all(&cx.journal).iter().any(|(_, link)| link.command() == Some(&command)) {
        return;
    }
    if let Err(problem) = make(cx, &command, room, role, (seconds, max_uses), note, None) {
        cx.done(&command, Err(problem));
    }
}

/// Puts a new link on its way into the room. `said_in`: where it is said once it stands.
pub(crate) fn make(
    cx: &mut Context,
    command: &str,
    room: &str,
    role: &str,
    terms: (u32, u32),
    note: String,
    said_in: Option<RoomUri>,
) -> Result<(), Problem> {
    let link = LinkRecord { said_in, ..plan_link(cx, command, room, role, terms, note)? };
    let id = hex(&link.link_id);
    LINKS.put(&cx.journal, &id, &link);
    queue::enqueue(cx, &link.room, Intent::MakeLink { link: id });
    Ok(())
}

fn plan_link(
    cx: &mut Context,
    command: &str,
    room: &str,
    role: &str,
    (seconds, max_uses): (u32, u32),
    note: String,
) -> Result<LinkRecord, Problem> {
    let room = where_i_may(cx, room, Capability::CAN_CREATE_JOIN_CODE)?;
    let warm = cx.groups.get(&room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    let rules = link_rules(&warm.state);
    let role = warm.state.link_roles().find(|known| known.name == role).map(|role| role.index);
    let role = role.ok_or_else(|| Problem::new(Refusal::LinkRole))?;
    if !(MIN_LIFE..=rules.max_seconds).contains(&seconds) {
        return Err(Problem::new(Refusal::LinkLife));
    }
    if !rules.many_uses && max_uses != 1 {
        return Err(Problem::new(Refusal::LinkUses));
    }
    if note.chars().count() > MAX_NOTE {
        return Err(Problem::new(Refusal::NoteLength));
    }
    let seconds = seconds.min(rules.max_seconds.saturating_sub(MARGIN).max(MIN_LIFE));
    Ok(LinkRecord {
        room,
        link_id: cx.entropy.bytes(),
        role: role.0,
        not_after: cx.now.plus_seconds(seconds.into()).seconds(),
        max_uses,
        note,
        state: LinkState::Making { seed: cx.entropy.bytes(), command: command.to_owned() },
        said_in: None,
    })
}

pub(crate) fn revoke_link(cx: &mut Context, command: String, room: &str, link: &str) {
    let known = unhex::<16>(link).ok_or_else(|| Problem::new(Refusal::NotALink));
    match known.and_then(|_| where_i_may(cx, room, Capability::CAN_DELETE_JOIN_CODE)) {
        Ok(room) => queue::enqueue(cx, &room, Intent::RevokeLink { command, link: link.to_ascii_lowercase() }),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

pub(crate) fn pause_links(cx: &mut Context, command: String, room: &str, paused: bool) {
    match where_i_may(cx, room, Capability::CAN_CHANGE_ROLE_DEFINITIONS) {
        Ok(room) => queue::enqueue(cx, &room, Intent::PauseLinks { command, paused }),
        Err(problem) => cx.done(&command, Err(problem)),
    }
}

/// The room, loaded, if I am in it and may do this there.
pub(crate) fn where_i_may(cx: &mut Context, room: &str, capability: Capability) -> Result<RoomUri, Problem> {
    let room = room_uri(room)?;
    let record = ROOMS.get(&cx.journal, room.as_str()).filter(RoomRecord::is_in);
    let record = record.ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    group::warm(cx, &room, &record.group);
    let warm = cx.groups.get(&room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if warm.state.has(&record.client.user(), capability) { Ok(room) } else { Err(Problem::new(Refusal::NotAllowed)) }
}

/// The room is as this intent wanted it.
pub(crate) fn link_intent_stands(cx: &mut Context, room: &RoomUri, intent: &Intent) {
    match intent {
        Intent::MakeLink { link } => {
            let Some(mut record) = LINKS.get(&cx.journal, link) else { return };
            let command = record.command().map(str::to_owned);
            record.state = record.state.stand();
            LINKS.put(&cx.journal, link, &record);
            if record.said_in.is_some() {
                cx.tell(DomainEvent::LinkStands { link: link.clone() });
            }
            if let Some(command) = command {
                cx.done(&command, Ok(Outcome::Link { link: link.clone() }));
            }
        }
        Intent::RevokeLink { command, .. } | Intent::PauseLinks { command, .. } => {
            cx.done(command, Ok(Outcome::Ok));
        }
        _ => return,
    }
    cx.room_changed(room);
}

pub(crate) fn link_intent_refused(cx: &mut Context, intent: &Intent, problem: Problem) {
    match intent {
        Intent::MakeLink { link } => {
            let Some(record) = LINKS.get(&cx.journal, link) else { return };
            LINKS.delete(&cx.journal, link);
            if let Some(command) = record.command() {
                cx.done(command, Err(problem));
            }
        }
        Intent::RevokeLink { command, .. } | Intent::PauseLinks { command, .. } => {
            cx.done(command, Err(problem));
        }
        _ => {}
    }
}

/// Secrets of links that the room does not have any more are forgotten; the note stays, for a knock from a dead link.
pub(crate) fn forget_gone_links(cx: &mut Context, room: &RoomUri) {
    let Some(warm) = cx.groups.get(room) else { return };
    for (id, mut link) in LINKS.having(&cx.journal, &format!("{ROOM}{room}")) {
        let stands = matches!(link.state, LinkState::Standing { .. });
        if stands && warm.state.join_link(link.link_id).is_none() {
            link.state = link.state.go();
            LINKS.put(&cx.journal, &id, &link);
        }
    }
}

/// I am out of this room: nothing of its links stays.
pub(crate) fn forget_links_of(cx: &mut Context, room: &RoomUri) {
    for (id, link) in LINKS.having(&cx.journal, &format!("{ROOM}{room}")) {
        LINKS.delete(&cx.journal, &id);
        if let Some(command) = link.command() {
            cx.done(command, Err(Problem::new(Refusal::NoRoom)));
        }
    }
    cx.tell(DomainEvent::Out { room: room.clone() });
}

/// The links of a room as `me` may see them.
pub(crate) fn link_views(
    cx: &Context,
    room: &RoomUri,
    warm: &WarmRoom,
    me: &UserUri,
    told: Option<&LinkUsesPage>,
) -> Vec<LinkView> {
    if !may_see(&warm.state, me) {
        return Vec::new();
    }

    let links = warm.state.settings().join_links.iter();
    links
        .map(|entry| {
            let id = hex(&entry.link_id);
            let mine = LINKS.get(&cx.journal, &id).filter(|link| link.room == *room && link.command().is_none());
            let told = told.and_then(|told| told.links.iter().find(|link| link.link_id == entry.link_id));
            LinkView {
                role: warm.state.role_name(entry.target_role).to_owned(),
                until: entry.not_after.saturating_mul(1000),
                max_uses: entry.max_uses,
                uses: told.map(|link| LinkUses {
                    used: link.used,
                    claimed: link.claimed,
                    joined: link
                        .joined
                        .iter()
                        .map(|joined| LinkJoin { user: joined.user.to_string(), at: joined.at })
                        .collect(),
                }),
                note: mine.as_ref().map(|link| link.note.clone()).unwrap_or_default(),
                code: mine.and_then(|link| invite_of(&link, warm)?.to_text().ok()).map(LinkText),
                id,
            }
        })
        .collect()
}

/// The dead link a knocker came by, with the note if it was mine.
pub(crate) fn knock_link(cx: &Context, room: &RoomUri, link: [u8; 16]) -> KnockLink {
    let id = hex(&link);
    let mine = LINKS.get(&cx.journal, &id).filter(|link| link.room == *room);
    KnockLink { note: mine.map(|link| link.note).filter(|note| !note.is_empty()), id }
}

/// What links of a room can be.
pub(crate) fn link_rules(state: &RoomState) -> LinkRules {
    let policy = state.settings().join_link_policy.as_ref();
    LinkRules {
        paused: state.links_paused(),
        roles: state.link_roles().map(|role| role.name.clone()).collect(),
        max_seconds: policy.map_or(0, |policy| policy.expiration),
        many_uses: policy.is_some_and(|policy| policy.multiuser),
    }
}

pub(crate) fn may_see(state: &RoomState, user: &UserUri) -> bool {
    state.has(user, Capability::CAN_CREATE_JOIN_CODE) || state.has(user, Capability::CAN_DELETE_JOIN_CODE)
}

/// What the room is told of a link: a public key.
pub(crate) fn entry_of(link: &LinkRecord) -> Option<JoinLinkEntry> {
    Some(JoinLinkEntry {
        version: JoinLinkEntry::VERSION,
        link_id: link.link_id,
        code_public_key: code_key(&link.code_seed()?, &link.room)?.public(),
        target_role: doorstep_wire::room::RoleIndex(link.role),
        not_after: link.not_after,
        max_uses: link.max_uses,
    })
}

/// The code of a link of mine, with the pins of now.
pub(crate) fn invite_of(link: &LinkRecord, warm: &WarmRoom) -> Option<Invite> {
    let own = warm.member.leaf(warm.member.own_leaf())?;
    let hub = warm.member.external_senders().into_iter().next()?;
    Some(Invite {
        room: link.room.clone(),
        link_id: link.link_id,
        code_seed: link.code_seed()?,
        expires: Some(link.not_after),
        multiuser: Some(link.max_uses != 1),
        inviter: Some(Sha256::digest(&own.signature_key).into()),
        hub: Sha256::digest(hub.signature_key.as_slice()).into(),
        hint: None,
    })
}
