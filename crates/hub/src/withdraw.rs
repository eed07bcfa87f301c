//! A knock is taken back: what it brought is of no use any more (docs/PROTOCOL.md, "Outcome of a knock").

use std::sync::Arc;

use doorstep_wire::{
    Body, Capability, UnixMillis, UserUri,
    consent::{ConsentEntry, ConsentOperation},
};

use crate::{Answer, Effects, Fanout, FanoutKind, Hub, HubError, Room, room::withdrawn};

impl Hub {
    /// Remembers that `knocker` cannot be added to this room with the KeyPackages of her knock, and tells those who answer
    /// knocks, once. Whether she knocked is not known here: their clients know.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be read or written.
    pub fn withdraw(&self, room: &mut Room, knocker: &UserUri, now: UnixMillis) -> Result<Answer, HubError> {
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
        withdrawn::put(&room.journal, knocker, until, self.config.max_withdrawals)?;
        let answering = room.roster.iter().filter(|(_, leaf)| room.state.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK));
        let recipients: Vec<_> = answering.map(|(_, leaf)| leaf.client.clone()).collect();
        let told = (!recipients.is_empty()).then(|| Fanout {
            kind: FanoutKind::Consent,
            room: room.uri().clone(),
            recipients,
            packages: Vec::new(),
            body,
        });
        let fanout = told.into_iter().collect();
        let effects = Effects { rows: room.journal.drain_writes(), fanout, ..Effects::default() };
        Ok(Answer { effects, ..Answer::default() })
    }
}
