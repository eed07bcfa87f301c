//! What the hub answered to a request of a room.

use doorstep_client_api::http::{StepAnswer, StepKind};
use doorstep_mls::Mls;
use doorstep_page_api::view::{Problem, RoomEnd};
use doorstep_wire::{Body, Refusal, RoomUri, submit::SubmitMessageResponse, update::UpdateRoomResponse};

use crate::{
    context::{Answer, Context},
    group,
    job::Job,
    knock::knocker,
    record::{Busy, ROOMS, RoomRecord},
    room::{commit, ending, in_order, intent, leaving, repair},
};

/// How often an entry of the queue meets a hub that is ahead before it is given up.
const MAX_TRIES: u32 = 60;
/// Refusals of what an entry waits for before it is refused itself.
const MAX_REFUSALS: u32 = 3;

pub(crate) fn room_answered(cx: &mut Context, room: &RoomUri, answer: Answer<'_>) {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    if record.kind.knock().is_some()
        && let Some(steps) = in_order::answers_in_order(&answer)
    {
        steps_answered(cx, room, steps);
        let after = ROOMS.get(&cx.journal, room.as_str()).and_then(|record| record.busy);
        let job = Job::Room(room.clone());
        if after.is_some() && after == record.busy && cx.is_due(&job) {
            cx.put_off_again(job, None);
        }
        return;
    }
    match record.busy.clone() {
        None => {}
        Some(Busy::Message { number, .. }) => message_answered(cx, record, number, &answer),
        Some(Busy::Commit { number, .. }) => commit_answered(cx, record, number, &answer),
        Some(Busy::Leaving { number, .. }) => leaving_answered(cx, record, number, &answer),
        Some(Busy::Ending { number, .. }) => ending::end_answered(cx, record, number, &answer),
    }
}

/// What became of the steps in a knock room that the knocker is in.
pub(crate) fn steps_answered(cx: &mut Context, room: &RoomUri, steps: impl IntoIterator<Item = StepAnswer>) {
    for step in steps {
        let record = ROOMS.get(&cx.journal, room.as_str()).filter(|record| record.kind.knock().is_some());
        let Some(record) = record else { return };
        if in_order::is_put_off_by(cx, &Job::Room(room.clone()), &step) {
            return;
        }
        let answer = in_order::answer(&step);
        match (step.kind, record.busy.clone()) {
            (StepKind::Message, Some(Busy::Message { number, .. })) => {
                message_answered(cx, record, number, &answer);
            }
            (StepKind::Message, _) => said_all_the_same(cx, &record, &answer),
            (StepKind::Commit, Some(Busy::Commit { number, .. })) => commit_answered(cx, record, number, &answer),
            (StepKind::Proposal, Some(Busy::Leaving { number, .. })) => {
                leaving_answered(cx, record, number, &answer);
            }
            (StepKind::Proposal, None) if in_order::is_success(&answer) => leaving::left(cx, record, RoomEnd::Left),
            // Of a commit that stood already, by the mail.
            _ => {}
        }
    }
}

/// A knock that was taken back while it was on its way got there.
fn said_all_the_same(cx: &mut Context, record: &RoomRecord, answer: &Answer<'_>) {
    if let Some(knock) = record.kind.knock()
        && let Ok(SubmitMessageResponse::Accepted { accepted_timestamp, .. }) =
            SubmitMessageResponse::decode(answer.body)
    {
        knocker::knock_sent(cx, knock, record.dated(accepted_timestamp.0, cx.now));
    }
}

pub(crate) fn message_answered(cx: &mut Context, mut record: RoomRecord, number: u64, answer: &Answer<'_>) {
    let head = record.queue.iter().find(|queued| queued.number == number).cloned();
    match SubmitMessageResponse::decode(answer.body) {
        Ok(SubmitMessageResponse::Accepted { accepted_timestamp, .. }) if answer.status == 200 => {
            let leave = match record.busy.take() {
                Some(Busy::Message { leave, .. }) => leave,
                _ => None,
            };
            record.busy =
                record.number_of_leave().zip(leave).map(|(number, request)| Busy::Leaving { number, request });
            record.queue.retain(|queued| queued.number != number);
            let at = record.dated(accepted_timestamp.0, cx.now);
            record.at = record.at.max(at.0);
            ROOMS.put(&cx.journal, record.room.as_str(), &record);
            if let Some(head) = head {
                intent::accepted(cx, &record, &head.intent, at);
            }
        }
        _ if !record.is_in() => refuse_entry(cx, record, number, Problem::new(Refusal::RoomOver)),
        Ok(SubmitMessageResponse::EpochTooOld { current_epoch }) => {
            try_again(cx, record, Some(number), Some(current_epoch.0));
        }
        _ if answer.reason == Some(Refusal::Pending) => try_again(cx, record, Some(number), None),
        _ if answer.reason == Some(Refusal::FutureEpoch) => repair::hub_is_behind(cx, record),
        _ => refuse_entry(cx, record, number, answer.problem(Refusal::NotAllowed)),
    }
}

