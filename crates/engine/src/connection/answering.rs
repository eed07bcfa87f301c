//! Being asked, and the answer: a room for the two, made here, and they are brought into it.

use doorstep_mls::Plan;
use doorstep_page_api::view::{AnswerPause, AskedBy, ContactAnswer, Notice, Outcome, Problem};
use doorstep_wire::{Refusal, RoomUri, UserUri, room::UserRolePair};
use serde_bytes::ByteBuf;

use crate::{
    connection::{asking, settings},
    context::Context,
    disclosure::hearing,
    identity,
    issuers::NotTaken,
    record::{
        ASKS, AskRecord, CONTACT_REQUESTS, ContactRequestRecord, ContactState, DISCLOSED, Intent, MadeFor, PAIRS,
        PairRecord, ROOMS, Use,
        labels::{DUE, OPEN},
    },
    room::{making, queue},
};

/// Requests that are kept unanswered; more are not taken.
const AT_MOST: usize = 200;
const HOUR: u64 = 3_600_000;

pub(crate) fn keep(cx: &mut Context, id: &str, request: &ContactRequestRecord) {
    CONTACT_REQUESTS.put(&cx.journal, id, request);
    cx.home_changed();
}

/// Somebody asks me, and it is proven who they are.
pub(crate) fn asked(cx: &mut Context, id: &str, request: ContactRequestRecord) -> Result<(), NotTaken> {
    let who: UserUri = request.who.user.parse().map_err(|_| NotTaken::Useless)?;
    let contact = settings::contact(cx);
    let mine = ASKS.having(&cx.journal, OPEN).into_iter().find(|(_, ask)| ask.user == who);
    let may_ask = match contact.asked_by {
        AskedBy::Anybody => true,
        AskedBy::PeopleIKnow => is_known(cx, &who),
        AskedBy::Nobody => false,
    };
    if contact.blocked.contains(&who) || !(may_ask || mine.is_some()) {
        // Heard, and shown to nobody: it is not heard again once they may ask.
        return Ok(());
    }
    let waiting = CONTACT_REQUESTS.all(&cx.journal);
    if waiting.iter().filter(|(_, other)| other.state == ContactState::Open).count() >= AT_MOST {
        return Ok(());
    }
    keep(cx, id, &request);
    match mine {
        // We ask each other: it needs no answer, and only one of us makes the room.
        Some((_, ask)) if makes_the_room(cx, &ask) => {
            let _ = accept(cx, id, request);
        }
        Some(_) => {}
        None => cx.notice(Notice::Asked { who: who.to_string() }),
    }
    Ok(())
}

/// Of two who ask each other the one whose account's address comes first makes the room.
fn makes_the_room(cx: &Context, ask: &AskRecord) -> bool {
    settings::own_account(cx).is_some_and(|me| me < ask.user)
}

/// I have asked them too, and it is they who make the room.
pub(crate) fn is_made_by_them(cx: &Context, request: &ContactRequestRecord) -> bool {
    let mine = ASKS.having(&cx.journal, OPEN).into_iter().any(|(_, ask)| ask.user.as_str() == request.who.user);
    mine && settings::own_account(cx).is_some_and(|me| me.as_str() > request.who.user.as_str())
}

/// Whoever asked me need not be asked: that they are asked is a yes, also to whom I had said no. Says whether they had.
pub(crate) fn accept_if_asked(cx: &mut Context, user: &UserUri) -> Result<bool, Problem> {
    let mut all = CONTACT_REQUESTS.all(&cx.journal).into_iter();
    let waits = |state: &ContactState| !matches!(state, ContactState::Connected { .. });
    let known = all.find(|(_, request)| request.who.user == user.as_str() && waits(&request.state));
    match known {
        Some((id, request))
            if !matches!(request.state, ContactState::Answering { .. } | ContactState::Pausing { .. }) =>
        {
            accept(cx, &id, request).map(|_| true)
        }
        known => Ok(known.is_some()),
    }
}

