//! What others proposed is committed by a member, each after a while of its own, unless another was faster.

use doorstep_wire::RoomUri;

use crate::{
    context::Context,
    few::Few,
    record::{Intent, ROOMS},
    room::queue::enqueue,
};

/// Milliseconds within which a member commits what others proposed, each at a time of its own.
const SETTLE_WITHIN: u64 = 30_000;

/// When that is done, by room.
pub(crate) struct Settling {
    due: Few<RoomUri, u64>,
}

impl Settling {
    pub(crate) const fn new() -> Self {
        Self { due: Few::new() }
    }

    /// Somebody proposed something.
    pub(crate) fn proposed(&mut self, cx: &mut Context, room: &RoomUri) {
        let settles = ROOMS.get(&cx.journal, room.as_str()).is_some_and(|record| record.kind.knock().is_none());
        if settles && !self.due.contains(room) {
            let at = cx.now.0 + cx.entropy.below(SETTLE_WITHIN);
            self.due.insert(room.clone(), at);
        }
    }

    /// Puts it into the queues of the rooms whose time has come.
    pub(crate) fn pump(&mut self, cx: &mut Context) {
        let due = self.due.iter().filter(|(_, at)| **at <= cx.now.0).map(|(room, _)| room.clone());
        for room in due.collect::<Vec<_>>() {
            self.due.remove(&room);
            let pending = cx.groups.get(&room).is_some_and(|warm| warm.has_proposals());
            if pending {
                enqueue(cx, &room, Intent::Settle);
            }
        }
    }

    /// When the next time comes.
    pub(crate) fn next_due(&self) -> impl Iterator<Item = u64> {
        self.due.values().copied()
    }
}
