//! What has to be done in a knock room one after the other goes out in one request, and is brought to the hub by the own
//! provider, each step once the one before it has been accepted (docs/adr/0008-fewer-round-trips.md). All of it is on the
//! disk before it is sent; sent again it is the same bytes, and the hub says again what it said.

use doorstep_client_api::http::{InOrder, InOrderAnswers, Step, StepAnswer, StepKind};
use doorstep_wire::{Body, Refusal, update::UpdateRoomResponse};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize, Serialize, VLByteVec};

use crate::{
    context::{Answer, Context},
    event::DomainEvent,
    job::Job,
    record::{Busy, Intent, KNOCKS},
};

/// Where the Welcome goes, the commit that leads into the knock room, the knock, and out again.
pub(crate) fn way_of_a_knock(cx: &Context, id: &str, commit: &ByteBuf, then: Option<&Busy>) -> Option<Vec<u8>> {
    let knock = KNOCKS.get(&cx.journal, id);
    let wanted = knock.as_ref().filter(|knock| knock.state.is_wanted());
    let mut steps = Vec::new();
    if let Some(references) = wanted.and_then(|knock| knock.references()) {
        steps.push(step(StepKind::KeyPackageRefs, references));
    }
    steps.push(step(StepKind::Commit, commit.to_vec()));
    let then = then.into_iter().flat_map(steps_of);
    // What was taken back is not said.
    steps.extend(then.filter(|step| wanted.is_some() || step.kind != StepKind::Message));
    in_order(steps)
}

/// An answer to several steps: those to each, if the request as a whole was not refused.
pub(crate) fn answers_in_order(answer: &Answer<'_>) -> Option<Vec<StepAnswer>> {
    let answers = InOrderAnswers::tls_deserialize_exact(answer.body).ok();
    answers.filter(|_| answer.status == 200).map(|answers| answers.answers)
}

/// The provider or the hub could not do this step now: it and what comes after it are sent again later.
pub(crate) fn is_put_off_by(cx: &mut Context, job: &Job, step: &StepAnswer) -> bool {
    let later = matches!(step.status, 408 | 429 | 500..=599);
    if let Job::Room(room) = job {
        let away = later && heard(step).is_some_and(|word| word.is_about_a_provider());
        cx.tell(DomainEvent::HubReached { room: room.clone(), away });
    }
    if later {
        let retry_after = (step.retry_after > 0).then(|| u64::from(step.retry_after));
        cx.put_off_again(job.clone(), retry_after);
    }
    later
}

/// What is to be done in a knock room.
pub(crate) fn knock_and_leave(id: &str) -> [Intent; 2] {
    [Intent::Knock { knock: id.to_owned() }, Intent::Leave { command: None }]
}

/// The request for what is under way in a knock room.
pub(crate) fn of_busy(busy: &Busy) -> Option<Vec<u8>> {
    in_order(steps_of(busy))
}

fn steps_of(busy: &Busy) -> Vec<Step> {
    match busy {
        Busy::Message { request, leave, .. } => {
            let leave = leave.iter().map(|leave| step(StepKind::Proposal, leave.to_vec()));
            core::iter::once(step(StepKind::Message, request.to_vec())).chain(leave).collect()
        }
        Busy::Commit { request, .. } => vec![step(StepKind::Commit, request.to_vec())],
        Busy::Leaving { request, .. } => vec![step(StepKind::Proposal, request.to_vec())],
        // Nobody ends the knock room that they are only in to knock.
        Busy::Ending { .. } => Vec::new(),
    }
}

fn step(kind: StepKind, body: Vec<u8>) -> Step {
    Step { kind, body: VLByteVec::new(body) }
}

fn in_order(steps: Vec<Step>) -> Option<Vec<u8>> {
    InOrder { steps }.tls_serialize_detached().ok()
}

/// The answer to one step, as it would have come alone.
pub(crate) fn answer(step: &StepAnswer) -> Answer<'_> {
    Answer { status: step.status, reason: heard(step), body: step.body.as_slice() }
}

/// The word for what was refused.
fn heard(step: &StepAnswer) -> Option<Refusal> {
    core::str::from_utf8(step.reason.as_slice()).ok().and_then(Refusal::heard)
}

pub(crate) fn is_success(answer: &Answer<'_>) -> bool {
    answer.status == 200 && matches!(UpdateRoomResponse::decode(answer.body), Ok(UpdateRoomResponse::Success { .. }))
}
