//! What a commit may do to a room, and what the room is afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use doorstep_wire::{
    Body, UnixMillis,
    component::{self, ComponentId},
    numbers::LeafIndex,
    room::ParticipantListUpdate,
    uri::UserUri,
};

use crate::{
    Added, Change, Denied, JoinGrant, Leaf, ListChanges, Participants, Proposal, Proposer, RoomState, Roster, Settings,
    proposal::Actor,
};

mod author;
mod components;
mod knock;
mod leaves;
mod limits;
mod list;
mod movement;

pub(crate) use movement::Movement;

/// Who made a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A member, by its leaf.
    Member(LeafIndex),
    /// A newcomer, with the leaf they bring.
    External(Box<Leaf>),
}

/// A commit as policy sees it: what MLS checks has been checked, credentials have been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitView {
    /// Who made it.
    pub author: Author,
    /// All proposals, in commit order. The author's own carry the author as proposer.
    pub proposals: Vec<Proposal>,
    /// A member's new leaf, if the commit has a path.
    pub path: Option<Leaf>,
}

/// A commit that may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permitted {
    /// The room afterwards.
    pub next: RoomState,
    /// New bytes of the components that change, as MLS wants them told; `None` would take a component away.
    pub changes: BTreeMap<ComponentId, Option<Vec<u8>>>,
}

/// Judges a commit. `now` is when the hub accepted it, or would: members that come late take the time of the fan-out, so
/// that their verdict is the hub's.
///
/// `grant` is what the hub gave a newcomer. Members do not know it; without it the newcomer is judged by the state alone.
///
/// # Errors
/// [`Denied`]: the first clause that forbids it.
pub fn permit_commit(
    state: &RoomState,
    roster: &Roster,
    view: &CommitView,
    grant: Option<&JoinGrant>,
    now: UnixMillis,
) -> Result<Permitted, Denied> {
    Case::new(state, roster, view, grant, now)?.judge(Stage::Commit)
}

/// What is judged: a commit, or what a commit would be with one more proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Commit,
    Proposal,
}

