//! Talking: what I say, what others say, and what happens to it afterwards.

use doorstep_content::{Meaning, MessageId, MimiContent, PartBody, Unpacked};
use doorstep_page_api::view::{Change, Delivery, Happening, Notice, Outcome, Problem};
use doorstep_wire::{Refusal, RoomUri, UserUri, capability::Capability};
use serde_bytes::ByteBuf;

use crate::{
    context::Context,
    group,
    issuers::NotTaken,
    record::{
        Body, Intent, MESSAGE_IDS, MESSAGES, PROOFS, PendingChange, ROOMS, RoomRecord, StoredMessage, Undone,
        message_key,
    },
    room::queue,
    text::{hex, room_uri, unhex},
};

pub(crate) mod frank;
pub(crate) mod report;

/// Characters of a message.
const MAX_TEXT: usize = 8000;
/// Characters of a reaction: one grapheme, with room for joined ones.
const MAX_REACTION: usize = 16;
/// Characters of the line in the rooms list.
const SUMMARY: usize = 120;

pub(crate) fn say(cx: &mut Context, room: &str, text: &str, reply_to: Option<&str>) -> Result<Outcome, Problem> {
    let record = room_to_speak_in(cx, room, Capability::CAN_SEND_MESSAGE)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err(Problem::new(Refusal::TextLength));
    }
    let in_reply_to = match reply_to {
        Some(id) => Some(known_message(cx, &record.room, id)?.0),
        None => None,
    };
    let id = say_now(cx, &record, text, in_reply_to);
    let body = Body::Text(text.to_owned());
    let message = StoredMessage::new(Some(id), record.client.user(), cx.now.0, body, Delivery::Pending);
    let message = StoredMessage { in_reply_to, ..message };
    keep_message(cx, &record.room, message, false);
    Ok(Outcome::Ok)
}

pub(crate) fn react(cx: &mut Context, room: &str, message: &str, reaction: &str) -> Result<Outcome, Problem> {
    let record = room_to_speak_in(cx, room, Capability::CAN_REACT_TO_MESSAGE)?;
    if reaction.chars().count() > MAX_REACTION {
        return Err(Problem::new(Refusal::ReactionLength));
    }
    let (target, key) = known_message(cx, &record.room, message)?;
    let me = record.client.user();
    let Some(mut stored) = MESSAGES.get(&cx.journal, &key) else { return Err(Problem::new(Refusal::NoMessage)) };
    let mine: Vec<_> = stored.reactions.iter().filter(|(_, user, _)| *user == me).cloned().collect();
    stored.refused = None;
    for (reaction, user, id) in &mine {
        let salt = cx.entropy.bytes();
        let content = MimiContent::withdrawal(salt, &me, &record.room, MessageId(*id));
        let withdrawal = send_content(cx, &record, &content);
        let undo = Undone::TookBack { reaction: reaction.clone(), user: user.clone(), id: *id };
        stored.changes.push(PendingChange { id: withdrawal, undo });
        MESSAGE_IDS.put(&cx.journal, &id_key(&record.room, &withdrawal), &key);
    }
    stored.reactions.retain(|(_, user, _)| *user != me);
    if !reaction.is_empty() && !mine.iter().any(|(old, _, _)| old == reaction) {
        let salt = cx.entropy.bytes();
        let content = MimiContent::reaction(salt, &me, &record.room, MessageId(target), reaction);
        let id = send_content(cx, &record, &content);
        stored.reactions.push((reaction.to_owned(), me, id));
        stored.changes.push(PendingChange { id, undo: Undone::Reacted });
        MESSAGE_IDS.put(&cx.journal, &id_key(&record.room, &id), &key);
    }
    MESSAGES.put(&cx.journal, &key, &stored);
    cx.room_changed(&record.room);
    Ok(Outcome::Ok)
}

