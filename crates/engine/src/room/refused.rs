//! What was wanted of a room and cannot be done: whoever wanted it is told.

use doorstep_client_api::view::{Delivery, Problem};
use doorstep_wire::RoomUri;

use crate::{
    chat,
    context::Context,
    disclosure::saying,
    knock::{knocker, moderator},
    link::making,
    record::Intent,
};

pub(crate) fn intent_refused(cx: &mut Context, room: &RoomUri, intent: &Intent, problem: Problem) {
    match intent {
        Intent::Say { message, .. } => chat::set_delivery(cx, room, message, Delivery::Failed(problem), None),
        Intent::Knock { knock } => knocker::knock_not_taken(cx, knock, problem),
        Intent::Accept { request } | Intent::KeepOut { request } => moderator::answer_refused(cx, request, problem),
        Intent::Disclose { disclosure } => saying::disclosure_failed(cx, disclosure, problem),
        Intent::Leave { command: Some(command) } => cx.done(command, Err(problem)),
        Intent::MakeLink { .. } | Intent::RevokeLink { .. } | Intent::PauseLinks { .. } => {
            making::link_intent_refused(cx, intent, problem);
        }
        Intent::Settle
        | Intent::Refresh
        | Intent::Remove { .. }
        | Intent::SetRole { .. }
        | Intent::Leave { command: None } => {}
    }
    cx.room_changed(room);
}
