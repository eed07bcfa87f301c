//! External joins as rows: begun, and given up because they are not needed any more. How they go on is told in
//! `joining`.

use doorstep_page_api::view::Outcome;
use doorstep_wire::{ClientUri, RoomUri};

use crate::{
    context::Context,
    job::Job,
    record::{JOINS, JoinRecord, JoinState, Purpose},
};

/// Begins one.
pub(crate) fn begin_join(cx: &mut Context, room: RoomUri, client: ClientUri, purpose: Purpose) {
    let key = room.to_string();
    let join = JoinRecord { room, client, purpose, link: None, lost: 0, state: JoinState::Gathering };
    JOINS.put(&cx.journal, &key, &join);
    cx.home_changed();
}

/// The group in the place of the lost one is made and not yet accepted: nothing is taken in with it.
pub(crate) fn is_returning(cx: &Context, room: &RoomUri) -> bool {
    JOINS
        .get(&cx.journal, room.as_str())
        .is_some_and(|join| join.purpose == Purpose::Return && matches!(join.state, JoinState::Committing { .. }))
}

/// The group is good again.
pub(crate) fn need_not_return(cx: &mut Context, room: &RoomUri) {
    if JOINS.get(&cx.journal, room.as_str()).is_some_and(|join| join.purpose == Purpose::Return) {
        JOINS.delete(&cx.journal, room.as_str());
        cx.forget_job(&Job::Ask(room.clone()));
    }
}

/// Knocks at this room are not mine to answer any more.
pub(crate) fn need_not_keep(cx: &mut Context, target: &RoomUri) {
    for (_, join) in JOINS.all(&cx.journal) {
        if matches!(&join.purpose, Purpose::Keep { target: other } if other == target) && !join.is_committing() {
            JOINS.delete(&cx.journal, join.room.as_str());
            cx.forget_job(&Job::Ask(join.room));
        }
    }
}

/// The person comes in another way, or not at all.
pub(crate) fn need_not_come_in_after_all(cx: &mut Context, room: &RoomUri) {
    if let Some(join) = JOINS.get(&cx.journal, room.as_str())
        && matches!(join.purpose, Purpose::LetIn { .. })
        && !join.is_committing()
    {
        JOINS.delete(&cx.journal, room.as_str());
        cx.forget_job(&Job::Ask(room.clone()));
    }
}

/// The person was let in while they looked for another way into this room.
pub(crate) fn need_not_join(cx: &mut Context, room: &RoomUri) {
    need_not_come_in_after_all(cx, room);
    if let Some(JoinRecord { purpose: Purpose::Stay { command }, .. }) = JOINS.get(&cx.journal, room.as_str()) {
        JOINS.delete(&cx.journal, room.as_str());
        cx.forget_job(&Job::Ask(room.clone()));
        cx.done(&command, Ok(Outcome::Room { room: room.to_string() }));
    }
}