pub(crate) fn edit(cx: &mut Context, room: &str, message: &str, text: &str) -> Result<Outcome, Problem> {
    let text = text.trim();
    let wanted = if text.is_empty() { Capability::CAN_DELETE_OWN_MESSAGE } else { Capability::CAN_EDIT_OWN_MESSAGE };
    let record = room_to_speak_in(cx, room, wanted)?;
    if text.chars().count() > MAX_TEXT {
        return Err(Problem::new(Refusal::TextLength));
    }
    let (target, key) = known_message(cx, &record.room, message)?;
    let Some(mut stored) = MESSAGES.get(&cx.journal, &key) else { return Err(Problem::new(Refusal::NoMessage)) };
    let me = record.client.user();
    if stored.from != me || stored.id != Some(target) {
        return Err(Problem::new(Refusal::NotYours));
    }
    let salt = cx.entropy.bytes();
    let first = MessageId(target);
    let (content, body) = if text.is_empty() {
        (MimiContent::withdrawal(salt, &me, &record.room, first), Body::Deleted)
    } else {
        (MimiContent::text(salt, &me, &record.room, text).replacing(first), Body::Text(text.to_owned()))
    };
    let id = send_content(cx, &record, &content);
    stored.change_content(id, body);
    MESSAGE_IDS.put(&cx.journal, &id_key(&record.room, &id), &key);
    MESSAGES.put(&cx.journal, &key, &stored);
    cx.room_changed(&record.room);
    Ok(Outcome::Ok)
}

/// Sends a message again that was refused, or makes a change again that was.
pub(crate) fn send_again(cx: &mut Context, room: &str, message: &str) -> Result<Outcome, Problem> {
    let room_uri = room_uri(room)?;
    let (_, key) = known_message(cx, &room_uri, message)?;
    let Some(stored) = MESSAGES.get(&cx.journal, &key) else { return Err(Problem::new(Refusal::NoMessage)) };
    match (stored.refused, &stored.body, &stored.delivery) {
        (Some((Change::Text(text), _)), ..) => edit(cx, room, message, &text),
        (Some((Change::Delete, _)), ..) => edit(cx, room, message, ""),
        (Some((Change::React(reaction), _)), ..) => react(cx, room, message, &reaction),
        (None, Body::Text(text), Delivery::Failed(_)) => {
            let record = room_to_speak_in(cx, room, Capability::CAN_SEND_MESSAGE)?;
            let id = say_now(cx, &record, text, stored.in_reply_to);
            MESSAGE_IDS.put(&cx.journal, &id_key(&record.room, &id), &key);
            MESSAGES.change(&cx.journal, &key, |message| {
                message.id = Some(id);
                message.delivery = Delivery::Pending;
            });
            cx.room_changed(&record.room);
            Ok(Outcome::Ok)
        }
        // Somebody was quicker, in another tab.
        _ => Ok(Outcome::Ok),
    }
}

/// Takes a message out of the chat that was refused, or forgets a change that was.
pub(crate) fn drop_refused(cx: &mut Context, room: &str, message: &str) -> Result<Outcome, Problem> {
    let room = room_uri(room)?;
    let (_, key) = known_message(cx, &room, message)?;
    let Some(mut stored) = MESSAGES.get(&cx.journal, &key) else { return Ok(Outcome::Ok) };
    if stored.refused.take().is_some() {
        MESSAGES.put(&cx.journal, &key, &stored);
    } else if matches!(stored.delivery, Delivery::Failed(_)) {
        // Its id stays known: should the hub have taken it all the same, it is not shown as new.
        MESSAGES.delete(&cx.journal, &key);
    }
    cx.room_changed(&room);
    Ok(Outcome::Ok)
}

/// Puts a text into the queue; gives its message id.
fn say_now(cx: &mut Context, record: &RoomRecord, text: &str, in_reply_to: Option<[u8; 32]>) -> [u8; 32] {
    let mut content = MimiContent::text(cx.entropy.bytes(), &record.client.user(), &record.room, text);
    if let Some(message) = in_reply_to {
        content = content.replying_to(MessageId(message));
    }
    send_content(cx, record, &content)
}

pub(crate) fn room_to_speak_in(cx: &mut Context, room: &str, wanted: Capability) -> Result<RoomRecord, Problem> {
    let room = room_uri(room)?;
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if !record.is_in() {
        return Err(Problem::new(Refusal::RoomOver));
    }
    if !group::warm(cx, &room, &record.group) {
        return Err(Problem::new(Refusal::RoomReturning));
    }
    let allowed = cx.groups.get(&room).is_some_and(|warm| warm.state.has(&record.client.user(), wanted));
    if allowed { Ok(record) } else { Err(Problem::new(Refusal::NotAllowed)) }
}

