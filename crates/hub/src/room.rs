//! One room, warm: the group as the hub sees it, what its components say, and whose its leaves are. All of it is made
//! from the rows of the journal and changes with them.

mod about;
pub(crate) mod claim;
pub(crate) mod distrusted;
pub(crate) mod first_answer;
pub(crate) mod head;
pub(crate) mod hosts;
pub(crate) mod knocker;
pub(crate) mod leaf_row;
pub(crate) mod link_uses;
mod linked;
pub(crate) mod pending;
pub(crate) mod reservation;
pub(crate) mod undo;
pub(crate) mod waiting;
pub(crate) mod withdrawn;

use std::{collections::BTreeMap, sync::Arc};

use doorstep_mls::{Journal, Mls, Observer};
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::{
    Body, Capability, ClientUri, Epoch, LeafIndex, RawMlsMessage, RoomUri, UserUri, component, ext::policy::KnockTerms,
};

use crate::{HubError, fanout::Audience, row::Table, stop::Stop};

pub(crate) use about::About;
pub use about::Visibility;
pub use linked::{KnockFacts, TargetFacts};

const ABOUT: Table = Table(b"about");

/// A room of this hub.
#[derive(Debug)]
pub struct Room {
    pub(crate) journal: Journal,
    pub(crate) observer: Observer,
    pub(crate) state: RoomState,
    pub(crate) roster: Roster,
    pub(crate) about: About,
    /// The tree of this epoch as it travels, once somebody needed it.
    tree: Option<(Epoch, Arc<[u8]>)>,
    /// Something of the above has changed in the operation that is going on.
    pub(crate) touched: bool,
}

/// Why rows are not a room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these rows are not a room: {0}")]
pub struct LoadError(String);

impl Room {
    /// From the rows that were written, all of them.
    ///
    /// # Errors
    /// A row is missing or cannot be read.
    pub fn load<I, V>(rows: I) -> Result<Self, LoadError>
    where
        I: IntoIterator<Item = (Vec<u8>, V)>,
        V: Into<Arc<[u8]>>,
    {
        Self::from_journal(Journal::load(rows)).map_err(|error| LoadError(error.to_string()))
    }

    /// Makes the warm parts from the rows.
    pub(crate) fn from_journal(journal: Journal) -> Result<Self, HubError> {
        let about: About = ABOUT.get(&journal, b"")?.ok_or_else(|| HubError::internal("no room"))?;
        let (observer, state, roster) = warm(&journal, &about)?;
        Ok(Self { journal, observer, state, roster, about, tree: None, touched: false })
    }

    /// Address.
    pub fn uri(&self) -> &RoomUri {
        &self.about.room
    }

    /// Epoch of the group.
    pub fn epoch(&self) -> Epoch {
        self.observer.epoch()
    }

    /// What its components say.
    pub fn state(&self) -> &RoomState {
        &self.state
    }

    /// Whose its leaves are.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Who finds the page.
    pub fn visibility(&self) -> Visibility {
        self.about.visibility
    }

    /// SHA-256 of the request that made it.
    pub fn created_from(&self) -> [u8; 32] {
        self.about.created_from
    }

    /// Runs an operation so that it happens whole or not at all.
    pub(crate) fn attempt<T>(&mut self, operation: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let mark = self.journal.mark();
        self.touched = false;
        let outcome = operation(self);
        if outcome.is_err() {
            self.journal.rollback(mark);
            if self.touched {
                self.rewarm()?;
            }
        }
        outcome
    }

    /// Makes the warm parts again, after rows went back.
    pub(crate) fn rewarm(&mut self) -> Result<(), HubError> {
        (self.observer, self.state, self.roster) = warm(&self.journal, &self.about)?;
        self.tree = None;
        Ok(())
    }

    /// What a knock room is for.
    pub(crate) fn knock_terms(&self) -> Option<&KnockTerms> {
        self.state.knock_terms()
    }

    /// The leaves that can open a knock, each with its key. Empty in other rooms.
    pub(crate) fn recipients(&self) -> BTreeMap<LeafIndex, Vec<u8>> {
        if self.knock_terms().is_none() {
            return BTreeMap::new();
        }
        self.roster
            .with_knock_key()
            .filter(|(_, leaf)| self.state.has(&leaf.user, Capability::CAN_ACCEPT_KNOCK))
            .filter_map(|(index, _)| {
                let mut view = self.observer.leaf(index)?;
                Some((index, view.components.remove(&component::KNOCK_SEALING_KEY)?))
            })
            .collect()
    }

