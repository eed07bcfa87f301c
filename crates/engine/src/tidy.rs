//! What nothing needs any more is deleted: at the start, and once a day.

use doorstep_wire::{ClientUri, RoomUri};

use crate::{
    context::Context,
    record::{
        ARRIVALS, ASKS, CONTACT_REQUESTS, ContactState, FUTURE, IDENTITIES, IdentityRecord, JOINS, KNOCK_KEYS, KNOCKS,
        MAKINGS, OUTCOMES, PAIRS, REQUESTS, ROOMS, RoomKind, TURNED_AWAY, UNDOS, Use, WITHDRAWN,
        labels::{OPEN, OVER},
    },
};

const DAY: u64 = 24 * 3_600_000;
/// How long it can be read what became of a request, milliseconds.
const ANSWERED_FOR: u64 = 90 * DAY;

/// When it was done last.
pub(crate) struct Tidy {
    last: Option<u64>,
}

impl Tidy {
    pub(crate) const fn new() -> Self {
        Self { last: None }
    }

    /// Once a day.
    pub(crate) fn pump(&mut self, cx: &mut Context) {
        if self.last.is_none_or(|last| last.saturating_add(DAY) <= cx.now.0) {
            self.last = Some(cx.now.0);
            forget_requests(cx);
            forget_identities(cx);
            forget_knock_keys(cx);
            forget_rooms_left(cx);
        }
    }

    /// When it is due again.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.last.map(|last| last.saturating_add(DAY))
    }
}

/// Requests about which nothing is to be done, and what was heard of those that never came.
fn forget_requests(cx: &mut Context) {
    let old = cx.now.0.saturating_sub(ANSWERED_FOR);
    for (id, _) in REQUESTS.having_up_to(&cx.journal, OVER, old) {
        REQUESTS.delete(&cx.journal, &id);
        OUTCOMES.delete(&cx.journal, &id);
        cx.home_changed();
    }
    for (id, request) in CONTACT_REQUESTS.all(&cx.journal) {
        let answered = !matches!(
            request.state,
            ContactState::Open | ContactState::Pausing { .. } | ContactState::Answering { .. }
        );
        if answered && request.at <= old {
            CONTACT_REQUESTS.delete(&cx.journal, &id);
            cx.home_changed();
        }
    }
    for (key, at) in TURNED_AWAY.all(&cx.journal) {
        if at <= old {
            TURNED_AWAY.delete(&cx.journal, &key);
        }
    }
    for (key, at) in WITHDRAWN.all(&cx.journal) {
        if at <= old {
            WITHDRAWN.delete(&cx.journal, &key);
        }
    }
}

/// Keys of names under which I am nowhere any more, and will not be.
fn forget_identities(cx: &mut Context) {
    for (key, identity) in IDENTITIES.all(&cx.journal) {
        // What is a day old is no part of something that begins just now.
        if identity.made.saturating_add(DAY) <= cx.now.0 && !is_wanted(cx, &identity) {
            IDENTITIES.delete(&cx.journal, &key);
        }
    }
}

fn is_wanted(cx: &Context, identity: &IdentityRecord) -> bool {
    let client = &identity.client;
    match &identity.used {
        Use::Pool | Use::Account | Use::Contact => true,
        Use::Ask(ask) => ASKS.get(&cx.journal, ask).is_some_and(|ask| !ask.state.is_over()),
        Use::Outcome => OUTCOMES.all(&cx.journal).iter().any(|(_, outcome)| outcome.sender == *client),
        Use::Look(room) => identity.expires > cx.now.0 || is_on_the_way(cx, room, client),
        Use::Room(room) => {
            ROOMS.get(&cx.journal, room.as_str()).is_some_and(|room| room.client == *client && room.is_in())
                || is_on_the_way(cx, room, client)
        }
    }
}

/// Somebody makes this room, joins it, knocks, or asks, as this client.
fn is_on_the_way(cx: &Context, room: &RoomUri, client: &ClientUri) -> bool {
    JOINS.get(&cx.journal, room.as_str()).is_some_and(|join| join.client == *client)
        || ASKS.having(&cx.journal, OPEN).iter().any(|(_, ask)| ask.first == *client)
        || MAKINGS
            .all(&cx.journal)
            .iter()
            .any(|(_, making)| making.room == *room || making.knock_room == Some(room.clone()))
        || KNOCKS.all(&cx.journal).iter().any(|(_, knock)| {
            (knock.client == *client || knock.visitor == *client)
                && (!knock.state.is_over() || knock.state.pack().is_some())
        })
}

/// What opens knocks, in knock rooms I am not in any more.
fn forget_knock_keys(cx: &mut Context) {
    for (key, row) in KNOCK_KEYS.all(&cx.journal) {
        let making =
            MAKINGS.all(&cx.journal).into_iter().any(|(_, making)| making.knock_room.as_ref() == Some(&row.room));
        if !cx.is_in(&row.room) && JOINS.get(&cx.journal, row.room.as_str()).is_none() && !making {
            KNOCK_KEYS.delete(&cx.journal, &key);
        }
    }
}

/// What is kept for the epochs of a room, of rooms that are over.
fn forget_rooms_left(cx: &mut Context) {
    let old = cx.now.0.saturating_sub(ANSWERED_FOR);
    for (key, room) in ROOMS.all(&cx.journal) {
        if !room.is_in() {
            let start = format!("{}#", room.room);
            // Nobody has talked there.
            let unproven = PAIRS.get(&cx.journal, &key).is_some_and(|pair| !pair.proven);
            if (unproven || matches!(room.kind, RoomKind::Connection(_))) && room.at <= old {
                PAIRS.delete(&cx.journal, &key);
                ROOMS.delete(&cx.journal, &key);
            }
            UNDOS.delete_all(&cx.journal, &start);
            FUTURE.delete_all(&cx.journal, &start);
            ARRIVALS.delete_all(&cx.journal, &start);
        }
    }
}
