//! Who may reach whom: consent to be added, who is found, and who may ask.

use core::future::Future;

use doorstep_wire::{IdentifierUri, RoomUri, UserUri};

use super::{ClientId, StoreError};

/// Consent of a user to be added by somebody (mimi-protocol-06 §5.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consent {
    /// Never given.
    None,
    /// Given for another room than this.
    OtherRoom,
    /// Given for this room, or for any.
    Given,
}

/// How an account wants to be reached, in the client API's numbers. What is there from the beginning: 1, 1 and nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// Who finds it.
    pub find: u8,
    /// Who may ask.
    pub ask: u8,
    /// Users and providers that it does not want to hear of, in order, each once.
    pub blocked: Vec<IdentifierUri>,
}

impl Default for Contact {
    fn default() -> Self {
        Self { find: 1, ask: 1, blocked: Vec::new() }
    }
}

/// How an account stands to somebody who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reception {
    /// [`Contact::ask`].
    pub ask: u8,
    /// It does not want to hear of them, or of their provider.
    pub blocked: bool,
}

/// Consent, being found, and being asked.
pub trait Reach {
    /// `target` consents to be added by `requester`; no room: to any.
    fn give_consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
        at: u64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// `target` consents no longer: to this room, or, without one, to none. What was given for any room is not touched by
    /// taking back one room.
    fn take_consent_back(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What `target` consented to. No room: what is given for any room counts and nothing else.
    fn consent(
        &self,
        requester: &UserUri,
        target: &UserUri,
        room: Option<&RoomUri>,
    ) -> impl Future<Output = Result<Consent, StoreError>> + Send;

    /// How the account of a client wants to be reached from now on. Without effect for a guest, who has none.
    fn set_contact(&self, client: ClientId, contact: &Contact) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// How it wants to be reached.
    fn contact(&self, client: ClientId) -> impl Future<Output = Result<Contact, StoreError>> + Send;

    /// How the account with this handle stands to `by`, a user. Of an account that is not there: as one from the beginning.
    fn reception(&self, handle: &str, by: &UserUri) -> impl Future<Output = Result<Reception, StoreError>> + Send;

    /// Is there an account with exactly this handle that is to be found?
    fn is_found(&self, handle: &str) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Handles of accounts that are to be found by their display name, whose name has this
    /// [key](crate::identifier_query::name_key), in order, at most `limit`.
    fn named(&self, key: &str, limit: usize) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;
}
