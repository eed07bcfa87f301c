//! `submitMessage`: application messages (mimi-protocol-06 §5.4). The hub cannot read them, nor see which leaf sent them;
//! it knows who says to have sent them, and who may hear them.

use doorstep_policy::permit_send;
use doorstep_wire::{
    Body, Epoch, LeafIndex, Refusal, UnixMillis, UserUri,
    submit::{SubmitMessageRequest, SubmitMessageResponse},
};

use crate::{
    Answer, Caller, Effects, Hub, HubError, LogEntry, LogKind, Room,
    fanout::Sender,
    franking,
    room::{
        first_answer, head,
        knocker::{self, Knocker},
        leaf_row,
        pending::{self, Pending},
        waiting,
    },
    stop::Stop,
};

/// Why a message is not taken.
enum NotTaken {
    /// It has to be encrypted again.
    TooOld,
    /// Anything else.
    Refused(Stop),
}

impl<E: Into<Stop>> From<E> for NotTaken {
    fn from(refusal: E) -> Self {
        Self::Refused(refusal.into())
    }
}

impl Hub {
    /// Takes a message in. `body` is a `SubmitMessageRequest`, the answer a `SubmitMessageResponse`. That the sender is
    /// the caller's is known only as far as its provider.
    ///
    /// # Errors
    /// [`HubError`] if there is no answer in the draft's terms.
    pub fn submit_message(
        &self,
        room: &mut Room,
        body: &[u8],
        caller: &Caller,
        now: UnixMillis,
        _seed: [u8; 32],
    ) -> Result<Answer, HubError> {
        if body.len() > self.config.max_message_bytes {
            return Err(HubError::TooLarge);
        }
        let request = SubmitMessageRequest::decode(body).map_err(|_| HubError::Malformed("SubmitMessageRequest"))?;
        if request.sending_uri.host() != caller.domain {
            return Err(HubError::NotYours);
        }
        let digest = first_answer::name(&caller.domain, &request.app_message);
        if let Some(body) = first_answer::find(&room.journal, &digest)? {
            return Ok(Answer { body, ..Answer::default() });
        }
        let refused = |response: &SubmitMessageResponse, word| {
            Ok(Answer::refused(response.encode().map_err(HubError::internal)?, Some(word)))
        };
        let epoch = match self.admit(room, &request) {
            Ok(epoch) => epoch,
            Err(NotTaken::TooOld) => {
                let response = SubmitMessageResponse::EpochTooOld { current_epoch: room.epoch() };
                return refused(&response, Refusal::EpochTooOld);
            }
            Err(NotTaken::Refused(Stop::Error(error))) => return Err(error),
            Err(NotTaken::Refused(stop)) => return refused(&SubmitMessageResponse::NotAllowed, stop.refusal()),
        };
        let message = &request.app_message;
        let frank = match franking::tag_of(message) {
            Some(tag) => Some(franking::frank(&self.keys, &tag, &request.sending_uri, room.uri(), now)?),
            None => None,
        };
        let response = SubmitMessageResponse::Accepted { accepted_timestamp: now, frank: frank.clone() };
        let body = response.encode().map_err(HubError::internal)?;
        let outcome = room.attempt(|room| {
            self.count(room, &request.sending_uri, epoch, now)?;
            first_answer::keep(&room.journal, &digest, epoch.0, &body, self.config.max_first_answers)?;
            let to = room.readers()?;
            let sender = Sender { room: room.uri(), at: now };
            Ok(sender.application(to, message, frank)?)
        });
        let fanout = match outcome {
            Ok(fanout) => fanout.into_iter().collect(),
            Err(Stop::Error(error)) => return Err(error),
            Err(stop) => return refused(&SubmitMessageResponse::NotAllowed, stop.refusal()),
        };
        let log =
            vec![LogEntry { at: now, epoch: epoch.0, kind: LogKind::Application, message: message.as_bytes().into() }];
        Ok(Answer {
            body,
            reason: None,
            effects: Effects { rows: room.journal.drain_writes(), log, fanout, ended: None },
            ..Answer::default()
        })
    }

    /// May this message be sent now? Its epoch.
    fn admit(&self, room: &Room, request: &SubmitMessageRequest) -> Result<Epoch, NotTaken> {
        let message = &request.app_message;
        if message.group_id() != Some(room.observer.group_id()) {
            return Err(Stop::Denied(Refusal::WrongGroup).into());
        }
        let user = &request.sending_uri;
        permit_send(&room.state, user)?;
        if room.gone()?.has_left(&room.roster, user) {
            return Err(Stop::Denied(Refusal::Left).into());
        }
        let epoch = message.epoch().ok_or(Stop::Denied(Refusal::InvalidMls))?;
        let Some(age) = room.epoch().0.checked_sub(epoch.0) else {
            return Err(Stop::Denied(Refusal::FutureEpoch).into());
        };
        let Some(terms) = room.knock_terms() else {
            return if age <= self.config.epoch_tolerance { Ok(epoch) } else { Err(NotTaken::TooOld) };
        };
        if room.only_waits(user) {
            if message.as_bytes().len() > usize::try_from(terms.max_message_bytes).unwrap_or(usize::MAX) {
                return Err(Stop::Denied(Refusal::KnockTooLarge).into());
            }
            if knocker::get(&room.journal, user)?.is_some_and(|row| row.messages >= terms.max_messages_per_knocker) {
                return Err(Stop::Denied(Refusal::KnockLimit).into());
            }
            // Removals that were handed to the knocker on coming in and that wait for the knocker's commit. When
            // somebody else comes in before that they are handed on.
            let waiting = pending::all(&room.journal)?;
            let theirs = |row: &Pending| {
                let leaf = row.handed_to.and_then(|leaf| room.roster.get(LeafIndex(leaf)));
                leaf.is_some_and(|leaf| leaf.user == *user)
            };
            if waiting.iter().any(theirs) {
                return Err(Stop::Denied(Refusal::Pending).into());
            }
        }
        if room.recipients().is_empty() {
            return Err(Stop::Denied(Refusal::KnockUnreadable).into());
        }
        // What has to be current is to whom a knock is sealed, not the epoch.
        let sealed_to_all = epoch.0 >= head::get(&room.journal)?.recipients_since;
        if age <= self.config.knock_epoch_tolerance && sealed_to_all { Ok(epoch) } else { Err(NotTaken::TooOld) }
    }

    /// Counts a knock, and notes that its sender is alive and waits for an answer.
    fn count(&self, room: &Room, user: &UserUri, epoch: Epoch, now: UnixMillis) -> Result<(), HubError> {
        if room.only_waits(user) {
            let messages = knocker::get(&room.journal, user)?.map_or(0, |row| row.messages);
            let row = Knocker { messages: messages.saturating_add(1), last_epoch: epoch.0, seen_at: now.0 };
            knocker::put(&room.journal, user, &row)?;
            let until = now.0.saturating_add(self.config.withdrawal_lifetime);
            for (_, leaf) in room.roster.leaves_of(user).filter(|(_, leaf)| leaf.client.host() == self.domain) {
                waiting::put(&room.journal, &leaf.client, until, self.config.max_withdrawals)?;
            }
        }
        for (index, _) in room.roster.leaves_of(user) {
            leaf_row::show(&room.journal, index);
        }
        Ok(())
    }
}
