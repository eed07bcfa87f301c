//! The participant list with an index by user, and the algebra of its updates (mimi-protocol-06 §7.1; `docs/PROTOCOL.md`,
//! "Participant list").

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use doorstep_wire::{
    codec::put_vector,
    room::{ParticipantListData, ParticipantListUpdate, RoleIndex, UserRolePair},
    uri::UserUri,
};

use crate::Denied;

/// The participant list. Cloning it copies pointers, not URIs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participants {
    list: Vec<Arc<UserRolePair>>,
    /// Positions in `list`, sorted by user.
    by_user: Vec<u32>,
    /// Holders of each role.
    holders: BTreeMap<RoleIndex, u32>,
}

/// All updates of the list in one commit, each with what says who proposed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListChanges<P> {
    /// New roles, by position in the list before the commit.
    pub changed: BTreeMap<u32, (RoleIndex, P)>,
    /// Positions in the list before the commit.
    pub removed: BTreeMap<u32, P>,
    /// In commit order.
    pub added: Vec<(UserRolePair, P)>,
}

impl<P> Default for ListChanges<P> {
    fn default() -> Self {
        Self { changed: BTreeMap::new(), removed: BTreeMap::new(), added: Vec::new() }
    }
}

impl<P: Copy> ListChanges<P> {
    /// Takes one more update in. The same entry may be touched once in a commit, whoever asks for it.
    ///
    /// # Errors
    /// [`Denied::ListMismatch`] if an index comes twice.
    pub fn collect(&mut self, update: ParticipantListUpdate, by: P) -> Result<(), Denied> {
        for change in update.changed {
            let index = change.user_index;
            if self.removed.contains_key(&index) || self.changed.insert(index, (change.role_index, by)).is_some() {
                return Err(Denied::ListMismatch);
            }
        }
        for index in update.removed {
            if self.changed.contains_key(&index) || self.removed.insert(index, by).is_some() {
                return Err(Denied::ListMismatch);
            }
        }
        self.added.extend(update.added.into_iter().map(|pair| (pair, by)));
        Ok(())
    }

    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }
}

impl Participants {
    /// Indexes a list.
    ///
    /// # Errors
    /// [`Denied::ListMismatch`] if a user comes twice or has role 0.
    pub fn new(data: ParticipantListData) -> Result<Self, Denied> {
        Self::index(data.participants.into_iter().map(Arc::new).collect())
    }

