//! A knock is taken back: what it brought is of no use any more (docs/PROTOCOL.md, "Outcome of a knock").

use std::sync::Arc;

use doorstep_wire::{
    Body, Capability, UnixMillis, UserUri,
    consent::{ConsentEntry, ConsentOperation},
};

use crate::{
    Answer, Effects, Fanout, FanoutKind, Hub, HubError, LogEntry, LogKind, Room,
    fanout::Sender,
    room::{leaf_row, withdrawn},
    stop::Stop,
    update::{Removal, propose_removals},
};

impl Hub {
    /// Remembers that `knocker` cannot be added to this room with the KeyPackages of the knock, and tells those who
    /// answer knocks, once. Whether `knocker` knocked is not known here: the clients of those who answer know. If
    /// somebody was faster and the knocker is in the room, but never showed up, they will not: their removal is
    /// proposed.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be read or written.
    pub fn withdraw(
        &self,
        room: &mut Room,
        knocker: &UserUri,
        now: UnixMillis,
        seed: [u8; 32],
    ) -> Result<Answer, HubError> {
        if withdrawn::has(&room.journal, knocker, now.0)? {
            return Ok(Answer::default());
        }
        let entry = ConsentEntry {
            operation: ConsentOperation::Revoke,
            requester: self.domain.uri(),
            target: knocker.clone(),
            room: Some(room.uri().clone()),
            key_packages: Vec::new(),
            extensions: Default::default(),
        };
        let body: Arc<[u8]> = entry.encode().map_err(HubError::internal)?.into();
        let until = now.0.saturating_add(self.config.withdrawal_lifetime);
        let outcome = room.attempt(|room| {
            withdrawn::put(&room.journal, knocker, until, self.config.max_withdrawals)?;
            let answering =
                room.roster.iter().filter(|(_, leaf)| room.state.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK));
            let recipients: Vec<_> = answering.map(|(_, leaf)| leaf.client.clone()).collect();
            let told = (!recipients.is_empty()).then(|| Fanout {
                kind: FanoutKind::Consent,
                room: room.uri().clone(),
                recipients,
                packages: Vec::new(),
                body,
            });
            let silent: Vec<_> = leaf_row::silent(&room.journal)?.into_iter().map(|(leaf, _)| leaf).collect();
            let theirs = room.roster.leaves_of(knocker).map(|(leaf, _)| leaf).filter(|leaf| silent.contains(leaf));
            let theirs: Vec<_> = theirs.collect();
            let removal = Removal { leaves: &theirs, handed_to: None };
            let proposed = propose_removals(room, self, removal, now, seed)?;
            let sender = Sender { room: room.uri(), at: now };
            let mut fanout: Vec<_> = told.into_iter().collect();
            for proposal in &proposed {
                fanout.extend(sender.proposal(room.audience().full, proposal, &[])?);
            }
            Ok((proposed, fanout))
        });
        let (proposed, fanout) = match outcome {
            Ok(done) => done,
            Err(Stop::Error(error)) => return Err(error),
            Err(stop) => return Err(HubError::internal(stop.refusal())),
        };
        let epoch = room.epoch().0;
        let log = proposed.iter().map(|message| LogEntry {
            at: now,
            epoch,
            kind: LogKind::Proposal,
            message: message.as_bytes().into(),
        });
        let effects = Effects { log: log.collect(), rows: room.journal.drain_writes(), fanout, ended: None };
        Ok(Answer { effects, ..Answer::default() })
    }
}
