//! Who may reach whom: consent to be added, and who is found.

use core::future::Future;

use doorstep_wire::{RoomUri, UserUri};

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

/// Consent and being found.
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

    /// Whether the account of a client is found by whoever knows its handle; it is from the beginning. Without effect for
    /// a guest, who has none.
    fn set_findable(&self, client: ClientId, findable: bool) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Is there an account with exactly this handle that is to be found?
    fn is_found(&self, handle: &str) -> impl Future<Output = Result<bool, StoreError>> + Send;
}
