//! Which waiting proposals a commit has to take along (mimi-protocol-06 §5.3): nobody can be kept in by leaving the
//! request to go out of a commit.

use std::collections::BTreeSet;

use doorstep_mls::CommitView;

use super::commit::CommitAuthor;
use crate::{Room, reason, refusal::Refusal, room::pending::Pending};

pub(super) fn takes_what_it_must(
    room: &Room,
    view: &CommitView,
    waiting: &[Pending],
    author: &CommitAuthor,
) -> Result<(), Refusal> {
    let taken: BTreeSet<&[u8]> = view.references.iter().map(Vec::as_slice).collect();
    match author {
        // Exactly the leaves that she was handed: one more may have gone since, and does not make her start again.
        CommitAuthor::Newcomer { reservation, .. } => {
            let handed: BTreeSet<&[u8]> = reservation.self_removes.iter().map(|row| row.as_slice()).collect();
            if reservation.epoch != room.epoch() {
                Err(Refusal::Denied(reason::NO_RESERVATION))
            } else if taken != handed {
                Err(Refusal::Denied(reason::LEAVES_NOT_CARRIED))
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
                Err(Refusal::Denied(reason::PENDING))
            }
        }
    }
}
