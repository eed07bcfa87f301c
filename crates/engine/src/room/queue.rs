//! What I want done in a room stands in its queue; what is done with it is told in `requests`.

use doorstep_wire::RoomUri;

use crate::{
    context::Context,
    record::{Busy, Intent, Queued, ROOMS},
};

/// Puts something at the end of the queue, unless it is there already.
pub(crate) fn enqueue(cx: &mut Context, room: &RoomUri, intent: Intent) {
    ROOMS.change(&cx.journal, room.as_str(), |record| {
        if !record.queue.iter().any(|queued| queued.intent == intent) {
            record.queue.push(Queued { number: record.next, intent, tries: 0 });
            record.next += 1;
        }
    });
}

/// A knock that was taken back before it was sent is not sent; the knocker leaves the knock room.
pub(crate) fn unqueue_knock(cx: &mut Context, room: &RoomUri, knock: &str) {
    ROOMS.change(&cx.journal, room.as_str(), |record| {
        let under_way = match &record.busy {
            Some(Busy::Message { number, .. }) => Some(*number),
            _ => None,
        };
        record.queue.retain(|queued| {
            Some(queued.number) == under_way || queued.intent != Intent::Knock { knock: knock.to_owned() }
        });
    });
}
