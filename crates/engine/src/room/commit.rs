//! A commit stands: what it made of the room, and who hears of it.

use doorstep_mls::Mls;
use doorstep_page_api::view::Happening;
use doorstep_policy::RoomState;
use doorstep_wire::{RoomUri, UnixMillis, UserUri};

use crate::{
    chat,
    context::Context,
    disclosure::{hearing, saying},
    event::DomainEvent,
    few::Few,
    group::{self, epoch},
    knock::{keepers, moderator},
    link::making,
    record::{Busy, ROOMS, RoomKind, RoomRecord},
    room::{intent, recovery, repair},
};

/// The hub took the own commit: its answer said so, or the commit came back by fan-out. `at`: its time as far as it is
/// believed.
pub(crate) fn own_commit_stands(cx: &mut Context, mut record: RoomRecord, at: u64) {
    let Some(Busy::Commit { number, hash, .. }) = record.busy.take() else { return };
    if !group::warm(cx, &record.room, &record.group) {
        repair::break_room(cx, &mut record);
        return;
    }
    let mark = cx.journal.mark();
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let Some(warm) = cx.groups.get_mut(&record.room) else { return };
    let epoch = warm.member.epoch().0;
    let before = warm.state.clone();
    let gone = warm.leaving();
    if warm.member.merge_pending(&mls).is_err() {
        repair::break_room(cx, &mut record);
        return;
    }
    match warm.pending.take() {
        Some((state, roster)) => {
            warm.state = state;
            warm.roster.apply(roster);
        }
        // Loaded again since the commit was made.
        None => {
            let group = record.group.clone();
            cx.groups.remove(&record.room);
            group::warm(cx, &record.room, &group);
        }
    }
    let me = record.client.user();
    epoch::enter_epoch(cx, &record.room);
    recovery::keep_undo(cx, &record.room, epoch, hash, &me, mark);
    let intent = record.queue.iter().find(|queued| Some(queued.number) == number).map(|q| q.intent.clone());
    record.queue.retain(|queued| Some(queued.number) != number);
    record.at = record.at.max(at);
    record.trust();
    record.heard = record.heard.max(at);
    ROOMS.put(&cx.journal, record.room.as_str(), &record);
    if let Some(intent) = &intent {
        intent::accepted(cx, &record, intent, UnixMillis(at));
    }
    tell_changes(cx, &record.room, &before, &me, &gone, at);
    cx.tell(DomainEvent::EpochEntered { room: record.room.clone() });
}

/// Writes what happened to the list of people as lines into the chat.
pub(crate) fn tell_changes(
    cx: &mut Context,
    room: &RoomUri,
    before: &RoomState,
    by: &UserUri,
    gone: &Few<UserUri, bool>,
    at: u64,
) {
    let Some(warm) = cx.groups.get(room) else { return };
    let mut happenings = Vec::new();
    let mut came = Vec::new();
    let now_required = warm.requires_names() && before.settings().pseudonyms != warm.state.settings().pseudonyms;
    for change in before.differences(&warm.state) {
        let user = change.user.to_string();
        if change.before.is_none() && change.after.is_some_and(|role| !warm.state.is_banned_role(role)) {
            came.push(change.user.clone());
        }
        happenings.push(match (change.before, change.after) {
            (None, Some(role)) if warm.state.is_banned_role(role) => Happening::Banned(user),
            (None, Some(_)) if change.user == *by => Happening::Joined(user),
            (None, Some(_)) => Happening::Added(user),
            (Some(_), None) if gone.get(&change.user) == Some(&true) => Happening::Left(user),
            (Some(_), None) => Happening::Removed(user),
            (Some(_), Some(role)) if warm.state.is_banned_role(role) => Happening::Banned(user),
            _ => continue,
        });
    }
    let name = warm.state.room_name().to_owned();
    ROOMS.change(&cx.journal, room.as_str(), |record| record.name = name);
    let hidden = ROOMS.get(&cx.journal, room.as_str()).is_some_and(|record| record.kind != RoomKind::Standard);
    if !hidden {
        for happening in happenings {
            chat::happened_at(cx, room, by, happening, at);
        }
    }
    hearing::people_changed(cx, room, &came, now_required, at);
    if !hidden && !came.is_empty() {
        saying::tell_newcomers(cx, room);
    }
    moderator::note_answers(cx, room, by);
    keepers::keep_knock_room(cx, room);
    making::forget_gone_links(cx, room);
    cx.tell(DomainEvent::RoomChanged { room: room.clone() });
    cx.room_changed(room);
}
