//! Rooms that end (docs/PROTOCOL.md, "Rooms that end"): ending one, and hearing from its hub that one is over. What was
//! said in it stays until the person forgets it.

use doorstep_client_api::http::MailboxItem;
use doorstep_credential::{KeyUse, LeafKey};
use doorstep_mls::verify_with_label;
use doorstep_page_api::view::{Notice, Outcome, Problem, RoomEnd};
use doorstep_wire::{
    Body, ClientUri, EndRoom, Refusal, RoomEnded, RoomUri,
    capability::Capability,
    ext::room_ended::{END_ROOM_LABEL, ROOM_ENDED_LABEL, end_room_content},
    sign::sign_content,
};
use serde_bytes::ByteBuf;

use crate::{
    context::{Answer, Context},
    group,
    issuers::{self, NotTaken},
    job::Job,
    knock::knocker,
    record::{
        Busy, Intent, JOINS, KNOCKS, KnockEnd, KnockState, Purpose, ROOMS, RoomRecord,
        labels::{OPEN, TARGET},
    },
    room::{answers, leaving, queue, requests::Begun},
    text::room_uri,
};

/// How often a hub may know nothing of a room before that is a no: another may have ended it, and its word is under way.
const MAX_UNKNOWN: u32 = 3;

/// Ends a room for everybody. Answered when the hub has done it, or has refused it.
pub(crate) fn end(cx: &mut Context, command: &str, room: &str) -> Result<(), Problem> {
    let room = room_uri(room)?;
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if record.life.ended() == Some(RoomEnd::Closed) {
        cx.done(command, Ok(Outcome::Ok));
        return Ok(());
    }
    if !record.is_in() || !group::warm(cx, &room, &record.group) {
        return Err(Problem::new(Refusal::NoRoom));
    }
    let may = |warm: &group::WarmRoom| warm.state.has(&record.client.user(), Capability::CAN_DESTROY_ROOM);
    // A knock room ends with the room behind it.
    if record.kind.target().is_some() || !cx.groups.get(&room).is_some_and(may) {
        return Err(Problem::new(Refusal::NotAllowed));
    }
    queue::enqueue(cx, &room, Intent::End { command: Some(command.to_owned()) });
    Ok(())
}

/// The signed request, in the epoch of now.
pub(crate) fn begin_end(cx: &Context, record: &RoomRecord, number: u64) -> Begun {
    let (Some(warm), Some(identity)) = (cx.groups.get(&record.room), cx.identity_record(&record.client)) else {
        return Begun::Later;
    };
    let epoch = warm.member.epoch().0;
    let content = sign_content(END_ROOM_LABEL, &end_room_content(&record.room, epoch));
    let signature = LeafKey::from_seed(&identity.seed).sign(&content);
    let request = EndRoom { epoch, leaf_index: warm.member.own_leaf().0, signature };
    match request.encode() {
        Ok(request) => Begun::Busy(Busy::Ending { number, request: ByteBuf::from(request) }),
        Err(_) => Begun::Refused(Problem::new(Refusal::Internal)),
    }
}

/// The hub has ended it, or has not.
pub(crate) fn end_answered(cx: &mut Context, record: RoomRecord, number: u64, answer: &Answer<'_>) {
    let tries = record.queue.iter().find(|queued| queued.number == number).map_or(0, |queued| queued.tries);
    match (answer.status, &answer.reason) {
        (200, None) => over(cx, record),
        (200, Some(Refusal::WrongEpoch)) => answers::try_again(cx, record, Some(number), None),
        (404, _) if tries < MAX_UNKNOWN => answers::try_again(cx, record, Some(number), None),
        _ => answers::refuse_entry(cx, record, number, answer.problem(Refusal::NotAllowed)),
    }
}

/// The hub says that a room is over. Believed only with its signature: the own provider, and whoever else stands between,
/// cannot say so.
pub(crate) fn ended_came(cx: &mut Context, item: &MailboxItem) -> Result<(), NotTaken> {
    let said = RoomEnded::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
    let mine = ROOMS.get(&cx.journal, item.room.as_str());
    let mine = mine.filter(|record| record.is_in() && record.client == item.to);
    let knocks = knocks_at(cx, &item.room, &item.to);
    if said.room != item.room || (mine.is_none() && knocks.is_empty()) {
        return Err(NotTaken::Useless);
    }
    let host = item.room.host();
    let Some(keys) = issuers::hub_key_set(cx, &host) else {
        issuers::need_hub(cx, &host);
        return Err(NotTaken::NeedsIssuer(host));
    };
    let content = said.signed();
    let signed = |key: &[u8; 32]| verify_with_label(key, ROOM_ENDED_LABEL, &content, &said.signature);
    if !keys.of_use(KeyUse::ExternalSender).any(signed) {
        return Err(NotTaken::Useless);
    }
    for id in knocks {
        end_knock(cx, &id);
    }
    if let Some(record) = mine {
        over(cx, record);
    }
    Ok(())
}

/// The room is over for everybody, and so is its knock room.
fn over(cx: &mut Context, record: RoomRecord) {
    let room = record.room.clone();
    let beside = ROOMS.having(&cx.journal, &format!("{TARGET}{room}"));
    leaving::left(cx, record, RoomEnd::Closed);
    for (_, knock_room) in beside {
        if knock_room.is_in() {
            leaving::left(cx, knock_room, RoomEnd::Closed);
        }
    }
    // Nobody comes in there any more to answer its knocks.
    for (key, join) in JOINS.all(&cx.journal) {
        if matches!(&join.purpose, Purpose::Keep { target } if *target == room) {
            JOINS.delete(&cx.journal, &key);
            cx.forget_job(&Job::Ask(join.room.clone()));
            cx.forget_job(&Job::Join(join.room));
        }
    }
}

/// My knocks that wait at this room, or at the one behind this knock room.
fn knocks_at(cx: &Context, room: &RoomUri, client: &ClientUri) -> Vec<String> {
    let open = KNOCKS.having(&cx.journal, OPEN).into_iter();
    open.filter(|(_, knock)| {
        (knock.knock_room == *room && knock.visitor == *client) || (knock.target == *room && knock.client == *client)
    })
    .map(|(id, _)| id)
    .collect()
}

fn end_knock(cx: &mut Context, id: &str) {
    let Some(knock) = KNOCKS.get(&cx.journal, id) else { return };
    JOINS.delete(&cx.journal, knock.knock_room.as_str());
    cx.forget_job(&Job::Ask(knock.knock_room.clone()));
    cx.forget_job(&Job::Join(knock.knock_room.clone()));
    if matches!(knock.state, KnockState::Withdrawing { .. }) {
        knocker::end_knock(cx, id, KnockEnd::Withdrawn);
        return;
    }
    knocker::end_knock(cx, id, KnockEnd::RoomClosed);
    cx.notice(Notice::Declined { room_name: knock.target_name });
}
