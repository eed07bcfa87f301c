//! A knock is taken back: what it brought is of no use any more (docs/PROTOCOL.md, "Outcome of a knock").

use doorstep_wire::{UnixMillis, UserUri};

use crate::{Answer, Effects, Hub, HubError, Room, room::withdrawn};

impl Hub {
    /// Remembers that `knocker` cannot be added to this room with the KeyPackages of her knock. Whether she knocked is not
    /// known here, and does not matter.
    ///
    /// # Errors
    /// [`HubError::Internal`] if a row cannot be read or written.
    pub fn withdraw(&self, room: &mut Room, knocker: &UserUri, now: UnixMillis) -> Result<Answer, HubError> {
        let until = now.0.saturating_add(self.config.withdrawal_lifetime);
        withdrawn::put(&room.journal, knocker, until, self.config.max_withdrawals)?;
        let effects = Effects { rows: room.journal.drain_writes(), ..Effects::default() };
        Ok(Answer { effects, ..Answer::default() })
    }
}
