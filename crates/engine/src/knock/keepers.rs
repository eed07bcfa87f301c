//! Moderators among themselves: how one who became an admin of a room gets into its knock room, and that the others hear
//! of a no (docs/PROTOCOL.md, "Moderators among themselves").

use doorstep_content::{HouseMessage, MimiContent, ModeratorWord};
use doorstep_page_api::view::{Problem, RequestState};
use doorstep_wire::{Refusal, RoomUri, UserUri, capability::Capability};

use crate::{
    chat,
    context::Context,
    group, identity,
    issuers::NotTaken,
    knock::moderator,
    record::{Busy, Intent, JOINS, JoinRecord, Purpose, REQUESTS, ROOMS, RoomKind, RoomRecord, Use},
    room::{joins, queue},
    text::{hex, room_uri},
};

/// Whoever cannot come into a knock room is told when so many tries have failed, which is after a minute or two.
const SHOWN_AFTER: u32 = 3;

/// Gives somebody another role. Answered when the hub has taken it, or has not.
pub(crate) fn set_role(cx: &mut Context, command: &str, room: &str, user: &str, role: &str) -> Result<(), Problem> {
    let room = room_uri(room)?;
    let user: UserUri = user.parse().map_err(|_| Problem::new(Refusal::NotAUser))?;
    let record = ROOMS.get(&cx.journal, room.as_str()).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if !record.is_in() || !group::warm(cx, &room, &record.group) {
        return Err(Problem::new(Refusal::NoRoom));
    }
    let Some(warm) = cx.groups.get(&room) else { return Err(Problem::new(Refusal::NoRoom)) };
    let me = record.client.user();
    let role = warm.state.role_named(role).ok_or_else(|| Problem::new(Refusal::NoRole))?;
    let before = warm.state.role_of(&user).ok_or_else(|| Problem::new(Refusal::NotParticipant))?;
    let own = warm.state.role(warm.state.role_index(&me));
    let allowed = warm.state.has(&me, Capability::CAN_CHANGE_USER_ROLE)
        && own.is_some_and(|own| own.may_change(before, role))
        && !warm.state.is_banned_role(role)
        && user != me;
    if !allowed {
        return Err(Problem::new(Refusal::NotAllowed));
    }
    queue::enqueue(cx, &room, Intent::SetRole { user, role: role.0, command: Some(command.to_owned()) });
    Ok(())
}

/// After a change in a room: whoever answers its knocks now goes into its knock room, whoever does not any more leaves
/// it, and is removed by the others.
pub(crate) fn keep_knock_room(cx: &mut Context, room: &RoomUri) {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    if record.is_in() {
        group::warm(cx, room, &record.group);
    }
    let Some(warm) = cx.groups.get(room).filter(|_| record.kind == RoomKind::Standard) else {
        return;
    };
    let Some(knock_room) = warm.state.knock_room().cloned() else { return };
    let answers = warm.state.has(&record.client.user(), Capability::CAN_ACCEPT_KNOCK);
    let knock = ROOMS.get(&cx.journal, knock_room.as_str()).filter(RoomRecord::is_in);
    let (Some(knock), true) = (&knock, answers) else {
        match knock {
            // Whoever is about to leave the room does not come in again before it is known that they stay.
            None if answers
                && record.number_of_leave().is_none()
                && JOINS.get(&cx.journal, knock_room.as_str()).is_none() =>
            {
                let client = identity::pseudonym(cx, None, Use::Room(knock_room.clone()));
                joins::begin_join(cx, knock_room, client, Purpose::Keep { target: room.clone() });
            }
            Some(knock) if knock.kind.target() == Some(room) => {
                queue::enqueue(cx, &knock_room, Intent::Leave { command: None });
            }
            None if !answers => joins::need_not_keep(cx, room),
            _ => {}
        }
        return;
    };
    let may_still = |user: &UserUri| warm.state.has(user, Capability::CAN_ACCEPT_KNOCK);
    let (stay, go): (Vec<_>, Vec<_>) = knock.kind.keepers().iter().cloned().partition(|(user, _)| may_still(user));
    if !go.is_empty() {
        ROOMS.change(&cx.journal, knock_room.as_str(), |knock| knock.kind.change_keepers(|keepers| *keepers = stay));
        for (_, user) in go {
            queue::enqueue(cx, &knock_room, Intent::Remove { user, ban: false, command: None });
        }
    }
}

/// Whether I still answer the knocks at a room that come in there.
pub(crate) fn is_to_keep(cx: &mut Context, room: &RoomUri, knock_room: &RoomUri) -> bool {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()).filter(RoomRecord::is_in) else { return false };
    // What cannot be read just now may be mended.
    if !group::warm(cx, room, &record.group) {
        return true;
    }
    cx.groups.get(room).is_none_or(|warm| {
        warm.state.knock_room() == Some(knock_room)
            && warm.state.has(&record.client.user(), Capability::CAN_ACCEPT_KNOCK)
    })
}

