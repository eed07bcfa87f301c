//! Joining from outside: what is downloaded is checked, everybody who is there is verified, the commit is made.

use anyhow::{Context, Result};
use doorstep_credential::Audience;
use doorstep_membership::{join_update, judge_own, own_leaf, verify_all};
use doorstep_mls::{Identity, JoinPreview, OutgoingCommit};
use doorstep_policy::{RoomState, Roster};
use doorstep_wire::component::PARTICIPANT_LIST;
use doorstep_wire::{Dictionary, UnixMillis};

use crate::person::{Person, issuer_keys};
use crate::room::{follow, room_uri};

/// Joins by MLS alone: GroupInfo and tree are checked and the commit is made; no credential is looked at.
///
/// # Errors
/// The group does not hold.
pub fn enter(name: &str, group_info: &[u8], tree: &[u8]) -> Result<OutgoingCommit> {
    let mut person = Person::new(name);
    let identity = person.identity(&Audience::Room(room_uri()?));
    let mls = person.step();
    let preview = JoinPreview::open(&mls, &identity, group_info, tree, &[])?;
    let before = preview.view().dictionary.clone();
    let update = (PARTICIPANT_LIST, format!("{name};").into_bytes());
    let joined = preview.join(&mls, &identity, Some(update), &Dictionary::new(), |view| follow(&before, view));
    Ok(joined.context("external commit")?.1)
}

/// Joins as the engine does, with everybody `met` before.
///
/// # Errors
/// The group does not hold, or policy says no.
pub fn enter_listed(
    name: &str,
    group_info: &[u8],
    tree: &[u8],
    roster: &Roster,
    now: UnixMillis,
) -> Result<OutgoingCommit> {
    let mut person = Person::new(name);
    let identity = person.identity(&Audience::Room(room_uri()?));
    let own = own_leaf(&identity, &Dictionary::new())?;
    let mls = person.step();
    let preview = JoinPreview::open(&mls, &identity, group_info, tree, &[])?;
    let state = RoomState::from_dictionary(&preview.view().dictionary)?;
    let update = join_update(&state, roster, &own, &preview.leavers())?;
    let joined = preview.join(&mls, &identity, update, &Dictionary::new(), |view| {
        judge_own(&state, roster, view, &own, &issuer_keys(), now).map(|judged| judged.changes)
    });
    Ok(joined.context("external commit")?.1)
}

/// What somebody sees who stands before the room: enough to verify everybody who is in it.
pub struct Door {
    state: RoomState,
    leaves: Vec<doorstep_mls::LeafView>,
}

impl Door {
    /// Reads what was downloaded.
    ///
    /// # Errors
    /// The group does not hold.
    pub fn read(group_info: &[u8], tree: &[u8]) -> Result<Self> {
        let mut person = Person::new("who looks");
        let identity: Identity = person.identity(&Audience::Room(room_uri()?));
        let mls = person.step();
        let preview = JoinPreview::open(&mls, &identity, group_info, tree, &[])?;
        let view = preview.view();
        Ok(Self { state: RoomState::from_dictionary(&view.dictionary)?, leaves: view.leaves.clone() })
    }

    /// Verifies the credential of every leaf, and that everybody is on the list.
    ///
    /// # Errors
    /// Somebody's does not hold.
    pub fn verify(&self) -> Result<Roster> {
        Ok(verify_all(self.leaves.iter().cloned(), &self.state, &issuer_keys())?)
    }
}
