//! Who is in the group.

use std::collections::BTreeSet;

use doorstep_credential::IssuerKeys;
use doorstep_mls::LeafView;
use doorstep_policy::{Denied as PolicyDenied, RoomState, Roster};

use crate::{
    Denied,
    leaf::{Origin, Parts, Proof, remembered, verified},
};

/// The roster of a group that this client or hub has followed: its leaves were verified when they came in.
///
/// # Errors
/// [`Denied`] if a leaf is not one that could have come in.
pub fn roster(leaves: impl IntoIterator<Item = LeafView>) -> Result<Roster, Denied> {
    leaves.into_iter().map(|leaf| remembered(leaf.index, &leaf)).collect()
}

/// The roster of a group that this client is about to enter: every leaf is verified, and is in its place. Leaves outlive
/// their tokens, so a token that has ended since is no reason to stay out.
///
/// # Errors
/// [`Denied`]: something about a leaf does not hold.
pub fn verify_all(
    leaves: impl IntoIterator<Item = LeafView>,
    state: &RoomState,
    keys: &dyn IssuerKeys,
) -> Result<Roster, Denied> {
    let mut roster = Roster::default();
    let mut clients = BTreeSet::new();
    for view in leaves {
        let leaf = verified(Parts::from(&view), Origin::Member, state, keys, Proof::EvenIfEnded)?;
        // Whoever has a client in the group is in the list and not banned, and each client is there once.
        if !state.is_in(&leaf.user) || !clients.insert(leaf.client.clone()) {
            return Err(PolicyDenied::ClientsRemain.into());
        }
        doorstep_policy::suits(state, &leaf)?;
        roster.set(view.index, leaf);
    }
    Ok(roster)
}