/// They have told me who they are somewhere, or we have talked.
fn is_known(cx: &Context, who: &UserUri) -> bool {
    DISCLOSED.all(&cx.journal).iter().any(|(_, known)| known.shown.user == who.as_str())
        || PAIRS.all(&cx.journal).iter().any(|(_, pair)| pair.with == *who)
}

pub(crate) fn answer(cx: &mut Context, id: &str, answer: ContactAnswer) -> Result<Outcome, Problem> {
    let Some(mut request) = CONTACT_REQUESTS.get(&cx.journal, id) else {
        return Err(Problem::new(Refusal::NoRequest));
    };
    match (&request.state, answer) {
        (
            ContactState::Connected { .. } | ContactState::Answering { .. } | ContactState::Pausing { .. },
            ContactAnswer::Accept,
        ) => return Ok(Outcome::Ok),
        (ContactState::Connected { .. } | ContactState::Answering { .. }, _) => {
            return Err(Problem::new(Refusal::AnsweredAlready));
        }
        (_, ContactAnswer::Accept) => {
            // We ask each other, and they make the room once they have heard of it.
            if is_made_by_them(cx, &request) {
                return Ok(Outcome::Ok);
            }
            if let Ok(who) = request.who.user.parse() {
                settings::block(cx, &who, false);
            }
            return accept(cx, id, request);
        }
        (_, ContactAnswer::NotNow) => request.state = ContactState::NotNow,
        (_, ContactAnswer::Block) => {
            if let Ok(who) = request.who.user.parse() {
                settings::block(cx, &who, true);
            }
            request.state = ContactState::Blocked;
        }
    }
    keep(cx, id, &request);
    Ok(Outcome::Ok)
}

/// Yes: a room for the two of us is made, after a pause if I want one.
fn accept(cx: &mut Context, id: &str, mut request: ContactRequestRecord) -> Result<Outcome, Problem> {
    let most = match settings::contact(cx).pause {
        AnswerPause::None => return make_room(cx, id, request),
        AnswerPause::HalfDay => 12 * HOUR,
        AnswerPause::ThreeDays => 72 * HOUR,
    };
    request.state = ContactState::Pausing { until: cx.now.0 + cx.entropy.below(most) };
    keep(cx, id, &request);
    Ok(Outcome::Ok)
}

/// Makes the rooms whose pauses are over.
pub(crate) fn pump_answers(cx: &mut Context) {
    for (id, request) in CONTACT_REQUESTS.having_up_to(&cx.journal, DUE, cx.now.0) {
        let before = request.clone();
        if let Err(problem) = make_room(cx, &id, request) {
            keep(cx, &id, &ContactRequestRecord { state: ContactState::Failed(problem), ..before });
        }
    }
}

/// When the next pause is over.
pub(crate) fn next_answer(cx: &Context) -> Option<u64> {
    CONTACT_REQUESTS.first_number_after(&cx.journal, DUE, cx.now.0)
}

fn make_room(cx: &mut Context, id: &str, mut request: ContactRequestRecord) -> Result<Outcome, Problem> {
    let slug = uuid::Uuid::from_bytes(cx.entropy.uuid()).to_string();
    let room = RoomUri::new(&cx.config.domain, &slug).map_err(|_| Problem::new(Refusal::Internal))?;
    let with: UserUri = request.who.user.parse().map_err(|_| Problem::new(Refusal::NotAUser))?;
    // They are shown who it is that says yes.
    identity::account::account_identity(cx).ok_or_else(|| Problem::new(Refusal::NeedsAccount))?;
    let client = identity::pseudonym(cx, None, Use::Room(room.clone()));
    PAIRS.put(&cx.journal, room.as_str(), &PairRecord { with, proven: false });
    request.state = ContactState::Answering { room: room.clone(), client: client.clone() };
    keep(cx, id, &request);
    making::make_for_two(cx, room, client, MadeFor::Pair(id.to_owned()));
    Ok(Outcome::Ok)
}