pub(crate) fn commit_answered(cx: &mut Context, record: RoomRecord, number: Option<u64>, answer: &Answer<'_>) {
    match UpdateRoomResponse::decode(answer.body) {
        Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
            let at = record.believed(accepted_timestamp.0, cx.now).0;
            commit::own_commit_stands(cx, record, at);
        }
        Ok(UpdateRoomResponse::WrongEpoch { current_epoch, .. }) => {
            clear_commit(cx, &record);
            if repair::is_ahead(cx, &record.room, current_epoch.0) {
                repair::hub_is_behind(cx, record);
            } else {
                try_again(cx, record, number, Some(current_epoch.0));
            }
        }
        _ if answer.reason == Some(Refusal::Pending) => {
            clear_commit(cx, &record);
            try_again(cx, record, number, None);
        }
        _ => {
            clear_commit(cx, &record);
            match number {
                Some(number) => refuse_entry(cx, record, number, answer.problem(Refusal::NotAllowed)),
                None => what_waits_is_refused(cx, record, answer),
            }
        }
    }
}

pub(crate) fn leaving_answered(cx: &mut Context, mut record: RoomRecord, number: u64, answer: &Answer<'_>) {
    match UpdateRoomResponse::decode(answer.body) {
        Ok(UpdateRoomResponse::Success { accepted_timestamp, .. }) if answer.status == 200 => {
            group::warm(cx, &record.room, &record.group);
            // In a knock room nobody looks whether the others hear it.
            let warm = cx.groups.get(&record.room).filter(|_| record.kind.target().is_none());
            if let Some(warm) = warm {
                record.life = record.life.leave(warm.member.epoch().0, record.believed(accepted_timestamp.0, cx.now).0);
            }
            leaving::left(cx, record, RoomEnd::Left);
        }
        Ok(UpdateRoomResponse::WrongEpoch { current_epoch, .. }) => {
            try_again(cx, record, Some(number), Some(current_epoch.0));
        }
        _ if answer.reason == Some(Refusal::Pending) => {
            try_again(cx, record, Some(number), None);
        }
        // Already out.
        _ if record.kind.knock().is_some() => leaving::left(cx, record, RoomEnd::Left),
        _ => {
            refuse_entry(cx, record, number, answer.problem(Refusal::NotAllowed));
        }
    }
}

fn clear_commit(cx: &mut Context, record: &RoomRecord) {
    if group::warm(cx, &record.room, &record.group) {
        let mls = Mls::new(&cx.journal, cx.entropy.bytes());
        if let Some(warm) = cx.groups.get_mut(&record.room) {
            warm.pending = None;
            if warm.member.clear_pending(&mls).is_err() {
                cx.groups.remove(&record.room);
            }
        }
    }
}

/// A commit that something else has to wait for was refused. Somebody else may bring what it needs; what waits is told
/// why, when nobody did.
fn what_waits_is_refused(cx: &mut Context, record: RoomRecord, answer: &Answer<'_>) {
    match record.queue.first().map(|queued| (queued.number, queued.tries)) {
        Some((number, tries)) if tries >= MAX_REFUSALS => {
            refuse_entry(cx, record, number, answer.problem(Refusal::NotAllowed));
        }
        _ => try_again(cx, record, None, None),
    }
}

/// The entry stays; it is begun anew once this group has caught up.
pub(crate) fn try_again(cx: &mut Context, mut record: RoomRecord, number: Option<u64>, ahead: Option<u64>) {
    record.busy = None;
    record.behind = ahead;
    cx.mailbox_wanted = true;
    let tries = match record.queue.iter_mut().find(|queued| number.is_none_or(|n| queued.number == n)) {
        Some(queued) => {
            queued.tries += 1;
            queued.tries
        }
        None => 0,
    };
    if tries > MAX_TRIES
        && let Some(number) = number.or_else(|| record.queue.first().map(|queued| queued.number))
    {
        refuse_entry(cx, record, number, Problem::new(Refusal::TooBusy));
        return;
    }
    cx.pause(Job::Room(record.room.clone()), 60 * u64::from(tries.clamp(1, 12)));
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
}

pub(crate) fn refuse_entry(cx: &mut Context, mut record: RoomRecord, number: u64, problem: Problem) {
    record.busy = None;
    let refused = record.queue.iter().find(|queued| queued.number == number).map(|queued| queued.intent.clone());
    record.queue.retain(|queued| queued.number != number);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    if let Some(intent) = refused {
        intent::refused(cx, &record.room, &intent, problem);
    }
}
