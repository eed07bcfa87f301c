//! What pages are told of connections.

use doorstep_page_api::view::{ContactRequest, ContactRequestState, MyAsk, MyAskState};
use doorstep_wire::{RoomUri, UserUri};

use crate::{
    connection::answering,
    context::Context,
    job::Job,
    record::{ASKS, AskEnd, AskRecord, AskState, CONTACT_REQUESTS, ContactRequestRecord, ContactState, PAIRS},
};

/// Steps of an ask, for a progress bar: to be found, a room, their KeyPackages, added, told.
const STEPS: u8 = 5;

/// With whom a room for two is, once it is known; and whether it can be shown.
pub(crate) enum Pair {
    /// It is no such room.
    No,
    /// Nobody has shown in it yet who they are.
    Hidden,
    /// With this account.
    With(UserUri),
}

pub(crate) fn pair(cx: &Context, room: &RoomUri) -> Pair {
    match PAIRS.get(&cx.journal, room.as_str()) {
        None => Pair::No,
        Some(pair) if pair.proven => Pair::With(pair.with),
        Some(_) => Pair::Hidden,
    }
}

/// Newest first.
pub(crate) fn asks(cx: &Context) -> Vec<MyAsk> {
    let all = ASKS.all(&cx.journal).into_iter();
    let mut asks: Vec<_> = all.map(|(id, ask)| my_ask(cx, id, ask)).collect();
    asks.sort_by_cached_key(|ask| !ask.at);
    asks
}

fn my_ask(cx: &Context, id: String, ask: AskRecord) -> MyAsk {
    let sending = |step: u8, job: Job| MyAskState::Sending { step, steps: STEPS, waiting: cx.is_put_off(&job) };
    let state = match &ask.state {
        AskState::Looking => sending(1, Job::Query(id.clone())),
        AskState::Making => sending(2, Job::Make(ask.room.to_string())),
        AskState::Fetching { exhausted } => match sending(3, Job::Material(id.clone())) {
            MyAskState::Sending { step, steps, waiting } => {
                MyAskState::Sending { step, steps, waiting: waiting || *exhausted > 0 }
            }
            other => other,
        },
        AskState::Adding { .. } => sending(4, Job::Room(ask.room.clone())),
        AskState::Announcing { .. } => sending(5, Job::Announce(id.clone())),
        AskState::Saying { .. } => sending(5, Job::Room(ask.room.clone())),
        AskState::Waiting { pack, sent, .. } => MyAskState::Waiting { since: *sent, expires: pack.expires },
        // Whoever made that room has not shown yet who they are.
        AskState::LetIn { sent, .. } => MyAskState::Waiting { since: *sent, expires: ask.due().unwrap_or(*sent) },
        AskState::Connected { room } => MyAskState::Connected { room: room.to_string() },
        AskState::Over(AskEnd::NotReached) => MyAskState::NotReached,
        AskState::Over(AskEnd::Withdrawn) => MyAskState::Withdrawn,
        AskState::Over(AskEnd::Refused(problem)) => MyAskState::Refused(problem.clone()),
    };
    MyAsk { id, who: ask.user.to_string(), greeting: ask.greeting, at: ask.at, state }
}

/// Oldest first.
pub(crate) fn requests(cx: &Context) -> Vec<ContactRequest> {
    let all = CONTACT_REQUESTS.all(&cx.journal).into_iter();
    let mut requests: Vec<_> = all.map(|(id, request)| contact_request(cx, id, request)).collect();
    requests.sort_by_cached_key(|request| request.at);
    requests
}

fn contact_request(cx: &Context, id: String, request: ContactRequestRecord) -> ContactRequest {
    let expired = request.expires <= cx.now.0;
    let state = match request.state.clone() {
        ContactState::Open if answering::is_made_by_them(cx, &request) => {
            ContactRequestState::Answering { waiting: false, until: None }
        }
        ContactState::Open => ContactRequestState::Open,
        ContactState::NotNow => ContactRequestState::NotNow,
        ContactState::Blocked => ContactRequestState::Blocked,
        ContactState::Answering { .. } => ContactRequestState::Answering { waiting: expired, until: None },
        ContactState::Pausing { until } => ContactRequestState::Answering { waiting: false, until: Some(until) },
        ContactState::Connected { room } => ContactRequestState::Connected { room: room.to_string() },
        ContactState::Failed(problem) => ContactRequestState::Failed(problem),
    };
    let known = PAIRS.all(&cx.journal).into_iter();
    let known = known.filter(|(_, pair)| pair.proven && pair.with.as_str() == request.who.user);
    let here = match &state {
        ContactRequestState::Connected { room } => Some(room.clone()),
        _ => None,
    };
    let known_from = known.map(|(room, _)| room).find(|room| Some(room) != here.as_ref());
    ContactRequest { id, who: request.who, greeting: request.greeting, at: request.at, known_from, state }
}
