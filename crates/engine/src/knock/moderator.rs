//! Answering knocks: let in, say no, keep out. Any moderator can; whoever is first is right, and the others see it.

use doorstep_content::{MAX_REASON_CHARS, MimiContent, ModeratorWord};
use doorstep_page_api::view::{self, Outcome, Problem, RequestState, RoomEnd};
use doorstep_wire::{Refusal, RoomUri, UserUri};

use crate::{
    chat,
    context::Context,
    disclosure::hearing,
    group, identity,
    record::{
        Intent, OUTCOMES, OutcomeRecord, REQUESTS, ROOMS, RequestRecord, RoomRecord, Use, WITHDRAWN,
        labels::{ENDS, OPEN, TARGET, user_in},
    },
    room::queue,
    text::hex,
};

pub(crate) fn answer(cx: &mut Context, request: &str, answer: view::Answer) -> Result<Outcome, Problem> {
    let Some(mut record) = REQUESTS.get(&cx.journal, request) else { return Err(Problem::new(Refusal::NoRequest)) };
    match &record.state {
        RequestState::Open | RequestState::Failed(_) => {}
        RequestState::Answering(_) => return Ok(Outcome::Ok),
        RequestState::Answered { .. } => return Err(Problem::new(Refusal::AnsweredAlready)),
        RequestState::Withdrawn => return Err(Problem::new(Refusal::Withdrawn)),
        RequestState::Expired => return Err(Problem::new(Refusal::Expired)),
    }
    if !cx.is_in(&record.target) {
        return Err(Problem::new(Refusal::NoRoom));
    }
    match &answer {
        view::Answer::Accept => {
            queue::enqueue(cx, &record.target, Intent::Accept { request: request.to_owned() });
        }
        view::Answer::Decline { reason } => say_no(cx, request, false, reason)?,
        view::Answer::Ban { reason } => {
            say_no(cx, request, true, reason)?;
            queue::enqueue(cx, &record.target, Intent::KeepOut { request: request.to_owned() });
        }
    }
    record.state = RequestState::Answering(answer);
    keep_request(cx, request, &record);
    Ok(Outcome::Ok)
}

pub(crate) fn keep_request(cx: &mut Context, id: &str, record: &RequestRecord) {
    REQUESTS.put(&cx.journal, id, record);
    cx.home_changed();
}

fn say_no(cx: &mut Context, request: &str, banned: bool, reason: &str) -> Result<(), Problem> {
    if reason.chars().count() > MAX_REASON_CHARS {
        return Err(Problem::new(Refusal::ReasonLength));
    }
    let sender = identity::pseudonym(cx, None, Use::Outcome);
    let record = OutcomeRecord { sender, entries: Vec::new(), sent: 0, banned, reason: reason.to_owned() };
    OUTCOMES.put(&cx.journal, request, &record);
    // Of a ban the moderators hear by the commit, if the hub takes it.
    if !banned {
        tell_no(cx, request);
    }
    Ok(())
}

/// Tells the other moderators of a no.
pub(crate) fn tell_no(cx: &mut Context, request: &str) {
    let Some(record) = REQUESTS.get(&cx.journal, request) else { return };
    if let Some(knock) = knock_room_of(cx, &record.target).filter(RoomRecord::is_in) {
        let salt = cx.entropy.bytes();
        let word = ModeratorWord::Answered { request_id: record.request_id, banned: false }.encode();
        chat::send_content(cx, &knock, &MimiContent::house(salt, &knock.client.user(), &knock.room, &word));
    }
}

/// A request was answered by `by`: the knocker's packages go.
pub(crate) fn request_answered(cx: &mut Context, request: &str, by: &UserUri, accepted: bool) {
    let Some(mut record) = REQUESTS.get(&cx.journal, request) else { return };
    hearing::let_in_with_name(cx, &record);
    record.state = RequestState::Answered { by: by.to_string(), accepted };
    record.packages.clear();
    if accepted && OUTCOMES.get(&cx.journal, request).is_some_and(|outcome| outcome.sent == 0) {
        // My no comes too late, and is not sent.
        OUTCOMES.delete(&cx.journal, request);
    }
    keep_request(cx, request, &record);
}

