//! Mail that cannot be judged because an issuer's provider does not answer at the moment. It is put by, with all that comes
//! after it about the same room, and taken in when the keys are there: nobody's mailbox stands still for a provider that is
//! away, and nothing is lost by it.

use doorstep_client_api::http::MailboxItem;
use doorstep_wire::{ProviderDomain, RoomUri};
use serde_bytes::ByteBuf;
use tls_codec::{Deserialize, Serialize};

use super::mailbox::NotTaken;
use crate::{
    engine::Engine,
    record::{PARKED, ParkedRecord},
};

/// Items that are put by at most; what comes then is passed over.
const MOST: usize = 1_000;
/// Milliseconds after which an issuer that never answered is taken for none.
const LONGEST: u64 = 30 * 24 * 60 * 60 * 1_000;

impl Engine {
    /// Whose keys the mail of this room waits for, if it does.
    pub(crate) fn parked_for(&self, room: &RoomUri) -> Option<ProviderDomain> {
        PARKED.scan(&self.journal, &format!("{room}#")).pop().map(|(_, row)| row.issuer)
    }

    /// Puts an item by. `false`: there is no place for it.
    pub(crate) fn park(&mut self, item: &MailboxItem, issuer: ProviderDomain) -> bool {
        let Ok(bytes) = item.tls_serialize_detached() else { return false };
        if PARKED.all(&self.journal).len() >= MOST {
            return false;
        }
        let row = ParkedRecord { issuer, since: self.turn.now.0, item: ByteBuf::from(bytes) };
        PARKED.put(&self.journal, &format!("{}#{:016x}", item.room, item.seq), &row);
        true
    }

    /// Asks for the keys that something waits for.
    pub(crate) fn pump_parked(&mut self) {
        for (key, row) in PARKED.all(&self.journal) {
            if self.turn.now.0 > row.since.saturating_add(LONGEST) {
                PARKED.delete(&self.journal, &key);
            } else {
                self.need_issuer(&row.issuer);
            }
        }
    }

    /// An issuer's provider does not answer: what needs its keys is put by, and the mailbox goes on.
    pub(crate) fn issuer_is_away(&mut self, issuer: ProviderDomain) {
        if issuer != self.config.domain {
            self.strangers.insert(issuer, true);
            self.mailbox_wanted = true;
        }
    }

    /// An issuer answered: what waited for it is taken in, room by room in its order, as far as that goes now.
    pub(crate) fn take_parked(&mut self, issuer: &ProviderDomain) {
        let mut stuck: Option<RoomUri> = None;
        for (key, row) in PARKED.all(&self.journal) {
            if row.issuer != *issuer {
                continue;
            }
            let Ok(item) = MailboxItem::tls_deserialize_exact(&row.item) else {
                PARKED.delete(&self.journal, &key);
                continue;
            };
            if stuck.as_ref() == Some(&item.room) {
                continue;
            }
            match self.take_whole(&item) {
                Err(NotTaken::NeedsIssuer(other)) if !self.is_nobody(&other) => {
                    // All of the room waits for that one from now on.
                    for (key, row) in PARKED.scan(&self.journal, &format!("{}#", item.room)) {
                        PARKED.put(&self.journal, &key, &ParkedRecord { issuer: other.clone(), ..row });
                    }
                    stuck = Some(item.room);
                }
                Ok(()) | Err(NotTaken::Useless | NotTaken::NeedsIssuer(_)) => PARKED.delete(&self.journal, &key),
            }
        }
    }
}