/// Where a message lies that has this id, or a version with it.
pub(crate) fn message_of(cx: &Context, room: &RoomUri, id: &[u8; 32]) -> Option<String> {
    MESSAGE_IDS.get(&cx.journal, &id_key(room, id))
}

pub(crate) fn known_message(cx: &Context, room: &RoomUri, id: &str) -> Result<([u8; 32], String), Problem> {
    let id = unhex(id).ok_or_else(|| Problem::new(Refusal::NoMessage))?;
    let key = message_of(cx, room, &id).ok_or_else(|| Problem::new(Refusal::NoMessage))?;
    Ok((id, key))
}

/// Puts content into the room's queue; the bytes, and with them the message id, are fixed from here on.
pub(crate) fn send_content(cx: &mut Context, record: &RoomRecord, content: &MimiContent) -> [u8; 32] {
    let packed = content.pack(&record.client.user(), &record.room);
    let MessageId(id) = packed.id;
    queue::enqueue(cx, &record.room, Intent::Say { message: id, framed: ByteBuf::from(packed.application_data) });
    id
}

/// Something of mine that was put into the queue is shown.
pub(crate) fn said_by_me(cx: &mut Context, record: &RoomRecord, id: [u8; 32], body: Body) {
    let message = StoredMessage::new(Some(id), record.client.user(), cx.now.0, body, Delivery::Pending);
    keep_message(cx, &record.room, message, false);
}

/// Something of somebody else that is no text is shown, once.
pub(crate) fn said_by_other(
    cx: &mut Context,
    room: &RoomUri,
    from: &UserUri,
    MessageId(id): MessageId,
    body: Body,
    at: u64,
) {
    if MESSAGE_IDS.get(&cx.journal, &id_key(room, &id)).is_none() {
        keep_message(cx, room, StoredMessage::new(Some(id), from.clone(), at, body, Delivery::Sent), true);
        message_notice(cx, room);
    }
}

