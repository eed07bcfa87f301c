//! A group that this client lost: something is missing, a fork, lost or old data. It comes in again by an external commit
//! with the same key (docs/PROTOCOL.md, "Coming in again"), a few times, ever more slowly; only then the room is over here.
//! What was said stays. What breaks the room's rules is not gone around like that: it is refused and told.

use doorstep_mls::{Mark, Mls, ProcessError};
use doorstep_page_api::view::{Happening, Problem, RoomEnd};
use doorstep_wire::{GroupUri, Refusal, RoomUri, UnixMillis, UserUri};

use crate::{
    chat,
    context::Context,
    group::{self, epoch},
    job::Job,
    knock::{knocker, moderator},
    record::{
        FUTURE, JOINS, JoinRecord, Purpose, ROOMS, Repair, RepairStage, RoomKind, RoomRecord, UNDOS, labels::MENDS,
    },
    room::{joins, leaving},
};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Milliseconds before each try to come in again. When the last has failed, the room is over for this browser.
const PAUSES: [u64; 6] = [5 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];
/// How long missing commits are waited for.
const PATIENCE: u64 = HOUR;
/// How much longer in a room of another provider, whose mail may be under way for days, as long as nothing came that was
/// sent after what is missing: it arrives in order, and whoever came in again would never read it.
const PATIENCE_WITH_LETTERS: u64 = 6 * 24 * HOUR;
/// For so long after a missing commit was noticed it is asked for eagerly: mostly it is only late.
const EAGER: u64 = 10 * SECOND;
/// How long the word of the hub that it went back to an earlier epoch is waited for.
const RESTORED_WITHIN: u64 = MINUTE;

/// The group cannot be used any more.
pub(crate) fn break_room(cx: &mut Context, record: &mut RoomRecord) {
    if let Some(knock) = record.kind.knock().map(str::to_owned) {
        group::forget_room(cx, &record.room);
        let why = cx.entropy.bytes();
        knocker::knock_again(cx, &knock, why);
        return;
    }
    if !record.is_in() || record.is_lost() {
        return;
    }
    record.busy = None;
    record.behind = None;
    record.rejecting = None;
    cx.forget_job(&Job::Room(record.room.clone()));
    cx.forget_job(&Job::Reject(record.room.clone()));
    let tries = record.tries(cx.now.0);
    try_to_return(cx, record, tries);
}

/// At the start: rooms whose group is not there.
pub(crate) fn miss_groups(cx: &mut Context) {
    for (_, mut record) in ROOMS.all(&cx.journal) {
        let mls = Mls::new(&cx.journal, cx.entropy.bytes());
        if record.is_in() && !doorstep_mls::is_stored(&mls, record.group.as_bytes()) {
            break_room(cx, &mut record);
        }
    }
}

/// The next try, or the end.
fn try_to_return(cx: &mut Context, record: &mut RoomRecord, tries: u32) {
    match usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)) {
        Some(pause) => {
            // When a whole room breaks, not all come back in the same moment.
            let at = cx.now.0 + pause / 2 + cx.entropy.below(pause / 2);
            record.repair = Some(Repair { tries, at, stage: RepairStage::Lost });
        }
        None => {
            leaving::end_queue(cx, record);
            record.life = record.life.end(RoomEnd::Broken);
        }
    }
    ROOMS.put(&cx.journal, record.room.as_str(), record);
    cx.groups.remove(&record.room);
    cx.room_changed(&record.room);
}

/// Something is missing or cannot be followed. If after `patience` the hub has gone on without this client, its group
/// is lost.
pub(crate) fn doubt(cx: &mut Context, record: &mut RoomRecord, patience: u64) {
    suspect(cx, record, patience, RepairStage::Doubtful);
}

fn suspect(cx: &mut Context, record: &mut RoomRecord, patience: u64, stage: RepairStage) {
    if record.kind.knock().is_none() && record.is_settled() {
        let tries = record.tries(cx.now.0);
        record.repair = Some(Repair { tries, at: cx.now.0.saturating_add(patience), stage });
        ROOMS.put(&cx.journal, record.room.as_str(), record);
    }
}

