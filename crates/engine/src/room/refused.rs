//! What became of what was wanted of a room: whoever wanted it is told.

use doorstep_page_api::view::{Delivery, Outcome, Problem};
use doorstep_wire::RoomUri;

use crate::{
    chat,
    context::Context,
    disclosure::saying,
    knock::{knocker, moderator},
    link::making,
    record::Intent,
};

/// It is done, or there is nothing to do any more.
pub(crate) fn intent_stands(cx: &mut Context, intent: &Intent) {
    if let Some(command) = intent.command() {
        cx.done(command, Ok(Outcome::Ok));
    }
}

pub(crate) fn intent_refused(cx: &mut Context, room: &RoomUri, intent: &Intent, problem: Problem) {
    match intent {
        Intent::Say { message, .. } => chat::set_delivery(cx, room, message, Delivery::Failed(problem), None),
        Intent::Knock { knock } => knocker::knock_not_taken(cx, knock, problem),
        Intent::Accept { request } | Intent::KeepOut { request } => moderator::answer_refused(cx, request, problem),
        Intent::Disclose { disclosure } => saying::disclosure_failed(cx, disclosure, problem),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            making::link_intent_refused(cx, intent, problem);
        }
        Intent::Remove { .. } | Intent::SetRole { .. } | Intent::Leave { .. } => {
            if let Some(command) = intent.command() {
                cx.done(command, Err(problem));
            }
        }
        Intent::Settle | Intent::Refresh => {}
    }
    cx.room_changed(room);
}
