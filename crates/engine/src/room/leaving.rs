//! Leaving a room, and putting somebody out of it.

use doorstep_page_api::view::{Happening, Outcome, Problem, RoomEnd};
use doorstep_wire::{Refusal, RoomUri, UserUri, capability::Capability, mls_message::Sender, notify::FanoutMessage};

use crate::{
    chat,
    context::Context,
    disclosure::{hearing, saying},
    group,
    knock::{keepers, knocker, moderator},
    link::making,
    record::{Busy, Intent, KNOCKS, KnockState, Life, ROOMS, RoomRecord},
    room::{intent, joins, queue},
    text::room_uri,
};

/// Milliseconds within which somebody who has not heard yet that I left may say something.
const STILL_UNDER_WAY: u64 = 3_600_000;

/// Leaves a room. Answered when the hub has heard it, or has refused it.
pub(crate) fn leave(cx: &mut Context, command: &str, room: &str) -> Result<(), Problem> {
    let room = room_uri(room)?;
    if !cx.is_in(&room) {
        cx.done(command, Ok(Outcome::Ok));
        return Ok(());
    }
    if is_needed(cx, &room) {
        return Err(Problem::new(Refusal::RoleTooSmall));
    }
    queue::enqueue(cx, &room, Intent::Leave { command: Some(command.to_owned()) });
    // Whoever leaves a room no longer answers its knocks.
    if let Some(knock) = moderator::knock_room_of(cx, &room).filter(RoomRecord::is_in) {
        queue::enqueue(cx, &knock.room, Intent::Leave { command: None });
    }
    Ok(())
}

/// The room's rules let nobody go who has my role, because there are too few of them.
pub(crate) fn is_needed(cx: &mut Context, room: &RoomUri) -> bool {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()) else { return false };
    group::warm(cx, room, &record.group);
    cx.groups.get(room).is_some_and(|warm| {
        let index = warm.state.role_index(&record.client.user());
        let holders = warm.state.participants().holders(index);
        warm.state.role(index).is_some_and(|role| holders <= role.minimum_participants)
    })
}

/// Removes somebody, or bans them. Answered when the hub has taken it, or has not.
pub(crate) fn put_out(cx: &mut Context, command: &str, room: &str, user: &str, ban: bool) -> Result<(), Problem> {
    let room = room_uri(room)?;
    let user: UserUri = user.parse().map_err(|_| Problem::new(Refusal::NotAUser))?;
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if !group::warm(cx, &room, &record.group) {
        return Err(Problem::new(Refusal::NoRoom));
    }
    let wanted = if ban { Capability::CAN_BAN } else { Capability::CAN_REMOVE_PARTICIPANT };
    let allowed = cx.groups.get(&room).is_some_and(|warm| warm.state.has(&record.client.user(), wanted));
    if !allowed || user == record.client.user() {
        return Err(Problem::new(Refusal::NotAllowed));
    }
    queue::enqueue(cx, &room, Intent::Remove { user, ban, command: Some(command.to_owned()) });
    Ok(())
}

/// I am out of a room. Of a knock room nothing is kept; of others what was said stays.
pub(crate) fn left(cx: &mut Context, mut record: RoomRecord, end: RoomEnd) {
    if let Some(knock) = record.kind.knock() {
        group::forget_room(cx, &record.room);
        // Put out before the knock was on its way, as somebody who only waits there: in again.
        if KNOCKS.get(&cx.journal, knock).is_some_and(|knock| matches!(knock.state, KnockState::Delivering { .. })) {
            let why = cx.entropy.bytes();
            knocker::knock_again(cx, knock, why);
        }
        return;
    }
    record.life = record.life.end(end);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    end_queue(cx, &mut record);
    making::forget_links_of(cx, &record.room);
    saying::end_disclosures(cx, &record.room);
    hearing::forget_disclosed(cx, &record.room);
    joins::need_not_keep(cx, &record.room);
    group::drop_group(cx, &record.room, &record.group);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    cx.room_changed(&record.room);
    // Put out of a knock room whose knocks I still answer: in again.
    if let Some(target) = record.kind.target().filter(|_| end != RoomEnd::Closed) {
        keepers::keep_knock_room(cx, target);
    }
}

/// The hub still sends what happens in a room that I left, as it does until a commit has taken my leave in. The next one
/// of a member has to, and nothing is said to whoever left (docs/PROTOCOL.md, section 11): a hub that goes on has kept
/// from the others that I am gone. Without the group nothing of it can be verified, and all that comes of it is a word.
pub(crate) fn heard_after_leaving(cx: &mut Context, mut record: RoomRecord, fanout: &FanoutMessage) {
    let (message, Life::Leaving { epoch: left, at, settled }) = (&fanout.message, record.life) else { return };
    let Some(epoch) = message.epoch().map(|epoch| epoch.0).filter(|epoch| *epoch >= left) else { return };
    if message.group_id() != Some(record.group.as_bytes()) {
        return;
    }
    let said_at = record.dated(fanout.timestamp.0, cx.now).0;
    let late = message.is_application() && said_at > at.saturating_add(STILL_UNDER_WAY);
    let ignored = late || settled.is_some_and(|settled| epoch > settled);
    if ignored {
        record.life = record.life.close();
    } else if message.is_commit() && matches!(message.sender(), Some(Sender::Member(_))) {
        record.life = record.life.settle(epoch);
    }
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    if ignored {
        let me = record.client.user();
        chat::happened(cx, &record.room, &me, Happening::Refused(Refusal::LeaveIgnored));
        cx.room_changed(&record.room);
    }
}

/// Nothing more is done in this room. Of a message under way it is not known whether the hub took it: it is asked until
/// it says so, and says what it said the first time.
pub(crate) fn end_queue(cx: &mut Context, record: &mut RoomRecord) {
    record.busy = record.busy.take().filter(|busy| matches!(busy, Busy::Message { .. }));
    let under_way = match &record.busy {
        Some(Busy::Message { number, .. }) => Some(*number),
        _ => None,
    };
    let (kept, over): (Vec<_>, Vec<_>) =
        core::mem::take(&mut record.queue).into_iter().partition(|queued| Some(queued.number) == under_way);
    record.queue = kept;
    for queued in over {
        intent::too_late(cx, &record.room, &queued.intent);
    }
}