/// There are messages of later epochs, or the hub has named one.
fn hub_went_on(cx: &mut Context, record: &RoomRecord) -> bool {
    group::warm(cx, &record.room, &record.group);
    let epoch = cx.groups.get(&record.room).map(|warm| warm.member.epoch().0);
    record.behind.is_some_and(|ahead| epoch.is_none_or(|epoch| epoch < ahead))
        || !FUTURE.scan(&cx.journal, &format!("{}#", record.room)).is_empty()
}

/// A commit that leads on from this epoch has not come. Milliseconds until it is asked for again; none: ever more.
pub(crate) fn miss(cx: &mut Context, record: &mut RoomRecord) -> Option<u64> {
    doubt(cx, record, PATIENCE);
    // Nobody doubts a knock room that is not theirs to look after.
    let repair = record.repair.as_ref()?;
    let eager = repair.at + EAGER > cx.now.0 + PATIENCE;
    Some(if eager { 400 } else { 30 * SECOND })
}

/// What has come is of later epochs.
pub(crate) fn miss_what_is_between(cx: &mut Context, room: &RoomUri) {
    if let Some(mut record) = ROOMS.get(&cx.journal, room.as_str())
        && record.is_in()
        && !FUTURE.scan(&cx.journal, &format!("{room}#")).is_empty()
    {
        miss(cx, &mut record);
    }
}

/// True if this group is in an epoch that the hub has not reached.
pub(crate) fn is_ahead(cx: &Context, room: &RoomUri, hub_epoch: u64) -> bool {
    cx.groups.get(room).is_some_and(|warm| warm.member.epoch().0 > hub_epoch)
}

/// The hub is in an earlier epoch than this group: it went back on somebody's word, which comes soon, or has lost data.
pub(crate) fn hub_is_behind(cx: &mut Context, mut record: RoomRecord) {
    if record.kind.knock().is_some() {
        break_room(cx, &mut record);
        return;
    }
    record.busy = None;
    record.behind = None;
    cx.mailbox_wanted = true;
    suspect(cx, &mut record, RESTORED_WITHIN, RepairStage::Ahead);
    cx.pause(Job::Room(record.room.clone()), 5 * SECOND);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
}

/// A commit of this epoch that is none: forged on the way, or of a group that is not this one any more.
pub(crate) fn odd_commit(cx: &mut Context, mut record: RoomRecord, mark: Mark, error: &ProcessError) {
    cx.journal.rollback(mark);
    cx.groups.remove(&record.room);
    group::warm(cx, &record.room, &record.group);
    if matches!(error, ProcessError::UnknownOwnCommit) {
        // Signed with this leaf's key, and not known here: these are old data.
        break_room(cx, &mut record);
    } else {
        doubt(cx, &mut record, PATIENCE);
    }
}

/// The hub handed out a commit that breaks the room's rules. If a good one takes its place, all is well.
pub(crate) fn forbidden(cx: &mut Context, mut record: RoomRecord, by: Option<UserUri>, word: Refusal, at: u64) {
    let group = record.group.clone();
    group::warm(cx, &record.room, &group);
    if record.repair.as_ref().is_some_and(|repair| repair.stage == RepairStage::Forbidden) {
        return;
    }
    record.trust();
    suspect(cx, &mut record, PATIENCE, RepairStage::Forbidden);
    let by = by.unwrap_or_else(|| record.client.user());
    chat::happened_at(cx, &record.room, &by, Happening::Refused(word), at);
}

/// When something has to be done about a room whose group is in doubt or lost.
fn repair_due(cx: &Context, record: &RoomRecord) -> Option<u64> {
    let repair = record.repair.as_ref().filter(|_| record.is_in())?;
    let mail_may_come = repair.stage == RepairStage::Doubtful
        && record.room.host() != cx.config.domain
        && FUTURE.scan(&cx.journal, &format!("{}#", record.room)).is_empty();
    Some(if mail_may_come { repair.at.saturating_add(PATIENCE_WITH_LETTERS) } else { repair.at })
}

