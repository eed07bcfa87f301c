//! Which waiting proposals a commit has to take along (mimi-protocol-06 §5.3): nobody can be kept in by leaving the
//! request to go out of a commit.

use std::collections::BTreeSet;

use doorstep_mls::CommitView;

use super::commit::CommitAuthor;
use doorstep_wire::Refusal;

use crate::{Room, room::pending::Pending, stop::Stop};

pub(super) fn takes_what_it_must(
    room: &Room,
    view: &CommitView,
    waiting: &[Pending],
    author: &CommitAuthor,
) -> Result<(), Stop> {
    let taken: BTreeSet<&[u8]> = view.references.iter().map(Vec::as_slice).collect();
    match author {
        // Exactly the leaves that the newcomer was handed: one more may have gone since, and does not make them start
        // again.
        CommitAuthor::Newcomer { reservation, .. } => {
            let handed: BTreeSet<&[u8]> = reservation.self_removes.iter().map(|row| row.as_slice()).collect();
            if reservation.epoch != room.epoch() {
                Err(Stop::Denied(Refusal::NoReservation))
            } else if taken != handed {
                Err(Stop::Denied(Refusal::LeavesNotCarried))
            } else {
                Ok(())
            }
        }
        CommitAuthor::Member { index, leaf } => {
            let knows_all = !room.only_waits(&leaf.user);
            let must = |row: &&Pending| knows_all || row.withheld == 0 || row.handed_to == Some(index.0);
            if waiting.iter().filter(must).all(|row| taken.contains(row.reference.as_slice())) {
                Ok(())
            } else {
                Err(Stop::Denied(Refusal::Pending))
            }
        }
    }
}
