//! Knocking, from the click to the answer: two pseudonyms, KeyPackages for the one room only, into the knock room, one
//! sealed message, out again, wait. What is done there goes out at once: `room::in_order`.

use doorstep_client_api::http::UPDATE_CONSENT;
use doorstep_mls::hpke_keypair;
use doorstep_page_api::view::{KnockDraft, Outcome, Problem};
use doorstep_wire::{
    Body, ClientUri, Refusal, RoomUri, UnixMillis,
    consent::{ConsentEntry, ConsentOperation},
};

use crate::{
    context::{Answer, Context},
    disclosure::saying,
    group,
    identity::{self, account},
    job::Job,
    knock::keys,
    record::{
        Busy, Intent, JOINS, JoinRecord, KNOCKS, KnockEnd, KnockRecord, KnockState, Purpose, ROOMS, Use,
        labels::{ENDS, OPEN, user_in},
    },
    room::{in_order::knock_and_leave, joins, queue},
    step::Method,
    text::{room_uri, unhex, uuid},
};

/// The word for a knock whose Welcome leads nowhere.
pub(crate) const SPOILED: Refusal = Refusal::WelcomeSpoiled;
/// How often a knock is sealed again.
const MAX_AGAIN: usize = 5;

pub(crate) fn knock(cx: &mut Context, draft: KnockDraft) -> Result<Outcome, Problem> {
    uuid(&draft.id).map_err(|_| Problem::new(Refusal::NotAKnock))?;
    if KNOCKS.get(&cx.journal, &draft.id).is_some() {
        return Ok(Outcome::Ok);
    }
    let target = room_uri(&draft.room)?;
    let knock_room = room_uri(&draft.knock_room)?;
    let pseudonym = uuid(&draft.pseudonym)?;
    if draft.note.chars().count() > 1000 {
        return Err(Problem::new(Refusal::NoteLength));
    }
    let link = match &draft.link {
        Some(link) => Some(unhex(link).ok_or_else(|| Problem::new(Refusal::NotALink))?),
        None => None,
    };
    if knock_room.host() != target.host() || knock_room == target {
        return Err(Problem::new(Refusal::WrongKnockRoom));
    }
    let others = KNOCKS.having(&cx.journal, OPEN);
    if others.iter().any(|(_, other)| other.target == target) {
        return Err(Problem::new(Refusal::AlreadyKnocked));
    }
    if cx.is_in(&target) {
        return Err(Problem::new(Refusal::AlreadyIn));
    }
    cx.ensure_profile();
    if draft.disclose.is_some() && account::account_identity(cx).is_none() {
        return Err(Problem::new(Refusal::NeedsAccount));
    }
    let client = identity::pseudonym(cx, Some(pseudonym), Use::Room(target.clone()));
    let visitor = identity::pseudonym(cx, None, Use::Room(knock_room.clone()));
    let answer = hpke_keypair(&cx.entropy.bytes()).map_err(|_| Problem::new(Refusal::Internal))?;
    let knock = KnockRecord {
        target,
        target_name: draft.room_name,
        knock_room,
        note: draft.note,
        link,
        at: cx.now.0,
        visitor,
        client,
        request_id: cx.entropy.bytes(),
        answer_secret: answer.secret,
        answer_key: answer.public,
        disclose: draft.disclose,
        again: Vec::new(),
        state: KnockState::Gathering,
    };
    keep_knock(cx, &draft.id, &knock);
    Ok(Outcome::Ok)
}

fn keep_knock(cx: &mut Context, id: &str, knock: &KnockRecord) {
    KNOCKS.put(&cx.journal, id, knock);
    cx.home_changed();
}

/// Goes on with every knock; says whether a join was begun.
pub(crate) fn pump_knocks(cx: &mut Context) -> bool {
    let mut joins = false;
    for (id, knock) in KNOCKS.having(&cx.journal, OPEN) {
        match knock.state {
            KnockState::Gathering => joins |= set_out(cx, id, knock),
            KnockState::Joining { .. } => joins |= go_in(cx, id, knock),
            KnockState::Withdrawing { .. } => tell_withdrawn(cx, &id, &knock),
            KnockState::Delivering { .. } | KnockState::Waiting { .. } | KnockState::Over { .. } => {}
        }
    }
    joins
}

/// The knock begins once its packages are made.
fn set_out(cx: &mut Context, id: String, mut knock: KnockRecord) -> bool {
    let Some(pack) = keys::pack(cx, &knock) else { return false };
    knock.state = knock.state.set_out(pack);
    keep_knock(cx, &id, &knock);
    go_in(cx, id, knock)
}

