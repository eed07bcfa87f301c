//! The verdict on a commit.

use std::collections::BTreeMap;

use doorstep_credential::IssuerKeys;
use doorstep_mls::{AddView, Author, CommitView};
use doorstep_policy::{
    Added, Change, JoinGrant, Leaf, Permitted, Proposal, RoomState, Roster, RosterDelta, permit_commit,
};
use doorstep_wire::{UnixMillis, UserUri, component::ComponentId};

use crate::{
    Denied,
    leaf::{Origin, Parts, Proof, verified},
    proposal::proposer,
};

/// A commit that may be done, and what becomes of the room by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Who made it.
    pub author: UserUri,
    /// The room afterwards.
    pub next: RoomState,
    /// What MLS is to be told about the components.
    pub changes: BTreeMap<ComponentId, Option<Vec<u8>>>,
    /// What becomes of the roster.
    pub roster: RosterDelta,
}

/// What the hub gave a newcomer.
#[derive(Clone, Copy, Debug)]
pub struct Granted<'a> {
    /// That they may come in, as what and why.
    pub grant: &'a JoinGrant,
    /// Content of the credential that was verified for it. The signatures of the same bytes are not looked at again.
    pub credential: &'a [u8],
}

/// Judges a commit of somebody: every new credential is verified, identities stay what they were, and the room's policy
/// allows it. `granted` is what the hub gave a newcomer; nobody else knows it.
///
/// # Errors
/// [`Denied`]: why not. [`Denied::UnknownIssuer`] means that keys have to be fetched first.
pub fn judge(
    state: &RoomState,
    roster: &Roster,
    view: &CommitView,
    granted: Option<Granted<'_>>,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Judged, Denied> {
    let path = match (&view.path_leaf, view.author) {
        (None, _) => None,
        (Some(leaf), Author::External(_)) => {
            let known = granted.is_some_and(|granted| granted.credential == leaf.credential);
            let proof = if known { Proof::Again(now) } else { Proof::Full(now) };
            Some(verified(Parts::from(leaf), Origin::ExternalCommit, state, keys, proof)?)
        }
        (Some(leaf), Author::Member(index)) => {
            // A member outlives the token it came with; a new key has to come with a token that has not ended.
            let before = roster.get(index).ok_or(Denied::NoSuchLeaf)?;
            let is_new = before.signature_key != leaf.signature_key;
            let proof = if is_new { Proof::Full(now) } else { Proof::EvenIfEnded };
            Some(verified(Parts::from(leaf), Origin::Member, state, keys, proof)?)
        }
    };
    weigh(state, roster, view, path, granted.map(|granted| granted.grant), keys, now)
}

/// Judges a commit that this client is about to make; `own` is its leaf as it will be ([`crate::own_leaf`]).
///
/// # Errors
/// As [`judge`].
pub fn judge_own(
    state: &RoomState,
    roster: &Roster,
    view: &CommitView,
    own: &Leaf,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Judged, Denied> {
    let path = match view.author {
        Author::External(_) => Some(own.clone()),
        Author::Member(index) => Some(own.clone()).filter(|own| roster.get(index) != Some(own)),
    };
    weigh(state, roster, view, path, None, keys, now)
}

fn weigh(
    state: &RoomState,
    roster: &Roster,
    view: &CommitView,
    path: Option<Leaf>,
    grant: Option<&JoinGrant>,
    keys: &dyn IssuerKeys,
    now: UnixMillis,
) -> Result<Judged, Denied> {
    let mut delta = RosterDelta { removed: view.removed().into_iter().collect(), set: Vec::new() };
    let mut proposals = Vec::new();
    for AddView { key_package, index, proposer: by } in &view.adds {
        let leaf = verified(Parts::from(key_package), Origin::KeyPackage, state, keys, Proof::Full(now))?;
        delta.set.push((*index, leaf.clone()));
        let added = Added { leaf, usage: key_package.usage.clone(), not_after: key_package.not_after };
        proposals.push(Proposal { by: proposer(*by)?, change: Change::Add(Box::new(added)) });
    }
    proposals.extend(others(view)?);
    let (author, user, path) = match (view.author, path) {
        (Author::Member(index), path) => {
            let before = roster.get(index).ok_or(Denied::NoSuchLeaf)?;
            if let Some(leaf) = &path {
                delta.set.push((index, leaf.clone()));
            }
            (doorstep_policy::Author::Member(index), before.user.clone(), path)
        }
        (Author::External(index), Some(leaf)) => {
            delta.set.push((index, leaf.clone()));
            let user = leaf.user.clone();
            (doorstep_policy::Author::External(Box::new(leaf)), user, None)
        }
        // An external commit has a path; MLS does not make or take one without.
        (Author::External(_), None) => return Err(Denied::NoSuchLeaf),
    };
    let commit = doorstep_policy::CommitView { author, proposals, path };
    let Permitted { next, changes } = permit_commit(state, roster, &commit, grant, now)?;
    Ok(Judged { author: user, next, changes, roster: delta })
}

/// Everything but the adds.
fn others(view: &CommitView) -> Result<Vec<Proposal>, Denied> {
    let mut proposals = Vec::new();
    for remove in &view.removes {
        proposals.push(Proposal { by: proposer(remove.proposer)?, change: Change::Remove(remove.leaf) });
    }
    for leaf in &view.self_removes {
        proposals.push(Proposal { by: doorstep_policy::Proposer::Member(*leaf), change: Change::SelfRemove });
    }
    for update in &view.updates {
        let change = Change::Component { id: update.component, update: update.data.clone() };
        proposals.push(Proposal { by: proposer(update.proposer)?, change });
    }
    let expected = usize::from(matches!(view.author, Author::External(_)));
    // Update (2) and everything that has no rule; ExternalInit (6) has its place in external commits alone, once.
    let strange = (!view.leaf_updates.is_empty()) || view.external_inits != expected || !view.others.is_empty();
    if strange { Err(doorstep_policy::Denied::ProposalKind.into()) } else { Ok(proposals) }
}
