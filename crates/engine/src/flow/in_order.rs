//! What has to be done in a knock room one after the other goes out in one request, and is brought to the hub by the own
//! provider, each step once the one before it has been accepted (docs/adr/0008-fewer-round-trips.md). All of it is on the
//! disk before it is sent; sent again it is the same bytes, and the hub says again what it said.

use doorstep_client_api::{
    http::{InOrder, InOrderAnswers, Step, StepAnswer, StepKind},
    view::RoomEnd,
};
use doorstep_wire::{Body, GroupUri, RoomUri, UnixMillis, submit::SubmitMessageResponse, update::UpdateRoomResponse};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize, Serialize, VLByteVec};

use super::room::Begun;
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{Busy, Intent, JoinRecord, KNOCKS, Queued, ROOMS, RoomRecord},
};

impl Engine {
    /// Seals the knock with the group that is about to be joined, and leaves it: both count if the commit is accepted, and
    /// go with the group if it is not. None: that cannot be done now, and is tried once she is in.
    pub(super) fn knock_ahead(&mut self, join: &JoinRecord, group: &GroupUri, id: &str) -> Option<Busy> {
        if KNOCKS.get(&self.journal, id).is_none_or(|knock| knock.withdrawing) {
            return None;
        }
        self.ensure_epoch(&join.room);
        let (room, client) = (join.room.clone(), join.client.clone());
        let mut record = RoomRecord::entered(room, group.clone(), client, String::new(), self.turn.now.0);
        record.knock = Some(id.to_owned());
        for (number, intent) in (0..).zip(knock_and_leave(id)) {
            record.queue.push(Queued { number, intent, tries: 0 });
        }
        let head = record.queue.first()?.clone();
        let mark = self.journal.mark();
        match self.begin_one(&record, &head) {
            Begun::Busy(busy @ Busy::Message { .. }) => Some(busy),
            _ => {
                self.journal.rollback(mark);
                self.rooms.remove(&join.room);
                None
            }
        }
    }

    /// Where the Welcome goes, the commit that leads into the knock room, the knock, and out again.
    pub(super) fn way_of_a_knock(&self, id: &str, commit: &ByteBuf, then: Option<&Busy>) -> Option<Vec<u8>> {
        let knock = KNOCKS.get(&self.journal, id);
        let wanted = knock.as_ref().filter(|knock| !knock.withdrawing);
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
    pub(super) fn answers_in_order(answer: &Answer<'_>) -> Option<Vec<StepAnswer>> {
        let answers = InOrderAnswers::tls_deserialize_exact(answer.body).ok();
        answers.filter(|_| answer.status == 200).map(|answers| answers.answers)
    }

    /// The provider or the hub could not do this step now: it and what comes after it are sent again later.
    pub(super) fn is_put_off_by(&mut self, job: &Job, step: &StepAnswer) -> bool {
        let later = matches!(step.status, 408 | 429 | 500..=599);
        self.hub_is_away(job, later && step.reason.as_slice().starts_with(b"provider-"));
        if later {
            let retry_after = (step.retry_after > 0).then(|| u64::from(step.retry_after));
            self.put_off_again(job.clone(), retry_after);
        }
        later
    }

    /// What became of the steps in a knock room that she is in.
    pub(super) fn steps_answered(&mut self, room: &RoomUri, steps: impl IntoIterator<Item = StepAnswer>) {
        for step in steps {
            let record = ROOMS.get(&self.journal, room.as_str()).filter(|record| record.knock.is_some());
            let Some(record) = record else { return };
            if self.is_put_off_by(&Job::Room(room.clone()), &step) {
                return;
            }
            let answer = answer(&step);
            match (step.kind, record.busy.clone()) {
                (StepKind::Message, Some(Busy::Message { number, .. })) => {
                    self.message_answered(record, number, &answer);
                }
                (StepKind::Message, _) => self.said_all_the_same(&record, &answer),
                (StepKind::Commit, Some(Busy::Commit { number, .. })) => self.commit_answered(record, number, &answer),
                (StepKind::Proposal, Some(Busy::Leaving { number, .. })) => {
                    self.leaving_answered(record, number, &answer);
                }
                (StepKind::Proposal, None) if is_success(&answer) => self.left(record, RoomEnd::Left),
                // Of a commit that stood already, by the mail.
                _ => {}
            }
        }
    }

    /// A knock that was taken back while it was on its way got there.
    fn said_all_the_same(&mut self, record: &RoomRecord, answer: &Answer<'_>) {
        if let Some(knock) = &record.knock
            && let Ok(SubmitMessageResponse::Accepted { accepted_timestamp, .. }) =
                SubmitMessageResponse::decode(answer.body)
        {
            self.knock_sent(knock, UnixMillis(accepted_timestamp.0));
        }
    }
}

/// What is to be done in a knock room.
pub(super) fn knock_and_leave(id: &str) -> [Intent; 2] {
    [Intent::Knock { knock: id.to_owned() }, Intent::Leave { command: None }]
}

/// The request for what is under way in a knock room.
pub(super) fn of_busy(busy: &Busy) -> Option<Vec<u8>> {
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
    }
}

fn step(kind: StepKind, body: Vec<u8>) -> Step {
    Step { kind, body: VLByteVec::new(body) }
}

fn in_order(steps: Vec<Step>) -> Option<Vec<u8>> {
    InOrder { steps }.tls_serialize_detached().ok()
}

/// The answer to one step, as it would have come alone.
pub(super) fn answer(step: &StepAnswer) -> Answer<'_> {
    let reason = String::from_utf8(step.reason.as_slice().to_vec()).ok().filter(|reason| !reason.is_empty());
    Answer { status: step.status, reason, body: step.body.as_slice() }
}

fn is_success(answer: &Answer<'_>) -> bool {
    answer.status == 200 && matches!(UpdateRoomResponse::decode(answer.body), Ok(UpdateRoomResponse::Success { .. }))
}
