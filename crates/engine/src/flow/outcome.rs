//! The outcome of a knock: sealed to the knocker, sent by a pseudonym used for nothing else, so that neither provider
//! reads it and nobody learns which moderator said no (docs/PROTOCOL.md, outcome of a knock).

use doorstep_client_api::{
    http::{MailboxItem, REQUEST_CONSENT},
    view::{Notice, Problem, RequestState},
};
use doorstep_content::{Outcome as SealedOutcome, OutcomeKind};
use doorstep_mls::{Mls, hpke_open};
use doorstep_wire::{
    Body, RoomUri, UserUri,
    component::KNOCK_SEALING_KEY,
    consent::{ConsentEntry, ConsentOperation},
    ext::outcome::OutcomeContext,
    hpke::HpkeCiphertext,
};
use serde_bytes::ByteBuf;

use super::mailbox::NotTaken;
use crate::{
    engine::{Answer, Engine},
    job::Job,
    record::{IDENTITIES, Intent, KnockState, OUTCOMES, OutcomeRecord, REQUESTS, ROOMS, RequestRecord, WITHDRAWN},
    step::Method,
};

/// Withdrawals in one room that are remembered, the newest.
const MAX_WITHDRAWN: usize = 256;

impl Engine {
    pub(crate) fn pump_outcomes(&mut self) {
        for (id, mut outcome) in OUTCOMES.all(&self.journal) {
            if outcome.banned && self.is_being_kept_out(&id) {
                continue;
            }
            if outcome.entries.is_empty() {
                let Some(request) = REQUESTS.get(&self.journal, &id) else {
                    OUTCOMES.delete(&self.journal, &id);
                    continue;
                };
                if self.identity_record(&outcome.sender).is_none_or(|sender| sender.token.is_none()) {
                    continue;
                }
                let Some(entries) = self.seal_outcome(&outcome, &request) else {
                    OUTCOMES.delete(&self.journal, &id);
                    self.answer_refused(&id, Problem::new("bad-answer-key"));
                    continue;
                };
                outcome.entries = entries;
                OUTCOMES.put(&self.journal, &id, &outcome);
            }
            if let Some(entry) = outcome.entries.get(usize::from(outcome.sent)) {
                let bearer = self.bearer();
                let body = entry.to_vec();
                self.request(Job::Outcome(id), Method::Post, REQUEST_CONSENT.to_owned(), body, bearer);
            }
        }
    }

    /// She hears of a ban when the room has it: the hub may refuse it.
    fn is_being_kept_out(&self, request: &str) -> bool {
        let room =
            REQUESTS.get(&self.journal, request).and_then(|record| ROOMS.get(&self.journal, record.target.as_str()));
        let ban = |intent: &Intent| matches!(intent, Intent::KeepOut { request: of } if of == request);
        room.is_some_and(|room| room.queue.iter().any(|queued| ban(&queued.intent)))
    }

