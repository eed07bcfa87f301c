//! Bringing somebody into another room: a link for one use, said where we talk (docs/PROTOCOL.md, "Invite in a room").

use doorstep_content::{HouseMessage, Invite, MimiContent, Unpacked};
use doorstep_page_api::view::{LinkText, Problem};
use doorstep_wire::{Refusal, RoomUri, UserUri, capability::Capability};
use serde_bytes::ByteBuf;

use crate::{
    chat,
    context::Context,
    group,
    issuers::NotTaken,
    link::making,
    record::{Body, LINKS, ROOMS},
};

/// Seconds for which such a link can be used: two weeks.
const LIFE: u32 = 14 * 86_400;

/// Makes a link into `room` and says it in `to`. Answered when the room has it.
pub(crate) fn invite_into(cx: &mut Context, command: String, to: &str, room: &str) {
    if let Err(problem) = begin(cx, &command, to, room) {
        cx.done(&command, Err(problem));
    }
}

fn begin(cx: &mut Context, command: &str, to: &str, room: &str) -> Result<(), Problem> {
    let to = chat::room_to_speak_in(cx, to, Capability::CAN_SEND_LINK)?;
    let room = making::where_i_may(cx, room, Capability::CAN_CREATE_JOIN_CODE)?;
    if room == to.room {
        return Err(Problem::new(Refusal::AlreadyIn));
    }
    let warm = cx.groups.get(&room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    let rules = making::link_rules(&warm.state);
    let role = rules.roles.first().cloned().ok_or_else(|| Problem::new(Refusal::LinkRole))?;
    let terms = (LIFE.min(rules.max_seconds), 1);
    making::make(cx, command, room.as_str(), &role, terms, String::new(), Some(to.room))
}

/// The room has the link: it is said where it was made for.
pub(crate) fn say(cx: &mut Context, link: &str) {
    let Some(link) = LINKS.get(&cx.journal, link) else { return };
    let Some(to) = &link.said_in else { return };
    let Some(record) = ROOMS.get(&cx.journal, to.as_str()).filter(|record| record.is_in()) else { return };
    let Some(room) = ROOMS.get(&cx.journal, link.room.as_str()) else { return };
    group::warm(cx, &room.room, &room.group);
    let invite = cx.groups.get(&link.room).and_then(|warm| making::invite_of(&link, warm));
    let Some(mut invite) = invite else { return };
    // Of what could not be said with it, the name is what can be done without.
    invite.hint = Some(room.name.clone()).filter(|name| !name.is_empty() && name.chars().count() <= 100);
    let Ok(body) = invite.encode_in_room() else { return };
    let me = record.client.user();
    let content = MimiContent::house(cx.entropy.bytes(), &me, to, &body);
    let id = chat::send_content(cx, &record, &content);
    if let Some(body) = shown(&invite) {
        chat::said_by_me(cx, &record, id, body);
    }
}

/// Somebody hands on the way into another room.
pub(crate) fn came(
    cx: &mut Context,
    room: &RoomUri,
    from: &UserUri,
    said: &Unpacked,
    body: &[u8],
    at: u64,
) -> Result<(), NotTaken> {
    let Ok(HouseMessage::Invite(invite)) = HouseMessage::decode(body) else { return Err(NotTaken::Useless) };
    let body = shown(&invite).ok_or(NotTaken::Useless)?;
    chat::said_by_other(cx, room, from, said.id, body, at);
    Ok(())
}

/// The code of an invite that was said.
pub(crate) fn text(invite: &[u8]) -> LinkText {
    let text = Invite::decode(invite).ok().and_then(|invite| invite.to_text().ok());
    LinkText(text.unwrap_or_default())
}

fn shown(invite: &Invite) -> Option<Body> {
    let bytes = ByteBuf::from(invite.encode().ok()?);
    Some(Body::Invite { invite: bytes, name: invite.hint.clone().unwrap_or_default(), room: invite.room.clone() })
}
