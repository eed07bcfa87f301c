//! The outcome of a knock: sealed to the knocker, sent by a pseudonym used for nothing else, so that neither provider
//! reads it and nobody learns which moderator said no (docs/PROTOCOL.md, outcome of a knock).

use doorstep_client_api::http::{MailboxItem, REQUEST_CONSENT};
use doorstep_content::{Outcome as SealedOutcome, OutcomeKind};
use doorstep_mls::{Mls, hpke_open};
use doorstep_page_api::view::{Notice, Problem, RequestState};
use doorstep_wire::{
    Body, ClientUri, Refusal,
    component::KNOCK_SEALING_KEY,
    consent::{ConsentEntry, ConsentOperation},
    ext::outcome::OutcomeContext,
    hpke::HpkeCiphertext,
};
use serde_bytes::ByteBuf;

use crate::{
    context::{Answer, Context},
    issuers::NotTaken,
    job::Job,
    knock::{knocker, moderator},
    record::{
        IDENTITIES, Intent, KnockEnd, KnockState, OUTCOMES, OutcomeRecord, REQUESTS, ROOMS, RequestRecord, WITHDRAWN,
        labels::user_in,
    },
    step::Method,
};

/// Withdrawals in one room that are remembered, the newest.
const MAX_WITHDRAWN: usize = 256;

pub(crate) fn pump_outcomes(cx: &mut Context) {
    for (id, mut outcome) in OUTCOMES.all(&cx.journal) {
        if outcome.banned && is_being_kept_out(cx, &id) {
            continue;
        }
        if outcome.entries.is_empty() {
            let Some(request) = REQUESTS.get(&cx.journal, &id) else {
                OUTCOMES.delete(&cx.journal, &id);
                continue;
            };
            if cx.identity_record(&outcome.sender).is_none_or(|sender| sender.token.is_none()) {
                continue;
            }
            let Some(entries) = seal_outcome(cx, &outcome, &request) else {
                OUTCOMES.delete(&cx.journal, &id);
                moderator::answer_refused(cx, &id, Problem::new(Refusal::BadAnswerKey));
                continue;
            };
            outcome.entries = entries;
            OUTCOMES.put(&cx.journal, &id, &outcome);
        }
        if let Some(entry) = outcome.entries.get(usize::from(outcome.sent)) {
            let bearer = cx.bearer();
            let body = entry.to_vec();
            cx.request(Job::Outcome(id), Method::Post, REQUEST_CONSENT.to_owned(), body, bearer);
        }
    }
}

/// The knocker hears of a ban when the room has it: the hub may refuse it.
fn is_being_kept_out(cx: &Context, request: &str) -> bool {
    let room = REQUESTS.get(&cx.journal, request).and_then(|record| ROOMS.get(&cx.journal, record.target.as_str()));
    let ban = |intent: &Intent| matches!(intent, Intent::KeepOut { request: of } if of == request);
    room.is_some_and(|room| room.queue.iter().any(|queued| ban(&queued.intent)))
}

/// `request`, then `cancel`, of the same scope, with the same sealed words.
fn seal_outcome(cx: &mut Context, outcome: &OutcomeRecord, request: &RequestRecord) -> Option<Vec<ByteBuf>> {
    let info = OutcomeContext {
        room: request.target.clone(),
        knocker_user: request.user.clone(),
        request_id: request.request_id,
    }
    .info()
    .ok()?;
    let plain = SealedOutcome {
        kind: if outcome.banned { OutcomeKind::Banned } else { OutcomeKind::Declined },
        reason: outcome.reason.clone(),
        request_id: request.request_id,
    }
    .encode()
    .ok()?;
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let (kem_output, ciphertext) = mls.hpke_seal(&request.answer_key, &info, &[], &plain).ok()?;
    let sealed = HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() }.encode().ok()?;
    [ConsentOperation::Request, ConsentOperation::Cancel]
        .into_iter()
        .map(|operation| {
            let mut entry = ConsentEntry {
                operation,
                requester: outcome.sender.user().into(),
                target: request.user.clone(),
                room: Some(request.target.clone()),
                key_packages: Vec::new(),
                extensions: Default::default(),
            };
            entry.extensions.insert(KNOCK_SEALING_KEY, sealed.clone());
            entry.encode().ok().map(ByteBuf::from)
        })
        .collect()
}

