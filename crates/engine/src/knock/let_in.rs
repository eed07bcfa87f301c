//! Let in by somebody, and the Welcome was spoiled on its way or never brought. Who is in the room's list comes in all the
//! same, by an external commit of the same client with the same key, which takes the leaf that nobody can use out
//! (docs/PROTOCOL.md, "Coming in again"). When that fails too, they are told, and it is tried on for a while.

use doorstep_client_api::http::{MailboxItem, MailboxKind};
use doorstep_page_api::view::{Happening, Notice, Problem};
use doorstep_policy::RoomState;
use doorstep_wire::RoomUri;

use crate::{
    chat,
    context::Context,
    job::Job,
    knock::knocker,
    record::{JOINS, JoinRecord, JoinState, KNOCKS, KnockEnd, KnockRecord, Purpose},
    room::joins,
};

/// Milliseconds before each try.
const PAUSES: [u64; 5] = [5_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000];
/// The knocker is told when so many have failed.
const TOLD_AFTER: u32 = 3;

/// An item was not taken. If it came for who the knocker will be in the room they knocked at, they were let in:
/// nothing of a room goes to anybody else.
pub(crate) fn miss_welcome(cx: &mut Context, item: &MailboxItem) {
    if item.kind != MailboxKind::Fanout {
        return;
    }
    let Some((id, knock)) =
        knocker::knock_of(cx, &item.room, &item.to.user()).filter(|(_, knock)| knock.may_be_let_in())
    else {
        return;
    };
    let named = names_package_of(item, &knock);
    if cx.is_in(&item.room) {
        if named {
            knocker::take_back(cx, &id);
        }
    } else if JOINS.get(&cx.journal, item.room.as_str()).is_none() {
        joins::begin_join(cx, item.room.clone(), knock.client, Purpose::LetIn { knock: id, named });
        // The right one may be behind it.
        cx.pause(Job::Ask(item.room.clone()), PAUSES[0]);
    }
}

/// It is the room that was knocked at, and somebody let the knocker in.
pub(crate) fn was_let_in(cx: &Context, knock: &str, state: &RoomState) -> bool {
    KNOCKS.get(&cx.journal, knock).is_some_and(|knock| knock.is_answered_by(state))
}

/// Whether somebody who comes in like this still wants to.
pub(crate) fn still_wants_in(cx: &Context, join: &JoinRecord) -> bool {
    match &join.purpose {
        Purpose::LetIn { knock, .. } => KNOCKS.get(&cx.journal, knock).is_some_and(|knock| knock.may_be_let_in()),
        _ => true,
    }
}

/// In after all.
pub(crate) fn came_in_after_all(cx: &mut Context, id: &str, room: &RoomUri) {
    let Some(knock) = KNOCKS.get(&cx.journal, id) else { return };
    let me = knock.user();
    chat::happened(cx, room, &me, Happening::Returned(me.to_string()));
    let_in(cx, id, room);
}

/// What follows from being let in, by whichever way.
pub(crate) fn let_in(cx: &mut Context, id: &str, room: &RoomUri) {
    knocker::end_knock(cx, id, KnockEnd::Accepted);
    knocker::need_not_knock(cx, room);
    joins::need_not_join(cx, room);
    let room_name = cx.room_name(room);
    cx.notice(Notice::Accepted { room: room.to_string(), room_name });
    cx.room_changed(room);
}

/// That way is closed as well, for now.
pub(crate) fn not_let_in_after_all(cx: &mut Context, join: &JoinRecord, problem: Problem) {
    let Purpose::LetIn { knock: id, named } = &join.purpose else { return };
    if !still_wants_in(cx, join) {
        return;
    }
    let tries = join.lost.saturating_add(1);
    if *named && tries >= TOLD_AFTER {
        knocker::end_knock(
            cx,
            id,
            KnockEnd::Refused(Problem { code: knocker::SPOILED, detail: problem.code.to_string() }),
        );
    }
    if let Some(pause) = usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)) {
        let next = JoinRecord { lost: tries, state: JoinState::Gathering, ..join.clone() };
        JOINS.put(&cx.journal, join.room.as_str(), &next);
        cx.pause(Job::Ask(join.room.clone()), *pause);
    }
}

/// It is for the KeyPackage that travelled in this knock, whose reference nobody but moderators and the own provider know.
fn names_package_of(item: &MailboxItem, knock: &KnockRecord) -> bool {
    let mut parts = item.body.as_slice().windows(32);
    parts.any(|part| knock.state.packages().iter().any(|package| part == package.reference))
}
