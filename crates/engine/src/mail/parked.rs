//! Mail that cannot be judged because an issuer's provider does not answer at the moment. It is put by, with all that comes
//! after it about the same room, and taken in when the keys are there: nobody's mailbox stands still for a provider that is
//! away, and nothing is lost by it.

use doorstep_client_api::http::MailboxItem;
use doorstep_wire::{ProviderDomain, RoomUri};
use serde_bytes::ByteBuf;
use tls_codec::Serialize;

use crate::{
    context::Context,
    issuers,
    record::{PARKED, ParkedRecord},
};

/// Items that are put by at most; what comes then is passed over.
const MOST: usize = 1_000;
/// Milliseconds after which an issuer that never answered is taken for none.
const LONGEST: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Whose keys the mail of this room waits for, if it does.
pub(crate) fn parked_for(cx: &Context, room: &RoomUri) -> Option<ProviderDomain> {
    PARKED.scan(&cx.journal, &format!("{room}#")).pop().map(|(_, row)| row.issuer)
}

/// Puts an item by. `false`: there is no place for it.
pub(crate) fn park(cx: &mut Context, item: &MailboxItem, issuer: ProviderDomain) -> bool {
    let Ok(bytes) = item.tls_serialize_detached() else { return false };
    if PARKED.all(&cx.journal).len() >= MOST {
        return false;
    }
    let row = ParkedRecord { issuer, since: cx.now.0, item: ByteBuf::from(bytes) };
    PARKED.put(&cx.journal, &format!("{}#{:016x}", item.room, item.seq), &row);
    true
}

/// Asks for the keys that something waits for.
pub(crate) fn pump_parked(cx: &mut Context) {
    for (key, row) in PARKED.all(&cx.journal) {
        if cx.now.0 > row.since.saturating_add(LONGEST) {
            PARKED.delete(&cx.journal, &key);
        } else {
            issuers::need_issuer(cx, &row.issuer);
        }
    }
}