    fn index(list: Vec<Arc<UserRolePair>>) -> Result<Self, Denied> {
        let mut by_user: Vec<(&UserUri, u32)> = Vec::with_capacity(list.len());
        let mut holders = BTreeMap::new();
        for (position, pair) in list.iter().enumerate() {
            if pair.role_index == RoleIndex::OUTSIDER {
                return Err(Denied::ListMismatch);
            }
            *holders.entry(pair.role_index).or_default() += 1;
            by_user.push((&pair.user, u32::try_from(position).map_err(|_| Denied::ListMismatch)?));
        }
        by_user.sort_unstable();
        if by_user.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
            return Err(Denied::ListMismatch);
        }
        let by_user = by_user.into_iter().map(|(_, position)| position).collect();
        Ok(Self { list, by_user, holders })
    }

    /// Entries, banned users too.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if nobody is listed.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The entry at a position.
    pub fn get(&self, position: u32) -> Option<&UserRolePair> {
        usize::try_from(position).ok().and_then(|position| self.list.get(position)).map(Arc::as_ref)
    }

    /// Where a user stands in the list.
    pub fn position(&self, user: &UserUri) -> Option<u32> {
        self.rank(user).ok().and_then(|rank| self.by_user.get(rank).copied())
    }

    fn rank(&self, user: &UserUri) -> Result<usize, usize> {
        self.by_user.binary_search_by(|position| {
            self.get(*position).map_or(std::cmp::Ordering::Less, |pair| pair.user.cmp(user))
        })
    }

    /// A user's role, [`RoleIndex::OUTSIDER`] if not listed.
    pub fn role_of(&self, user: &UserUri) -> RoleIndex {
        let pair = self.position(user).and_then(|position| self.get(position));
        pair.map_or(RoleIndex::OUTSIDER, |pair| pair.role_index)
    }

    /// The list in its order.
    pub fn iter(&self) -> impl Iterator<Item = &UserRolePair> {
        self.list.iter().map(Arc::as_ref)
    }

    /// How many are listed with a role.
    pub fn holders(&self, role: RoleIndex) -> u32 {
        self.holders.get(&role).copied().unwrap_or(0)
    }

    /// Roles that somebody has.
    pub fn roles_in_use(&self) -> impl Iterator<Item = RoleIndex> {
        self.holders.iter().filter(|(_, count)| **count > 0).map(|(role, _)| *role)
    }

    /// The list after a commit: role changes, then removals, then additions. All indices refer to this list.
    ///
    /// # Errors
    /// [`Denied::ListMismatch`] if an index is out of range, or a role is 0; [`Denied::AlreadyParticipant`] if an added
    /// user is listed already, or added twice. Somebody removed in this commit counts as listed.
    pub fn apply<P>(&self, changes: &ListChanges<P>) -> Result<Self, Denied> {
        let mut next = self.clone();
        for (position, (role, _)) in &changes.changed {
            next.change(*position, *role)?;
        }
        let mut removed = BTreeSet::new();
        removed.extend(changes.removed.keys().copied());
        next.cut(&removed)?;
        let mut fresh = BTreeSet::new();
        for (pair, _) in &changes.added {
            if self.position(&pair.user).is_some() || !fresh.insert(&pair.user) {
                return Err(Denied::AlreadyParticipant);
            }
            next.append(pair)?;
        }
        Ok(next)
    }

    fn change(&mut self, position: u32, role: RoleIndex) -> Result<(), Denied> {
        let slot = usize::try_from(position).ok().and_then(|position| self.list.get_mut(position));
        let slot = slot.filter(|_| role != RoleIndex::OUTSIDER).ok_or(Denied::ListMismatch)?;
        let before = slot.role_index;
        *slot = Arc::new(UserRolePair { user: slot.user.clone(), role_index: role });
        self.recount(before, Some(role));
        Ok(())
    }

    fn cut(&mut self, removed: &BTreeSet<u32>) -> Result<(), Denied> {
        let (Some(first), Some(last)) = (removed.first(), removed.last()) else { return Ok(()) };
        if self.get(*last).is_none() {
            return Err(Denied::ListMismatch);
        }
        for role in removed.iter().filter_map(|position| self.get(*position)).map(|p| p.role_index).collect::<Vec<_>>()
        {
            self.recount(role, None);
        }
        // Where each remaining entry moves to; only entries behind the first removed one move.
        let mut moved: Vec<Option<u32>> = Vec::new();
        let mut next = *first;
        for position in *first..u32::try_from(self.list.len()).map_err(|_| Denied::ListMismatch)? {
            let stays = !removed.contains(&position);
            moved.push(stays.then_some(next));
            next += u32::from(stays);
        }
        let target = |position: u32| match position.checked_sub(*first) {
            None => Some(position),
            Some(offset) => usize::try_from(offset).ok().and_then(|offset| moved.get(offset).copied().flatten()),
        };
        self.by_user = self.by_user.iter().filter_map(|position| target(*position)).collect();
        let mut position = 0;
        self.list.retain(|_| {
            let stays = !removed.contains(&position);
            position += 1;
            stays
        });
        Ok(())
    }

    fn append(&mut self, pair: &UserRolePair) -> Result<(), Denied> {
        if pair.role_index == RoleIndex::OUTSIDER {
            return Err(Denied::ListMismatch);
        }
        let rank = self.rank(&pair.user).err().ok_or(Denied::AlreadyParticipant)?;
        let position = u32::try_from(self.list.len()).map_err(|_| Denied::ListMismatch)?;
        self.by_user.insert(rank, position);
        self.list.push(Arc::new(pair.clone()));
        *self.holders.entry(pair.role_index).or_default() += 1;
        Ok(())
    }

    fn recount(&mut self, before: RoleIndex, after: Option<RoleIndex>) {
        match self.holders.get_mut(&before) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                self.holders.remove(&before);
            }
        }
        if let Some(after) = after {
            *self.holders.entry(after).or_default() += 1;
        }
    }

    /// The bytes of component 0x0022.
    pub fn encode(&self) -> Vec<u8> {
        let mut entries = Vec::with_capacity(self.list.len() * 64);
        for pair in &self.list {
            put_vector(&mut entries, pair.user.as_bytes());
            entries.extend(pair.role_index.0.to_be_bytes());
        }
        let mut bytes = Vec::with_capacity(entries.len() + 4);
        put_vector(&mut bytes, &entries);
        bytes
    }
}

#[cfg(test)]
mod tests;
