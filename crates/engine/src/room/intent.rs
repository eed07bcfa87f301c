//! What became of what was wanted of a room: whoever wanted it is told. A function for each thing that can become of it, and
//! in it a line for each sort of intent; how each begins is told in `requests` and `plan`.

use doorstep_page_api::view::{Delivery, Outcome, Problem, RoomEnd};
use doorstep_wire::{Refusal, RoomUri, UnixMillis};

use crate::{
    chat,
    connection::{answering, asking, yes},
    context::Context,
    disclosure::saying,
    event::DomainEvent,
    knock::{keepers, knocker, moderator},
    link::making,
    record::{Intent, ROOMS, RoomRecord},
};

/// The hub took it.
pub(crate) fn accepted(cx: &mut Context, record: &RoomRecord, intent: &Intent, at: UnixMillis) {
    match intent {
        Intent::Say { message, .. } => {
            chat::set_delivery(cx, &record.room, message, Delivery::Sent, Some(at.0));
            cx.tell(DomainEvent::Said { room: record.room.clone() });
        }
        Intent::Knock { knock } => knocker::knock_sent(cx, knock, at),
        Intent::Disclose { disclosure } => saying::disclosure_sent(cx, disclosure, at.0),
        Intent::Accept { request } => moderator::request_answered(cx, request, &record.client.user(), true),
        Intent::KeepOut { request } => moderator::request_answered(cx, request, &record.client.user(), false),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            making::link_intent_stands(cx, &record.room, intent);
        }
        Intent::Remove { .. } | Intent::SetRole { .. } | Intent::Leave { .. } | Intent::End { .. } => {
            answer(cx, intent, Ok(Outcome::Ok));
        }
        Intent::AddAsked { ask } => asking::added(cx, ask),
        Intent::SayAsk { ask } => asking::said(cx, ask, at),
        Intent::AddPair { request } => answering::added(cx, request, &record.room),
        Intent::SayYes { request } => {
            answering::said(cx, request, &record.room);
            yes::said(cx, record, at.0);
        }
        Intent::Settle | Intent::Refresh => {}
    }
}

/// There is nothing to do any more.
pub(crate) fn needless(cx: &mut Context, intent: &Intent) {
    if let Intent::AddAsked { ask } = intent {
        asking::added(cx, ask);
    }
    answer(cx, intent, Ok(Outcome::Ok));
}

/// The hub did not take it, or it cannot be done.
pub(crate) fn refused(cx: &mut Context, room: &RoomUri, intent: &Intent, problem: Problem) {
    match intent {
        Intent::Say { message, .. } => chat::set_delivery(cx, room, message, Delivery::Failed(problem), None),
        Intent::Knock { knock } => knocker::knock_not_taken(cx, knock, problem),
        Intent::Accept { request } | Intent::KeepOut { request } => moderator::answer_refused(cx, request, problem),
        Intent::Disclose { disclosure } => saying::disclosure_failed(cx, disclosure, problem),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            making::link_intent_refused(cx, intent, problem);
        }
        Intent::AddAsked { ask } | Intent::SayAsk { ask } => asking::not_taken(cx, ask, problem),
        Intent::AddPair { request } | Intent::SayYes { request } => answering::not_taken(cx, request, problem),
        Intent::Remove { .. } | Intent::SetRole { .. } | Intent::End { .. } => answer(cx, intent, Err(problem)),
        Intent::Leave { .. } => {
            answer(cx, intent, Err(problem));
            keepers::stay(cx, room);
        }
        Intent::Settle | Intent::Refresh => {}
    }
    cx.room_changed(room);
}

/// The room is over for me before it was begun.
pub(crate) fn too_late(cx: &mut Context, room: &RoomUri, intent: &Intent) {
    let over = Problem::new(Refusal::RoomOver);
    match intent {
        Intent::Say { message, .. } => chat::set_delivery(cx, room, message, Delivery::Failed(over), None),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            making::link_intent_refused(cx, intent, Problem::new(Refusal::NoRoom));
        }
        Intent::Leave { .. } => answer(cx, intent, Ok(Outcome::Ok)),
        // What was wanted is so, if the room and not only my part in it is over.
        Intent::End { .. } if is_closed(cx, room) => answer(cx, intent, Ok(Outcome::Ok)),
        Intent::Remove { .. } | Intent::SetRole { .. } | Intent::End { .. } => answer(cx, intent, Err(over)),
        Intent::AddAsked { ask } | Intent::SayAsk { ask } => asking::not_taken(cx, ask, over),
        Intent::AddPair { request } | Intent::SayYes { request } => answering::not_taken(cx, request, over),
        // Knocks and disclosures end in their own rows; of an answer that was on its way nothing more is heard.
        Intent::Knock { .. } | Intent::Disclose { .. } | Intent::Accept { .. } | Intent::KeepOut { .. } => {}
        Intent::Settle | Intent::Refresh => {}
    }
}

fn is_closed(cx: &Context, room: &RoomUri) -> bool {
    let record = ROOMS.get(&cx.journal, room.as_str());
    record.is_some_and(|record| record.life.ended() == Some(RoomEnd::Closed))
}

/// Answers the command that waits for it, if one does.
fn answer(cx: &mut Context, intent: &Intent, result: Result<Outcome, Problem>) {
    if let Some(command) = intent.command() {
        cx.done(command, result);
    }
}
