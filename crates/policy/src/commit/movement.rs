//! Which leaves come and go, counted by user.

use std::collections::BTreeMap;

use doorstep_wire::{numbers::LeafIndex, uri::UserUri};

use crate::{Change, Denied, Leaf, Proposal, Proposer, Roster};

/// How a leaf goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    SelfRemove,
    Remove(Proposer),
}

/// The leaves of one user in a commit.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    before: usize,
    gone: usize,
    come: usize,
    /// Some leaf was taken out by somebody other than the user or the hub.
    forced: bool,
}

/// Which leaves come and go.
#[derive(Debug, Default)]
pub(crate) struct Movement<'a> {
    exits: BTreeMap<LeafIndex, Exit>,
    tallies: BTreeMap<&'a UserUri, Tally>,
    grown_by: isize,
}

impl<'a> Movement<'a> {
    pub(crate) fn new(
        roster: &'a Roster,
        proposals: &'a [Proposal],
        newcomer: Option<&'a Leaf>,
    ) -> Result<Self, Denied> {
        let mut moves = Self::default();
        for proposal in proposals {
            match (&proposal.change, proposal.by) {
                // A SelfRemove beats a Remove of the same leaf.
                (Change::SelfRemove, Proposer::Member(leaf)) => {
                    moves.exits.insert(leaf, Exit::SelfRemove);
                }
                (Change::SelfRemove, _) => return Err(Denied::ProposalKind),
                (Change::Remove(leaf), by) => {
                    moves.exits.entry(*leaf).or_insert(Exit::Remove(by));
                }
                (Change::Add(added), _) => moves.come(roster, &added.leaf),
                (Change::Component { .. } | Change::Other(_), _) => {}
            }
        }
        for (index, exit) in &moves.exits {
            let leaf = roster.get(*index).ok_or(Denied::ListMismatch)?;
            let forced = match exit {
                Exit::SelfRemove | Exit::Remove(Proposer::Hub) => false,
                Exit::Remove(Proposer::Joiner) => true,
                Exit::Remove(Proposer::Member(by)) => roster.get(*by).is_none_or(|by| by.user != leaf.user),
            };
            let tally = tally(&mut moves.tallies, roster, &leaf.user);
            tally.gone += 1;
            tally.forced |= forced;
            moves.grown_by -= 1;
        }
        if let Some(leaf) = newcomer {
            moves.come(roster, leaf);
        }
        Ok(moves)
    }

    fn come(&mut self, roster: &Roster, leaf: &'a Leaf) {
        tally(&mut self.tallies, roster, &leaf.user).come += 1;
        self.grown_by += 1;
    }

    /// Leaves that go, and how.
    pub(crate) fn exits(&self) -> impl Iterator<Item = (LeafIndex, Exit)> {
        self.exits.iter().map(|(leaf, exit)| (*leaf, *exit))
    }

    pub(crate) fn goes(&self, leaf: LeafIndex) -> bool {
        self.exits.contains_key(&leaf)
    }

    /// Users some of whose leaves come or go.
    pub(crate) fn users(&self) -> impl Iterator<Item = &'a UserUri> {
        self.tallies.keys().copied()
    }

    /// How many leaves a user has after the commit.
    pub(crate) fn after(&self, roster: &Roster, user: &UserUri) -> usize {
        match self.tallies.get(user) {
            Some(tally) => (tally.before + tally.come).saturating_sub(tally.gone),
            None => roster.count_of(user),
        }
    }

    /// The user had leaves, has none any more, and it was the user or the hub who took each of them out.
    pub(crate) fn left(&self, user: &UserUri) -> bool {
        self.tallies
            .get(user)
            .is_some_and(|tally| tally.gone > 0 && tally.gone == tally.before + tally.come && !tally.forced)
    }

    /// How many leaves the group has more, or fewer.
    pub(crate) fn grown_by(&self) -> isize {
        self.grown_by
    }
}

fn tally<'m, 'a>(tallies: &'m mut BTreeMap<&'a UserUri, Tally>, roster: &Roster, user: &'a UserUri) -> &'m mut Tally {
    tallies.entry(user).or_insert_with(|| Tally { before: roster.count_of(user), ..Tally::default() })
}