fn keep_message(cx: &mut Context, room: &RoomUri, message: StoredMessage, unread: bool) {
    let Some(mut record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    let key = message_key(room, record.messages);
    record.messages += 1;
    record.at = record.at.max(message.at);
    if unread {
        record.unread = record.unread.saturating_add(1);
    }
    if let Body::Text(text) = &message.body {
        record.last = Some((message.from.clone(), text.chars().take(SUMMARY).collect()));
    }
    if let Some(id) = &message.id {
        MESSAGE_IDS.put(&cx.journal, &id_key(room, id), &key);
    }
    MESSAGES.put(&cx.journal, &key, &message);
    ROOMS.put(&cx.journal, room.as_str(), &record);
    cx.room_changed(room);
}

pub(crate) fn set_delivery(cx: &mut Context, room: &RoomUri, id: &[u8; 32], delivery: Delivery, at: Option<u64>) {
    if let Some(key) = MESSAGE_IDS.get(&cx.journal, &id_key(room, id)) {
        MESSAGES.change(&cx.journal, &key, |message| {
            if message.id.as_ref() == Some(id) {
                message.delivery = delivery;
                message.at = at.unwrap_or(message.at);
                return;
            }
            match delivery {
                Delivery::Pending => {}
                Delivery::Sent => message.change_stands(id),
                Delivery::Failed(problem) => message.change_refused(id, problem),
            }
        });
        cx.room_changed(room);
    }
}

pub(crate) fn happened(cx: &mut Context, room: &RoomUri, by: &UserUri, happening: Happening) {
    happened_at(cx, room, by, happening, cx.now.0);
}

pub(crate) fn happened_at(cx: &mut Context, room: &RoomUri, by: &UserUri, happening: Happening, at: u64) {
    let message = StoredMessage::new(None, by.clone(), at, Body::Happened(happening), Delivery::Sent);
    keep_message(cx, room, message, false);
}

/// A message of somebody else, decrypted and from whom it says it is.
pub(crate) fn take_message(
    cx: &mut Context,
    room: &RoomUri,
    from: &UserUri,
    said: &Unpacked,
    at: u64,
) -> Result<(), NotTaken> {
    let MessageId(id) = said.id;
    let content = &said.message;
    if MESSAGE_IDS.get(&cx.journal, &id_key(room, &id)).is_some() {
        // Sent twice: shown once.
        return Ok(());
    }
    match content.meaning() {
        meaning @ (Meaning::Says | Meaning::Replies(_)) => {
            let in_reply_to = match meaning {
                Meaning::Replies(MessageId(message)) => Some(message),
                _ => None,
            };
            let message = StoredMessage::new(Some(id), from.clone(), at, shown(content), Delivery::Sent);
            let message = StoredMessage { in_reply_to, ..message };
            keep_message(cx, room, message, true);
            message_notice(cx, room);
        }
        Meaning::Replaces(MessageId(first)) => replace(cx, room, from, id, &first, shown(content)),
        Meaning::TakesBack(MessageId(first)) => replace(cx, room, from, id, &first, Body::Deleted),
        Meaning::Reacts { reaction, to: MessageId(to) } => {
            if allows(cx, room, from, Capability::CAN_REACT_TO_MESSAGE)
                && let Some(key) = MESSAGE_IDS.get(&cx.journal, &id_key(room, &to))
            {
                let reaction: String = reaction.chars().take(MAX_REACTION).collect();
                MESSAGES.change(&cx.journal, &key, |message| {
                    message.reactions.push((reaction, from.clone(), id));
                });
                MESSAGE_IDS.put(&cx.journal, &id_key(room, &id), &key);
            }
        }
        // Heard before it comes here.
        Meaning::House(_) => {}
        Meaning::Nothing => {}
    }
    cx.room_changed(room);
    Ok(())
}

pub(crate) fn message_notice(cx: &mut Context, room: &RoomUri) {
    let room_name = cx.room_name(room);
    cx.notice(Notice::Message { room: room.to_string(), room_name });
}

/// Replaces a message, or takes a reaction back. Only who sent the first version may.
fn replace(cx: &mut Context, room: &RoomUri, from: &UserUri, id: [u8; 32], replaces: &[u8; 32], body: Body) {
    let Some(key) = MESSAGE_IDS.get(&cx.journal, &id_key(room, replaces)) else { return };
    let may_edit = allows(cx, room, from, Capability::CAN_EDIT_OWN_MESSAGE);
    let may_delete = allows(cx, room, from, Capability::CAN_DELETE_OWN_MESSAGE);
    let mut deleted = false;
    MESSAGES.change(&cx.journal, &key, |message| {
        if message.id.as_ref() == Some(replaces) {
            if message.from != *from {
                return;
            }
            match body {
                Body::Deleted if may_delete => {
                    message.body = body;
                    deleted = true;
                }
                Body::Text(_) if may_edit && message.body != Body::Deleted => {
                    message.body = body;
                    message.edited = true;
                }
                _ => {}
            }
        } else if body == Body::Deleted {
            message.reactions.retain(|(_, user, reaction)| user != from || reaction != replaces);
        }
    });
    if deleted {
        drop_proofs(cx, &key);
    }
    MESSAGE_IDS.put(&cx.journal, &id_key(room, &id), &key);
}

/// A message is deleted, and what shows that it was there with it.
pub(crate) fn drop_proofs(cx: &mut Context, message: &str) {
    for (key, _) in PROOFS.scan(&cx.journal, &format!("{message}#")) {
        PROOFS.delete(&cx.journal, &key);
    }
}

fn allows(cx: &Context, room: &RoomUri, user: &UserUri, capability: Capability) -> bool {
    cx.groups.get(room).is_some_and(|warm| warm.state.has(user, capability))
}

/// What a message shows: its text, cut to what we would send ourselves, or the type of what cannot be shown.
fn shown(content: &MimiContent) -> Body {
    match (content.shown_text(), &content.part.body) {
        (Some(text), _) => Body::Text(text.chars().take(MAX_TEXT).collect()),
        (None, PartBody::Single { content_type, .. }) => Body::Unknown(content_type.clone()),
        (None, PartBody::External(part)) => Body::Unknown(part.content_type.clone()),
        (None, _) => Body::Unknown(String::new()),
    }
}

fn id_key(room: &RoomUri, id: &[u8; 32]) -> String {
    format!("{room}#{}", hex(id))
}