/// For the room's view: I try in vain to come in where its knocks are read. The first tries may come too early.
pub(crate) fn is_kept_out(cx: &Context, room: &RoomUri) -> bool {
    let to_keep = |join: &JoinRecord| matches!(&join.purpose, Purpose::Keep { target } if target == room);
    JOINS.all(&cx.journal).iter().any(|(_, join)| to_keep(join) && join.lost >= SHOWN_AFTER)
}

/// The room does not let me go: nor do I leave its knock room, and where that has let me go already, I come in again.
pub(crate) fn stay(cx: &mut Context, room: &RoomUri) {
    if let Some(mut knock) = moderator::knock_room_of(cx, room).filter(RoomRecord::is_in) {
        knock.queue.retain(|queued| !matches!(queued.intent, Intent::Leave { .. }));
        if matches!(knock.busy, Some(Busy::Leaving { .. })) {
            // It may be on its way; what comes of it is heard.
            return;
        }
        ROOMS.put(&cx.journal, knock.room.as_str(), &knock);
    }
    keep_knock_room(cx, room);
}

/// Tells the other moderators who I am in the knock room, once.
pub(crate) fn tell_keeper(cx: &mut Context, room: &RoomUri, knock_room: &RoomUri) {
    let Some(record) = ROOMS.get(&cx.journal, room.as_str()) else { return };
    let Some(mut knock) = ROOMS.get(&cx.journal, knock_room.as_str()) else { return };
    let (me, keeper) = (record.client.user(), knock.client.user());
    if !record.is_in() || knock.kind.keepers().iter().any(|(user, _)| *user == me) {
        return;
    }
    knock.kind.change_keepers(|keepers| keepers.push((me.clone(), keeper.clone())));
    ROOMS.put(&cx.journal, knock_room.as_str(), &knock);
    cx.room_changed(room);
    let salt = cx.entropy.bytes();
    let word = ModeratorWord::Keeper { user: keeper }.encode();
    chat::send_content(cx, &record, &MimiContent::house(salt, &me, room, &word));
}

/// Somebody in a room says who they are in its knock room. Believed of those who answer knocks: they could pass on what
/// they read there anyway. Whoever said it is let stay there.
pub(crate) fn keeper_spoke(cx: &mut Context, room: &RoomUri, from: &UserUri, body: &[u8]) {
    let Ok(HouseMessage::Moderators(ModeratorWord::Keeper { user })) = HouseMessage::decode(body) else { return };
    let Some(warm) = cx.groups.get(room) else { return };
    let Some(knock_room) = warm.state.knock_room().cloned() else { return };
    if !warm.state.has(from, Capability::CAN_ACCEPT_KNOCK) {
        return;
    }
    let Some(mut knock) = ROOMS.get(&cx.journal, knock_room.as_str()) else { return };
    if knock.kind.target() != Some(room) || !knock.is_in() || !group::warm(cx, &knock_room, &knock.group) {
        return;
    }
    // Whoever had to come in again has another name there.
    let known = knock.kind.keepers().iter().any(|(_, keeper)| *keeper == user);
    if !known {
        knock.kind.change_keepers(|keepers| keepers.push((from.clone(), user.clone())));
        ROOMS.put(&cx.journal, knock_room.as_str(), &knock);
    }
    let role = cx.groups.get(&knock_room).and_then(|warm| {
        let waits = !warm.state.has(&user, Capability::CAN_ACCEPT_KNOCK) && warm.state.is_in(&user);
        warm.state.moderator_role().filter(|_| waits)
    });
    if let Some(role) = role.filter(|_| !known) {
        queue::enqueue(cx, &knock_room, Intent::SetRole { user, role: role.0, command: None });
    }
    tell_keeper(cx, room, &knock_room);
}

/// Another moderator said no to a knock. What is under way here goes on: the hub decides, and a yes counts more.
pub(crate) fn moderator_spoke(
    cx: &mut Context,
    knock: &RoomRecord,
    target: &RoomUri,
    from: &UserUri,
    word: &ModeratorWord,
) -> Result<(), NotTaken> {
    let ModeratorWord::Answered { request_id, .. } = word else { return Err(NotTaken::Useless) };
    let warm = cx.groups.get(&knock.room).ok_or(NotTaken::Useless)?;
    if !warm.state.has(from, Capability::CAN_ACCEPT_KNOCK) {
        return Err(NotTaken::Useless);
    }
    let id = hex(request_id);
    let request = REQUESTS.get(&cx.journal, &id).filter(|request| request.target == *target);
    let request = request.ok_or(NotTaken::Useless)?;
    if matches!(request.state, RequestState::Open | RequestState::Failed(_)) {
        let by = knock.kind.keepers().iter().find(|(_, keeper)| keeper == from).map_or(from, |(user, _)| user);
        moderator::request_answered(cx, &id, by, false);
    }
    Ok(())
}