pub(crate) fn outcome_answered(cx: &mut Context, id: &str, answer: Answer<'_>) {
    let Some(mut outcome) = OUTCOMES.get(&cx.journal, id) else { return };
    if answer.is_no() {
        OUTCOMES.delete(&cx.journal, id);
        moderator::answer_refused(cx, id, answer.problem(Refusal::NotAllowed));
        return;
    }
    if answer.status != 201 {
        cx.put_off_longer(Job::Outcome(id.to_owned()));
        return;
    }
    outcome.sent += 1;
    if usize::from(outcome.sent) < outcome.entries.len() {
        OUTCOMES.put(&cx.journal, id, &outcome);
        return;
    }
    OUTCOMES.delete(&cx.journal, id);
    IDENTITIES.delete(&cx.journal, outcome.sender.as_str());
    if let Some(request) = REQUESTS.get(&cx.journal, id)
        && let Some(room) = ROOMS.get(&cx.journal, request.target.as_str())
        && matches!(request.state, RequestState::Answering(_))
    {
        moderator::request_answered(cx, id, &room.client.user(), false);
    }
}

/// The name under which a no was to be said is not vouched for.
pub(crate) fn outcome_lost_identity(cx: &mut Context, client: &ClientUri, problem: &Problem) {
    for (id, outcome) in OUTCOMES.all(&cx.journal) {
        if outcome.sender == *client {
            OUTCOMES.delete(&cx.journal, &id);
            IDENTITIES.delete(&cx.journal, client.as_str());
            moderator::answer_refused(cx, &id, problem.clone());
        }
    }
}

/// An outcome of a knock of mine, or the word that somebody took theirs back.
pub(crate) fn consent_came(cx: &mut Context, item: &MailboxItem) -> Result<(), NotTaken> {
    let entry = ConsentEntry::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
    match entry.operation {
        ConsentOperation::Cancel => knock_was_answered(cx, entry),
        ConsentOperation::Revoke => knock_was_withdrawn(cx, &entry),
        ConsentOperation::Request | ConsentOperation::Grant => Err(NotTaken::Useless),
    }
}

/// The hub says so; it would refuse to let the knocker in all the same. What was answered stays answered. It is
/// remembered, since the knock itself may wait for the keys of its issuer, for a commit before it, or be under way, and
/// since hearing it again must change nothing.
fn knock_was_withdrawn(cx: &mut Context, entry: &ConsentEntry) -> Result<(), NotTaken> {
    let room = entry.room.as_ref().ok_or(NotTaken::Useless)?;
    let key = moderator::withdrawn_key(room, &entry.target);
    if ROOMS.get(&cx.journal, room.as_str()).is_none() || WITHDRAWN.get(&cx.journal, &key).is_some() {
        return Err(NotTaken::Useless);
    }
    let mut heard = WITHDRAWN.scan(&cx.journal, &format!("{room}#"));
    heard.sort_by_key(|(_, at)| *at);
    for (old, _) in heard.iter().take((heard.len() + 1).saturating_sub(MAX_WITHDRAWN)) {
        WITHDRAWN.delete(&cx.journal, old);
    }
    WITHDRAWN.put(&cx.journal, &key, &cx.now.0);
    let waits = |record: &RequestRecord| matches!(record.state, RequestState::Open | RequestState::Failed(_));
    let theirs = REQUESTS.having(&cx.journal, &user_in(room, &entry.target));
    if let Some((id, mut record)) = theirs.into_iter().find(|(_, record)| waits(record)) {
        record.state = RequestState::Withdrawn;
        record.packages.clear();
        moderator::keep_request(cx, &id, &record);
    }
    Ok(())
}

fn knock_was_answered(cx: &mut Context, entry: ConsentEntry) -> Result<(), NotTaken> {
    let room = entry.room.ok_or(NotTaken::Useless)?;
    let (id, knock) = knocker::knock_of(cx, &room, &entry.target).ok_or(NotTaken::Useless)?;
    // To what I took back a no says nothing.
    if knock.state.is_over() || matches!(knock.state, KnockState::Withdrawing { .. }) {
        return Err(NotTaken::Useless);
    }
    let sealed = entry.extensions.get(&KNOCK_SEALING_KEY).ok_or(NotTaken::Useless)?;
    let sealed = HpkeCiphertext::decode(sealed).map_err(|_| NotTaken::Useless)?;
    let context =
        OutcomeContext { room: room.clone(), knocker_user: entry.target.clone(), request_id: knock.request_id };
    let info = context.info().map_err(|_| NotTaken::Useless)?;
    let (kem_output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
    let plain = hpke_open(&knock.answer_secret, &info, &[], kem_output, ciphertext).map_err(|_| NotTaken::Useless)?;
    let outcome = SealedOutcome::decode(&plain).map_err(|_| NotTaken::Useless)?;
    if outcome.request_id != knock.request_id {
        return Err(NotTaken::Useless);
    }
    let end = match outcome.kind {
        OutcomeKind::Declined => KnockEnd::Declined { reason: outcome.reason },
        OutcomeKind::Banned => KnockEnd::Banned { reason: outcome.reason },
        OutcomeKind::RoomClosed => KnockEnd::RoomClosed,
        OutcomeKind::Expired => KnockEnd::Expired,
    };
    knocker::end_knock(cx, &id, end);
    cx.notice(Notice::Declined { room_name: knock.target_name });
    Ok(())
}
