//! Who has which leaf. Kept beside the group and changed with it, so that no commit costs a walk over the tree.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_wire::{numbers::LeafIndex, uri::UserUri};

use crate::Leaf;

/// The leaves of a group and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    leaves: BTreeMap<LeafIndex, Leaf>,
    by_user: BTreeMap<UserUri, BTreeSet<LeafIndex>>,
    knock_keys: BTreeSet<LeafIndex>,
}

/// What a commit does to a [`Roster`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterDelta {
    /// Leaves that become blank; done first.
    pub removed: Vec<LeafIndex>,
    /// Leaves that are new or have new contents.
    pub set: Vec<(LeafIndex, Leaf)>,
}

impl Roster {
    /// Leaves in the group.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// True if nobody is there.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The leaf at this index.
    pub fn get(&self, index: LeafIndex) -> Option<&Leaf> {
        self.leaves.get(&index)
    }

    /// All leaves, by index.
    pub fn iter(&self) -> impl Iterator<Item = (LeafIndex, &Leaf)> {
        self.leaves.iter().map(|(index, leaf)| (*index, leaf))
    }

    /// The leaves of a user, by index.
    pub fn leaves_of<'a>(&'a self, user: &UserUri) -> impl Iterator<Item = (LeafIndex, &'a Leaf)> {
        let indices = self.by_user.get(user).into_iter().flatten();
        indices.filter_map(|index| self.leaves.get(index).map(|leaf| (*index, leaf)))
    }

    /// How many leaves a user has.
    pub fn count_of(&self, user: &UserUri) -> usize {
        self.by_user.get(user).map_or(0, BTreeSet::len)
    }

    /// Users with at least one leaf.
    pub fn users(&self) -> impl Iterator<Item = &UserUri> {
        self.by_user.keys()
    }

    /// Leaves that carry a knock sealing key.
    pub fn with_knock_key(&self) -> impl Iterator<Item = (LeafIndex, &Leaf)> {
        self.knock_keys.iter().filter_map(|index| self.leaves.get(index).map(|leaf| (*index, leaf)))
    }

    /// Puts a leaf at an index, in place of what was there.
    pub fn set(&mut self, index: LeafIndex, leaf: Leaf) {
        self.remove(index);
        self.by_user.entry(leaf.user.clone()).or_default().insert(index);
        if leaf.has_knock_key {
            self.knock_keys.insert(index);
        }
        self.leaves.insert(index, leaf);
    }

    /// Blanks a leaf.
    pub fn remove(&mut self, index: LeafIndex) -> Option<Leaf> {
        let leaf = self.leaves.remove(&index)?;
        self.knock_keys.remove(&index);
        if let Some(indices) = self.by_user.get_mut(&leaf.user) {
            indices.remove(&index);
            if indices.is_empty() {
                self.by_user.remove(&leaf.user);
            }
        }
        Some(leaf)
    }

    /// Does what a commit does. Returns what undoes it.
    pub fn apply(&mut self, delta: RosterDelta) -> RosterDelta {
        let mut undo = RosterDelta::default();
        for index in delta.removed {
            if let Some(leaf) = self.remove(index) {
                undo.set.push((index, leaf));
            }
        }
        for (index, leaf) in delta.set {
            match self.leaves.get(&index) {
                Some(before) => undo.set.push((index, before.clone())),
                None => undo.removed.push(index),
            }
            self.set(index, leaf);
        }
        // A leaf that was blanked and filled again is in both lists; blanking first brings back the old one.
        undo
    }
}

impl FromIterator<(LeafIndex, Leaf)> for Roster {
    fn from_iter<T: IntoIterator<Item = (LeafIndex, Leaf)>>(leaves: T) -> Self {
        let mut roster = Self::default();
        for (index, leaf) in leaves {
            roster.set(index, leaf);
        }
        roster
    }
}
