//! Until when an accepted update can be taken back.

use doorstep_mls::Mark;
use doorstep_wire::{Capability, Epoch, RawMlsMessage};

use super::{Occasion, commit::CommitAuthor};
use crate::{
    HubError, Room,
    room::{
        leaf_row,
        undo::{self, Undo, UndoneCommit},
    },
};

/// Remembers how to take the commit back, and forgets it of those that a different member has built on now.
pub(super) fn commit(
    room: &Room,
    occasion: Occasion<'_>,
    message: &RawMlsMessage,
    author: &CommitAuthor,
    before: Mark,
    made_in: Epoch,
) -> Result<(), HubError> {
    if let CommitAuthor::Member { .. } = author {
        confirm(room, author)?;
    }
    let commit = UndoneCommit {
        digest: message.sha256(),
        user: author.user().clone(),
        signature_key: author.signature_key().into(),
        external: u8::from(author.reservation().is_some()),
    };
    let row = Undo { epoch: made_in.0, at: occasion.now.0, commit: Some(commit) };
    undo::push(&room.journal, &row, room.journal.undo_since(before))?;
    bound(room, occasion)
}

/// Remembers how to take proposals back, if there is a commit under them that could be.
pub(super) fn proposals(room: &Room, occasion: Occasion<'_>, before: Mark) -> Result<(), HubError> {
    if undo::all(&room.journal)?.is_empty() {
        return Ok(());
    }
    let row = Undo { epoch: room.epoch().0, at: occasion.now.0, commit: None };
    undo::push(&room.journal, &row, room.journal.undo_since(before))?;
    bound(room, occasion)
}

/// Whoever was in the group before a commit and builds on it has been able to follow it. In a knock room, where strangers
/// come and go, only the word of those who answer knocks counts.
fn confirm(room: &Room, author: &CommitAuthor) -> Result<(), HubError> {
    let speaks = room.knock_terms().is_none()
        || room.state.has(author.user(), Capability::CAN_ACCEPT_KNOCK)
        || room.state.has(author.user(), Capability::CAN_REMOVE_PARTICIPANT);
    let Some(since) = leaf_row::get(&room.journal, author.index())?.map(|row| row.since).filter(|_| speaks) else {
        return Ok(());
    };
    let updates = undo::all(&room.journal)?;
    let confirmed = updates.iter().rposition(|(_, row)| {
        row.commit.as_ref().is_some_and(|commit| commit.user != *author.user()) && since.0 <= row.epoch
    });
    for (number, _) in updates.iter().take(confirmed.map_or(0, |last| last + 1)) {
        undo::delete(&room.journal, *number);
    }
    Ok(())
}

/// Keeping the way back costs rows; so there is an end to it.
fn bound(room: &Room, occasion: Occasion<'_>) -> Result<(), HubError> {
    let config = &occasion.hub.config;
    let updates = undo::all(&room.journal)?;
    let too_many = updates.len().saturating_sub(config.max_undo);
    for (place, (number, row)) in updates.iter().enumerate() {
        if place < too_many || occasion.now.0.saturating_sub(row.at) > config.undo_lifetime {
            undo::delete(&room.journal, *number);
        }
    }
    Ok(())
}
