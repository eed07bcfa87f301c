//! A single proposal: what it asks for and who asks, and whether the hub may take it before it is in a commit.

use doorstep_wire::{
    Capability,
    component::{self, ComponentId},
    ext::kp_usage::KpUsage,
    numbers::LeafIndex,
    room::RoleIndex,
};

use crate::{
    Author, CommitView, Denied, Leaf, RoomState, Roster,
    commit::{Case, Stage},
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proposer {
    /// A member.
    Member(LeafIndex),
    /// The client that comes in by the commit.
    Joiner,
    /// The room's hub, from outside.
    Hub,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who asks.
    pub by: Proposer,
    /// For what.
    pub change: Change,
}

/// What a proposal asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A client comes in.
    Add(Box<Added>),
    /// A client goes.
    Remove(LeafIndex),
    /// The proposer's client goes.
    SelfRemove,
    /// A component changes; `None` takes its state away.
    Component {
        /// Which.
        id: ComponentId,
        /// The component's own sort of update.
        update: Option<Vec<u8>>,
    },
    /// Another sort of proposal, by its registry value.
    Other(u16),
}

/// A client to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Whose.
    pub leaf: Leaf,
    /// What its KeyPackage is for.
    pub usage: KpUsage,
    /// When its KeyPackage ends; seconds since the UNIX epoch.
    pub not_after: u64,
}

/// Whether the hub may keep a proposal for the next commit, `pending` being those it keeps already. What it keeps every
/// commit has to take, so anything that a commit would be refused for must be refused here.
///
/// # Errors
/// [`Denied`]: the clause that forbids it.
pub fn permit_proposal(
    state: &RoomState,
    roster: &Roster,
    pending: &[Proposal],
    proposal: &Proposal,
    now: doorstep_wire::UnixMillis,
) -> Result<(), Denied> {
    if let (Proposer::Hub, change) = (proposal.by, &proposal.change) {
        // The hub removes clients and does nothing else.
        return match change {
            Change::Remove(leaf) if roster.get(*leaf).is_some() => Ok(()),
            Change::Remove(_) => Err(Denied::ListMismatch),
            _ => Err(Denied::HubMayOnlyRemove),
        };
    }
    let Proposer::Member(by) = proposal.by else { return Err(Denied::ProposalKind) };
    leaver_does_no_more(pending, proposal)?;
    // The others' proposals count, so that two that cannot be had together are not both kept.
    let mut proposals = pending.to_vec();
    proposals.push(proposal.clone());
    let view = CommitView { author: Author::Member(by), proposals, path: None };
    Case::new(state, roster, &view, None, now)?.judge(Stage::Proposal)?;
    Ok(())
}

/// From the moment a leave is accepted its leaver can only take more of themselves out.
fn leaver_does_no_more(pending: &[Proposal], proposal: &Proposal) -> Result<(), Denied> {
    let leaves = pending.iter().any(|other| other.by == proposal.by && other.change == Change::SelfRemove);
    let own_exit = match &proposal.change {
        Change::Remove(_) => true,
        Change::Component { id, .. } => *id == component::PARTICIPANT_LIST,
        Change::SelfRemove | Change::Add(_) | Change::Other(_) => false,
    };
    if leaves && !own_exit { Err(Denied::NotParticipant) } else { Ok(()) }
}

/// A user in their role, acting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Actor<'a> {
    pub(crate) user: &'a doorstep_wire::UserUri,
    pub(crate) role: &'a doorstep_wire::room::Role,
}

impl Actor<'_> {
    /// Denies what the role cannot do.
    pub(crate) fn needs(&self, capability: Capability) -> Result<(), Denied> {
        if self.role.has(capability) { Ok(()) } else { Err(Denied::NotAllowed) }
    }

    /// Denies a role change that the role does not authorise.
    pub(crate) fn needs_change(&self, from: RoleIndex, to: RoleIndex) -> Result<(), Denied> {
        if self.role.may_change(from, to) { Ok(()) } else { Err(Denied::NotAllowed) }
    }
}

#[cfg(test)]
mod tests;
