//! Proposals: what a member asks the next committer to do. In our rooms that is mostly to be let go.

use doorstep_membership::judge_proposal;
use doorstep_mls::{Mls, Observed, ProposalContent, ProposalView, Proposer};
use doorstep_wire::{LeafIndex, RawMlsMessage, Refusal, component};

use super::{Occasion, Outgoing, check_header, remember};
use crate::{
    HubError, Room, fanout,
    room::pending::{self, Pending, PendingKind},
    stop::Stop,
};

/// Takes proposals of one member in, and returns what the others have to hear.
pub(super) fn take(
    room: &mut Room,
    occasion: Occasion<'_>,
    first: &RawMlsMessage,
    more: &[RawMlsMessage],
) -> Result<Outgoing, Stop> {
    let before = room.journal.mark();
    let mut sender = None;
    for message in std::iter::once(first).chain(more) {
        let by = keep(room, occasion, message)?;
        if *sender.get_or_insert(by) != by {
            return Err(Stop::Denied(Refusal::InvalidMls));
        }
    }
    remember::proposals(room, occasion, before)?;
    // Those who only wait in a knock room could not send any more if they had it: they hear of it when it is committed.
    let to = room.audience().full;
    let sender = fanout::Sender { room: room.uri(), at: occasion.now };
    Ok(sender.proposal(to, first, more)?.into_iter().collect())
}

/// Keeps one proposal for the next commit. Returns whose it is.
fn keep(room: &mut Room, occasion: Occasion<'_>, message: &RawMlsMessage) -> Result<LeafIndex, Stop> {
    check_header(room, message)?;
    let mls = Mls::new(&room.journal, occasion.seed);
    let Observed::Proposal(proposal) = room.observer.process(&mls, message.as_bytes())? else {
        return Err(Stop::Denied(Refusal::InvalidMls));
    };
    let Proposer::Member(sender) = proposal.view.proposer else {
        return Err(Stop::Denied(Refusal::InvalidMls));
    };
    let user = room.roster.get(sender).ok_or(Stop::Denied(Refusal::NotAParticipant))?.user.clone();
    if user.host() != occasion.caller.domain {
        return Err(Stop::Error(HubError::NotYours));
    }
    let waiting = pending::all(&room.journal)?;
    let (kind, leaf) = kind(room, sender, &proposal.view)?;
    let leaving = |row: &&Pending| row.removes_leaf() && row.leaf == leaf.0;
    if kind == PendingKind::SelfRemove && waiting.iter().any(|row| leaving(&row)) {
        return Err(Stop::Denied(Refusal::AlreadyLeaving));
    }
    let counted = waiting.iter().filter(|row| row.kind != PendingKind::HubRemove).count();
    if counted >= occasion.hub.config.max_pending_proposals {
        return Err(Stop::Denied(Refusal::TooManyProposals));
    }
    let views: Vec<ProposalView> =
        room.observer.pending(&mls).map_err(HubError::internal)?.into_iter().map(|stored| stored.view).collect();
    judge_proposal(&room.state, &room.roster, &views, &proposal.view, occasion.keys, occasion.now)?;
    let row = Pending {
        reference: proposal.view.reference.as_slice().into(),
        accepted_at: occasion.now.0,
        kind,
        leaf: leaf.0,
        withheld: u8::from(room.knock_terms().is_some()),
        handed_to: None,
    };
    room.touched = true;
    room.observer.store_proposal(&mls, *proposal).map_err(HubError::internal)?;
    pending::push(&room.journal, &row)?;
    Ok(sender)
}

/// What is asked for, and of which leaf.
fn kind(room: &Room, sender: LeafIndex, view: &ProposalView) -> Result<(PendingKind, LeafIndex), Stop> {
    Ok(match &view.content {
        ProposalContent::SelfRemove => (PendingKind::SelfRemove, sender),
        ProposalContent::Remove(leaf) if room.roster.get(*leaf).is_some() => (PendingKind::Remove, *leaf),
        ProposalContent::Remove(_) => return Err(Stop::Denied(Refusal::NotAParticipant)),
        ProposalContent::AppData { component: component::PARTICIPANT_LIST, .. } => (PendingKind::Leave, sender),
        _ => (PendingKind::Other, sender),
    })
}
