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
    Body, EndReason, RawMlsMessage, Refusal, UnixMillis,
    update::{HandshakeBundle, UpdateRoomResponse},
};

use crate::{
    Answer, Caller, Effects, Fanout, Hub, HubError, LogEntry, LogKind, Room, end_room::who_meets, room::first_answer,
    stop::Stop,
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
        let met = who_meets(room)?;
        let outcome = room.attempt(|room| {
            let fanout = match &bundle {
                HandshakeBundle::Commit { commit, welcome, group_info, ratchet_tree: _ } => {
                    commit::take(room, occasion, commit, welcome.as_ref(), group_info)?
                }
                HandshakeBundle::Proposal { proposal, more } => proposal::take(room, occasion, proposal, more)?,
            };
            first_answer::keep(&room.journal, &digest, epoch.0, &answer, self.config.max_first_answers)?;
            // Whoever is left in a room in which two met has nobody to talk to.
            let is_left = met.len() > 1 && !met.is_subset(&who_meets(room)?);
            let ended = if is_left { self.close(room, EndReason::Served, [0; 32], now)?.ended } else { None };
            Ok((fanout, ended))
        });
        match outcome {
            Ok((fanout, ended)) => {
                let log = vec![LogEntry { at: now, epoch: epoch.0, kind, message }];
                let effects = Effects { rows: room.journal.drain_writes(), log, fanout, ended };
                Ok(Answer { body: answer, reason: None, effects, knows_room: true })
            }
            Err(Stop::Error(error)) => Err(error),
            Err(stop) => {
                let mut answer = Answer::refused(refused(room, &stop)?, Some(stop.refusal()));
                if let HandshakeBundle::Commit { commit, .. } = &bundle {
                    overtaken::answer(room, occasion, commit, &stop, &mut answer)?;
                }
                Ok(answer)
            }
        }
    }
}

fn success(now: UnixMillis) -> Result<Vec<u8>, HubError> {
    UpdateRoomResponse::success(now).encode().map_err(HubError::internal)
}

fn refused(room: &Room, stop: &Stop) -> Result<Vec<u8>, HubError> {
    let refusal = stop.refusal();
    let response = match stop {
        Stop::WrongEpoch => UpdateRoomResponse::wrong_epoch(room.epoch(), refusal.word()),
        Stop::Denied(_) | Stop::Error(_) => UpdateRoomResponse::not_allowed(refusal.word()),
    };
    response.encode().map_err(HubError::internal)
}

/// A handshake of this group and epoch?
pub(crate) fn check_header(room: &Room, message: &RawMlsMessage) -> Result<(), Stop> {
    if message.group_id() != Some(room.observer.group_id()) {
        return Err(Stop::Denied(Refusal::WrongGroup));
    }
    if message.epoch() != Some(room.epoch()) {
        return Err(Stop::WrongEpoch);
    }
    Ok(())
}

impl From<ObserverError> for Stop {
    fn from(error: ObserverError) -> Self {
        match error {
            ObserverError::WrongEpoch { .. } => Self::WrongEpoch,
            ObserverError::UnknownProposal => Self::Denied(Refusal::UnknownProposal),
            ObserverError::Suite => Self::Denied(Refusal::CipherSuite),
            ObserverError::Malformed | ObserverError::Invalid(_) => Self::Denied(Refusal::InvalidMls),
        }
    }
}

/// Messages to send, in order.
pub(crate) type Outgoing = Vec<Fanout>;
