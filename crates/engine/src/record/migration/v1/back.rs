//! For tests alone: rows as version 1 would have left them, from those of now.

use doorstep_mls::Journal;
use doorstep_rows::{RowError, decode, encode};

use super::{
    super::{
        super::{KnockEnd, KnockRecord, KnockState, Life, LinkRecord, LinkState, RoomRecord, VERSION},
        KEY, rewrite, with_fields,
    },
    State,
};

pub(crate) fn back(journal: &Journal) {
    rewrite(journal, "e/room/", room);
    rewrite(journal, "e/knock/", knock);
    rewrite(journal, "e/join-link/", link);
    VERSION.delete(journal, KEY);
}

fn room(_: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let RoomRecord { kind, life, behind, .. } = decode(row)?;
    let (gone, gone_at, behind) = match life {
        Life::Leaving { epoch, at, settled } => (Some(epoch), at, settled),
        Life::In | Life::Ended(_) => (None, 0, behind),
    };
    let new = [
        ("target", encode(&kind.target())?),
        ("knock", encode(&kind.knock())?),
        ("keepers", encode(kind.keepers())?),
        ("ended", encode(&life.ended())?),
        ("behind", encode(&behind)?),
        ("gone", encode(&gone)?),
        ("gone_at", encode(&gone_at)?),
    ];
    with_fields(row, &["kind", "life", "behind"], &new)
}

fn knock(_: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let KnockRecord { state, at, .. } = decode(row)?;
    let packages = state.packages().to_vec();
    let expires = state.pack().map_or(0, |pack| pack.expires);
    let sent = if state.is_over() && !packages.is_empty() { Some(at) } else { state.sent() };
    let withdrawing =
        matches!(state, KnockState::Withdrawing { .. } | KnockState::Over { end: KnockEnd::Withdrawn, .. });
    let state = match state {
        KnockState::Gathering => State::Gathering,
        // Of both, the one that is not written any more as well.
        KnockState::Joining { sent: None, .. } => State::Registering,
        KnockState::Joining { .. } => State::Joining,
        KnockState::Delivering { .. } => State::Delivering,
        KnockState::Waiting { .. } => State::Waiting,
        KnockState::Withdrawing { .. } => State::Withdrawing,
        KnockState::Over { end, .. } => match end {
            KnockEnd::Accepted => State::Accepted,
            KnockEnd::Declined { reason } => State::Declined { reason },
            KnockEnd::Banned { reason } => State::Banned { reason },
            KnockEnd::RoomClosed => State::RoomClosed,
            KnockEnd::Expired => State::Expired,
            KnockEnd::Withdrawn => State::Withdrawn,
            KnockEnd::Refused(problem) => State::Refused(problem),
        },
    };
    let new = [
        ("packages", encode(&packages)?),
        ("expires", encode(&expires)?),
        ("sent", encode(&sent)?),
        ("withdrawing", encode(&withdrawing)?),
        ("state", encode(&state)?),
    ];
    with_fields(row, &["state"], &new)
}

fn link(_: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let LinkRecord { state, .. } = decode(row)?;
    let (seed, command, stands) = match state {
        LinkState::Making { seed, command } => (Some(seed), command, false),
        LinkState::Standing { seed } => (Some(seed), String::new(), true),
        LinkState::Gone => (None, String::new(), true),
    };
    let new = [("seed", encode(&seed)?), ("command", encode(&command)?), ("stands", encode(&stands)?)];
    with_fields(row, &["state"], &new)
}
