//! Proposals that wait for a commit.

use doorstep_credential::IssuerKeys;
use doorstep_mls::{ProposalContent, ProposalView};
use doorstep_policy::{Added, Change, Proposal, RoomState, Roster, permit_proposal};
use doorstep_wire::UnixMillis;

use crate::{
    Denied,
    leaf::{Origin, Parts, Proof, verified},
};

/// Whether a proposal may wait for the next commit beside those that wait already. What waits must be committed, so this
/// is as strict as [`judge`](crate::judge).
///
/// # Errors
/// [`Denied`]: why not.
pub fn judge_proposal(
    state: &RoomState,
    roster: &Roster,
    pending: &[ProposalView],
    proposal: &ProposalView,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<(), Denied> {
    let pending = proposals(state, pending, keys, now)?;
    let proposal = plain(state, proposal, keys, now)?;
    Ok(permit_proposal(state, roster, &pending, &proposal, now)?)
}

/// Proposals as policy sees them. Clients to be added are verified.
///
/// # Errors
/// [`Denied`]: one of them is of no sort that our rooms have, or adds somebody whose credential does not hold.
pub fn proposals<'a>(
    state: &RoomState,
    views: impl IntoIterator<Item = &'a ProposalView>,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Vec<Proposal>, Denied> {
    views.into_iter().map(|view| plain(state, view, keys, now)).collect()
}

fn plain(state: &RoomState, view: &ProposalView, keys: &dyn IssuerKeys, now: UnixMillis) -> Result<Proposal, Denied> {
    let change = match &view.content {
        ProposalContent::Add(package) => {
            let leaf = verified(Parts::from(&**package), Origin::KeyPackage, state, keys, Proof::Full(now))?;
            Change::Add(Box::new(Added { leaf, usage: package.usage.clone(), not_after: package.not_after }))
        }
        ProposalContent::Remove(leaf) => Change::Remove(*leaf),
        ProposalContent::SelfRemove => Change::SelfRemove,
        ProposalContent::AppData { component, data } => Change::Component { id: *component, update: data.clone() },
        ProposalContent::Update(_) => Change::Other(UPDATE),
        ProposalContent::Other(kind) => Change::Other(*kind),
    };
    Ok(Proposal { by: proposer(view.proposer)?, change })
}

/// Registry value of the Update proposal (RFC 9420 §17.4).
const UPDATE: u16 = 2;

/// Who asks. The hub is the first external sender of a room; a room has no other, and nobody proposes themselves from
/// outside.
pub(crate) fn proposer(by: doorstep_mls::Proposer) -> Result<doorstep_policy::Proposer, Denied> {
    match by {
        doorstep_mls::Proposer::Member(leaf) => Ok(doorstep_policy::Proposer::Member(leaf)),
        doorstep_mls::Proposer::Joiner => Ok(doorstep_policy::Proposer::Joiner),
        doorstep_mls::Proposer::External(0) => Ok(doorstep_policy::Proposer::Hub),
        doorstep_mls::Proposer::External(_) | doorstep_mls::Proposer::Outsider => {
            Err(doorstep_policy::Denied::ProposalKind.into())
        }
    }
}