/// A commit with everything that several rules look at.
pub(crate) struct Case<'a> {
    pub(crate) state: &'a RoomState,
    pub(crate) roster: &'a Roster,
    pub(crate) view: &'a CommitView,
    pub(crate) now: UnixMillis,
    /// What lets a newcomer in.
    pub(crate) entry: Option<JoinGrant>,
    pub(crate) list: ListChanges<Proposer>,
    pub(crate) added: Vec<(&'a Added, Proposer)>,
    pub(crate) moves: Movement<'a>,
    /// Updates of components other than the participant list, in commit order.
    pub(crate) updates: Vec<(ComponentId, &'a [u8], Proposer)>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        state: &'a RoomState,
        roster: &'a Roster,
        view: &'a CommitView,
        grant: Option<&JoinGrant>,
        now: UnixMillis,
    ) -> Result<Self, Denied> {
        let (mut list, mut added, mut updates) = (ListChanges::default(), Vec::new(), Vec::new());
        for proposal in &view.proposals {
            match &proposal.change {
                Change::Component { id: component::PARTICIPANT_LIST, update: Some(bytes) } => {
                    let update = ParticipantListUpdate::decode(bytes).map_err(|_| Denied::Malformed)?;
                    list.collect(update, proposal.by)?;
                }
                Change::Component { id, update: Some(bytes) } => updates.push((*id, bytes.as_slice(), proposal.by)),
                // No component of a room of ours can go: whoever joined relies on it.
                Change::Component { update: None, .. } => return Err(Denied::Fixed),
                Change::Add(client) => added.push((&**client, proposal.by)),
                Change::Remove(_) | Change::SelfRemove => {}
                Change::Other(_) => return Err(Denied::ProposalKind),
            }
        }
        let newcomer = match &view.author {
            Author::External(leaf) => Some(&**leaf),
            Author::Member(_) => None,
        };
        let moves = Movement::new(roster, &view.proposals, newcomer)?;
        let entry = match newcomer {
            Some(leaf) => Some(author::entry(state, roster, leaf, &list, grant, now)?),
            None => None,
        };
        Ok(Self { state, roster, view, now, entry, list, added, moves, updates })
    }

    pub(crate) fn judge(mut self, stage: Stage) -> Result<Permitted, Denied> {
        if stage == Stage::Proposal {
            // Whoever takes themselves out goes off the list in the same commit.
            self.add_clean_up()?;
        }
        self.permit_author(stage)?;
        self.permit_kinds()?;
        self.permit_list()?;
        self.permit_leaves()?;
        let participants = if self.list.is_empty() {
            self.state.participants.clone()
        } else {
            self.state.participants.apply(&self.list)?
        };
        let (settings, mut changes) = self.permit_components(&participants)?;
        let next = RoomState { participants, settings };
        self.permit_limits(&next, stage)?;
        if stage == Stage::Commit {
            self.permit_clean_up(&next)?;
            self.permit_knock_room(&next)?;
        }
        if !self.list.is_empty() {
            changes.insert(component::PARTICIPANT_LIST, Some(next.participants.encode()));
        }
        Ok(Permitted { next, changes })
    }

    /// Who proposed something, in their role.
    pub(crate) fn actor(&self, by: Proposer) -> Result<Actor<'a>, Denied> {
        let user = match (by, &self.view.author) {
            (Proposer::Member(leaf), _) => &self.roster.get(leaf).ok_or(Denied::NotParticipant)?.user,
            (Proposer::Joiner, Author::External(leaf)) => &leaf.user,
            (Proposer::Joiner, Author::Member(_)) => return Err(Denied::ProposalKind),
            (Proposer::Hub, _) => return Err(Denied::HubMayOnlyRemove),
        };
        if self.state.is_banned(user) {
            return Err(Denied::Banned);
        }
        let role = self.state.role(self.state.role_index(user)).ok_or(Denied::NotAllowed)?;
        Ok(Actor { user, role })
    }

    /// Users whose clients or entries the commit touches.
    pub(crate) fn touched(&self) -> BTreeSet<&UserUri> {
        let entries = self.list.changed.keys().chain(self.list.removed.keys());
        let listed = entries.filter_map(|position| self.state.participants.get(*position)).map(|pair| &pair.user);
        let added = self.list.added.iter().map(|(pair, _)| &pair.user);
        let mut touched = BTreeSet::new();
        touched.extend(listed.chain(added).chain(self.moves.users()));
        touched
    }

    /// A newcomer brings themselves in, takes themselves out at another place, and takes those along who are leaving.
    fn permit_kinds(&self) -> Result<(), Denied> {
        let joiner = |sort: fn(&Change) -> bool| {
            self.view.proposals.iter().filter(|p| p.by == Proposer::Joiner && sort(&p.change)).count()
        };
        let external = matches!(self.view.author, Author::External(_));
        for proposal in &self.view.proposals {
            let fits = match (&proposal.change, proposal.by) {
                (Change::SelfRemove, Proposer::Member(_)) => true,
                (Change::Component { id, .. }, Proposer::Joiner) => *id == component::PARTICIPANT_LIST,
                (Change::Remove(_), Proposer::Joiner) => true,
                _ => false,
            };
            if external && !fits {
                return Err(Denied::NotInExternalCommit);
            }
            match (proposal.by, &proposal.change) {
                (Proposer::Hub, Change::Remove(_)) | (Proposer::Member(_), _) => {}
                (Proposer::Hub, _) => return Err(Denied::HubMayOnlyRemove),
                (Proposer::Joiner, _) if external => {}
                (Proposer::Joiner, _) => return Err(Denied::ProposalKind),
            }
        }
        let once = joiner(|change| matches!(change, Change::Remove(_))) <= 1
            && joiner(|change| matches!(change, Change::Component { .. })) <= 1;
        if once { Ok(()) } else { Err(Denied::NotInExternalCommit) }
    }
}

/// The settings after a commit, shared with those before if nothing in them changes.
pub(crate) type SettingsChange = (Arc<Settings>, BTreeMap<ComponentId, Option<Vec<u8>>>);

/// `participants` is the list after the commit.
pub(crate) fn roles_exist(settings: &Settings, participants: &Participants) -> bool {
    participants.roles_in_use().all(|role| settings.roles.get(role).is_some())
}

#[cfg(test)]
mod tests;