/// Into the knock room; says whether that was begun now.
fn go_in(cx: &mut Context, id: String, knock: KnockRecord) -> bool {
    let begins = JOINS.get(&cx.journal, knock.knock_room.as_str()).is_none();
    if begins {
        joins::begin_join(cx, knock.knock_room, knock.visitor, Purpose::Knock { knock: id });
    }
    begins
}

/// The knocker is in; `then` went with the commit, and waits for its answer.
pub(crate) fn knock_room_joined(cx: &mut Context, id: &str, then: Option<Busy>) {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return };
    let room = knock.knock_room.clone();
    if !knock.state.is_wanted() {
        queue::enqueue(cx, &room, Intent::Leave { command: None });
        return;
    }
    knock.state = knock.state.come_in();
    keep_knock(cx, id, &knock);
    for intent in knock_and_leave(id) {
        queue::enqueue(cx, &room, intent);
    }
    ROOMS.change(&cx.journal, room.as_str(), |record| record.busy = then);
}

/// The knock room went back to before the knocker was in it, or their group in it is lost: in again, and sealed again.
pub(crate) fn knock_again(cx: &mut Context, id: &str, why: [u8; 32]) {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return };
    if knock.state.is_over() || knock.again.contains(&why) {
        return;
    }
    knock.again.push(why);
    if knock.again.len() > MAX_AGAIN || !knock.state.is_wanted() {
        knock_refused(cx, id, Problem::new(Refusal::LostState));
        return;
    }
    group::forget_room(cx, &knock.knock_room);
    knock.state = knock.state.go_back();
    keep_knock(cx, id, &knock);
}

/// The hub took the sealed knock.
pub(crate) fn knock_sent(cx: &mut Context, id: &str, at: UnixMillis) {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return };
    saying::disclosed_in_knock(cx, id, &knock, at.0);
    knock.state = knock.state.send(at.0);
    keep_knock(cx, id, &knock);
}

/// The hub does not take the knock. If it has had one of this knocker's, it says so, and that one stands: it was sealed
/// again because the room went back to an epoch in which the first could still be read, or because its answer got lost.
pub(crate) fn knock_not_taken(cx: &mut Context, id: &str, problem: Problem) {
    let sent = KNOCKS.get(&cx.journal, id).and_then(|knock| knock.state.sent()).unwrap_or(cx.now.0);
    if problem.code == Refusal::KnockLimit {
        knock_sent(cx, id, UnixMillis(sent));
    } else {
        knock_refused(cx, id, problem);
    }
}

/// A knock that cannot be delivered ends here; the knocker's keys for it go.
pub(crate) fn knock_refused(cx: &mut Context, id: &str, problem: Problem) {
    let end = match KNOCKS.get(&cx.journal, id).map(|knock| knock.state) {
        Some(KnockState::Over { .. }) => return,
        Some(KnockState::Withdrawing { .. }) => KnockEnd::Withdrawn,
        _ => KnockEnd::Refused(problem),
    };
    end_knock(cx, id, end);
}

/// Ends a knock. The private halves of its packages are deleted, unless the knocker may be let in all the same.
pub(crate) fn end_knock(cx: &mut Context, id: &str, end: KnockEnd) {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return };
    let (state, unused) = knock.state.end(end);
    knock.state = state;
    keys::erase(cx, &unused);
    keep_knock(cx, id, &knock);
    cx.forget_job(&Job::Withdraw(id.to_owned()));
}

pub(crate) fn withdraw(cx: &mut Context, id: &str) -> Result<Outcome, Problem> {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return Err(Problem::new(Refusal::NoKnock)) };
    if let KnockState::Over { end, .. } = knock.state {
        return if end == KnockEnd::Withdrawn { Ok(Outcome::Ok) } else { Err(Problem::new(Refusal::KnockOver)) };
    }
    joins::need_not_come_in_after_all(cx, &knock.target);
    if said_nothing(cx, id, &knock) {
        JOINS.delete(&cx.journal, knock.knock_room.as_str());
        cx.forget_job(&Job::Ask(knock.knock_room.clone()));
        end_knock(cx, id, KnockEnd::Withdrawn);
    } else {
        // It may have been sent, or be on its way: the hub is told either way, and the knocker leaves the knock room.
        queue::unqueue_knock(cx, &knock.knock_room, id);
        knock.state = knock.state.withdraw();
        keep_knock(cx, id, &knock);
    }
    Ok(Outcome::Ok)
}

/// Nobody can have heard of this knock: no commit has led into the knock room.
fn said_nothing(cx: &Context, id: &str, knock: &KnockRecord) -> bool {
    match knock.state {
        KnockState::Gathering => true,
        KnockState::Joining { .. } if knock.again.is_empty() => {
            let join = JOINS.get(&cx.journal, knock.knock_room.as_str());
            let theirs = |join: &JoinRecord| join.purpose == Purpose::Knock { knock: id.to_owned() };
            join.is_none_or(|join| theirs(&join) && join.lost == 0 && !join.is_committing())
        }
        _ => false,
    }
}