pub(crate) fn pump_repairs(cx: &mut Context) {
    let now = cx.now.0;
    for (_, mut record) in ROOMS.having(&cx.journal, MENDS) {
        let due = repair_due(cx, &record).is_some_and(|due| due <= now);
        let Some(repair) = record.repair.clone().filter(|_| due) else { continue };
        match repair.stage {
            RepairStage::Done => {}
            RepairStage::Ahead => break_room(cx, &mut record),
            // A forgery that led nowhere is over.
            RepairStage::Doubtful | RepairStage::Forbidden if !hub_went_on(cx, &record) => {
                record.trust();
                ROOMS.put(&cx.journal, record.room.as_str(), &record);
            }
            RepairStage::Doubtful => break_room(cx, &mut record),
            RepairStage::Forbidden => {
                leaving::end_queue(cx, &mut record);
                record.life = record.life.end(RoomEnd::Broken);
                ROOMS.put(&cx.journal, record.room.as_str(), &record);
                cx.groups.remove(&record.room);
                cx.room_changed(&record.room);
            }
            RepairStage::Lost => {
                if JOINS.get(&cx.journal, record.room.as_str()).is_none() {
                    joins::begin_join(cx, record.room, record.client, Purpose::Return);
                }
            }
        }
    }
}

/// When patience with a room ends, or the next try is due.
pub(crate) fn next_repairs(cx: &Context) -> impl Iterator<Item = u64> {
    let waiting = ROOMS.having(&cx.journal, MENDS).into_iter();
    waiting.filter_map(|(_, record)| repair_due(cx, &record)).collect::<Vec<_>>().into_iter()
}

/// In again.
pub(crate) fn returned(cx: &mut Context, join: &JoinRecord, group: GroupUri, hub_time: UnixMillis) {
    let Some(mut record) = ROOMS.get(&cx.journal, join.room.as_str()) else { return };
    let at = record.believed(hub_time.0, cx.now).0;
    for (key, _) in FUTURE.scan(&cx.journal, &format!("{}#", record.room)) {
        FUTURE.delete(&cx.journal, &key);
    }
    for (key, _) in UNDOS.scan(&cx.journal, &format!("{}#", record.room)) {
        UNDOS.delete(&cx.journal, &key);
    }
    let tries = record.tries(cx.now.0).saturating_add(1);
    record.repair = Some(Repair { tries, at: cx.now.0, stage: RepairStage::Done });
    record.group = group;
    record.busy = None;
    record.behind = None;
    record.rejecting = None;
    group::warm(cx, &record.room, &record.group);
    // Secrets of the group that was lost open nothing any more.
    epoch::forget_epochs(cx, &record.room);
    epoch::enter_epoch(cx, &record.room);
    if let Some(warm) = cx.groups.get(&record.room) {
        record.name = warm.state.room_name().to_owned();
    }
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    if record.kind == RoomKind::Standard {
        let me = record.client.user();
        chat::happened_at(cx, &record.room, &me, Happening::Returned(me.to_string()), at);
        // Who was let in or kept out meanwhile.
        moderator::note_answers(cx, &record.room, &me);
    }
    cx.room_changed(&record.room);
}

/// The hub did not let the person in again. Whoever is not in the list any more was removed meanwhile.
pub(crate) fn return_failed(cx: &mut Context, room: &RoomUri, problem: &Problem) {
    let Some(mut record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    match problem.code {
        Refusal::Banned => leaving::left(cx, record, RoomEnd::Banned),
        Refusal::CannotJoin | Refusal::NotParticipant => leaving::left(cx, record, RoomEnd::Removed),
        _ => {
            let tries = record.tries(cx.now.0).saturating_add(1);
            try_to_return(cx, &mut record, tries);
        }
    }
}
