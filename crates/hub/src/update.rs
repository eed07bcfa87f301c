//! `update`: commits and proposals (mimi-protocol-06 §5.3). What a commit may do is not decided here but by
//! [`doorstep_membership`], as on every member's client; here is what only the owner of the room knows.

mod commit;
mod overtaken;
mod pending_check;
mod proposal;
mod remember;
mod removals;

use std::sync::Arc;

use doorstep_credential::IssuerKeys;
use doorstep_mls::ObserverError;
use doorstep_wire::{
    Body, RawMlsMessage, UnixMillis,
    update::{HandshakeBundle, UpdateRoomResponse},
};

use crate::{
    Answer, Caller, Effects, Fanout, Hub, HubError, LogEntry, LogKind, Room, reason, refusal::Refusal,
    room::first_answer,
};

pub(crate) use removals::{Removal, propose_removals};

/// What every step of an update needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) hub: &'a Hub,
    pub(crate) caller: &'a Caller,
    pub(crate) keys: &'a dyn IssuerKeys,
    pub(crate) now: UnixMillis,
    pub(crate) seed: [u8; 32],
}

impl Hub {
    /// Takes a commit or proposals in. `body` is a `HandshakeBundle`, the answer an `UpdateRoomResponse`.
    ///
    /// # Errors
    /// [`HubError`] if there is no answer in the draft's terms.
    pub fn update(
        &self,
        room: &mut Room,
        body: &[u8],
        caller: &Caller,
        keys: &dyn IssuerKeys,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Answer, HubError> {
        if body.len() > self.config.max_handshake_bytes {
            return Err(HubError::TooLarge);
        }
        let bundle = HandshakeBundle::decode(body).map_err(|_| HubError::Malformed("HandshakeBundle"))?;
        let message = match &bundle {
            HandshakeBundle::Commit { commit, .. } => commit,
            HandshakeBundle::Proposal { proposal, .. } => proposal,
        };
        let digest = first_answer::name(&caller.domain, message);
        if let Some(body) = first_answer::find(&room.journal, &digest)? {
            return Ok(Answer { body, ..Answer::default() });
        }
        let kind = if message.is_commit() { LogKind::Commit } else { LogKind::Proposal };
        let (epoch, message): (_, Arc<[u8]>) = (room.epoch(), message.as_bytes().into());
        let occasion = Occasion { hub: self, caller, keys, now, seed };
        let answer = success(now)?;
        let outcome = room.attempt(|room| {
            let fanout = match &bundle {
                HandshakeBundle::Commit { commit, welcome, group_info, ratchet_tree: _ } => {
                    commit::take(room, occasion, commit, welcome.as_ref(), group_info)?
                }
                HandshakeBundle::Proposal { proposal, more } => proposal::take(room, occasion, proposal, more)?,
            };
            first_answer::keep(&room.journal, &digest, epoch.0, &answer, self.config.max_first_answers)?;
            Ok(fanout)
        });
        match outcome {
            Ok(fanout) => {
                let log = vec![LogEntry { at: now, epoch: epoch.0, kind, message }];
                let effects = Effects { rows: room.journal.drain_writes(), log, fanout };
                Ok(Answer { body: answer, reason: None, effects, knows_room: true })
            }
            Err(Refusal::Error(error)) => Err(error),
            Err(refusal) => {
                let mut answer = Answer::refused(refused(room, &refusal)?, Some(refusal.reason()));
                if let HandshakeBundle::Commit { commit, .. } = &bundle {
                    overtaken::answer(room, occasion, commit, &refusal, &mut answer)?;
                }
                Ok(answer)
            }
        }
    }
}

fn success(now: UnixMillis) -> Result<Vec<u8>, HubError> {
    UpdateRoomResponse::success(now).encode().map_err(HubError::internal)
}

fn refused(room: &Room, refusal: &Refusal) -> Result<Vec<u8>, HubError> {
    let word = refusal.reason();
    let response = match refusal {
        Refusal::WrongEpoch => UpdateRoomResponse::wrong_epoch(room.epoch(), word),
        Refusal::Denied(_) | Refusal::Error(_) => UpdateRoomResponse::not_allowed(word),
    };
    response.encode().map_err(HubError::internal)
}

/// A handshake of this group and epoch?
pub(crate) fn check_header(room: &Room, message: &RawMlsMessage) -> Result<(), Refusal> {
    if message.group_id() != Some(room.observer.group_id()) {
        return Err(Refusal::Denied(reason::WRONG_GROUP));
    }
    if message.epoch() != Some(room.epoch()) {
        return Err(Refusal::WrongEpoch);
    }
    Ok(())
}

impl From<ObserverError> for Refusal {
    fn from(error: ObserverError) -> Self {
        match error {
            ObserverError::WrongEpoch { .. } => Self::WrongEpoch,
            ObserverError::UnknownProposal => Self::Denied(reason::UNKNOWN_PROPOSAL),
            ObserverError::Suite => Self::Denied(reason::CIPHER_SUITE),
            ObserverError::Malformed | ObserverError::Invalid(_) => Self::Denied(reason::INVALID_MLS),
        }
    }
}

/// Messages to send, in order.
pub(crate) type Outgoing = Vec<Fanout>;