pub(crate) fn answer_refused(cx: &mut Context, request: &str, problem: Problem) {
    let Some(mut record) = REQUESTS.get(&cx.journal, request) else { return };
    if OUTCOMES.get(&cx.journal, request).is_some_and(|outcome| outcome.sent == 0) {
        OUTCOMES.delete(&cx.journal, request);
    }
    // Somebody else has answered it meanwhile.
    if !matches!(record.state, RequestState::Answering(_)) {
        return;
    }
    // The knocker may have taken it back while it was being answered.
    let withdrawn = WITHDRAWN.get(&cx.journal, &withdrawn_key(&record.target, &record.user)).is_some();
    record.state = match problem.code {
        _ if withdrawn => RequestState::Withdrawn,
        Refusal::Withdrawn => RequestState::Withdrawn,
        Refusal::Expired => RequestState::Expired,
        _ => RequestState::Failed(problem),
    };
    keep_request(cx, request, &record);
}

/// After a commit in a room: requests whose users are on the list now were answered by its maker.
pub(crate) fn note_answers(cx: &mut Context, room: &RoomUri, by: &UserUri) {
    let Some(warm) = cx.groups.get(room) else { return };
    let listed: Vec<_> = warm.state.participants().iter().map(|listed| user_in(room, &listed.user)).collect();
    for (id, record) in listed.iter().flat_map(|user| REQUESTS.having(&cx.journal, user)).collect::<Vec<_>>() {
        let Some(warm) = cx.groups.get(room) else { return };
        if let Some(role) = warm.state.role_of(&record.user) {
            let accepted = !warm.state.is_banned_role(role);
            // What the room says counts more than what a moderator said; the first who said it stays.
            let known = match record.state {
                RequestState::Answered { accepted: before, .. } => before || before == accepted,
                _ => false,
            };
            if !known {
                request_answered(cx, &id, by, accepted);
            }
        }
    }
}

/// A knock came in and was checked.
pub(crate) fn request_came(cx: &mut Context, mut record: RequestRecord) {
    let id = hex(&record.request_id);
    if REQUESTS.get(&cx.journal, &id).is_none() {
        if WITHDRAWN.get(&cx.journal, &withdrawn_key(&record.target, &record.user)).is_some() {
            record.state = RequestState::Withdrawn;
            record.packages.clear();
            keep_request(cx, &id, &record);
            return;
        }
        let room_name = cx.room_name(&record.target);
        keep_request(cx, &id, &record);
        // Another moderator may have let the knocker in before this browser could read the knock.
        if let Some(room) = ROOMS.get(&cx.journal, record.target.as_str())
            && group::warm(cx, &room.room, &room.group)
        {
            note_answers(cx, &room.room, &room.client.user());
        }
        if REQUESTS.get(&cx.journal, &id).is_some_and(|request| request.state == RequestState::Open) {
            cx.notice(view::Notice::Knock { room_name });
        }
    }
}

/// Requests nobody answered in time, and those of a room whose knocks I do not read any more: what became of them I would
/// not hear.
pub(crate) fn expire_requests(cx: &mut Context) {
    for (id, mut record) in REQUESTS.having(&cx.journal, OPEN) {
        if matches!(record.state, RequestState::Answering(_)) {
            continue;
        }
        let out = knock_room_of(cx, &record.target).and_then(|knock| knock.life.ended());
        if out.is_some_and(|end| end != RoomEnd::Broken) {
            REQUESTS.delete(&cx.journal, &id);
            cx.home_changed();
        } else if record.expires <= cx.now.0 {
            record.state = RequestState::Expired;
            record.packages.clear();
            keep_request(cx, &id, &record);
        }
    }
}

/// The knock room of a room, as far as I was ever in it.
pub(crate) fn knock_room_of(cx: &Context, target: &RoomUri) -> Option<RoomRecord> {
    ROOMS.having(&cx.journal, &format!("{TARGET}{target}")).into_iter().next().map(|(_, record)| record)
}

/// When the next one runs out of time.
pub(crate) fn next_expiry(cx: &Context) -> Option<u64> {
    REQUESTS.first_number_after(&cx.journal, ENDS, cx.now.0)
}

/// Where it is kept that a knock is taken back.
pub(crate) fn withdrawn_key(room: &RoomUri, user: &UserUri) -> String {
    format!("{room}#{user}")
}