    /// `request`, then `cancel`, of the same scope, with the same sealed words.
    fn seal_outcome(&mut self, outcome: &OutcomeRecord, request: &RequestRecord) -> Option<Vec<ByteBuf>> {
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
        let mls = Mls::new(&self.journal, self.turn.entropy.bytes());
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

    pub(crate) fn outcome_answered(&mut self, id: &str, answer: Answer<'_>) {
        let Some(mut outcome) = OUTCOMES.get(&self.journal, id) else { return };
        if answer.status != 201 {
            self.put_off(Job::Outcome(id.to_owned()), Some(30));
            return;
        }
        outcome.sent += 1;
        if usize::from(outcome.sent) < outcome.entries.len() {
            OUTCOMES.put(&self.journal, id, &outcome);
            return;
        }
        OUTCOMES.delete(&self.journal, id);
        IDENTITIES.delete(&self.journal, outcome.sender.as_str());
        if let Some(request) = REQUESTS.get(&self.journal, id)
            && let Some(room) = ROOMS.get(&self.journal, request.target.as_str())
            && matches!(request.state, RequestState::Answering(_))
        {
            self.request_answered(id, &room.client.user(), false);
        }
    }

    /// An outcome of a knock of mine, or the word that somebody took hers back.
    pub(crate) fn consent_came(&mut self, item: &MailboxItem) -> Result<(), NotTaken> {
        let entry = ConsentEntry::decode(item.body.as_slice()).map_err(|_| NotTaken::Useless)?;
        match entry.operation {
            ConsentOperation::Cancel => self.knock_was_answered(entry),
            ConsentOperation::Revoke => self.knock_was_withdrawn(&entry),
            ConsentOperation::Request | ConsentOperation::Grant => Err(NotTaken::Useless),
        }
    }

    /// The hub says so; it would refuse to let her in all the same. What was answered stays answered. It is remembered, since
    /// the knock itself may wait for the keys of its issuer, for a commit before it, or be under way, and since hearing it
    /// again must change nothing.
    fn knock_was_withdrawn(&mut self, entry: &ConsentEntry) -> Result<(), NotTaken> {
        let room = entry.room.as_ref().ok_or(NotTaken::Useless)?;
        let key = withdrawn_key(room, &entry.target);
        if ROOMS.get(&self.journal, room.as_str()).is_none() || WITHDRAWN.get(&self.journal, &key).is_some() {
            return Err(NotTaken::Useless);
        }
        let mut heard = WITHDRAWN.scan(&self.journal, &format!("{room}#"));
        heard.sort_by_key(|(_, at)| *at);
        for (old, _) in heard.iter().take((heard.len() + 1).saturating_sub(MAX_WITHDRAWN)) {
            WITHDRAWN.delete(&self.journal, old);
        }
        WITHDRAWN.put(&self.journal, &key, &self.turn.now.0);
        let waits = |record: &RequestRecord| matches!(record.state, RequestState::Open | RequestState::Failed(_));
        let hers = |record: &RequestRecord| record.user == entry.target && record.target == *room && waits(record);
        if let Some((id, mut record)) = REQUESTS.all(&self.journal).into_iter().find(|(_, record)| hers(record)) {
            record.state = RequestState::Withdrawn;
            record.packages.clear();
            self.keep_request(&id, &record);
        }
        Ok(())
    }

    fn knock_was_answered(&mut self, entry: ConsentEntry) -> Result<(), NotTaken> {
        let room = entry.room.ok_or(NotTaken::Useless)?;
        let (id, knock) = self.knock_of(&room, &entry.target).ok_or(NotTaken::Useless)?;
        if knock.state.is_over() {
            return Err(NotTaken::Useless);
        }
        let sealed = entry.extensions.get(&KNOCK_SEALING_KEY).ok_or(NotTaken::Useless)?;
        let sealed = HpkeCiphertext::decode(sealed).map_err(|_| NotTaken::Useless)?;
        let context =
            OutcomeContext { room: room.clone(), knocker_user: entry.target.clone(), request_id: knock.request_id };
        let info = context.info().map_err(|_| NotTaken::Useless)?;
        let (kem_output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
        let plain =
            hpke_open(&knock.answer_secret, &info, &[], kem_output, ciphertext).map_err(|_| NotTaken::Useless)?;
        let outcome = SealedOutcome::decode(&plain).map_err(|_| NotTaken::Useless)?;
        if outcome.request_id != knock.request_id {
            return Err(NotTaken::Useless);
        }
        let state = match outcome.kind {
            OutcomeKind::Declined => KnockState::Declined { reason: outcome.reason },
            OutcomeKind::Banned => KnockState::Banned { reason: outcome.reason },
            OutcomeKind::RoomClosed => KnockState::RoomClosed,
            OutcomeKind::Expired => KnockState::Expired,
        };
        self.end_knock(&id, state);
        self.notice(Notice::Declined { room_name: knock.target_name });
        Ok(())
    }
}

/// Where it is kept that a knock is taken back.
pub(super) fn withdrawn_key(room: &RoomUri, user: &UserUri) -> String {
    format!("{room}#{user}")
}
