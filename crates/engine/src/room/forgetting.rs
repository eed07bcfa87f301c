//! A room that is over, taken from the list with its history.

use doorstep_page_api::view::{Outcome, Problem};
use doorstep_wire::{Refusal, RoomUri};

use crate::{
    context::Context,
    group,
    record::{
        ARRIVALS, DISCLOSED, FUTURE, IDENTITIES, MESSAGE_IDS, MESSAGES, PARKED, PROOFS, REQUESTS, ROOMS, WITHDRAWN,
        labels::{ROOM, TARGET},
    },
    text::room_uri,
};

/// Deletes a room that is over for me, and its knock room: what was said, who was met there, whose knocks were read, and
/// the keys of the name I had. What I told about myself stays, as those who read it may remember it.
pub(crate) fn forget(cx: &mut Context, room: &str) -> Result<Outcome, Problem> {
    let room = room_uri(room)?;
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if record.is_in() {
        return Err(Problem::new(Refusal::NotAllowed));
    }
    for (_, knock_room) in ROOMS.having(&cx.journal, &format!("{TARGET}{room}")) {
        if !knock_room.is_in() {
            delete(cx, &knock_room.room);
        }
    }
    delete(cx, &room);
    for (key, request) in REQUESTS.all(&cx.journal) {
        if request.target == room {
            REQUESTS.delete(&cx.journal, &key);
        }
    }
    Ok(Outcome::Ok)
}

/// Deletes all that is kept of one room.
fn delete(cx: &mut Context, room: &RoomUri) {
    let start = format!("{room}#");
    MESSAGES.delete_all(&cx.journal, &start);
    MESSAGE_IDS.delete_all(&cx.journal, &start);
    PROOFS.delete_all(&cx.journal, &start);
    DISCLOSED.delete_all(&cx.journal, &start);
    ARRIVALS.delete_all(&cx.journal, &start);
    WITHDRAWN.delete_all(&cx.journal, &start);
    FUTURE.delete_all(&cx.journal, &start);
    PARKED.delete_all(&cx.journal, &start);
    for (key, identity) in IDENTITIES.having(&cx.journal, &format!("{ROOM}{room}")) {
        if identity.pseudonym {
            IDENTITIES.delete(&cx.journal, &key);
        }
    }
    cx.followed.remove(room);
    group::forget_room(cx, room);
}
