//! What a room must be before somebody comes in from outside, by what they come for.

use doorstep_mls::{GroupView, Member, Mls};
use doorstep_page_api::view::Problem;
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::{Refusal, ext::policy::RoomPurpose};

use crate::{
    context::Context,
    group::group_info::JoinError,
    knock::let_in,
    record::{JoinRecord, KNOCKS, KnockRole, Purpose, ROOMS, RoomKind},
};

/// What a knock room must be before anything is said in it: the one of this room, where only those who answer
/// knocks can read, and at least one of them does.
pub(crate) fn check_purpose(
    cx: &Context,
    join: &JoinRecord,
    state: &RoomState,
    roster: &Roster,
) -> Result<(), JoinError> {
    let refuse = |word: Refusal| Err(JoinError::Refused(Problem::new(word)));
    match (&join.purpose, state.purpose()) {
        (Purpose::Knock { knock }, RoomPurpose::Knock(purpose)) => {
            let Some(knock) = KNOCKS.get(&cx.journal, knock) else { return refuse(Refusal::Internal) };
            if purpose.target_room != knock.target {
                return refuse(Refusal::WrongKnockRoom);
            }
            if state.knock_readers(roster).next().is_none() {
                return refuse(Refusal::NobodyReadsKnocks);
            }
            if !state.only_moderators_receive() {
                return refuse(Refusal::KnockRoomUnsafe);
            }
            Ok(())
        }
        (Purpose::Stay { .. }, RoomPurpose::Standard) => Ok(()),
        (Purpose::LetIn { knock, .. }, _)
            if let_in::was_let_in(cx, knock, state) && let_in::still_wants_in(cx, join) =>
        {
            Ok(())
        }
        (Purpose::Keep { target }, RoomPurpose::Knock(terms)) if terms.target_room == *target => Ok(()),
        (Purpose::Return, purpose) => check_return_purpose(cx, join, state, purpose),
        _ => refuse(Refusal::WrongPurpose),
    }
}

/// The room is what it was, and whoever comes in again is still in its list.
pub(crate) fn check_return_purpose(
    cx: &Context,
    join: &JoinRecord,
    state: &RoomState,
    purpose: &RoomPurpose,
) -> Result<(), JoinError> {
    let refuse = |word: Refusal| Err(JoinError::Refused(Problem::new(word)));
    let Some(record) = ROOMS.get(&cx.journal, join.room.as_str()) else { return refuse(Refusal::NoRoom) };
    let same = match (&record.kind, purpose) {
        (RoomKind::Standard, RoomPurpose::Standard) | (RoomKind::Connection(_), RoomPurpose::Connection { .. }) => true,
        (RoomKind::KnockRoom(KnockRole::Moderator { target, .. }), RoomPurpose::Knock(terms)) => {
            terms.target_room == *target
        }
        _ => false,
    };
    if !same {
        return refuse(Refusal::WrongPurpose);
    }
    // Whoever was let go does not come in by themselves, even where the door is open.
    if state.is_in(&join.client.user()) { Ok(()) } else { refuse(Refusal::NotParticipant) }
}

/// It is the group that was lost, and no older one than this browser has seen.
pub(crate) fn check_return(cx: &Context, join: &JoinRecord, view: &GroupView) -> Result<(), JoinError> {
    if join.purpose != Purpose::Return {
        return Ok(());
    }
    let refuse = |word: Refusal| Err(JoinError::Refused(Problem::new(word)));
    let Some(record) = ROOMS.get(&cx.journal, join.room.as_str()) else { return refuse(Refusal::NoRoom) };
    if view.group_id != record.group.as_bytes() {
        return refuse(Refusal::WrongRoom);
    }
    // Seed: nothing is made with it.
    let mls = Mls::new(&cx.journal, [0; 32]);
    let seen = Member::load(&mls, record.group.as_bytes()).ok().flatten().map(|member| member.epoch());
    if seen.is_some_and(|seen| seen > view.epoch) { refuse(Refusal::EpochBackwards) } else { Ok(()) }
}

/// Whether this client answers knocks in the room it comes into.
pub(crate) fn reads_knocks(cx: &Context, join: &JoinRecord) -> bool {
    matches!(join.purpose, Purpose::Keep { .. })
        || join.purpose == Purpose::Return
            && ROOMS.get(&cx.journal, join.room.as_str()).is_some_and(|record| record.kind.target().is_some())
}
