//! Leavers are taken off the list; and what is different in a knock room (`docs/PROTOCOL.md`, "Knock rooms").

use doorstep_wire::{Capability, ext::policy::KnockTerms, numbers::LeafIndex, room::ParticipantListUpdate};

use super::{Author, Case};
use crate::{Change, Denied, Proposer, RoomState, clean_up::knockers_without_leaf};

impl Case<'_> {
    /// Members take whoever has left off the list in the commit that takes the last client out. A newcomer to a standard
    /// room may leave that to them.
    pub(super) fn permit_clean_up(&self, next: &RoomState) -> Result<(), Denied> {
        if matches!(self.view.author, Author::External(_)) {
            return Ok(());
        }
        let forgotten = |user| self.moves.left(user) && next.is_in(user);
        if self.moves.users().any(forgotten) { Err(Denied::CleanUpMissing) } else { Ok(()) }
    }

    /// In front of a proposal: those who leave by it go off the list too, so that the limits of their role are looked at.
    pub(super) fn add_clean_up(&mut self) -> Result<(), Denied> {
        let left: Vec<u32> =
            self.moves.users().filter(|user| self.moves.left(user)).filter_map(|user| self.unlisted(user)).collect();
        let by = self.author_as_proposer();
        self.list.collect(ParticipantListUpdate { removed: left, ..ParticipantListUpdate::default() }, by)
    }

    /// Where a user stands in the list, unless the commit takes care of that entry already.
    fn unlisted(&self, user: &doorstep_wire::UserUri) -> Option<u32> {
        let position = self.state.participants.position(user)?;
        let touched = self.list.changed.contains_key(&position) || self.list.removed.contains_key(&position);
        (!touched).then_some(position)
    }

    fn author_as_proposer(&self) -> Proposer {
        match &self.view.author {
            Author::Member(leaf) => Proposer::Member(*leaf),
            Author::External(_) => Proposer::Joiner,
        }
    }

    pub(super) fn permit_knock_room(&self, next: &RoomState) -> Result<(), Denied> {
        let Some(terms) = self.state.knock_terms() else { return Ok(()) };
        // Every commit takes all knockers off the list who have no leaf any more: with the admins asleep nobody else
        // would, and the room would fill up.
        let gone = knockers_without_leaf(self.state, self.roster, &self.moves, terms);
        let gone: Vec<u32> = gone.into_iter().filter(|position| !self.list.changed.contains_key(position)).collect();
        if !gone.iter().all(|position| self.list.removed.contains_key(position)) {
            return Err(Denied::CleanUpMissing);
        }
        match &self.view.author {
            // A newcomer's update is that, who leaves by a SelfRemove they take, and their own entry, nothing else.
            Author::External(_) => {
                if !self.list.removed.keys().all(|position| self.is_out(*position, &gone)) {
                    return Err(Denied::NotInExternalCommit);
                }
            }
            Author::Member(leaf) => self.permit_knocker_commit(*leaf, &gone, terms)?,
        }
        self.permit_readers(next)
    }

    /// Whoever is at this position of the list has no leaf any more (`gone`), or leaves by a SelfRemove in this commit.
    fn is_out(&self, position: u32, gone: &[u32]) -> bool {
        let leaves = || self.state.participants.get(position).is_some_and(|pair| self.moves.left(&pair.user));
        gone.contains(&position) || leaves()
    }

    /// A knocker may commit what others proposed, and the clean-up; nothing of their own, and not nothing at all.
    fn permit_knocker_commit(&self, author: LeafIndex, gone: &[u32], terms: &KnockTerms) -> Result<(), Denied> {
        let by = Proposer::Member(author);
        if self.actor(by)?.role.index != terms.knocker_role {
            return Ok(());
        }
        let mut own = self.view.proposals.iter().filter(|proposal| proposal.by == by);
        let only_list = own.all(|proposal| matches!(&proposal.change, Change::Component { .. }));
        let only_clean_up = self.updates.iter().all(|(.., proposer)| *proposer != by)
            && self.list.changed.values().all(|(_, proposer)| *proposer != by)
            && self.list.added.iter().all(|(_, proposer)| *proposer != by)
            && self.list.removed.iter().all(|(position, proposer)| *proposer != by || self.is_out(*position, gone));
        let others = self.view.proposals.iter().any(|proposal| proposal.by != by);
        if only_list && only_clean_up && others { Ok(()) } else { Err(Denied::NotAllowed) }
    }

    /// Somebody must be left who can open a knock, if somebody could before.
    fn permit_readers(&self, next: &RoomState) -> Result<(), Denied> {
        let reads = |state: &RoomState, leaf: &crate::Leaf| {
            leaf.has_knock_key && state.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK)
        };
        let before = self.roster.with_knock_key().any(|(_, leaf)| reads(self.state, leaf));
        let author = match &self.view.author {
            Author::Member(index) => Some(*index).filter(|_| self.view.path.is_some()),
            Author::External(_) => None,
        };
        let stay = self.roster.with_knock_key().filter(|(index, _)| !self.moves.goes(*index) && Some(*index) != author);
        let new = match &self.view.author {
            Author::External(leaf) => Some(&**leaf),
            Author::Member(_) => self.view.path.as_ref(),
        };
        let added = self.added.iter().map(|(added, _)| &added.leaf);
        let mut after = stay.map(|(_, leaf)| leaf).chain(new).chain(added);
        if before && !after.any(|leaf| reads(next, leaf)) { Err(Denied::NobodyReadsKnocks) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
