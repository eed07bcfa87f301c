//! Version 1, in which options and flags said what a room is, where a knock stands and whether a link does. Of its shapes
//! only that is here; the other fields are what they were.

#[cfg(any(test, feature = "testing"))]
pub(crate) mod back;

use doorstep_mls::{Journal, Mls, drop_key_package};
use doorstep_page_api::view::{Problem, RoomEnd};
use doorstep_rows::{RowError, decode, encode};
use doorstep_wire::{RoomUri, UserUri};
use serde::Deserialize;

use super::{
    super::{
        KnockEnd, KnockRecord, KnockRole, KnockState, Life, LinkRecord, LinkState, Pack, Package, RoomKind, RoomRecord,
    },
    renewed, rewrite,
};

pub(super) fn migrate(journal: &Journal) {
    rewrite(journal, "e/room/", room);
    rewrite(journal, "e/knock/", knock);
    rewrite(journal, "e/join-link/", link);
}

#[derive(Deserialize)]
struct Room {
    /// For a knock room whose knocks I read: the room it belongs to.
    target: Option<RoomUri>,
    /// For a knock room where I am only to knock: the knock's id.
    knock: Option<String>,
    /// For a knock room: who reads knocks there.
    #[serde(default)]
    keepers: Vec<(UserUri, UserUri)>,
    ended: Option<RoomEnd>,
    /// The epoch that is waited for; after I left, the first one that a member has ended since.
    behind: Option<u64>,
    /// I left it in this epoch, and the hub heard so at `gone_at`.
    #[serde(default)]
    gone: Option<u64>,
    #[serde(default)]
    gone_at: u64,
}

fn room(_: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let Room { target, knock, keepers, ended, behind, gone, gone_at } = decode(row)?;
    let kind = match (knock, target) {
        (Some(knock), _) => RoomKind::KnockRoom(KnockRole::Knocker { knock }),
        (None, Some(target)) => RoomKind::KnockRoom(KnockRole::Moderator { target, keepers }),
        (None, None) => RoomKind::Standard,
    };
    let (life, behind) = match (ended, gone) {
        (None, _) => (Life::In, behind),
        (Some(RoomEnd::Left), Some(epoch)) => (Life::Leaving { epoch, at: gone_at, settled: behind }, None),
        (Some(end), _) => (Life::Ended(end), None),
    };
    let old = ["target", "knock", "keepers", "ended", "behind", "gone", "gone_at"];
    renewed::<RoomRecord>(
        row,
        &old,
        &[("kind", encode(&kind)?), ("life", encode(&life)?), ("behind", encode(&behind)?)],
    )
}

#[derive(Deserialize)]
struct Knock {
    /// None before they are made, and after they are of no use.
    packages: Vec<Package>,
    expires: u64,
    /// The sealed knock was accepted by the hub at.
    sent: Option<u64>,
    /// The knocker took it back.
    withdrawing: bool,
    state: State,
}

#[derive(Deserialize)]
#[cfg_attr(any(test, feature = "testing"), derive(serde::Serialize))]
enum State {
    Gathering,
    /// Of versions before, which told the provider where the Welcome goes before anything else.
    Registering,
    Joining,
    Delivering,
    Waiting,
    Withdrawing,
    Accepted,
    Declined {
        reason: String,
    },
    Banned {
        reason: String,
    },
    RoomClosed,
    Expired,
    Withdrawn,
    Refused(Problem),
}

fn knock(journal: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let Knock { packages, expires, sent, withdrawing, state } = decode(row)?;
    let pack = Pack { packages, expires };
    // What it stood in before it ended, as far as that matters now.
    let ended = |pack: Pack, end| match sent {
        _ if pack.packages.is_empty() => KnockState::Gathering.end(end),
        _ if withdrawing => KnockState::Withdrawing { packages: pack.packages }.end(end),
        Some(sent) => KnockState::Waiting { pack, sent }.end(end),
        None => KnockState::Joining { pack, sent }.end(end),
    };
    let (state, unused) = match state {
        // Nobody has seen what may have been made already.
        State::Gathering => (KnockState::Gathering, pack.packages),
        State::Registering | State::Joining => (KnockState::Joining { pack, sent }, Vec::new()),
        State::Delivering => (KnockState::Delivering { pack, sent }, Vec::new()),
        State::Waiting => (KnockState::Waiting { pack, sent: sent.unwrap_or_default() }, Vec::new()),
        State::Withdrawing => (KnockState::Withdrawing { packages: pack.packages }, Vec::new()),
        State::Accepted => ended(pack, KnockEnd::Accepted),
        State::Declined { reason } => ended(pack, KnockEnd::Declined { reason }),
        State::Banned { reason } => ended(pack, KnockEnd::Banned { reason }),
        State::RoomClosed => ended(pack, KnockEnd::RoomClosed),
        State::Expired => ended(pack, KnockEnd::Expired),
        State::Withdrawn => ended(pack, KnockEnd::Withdrawn),
        State::Refused(problem) => ended(pack, KnockEnd::Refused(problem)),
    };
    let old = ["packages", "expires", "sent", "withdrawing", "state"];
    let row = renewed::<KnockRecord>(row, &old, &[("state", encode(&state)?)])?;
    // No randomness is needed to delete.
    let mls = Mls::new(journal, [0; 32]);
    for package in unused {
        drop_key_package(&mls, &package.reference);
    }
    Ok(row)
}

#[derive(Deserialize)]
struct Link {
    /// None once the link is gone.
    seed: Option<[u8; 32]>,
    /// Empty once it was answered.
    command: String,
    /// The room has it.
    stands: bool,
}

fn link(_: &Journal, row: &[u8]) -> Result<Vec<u8>, RowError> {
    let Link { seed, command, stands } = decode(row)?;
    let state = match seed {
        None => LinkState::Gone,
        Some(seed) if stands => LinkState::Standing { seed },
        Some(seed) => LinkState::Making { seed, command },
    };
    renewed::<LinkRecord>(row, &["seed", "command", "stands"], &[("state", encode(&state)?)])
}