/// It is there, or is not.
pub(crate) fn room_made(cx: &mut Context, id: &str, result: Result<RoomUri, Problem>) {
    match result {
        Ok(room) => {
            for intent in [Intent::AddPair { request: id.to_owned() }, Intent::SayYes { request: id.to_owned() }] {
                queue::enqueue(cx, &room, intent);
            }
        }
        Err(problem) => not_taken(cx, id, problem),
    }
}

/// The commit that adds them.
pub(crate) fn plan(cx: &Context, room: &RoomUri, id: &str) -> Result<Option<Plan>, Problem> {
    let request = CONTACT_REQUESTS.get(&cx.journal, id).ok_or_else(|| Problem::new(Refusal::NoRequest))?;
    let warm = cx.groups.get(room).ok_or_else(|| Problem::new(Refusal::NoRoom))?;
    if warm.state.role_of(&request.reply_to).is_some() {
        return Ok(None);
    }
    if request.expires <= cx.now.0 {
        return Err(Problem::new(Refusal::NeedsPackages));
    }
    let role = warm.state.member_role().ok_or_else(|| Problem::new(Refusal::NotAllowed))?;
    let added = warm.state.add_update(vec![UserRolePair { user: request.reply_to, role_index: role }]);
    let update = doorstep_membership::list_update(&added).map_err(|_| Problem::new(Refusal::Internal))?;
    let adds = request.packages.into_iter().map(ByteBuf::into_vec).collect();
    Ok(Some(Plan { adds, updates: vec![update], ..Plan::default() }))
}

/// They are in the room, and are there who they proved to be when they asked.
pub(crate) fn added(cx: &mut Context, id: &str, room: &RoomUri) {
    if let Some(request) = CONTACT_REQUESTS.get(&cx.journal, id) {
        hearing::proven_before(cx, room, &request.reply_to, &request.packages, &request.who);
    }
}

/// They know whom they talk with.
pub(crate) fn said(cx: &mut Context, id: &str, room: &RoomUri) {
    let Some(mut request) = CONTACT_REQUESTS.get(&cx.journal, id) else { return };
    request.state = ContactState::Connected { room: room.clone() };
    request.packages.clear();
    keep(cx, id, &request);
    let Ok(with) = request.who.user.parse::<UserUri>() else { return };
    PAIRS.put(&cx.journal, room.as_str(), &PairRecord { with: with.clone(), proven: true });
    cx.room_changed(room);
    // What I asked of them has its answer too.
    let mine = ASKS.having(&cx.journal, OPEN).into_iter().find(|(_, ask)| ask.user == with);
    if let Some((ask, _)) = mine {
        asking::connected(cx, &ask, room);
    }
}

/// My yes could not be carried out: the room goes, and it can be tried again.
pub(crate) fn not_taken(cx: &mut Context, id: &str, problem: Problem) {
    let Some(mut request) = CONTACT_REQUESTS.get(&cx.journal, id) else { return };
    let ContactState::Answering { room, .. } = &request.state else { return };
    match ROOMS.get(&cx.journal, room.as_str()) {
        // Shown to nobody; it goes once the hub has ended it.
        Some(record) if record.is_in() => queue::enqueue(cx, room, Intent::End { command: None }),
        _ => PAIRS.delete(&cx.journal, room.as_str()),
    }
    request.state = ContactState::Failed(problem);
    keep(cx, id, &request);
}

/// We talk in this room because of my own ask: what they asked of me has its answer too.
pub(crate) fn connected_otherwise(cx: &mut Context, with: &UserUri, room: &RoomUri) {
    for (id, mut request) in CONTACT_REQUESTS.all(&cx.journal) {
        let waits = matches!(
            request.state,
            ContactState::Open
                | ContactState::NotNow
                | ContactState::Blocked
                | ContactState::Failed(_)
                | ContactState::Pausing { .. }
        );
        if waits && request.who.user == with.as_str() {
            request.state = ContactState::Connected { room: room.clone() };
            request.packages.clear();
            keep(cx, &id, &request);
        }
    }
}