    /// Does this user only wait here? Proposals of others are kept from such clients, because MLS lets nobody send while
    /// one is pending.
    pub(crate) fn only_waits(&self, user: &UserUri) -> bool {
        self.knock_terms().is_some() && !self.state.has(user, Capability::CAN_RECEIVE_MESSAGE)
    }

    /// All clients, those that only wait apart.
    pub(crate) fn audience(&self) -> Audience {
        let mut audience = Audience::default();
        for (_, leaf) in self.roster.iter() {
            let group = if self.only_waits(&leaf.user) { &mut audience.waiting } else { &mut audience.full };
            group.push(leaf.client.clone());
        }
        audience
    }

    /// Clients that may read messages.
    pub(crate) fn readers(&self) -> Result<Vec<ClientUri>, HubError> {
        let gone = self.gone()?;
        Ok(self
            .roster
            .iter()
            .filter(|(_, leaf)| self.state.has(&leaf.user, Capability::CAN_RECEIVE_MESSAGE))
            .filter(|(index, leaf)| !gone.leaves.contains(index) && !gone.users.contains(&leaf.user))
            .map(|(_, leaf)| leaf.client.clone())
            .collect())
    }

    /// Who has left already, although no commit has taken it in yet (mimi-protocol-06 §5.3).
    pub(crate) fn gone(&self) -> Result<Gone, HubError> {
        let mut gone = Gone::default();
        for row in pending::all(&self.journal)? {
            let Some(leaf) = self.roster.get(LeafIndex(row.leaf)) else { continue };
            if row.removes_leaf() {
                gone.leaves.insert(LeafIndex(row.leaf));
            }
            if matches!(row.kind, pending::PendingKind::Leave) {
                gone.users.insert(leaf.user.clone());
            }
        }
        Ok(gone)
    }

    /// Bytes of the waiting proposals, by ProposalRef.
    pub(crate) fn stored_proposals(&self) -> Result<BTreeMap<Vec<u8>, RawMlsMessage>, HubError> {
        let mls = Mls::new(&self.journal, [0; 32]);
        self.observer
            .pending(&mls)
            .map_err(HubError::internal)?
            .into_iter()
            .map(|stored| {
                Ok((stored.view.reference, RawMlsMessage::decode(&stored.bytes).map_err(HubError::internal)?))
            })
            .collect()
    }

    /// The tree as it travels.
    pub(crate) fn ratchet_tree(&mut self) -> Result<Arc<[u8]>, HubError> {
        let epoch = self.epoch();
        match &self.tree {
            Some((of, tree)) if *of == epoch => Ok(tree.clone()),
            _ => {
                let tree: Arc<[u8]> = self.observer.ratchet_tree().map_err(HubError::internal)?.into();
                self.tree = Some((epoch, tree.clone()));
                Ok(tree)
            }
        }
    }

    /// The bare GroupInfo of this epoch, as its committer signed it.
    pub(crate) fn group_info(&self) -> Result<Vec<u8>, HubError> {
        let mut info = self.observer.group_context().map_err(HubError::internal)?;
        info.extend_from_slice(head::get(&self.journal)?.group_info_tail.as_slice());
        Ok(info)
    }
}

/// Leaves and users that wait for nothing but a commit to be out.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    pub(crate) leaves: std::collections::BTreeSet<LeafIndex>,
    pub(crate) users: std::collections::BTreeSet<UserUri>,
}

impl Gone {
    /// Has this user no leaf that stays?
    pub(crate) fn has_left(&self, roster: &Roster, user: &UserUri) -> bool {
        self.users.contains(user) || roster.leaves_of(user).all(|(index, _)| self.leaves.contains(&index))
    }
}

pub(crate) fn put_about(journal: &Journal, about: &About) -> Result<(), HubError> {
    ABOUT.put(journal, b"", about)
}

fn warm(journal: &Journal, about: &About) -> Result<(Observer, RoomState, Roster), HubError> {
    // Loading draws nothing from the seed.
    let mls = Mls::new(journal, [0; 32]);
    let observer = Observer::load(&mls, about.group_id.as_slice())
        .map_err(HubError::internal)?
        .ok_or_else(|| HubError::internal("room without group"))?;
    let state = RoomState::from_dictionary(&observer.dictionary()).map_err(HubError::internal)?;
    let roster = leaf_row::all(journal)?.into_iter().map(|(index, row)| (index, row.into_leaf())).collect();
    Ok((observer, state, roster))
}
