//! What is kept of each epoch of a room: the secret that disclosures are bound to, and the key of the own leaf. OpenMLS
//! gives both for the current epoch only, and messages of the last ones are still taken.

use doorstep_mls::{MAX_PAST_EPOCHS, Mls};
use doorstep_wire::{Epoch, RoomUri, ext::disclosure_context::DISCLOSURE_LABEL};

use crate::{
    context::Context,
    record::{EPOCHS, EpochRecord},
};

/// A room is in a new epoch: keeps its secrets, and erases those of epochs whose messages are not taken any more.
pub(crate) fn enter_epoch(cx: &mut Context, room: &RoomUri) {
    // Exporting draws no randomness.
    let mls = Mls::new(&cx.journal, [0; 32]);
    let Some(warm) = cx.groups.get(room).filter(|warm| warm.member.is_active()) else { return };
    let epoch = warm.member.epoch();
    let base = warm.member.export(&mls, DISCLOSURE_LABEL, b"", 32).ok();
    let base = base.and_then(|base| <[u8; 32]>::try_from(base).ok());
    if let (Some(base), Ok(leaf_secret)) = (base, warm.member.own_encryption_secret(&mls)) {
        EPOCHS.put(&cx.journal, &key(room, epoch), &EpochRecord { base, leaf_secret: *leaf_secret });
    }
    let (oldest, newest) = (key(room, Epoch(epoch.0.saturating_sub(MAX_PAST_EPOCHS as u64))), key(room, epoch));
    for (key, _) in EPOCHS.scan(&cx.journal, &format!("{room}#")) {
        if key < oldest || key > newest {
            EPOCHS.delete(&cx.journal, &key);
        }
    }
}

/// As [`enter_epoch`], unless that was done: a room that this browser was in before it kept such secrets.
pub(crate) fn ensure_epoch(cx: &mut Context, room: &RoomUri) {
    let epoch = cx.groups.get(room).map(|warm| warm.member.epoch());
    if epoch.is_some_and(|epoch| EPOCHS.get(&cx.journal, &key(room, epoch)).is_none()) {
        enter_epoch(cx, room);
    }
}

pub(crate) fn epoch_secrets(cx: &Context, room: &RoomUri, epoch: Epoch) -> Option<EpochRecord> {
    EPOCHS.get(&cx.journal, &key(room, epoch))
}

/// The group is gone, and with it its secrets.
pub(crate) fn forget_epochs(cx: &mut Context, room: &RoomUri) {
    for (key, _) in EPOCHS.scan(&cx.journal, &format!("{room}#")) {
        EPOCHS.delete(&cx.journal, &key);
    }
}

/// Keys of one room sort by epoch.
fn key(room: &RoomUri, epoch: Epoch) -> String {
    format!("{room}#{:016x}", epoch.0)
}