/// The knocker is in the room by another way, under another name: what they asked for under this one is not wanted any
/// more. The hub takes a name that was let in all the same out of the list.
pub(crate) fn take_back(cx: &mut Context, id: &str) {
    let Some(mut knock) = KNOCKS.get(&cx.journal, id) else { return };
    knock.state = knock.state.withdraw();
    keep_knock(cx, id, &knock);
}

/// The knocker is in a room: knocks at it that nobody answered yet are taken back, and those with a yes that led
/// nowhere.
pub(crate) fn need_not_knock(cx: &mut Context, room: &RoomUri) {
    for (id, knock) in KNOCKS.all(&cx.journal) {
        if knock.target != *room {
            continue;
        }
        match knock.state {
            KnockState::Over { end: KnockEnd::Refused(problem), .. } if problem.code == SPOILED => {
                take_back(cx, &id);
            }
            KnockState::Over { .. } | KnockState::Withdrawing { .. } => {}
            _ => {
                let _ = withdraw(cx, &id);
            }
        }
    }
}

fn tell_withdrawn(cx: &mut Context, id: &str, knock: &KnockRecord) {
    let entry = ConsentEntry {
        operation: ConsentOperation::Revoke,
        requester: knock.target.host().uri(),
        target: knock.user(),
        room: Some(knock.target.clone()),
        key_packages: Vec::new(),
        extensions: Default::default(),
    };
    let Ok(body) = entry.encode() else { return };
    let bearer = cx.bearer();
    cx.request(Job::Withdraw(id.to_owned()), Method::Post, UPDATE_CONSENT.to_owned(), body, bearer);
}

pub(crate) fn withdraw_answered(cx: &mut Context, id: &str, answer: Answer<'_>) {
    if answer.status == 201 {
        end_knock(cx, id, KnockEnd::Withdrawn);
        return;
    }
    // Once nobody can be let in by it any more, there is nothing to take back.
    let knock = KNOCKS.get(&cx.journal, id);
    if knock.is_some_and(|knock| keys::can_be_used(knock.state.packages(), cx.now)) {
        cx.put_off_longer(Job::Withdraw(id.to_owned()));
    } else {
        end_knock(cx, id, KnockEnd::Withdrawn);
    }
}

pub(crate) fn dismiss_knock(cx: &mut Context, id: &str) -> Result<Outcome, Problem> {
    match KNOCKS.get(&cx.journal, id) {
        Some(knock) if !knock.state.is_over() => return Err(Problem::new(Refusal::KnockNotOver)),
        Some(knock) => {
            joins::need_not_come_in_after_all(cx, &knock.target);
            keys::erase(cx, knock.state.packages());
            KNOCKS.delete(&cx.journal, id);
        }
        None => {}
    }
    cx.home_changed();
    Ok(Outcome::Ok)
}

pub(crate) fn knock_lost_identity(cx: &mut Context, client: &ClientUri, problem: &Problem) {
    for (id, knock) in KNOCKS.having(&cx.journal, OPEN) {
        let shows = knock.disclose.is_some()
            && cx.identity_record(client).is_some_and(|identity| identity.used == Use::Account);
        if knock.client == *client || knock.visitor == *client || shows {
            knock_refused(cx, &id, problem.clone());
        }
    }
}

/// The provider takes no guests: whatever waits for this browser to be known is told.
pub(crate) fn refuse_all_waiting(cx: &mut Context, problem: &Problem) {
    for (id, _) in KNOCKS.having(&cx.journal, OPEN) {
        knock_refused(cx, &id, problem.clone());
    }
}

/// The knock of mine that was at this room under this user, if any.
pub(crate) fn knock_of(cx: &Context, room: &RoomUri, user: &doorstep_wire::UserUri) -> Option<(String, KnockRecord)> {
    KNOCKS.having(&cx.journal, &user_in(room, user)).into_iter().next()
}

/// Ends knocks nobody answered in time, and the wait for whoever may still let the knocker in after a no.
pub(crate) fn expire_knocks(cx: &mut Context) {
    for (id, mut knock) in KNOCKS.having_up_to(&cx.journal, ENDS, cx.now.0) {
        let (state, unused) = knock.state.expire();
        knock.state = state;
        keys::erase(cx, &unused);
        keep_knock(cx, &id, &knock);
    }
}

/// When the next one runs out of time.
pub(crate) fn next_expiry(cx: &Context) -> Option<u64> {
    KNOCKS.first_number_after(&cx.journal, ENDS, cx.now.0)
}
