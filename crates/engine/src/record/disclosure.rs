//! Who said who they are: I to others, others to me; and the secrets of an epoch that such a thing is bound to.

use core::fmt;

use doorstep_page_api::view::{Claims, DiscloseTo, Disclosed, Problem};
use doorstep_wire::{ClientUri, RoomUri, UserUri};
use serde::{Deserialize, Serialize};

/// Something I said, or am about to say, about who I am. Kept for good. Key: [`disclosure_key`], or the id of a knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MyDisclosureRecord {
    /// The room; of a knock the room knocked at.
    pub(crate) room: RoomUri,
    /// Its name as last seen.
    pub(crate) room_name: String,
    /// Who I was there.
    pub(crate) client: ClientUri,
    /// My account.
    pub(crate) user: UserUri,
    pub(crate) to: DiscloseTo,
    pub(crate) claims: Claims,
    /// People who could read it when it was made last.
    pub(crate) readers: u32,
    /// It went along with a knock.
    pub(crate) in_knock: bool,
    /// Accepted by the hub for the first time, or asked for, milliseconds.
    pub(crate) at: u64,
    /// Sent last, milliseconds.
    pub(crate) last: u64,
    /// To be said again at, for those who came later.
    pub(crate) again: Option<u64>,
    /// I am not there any more under that name: it is not said again.
    pub(crate) over: bool,
    pub(crate) state: DisclosureState,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DisclosureState {
    /// Waits for the provider's word for the account.
    Gathering,
    /// In the queue of its room.
    Queued,
    /// The hub took it.
    Sent,
    /// Refused for good.
    Failed(Problem),
}

/// `room URI # random`.
pub(crate) fn disclosure_key(room: &RoomUri, id: [u8; 8]) -> String {
    format!("{room}#{}", crate::text::hex(&id))
}

/// Who somebody proved to be. It holds for the leaf with this key and ends with it. Key: `room URI # user URI # scope`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DisclosedRecord {
    /// Who said it.
    pub(crate) by: UserUri,
    /// Signature key of the leaf that said it.
    pub(crate) leaf_key: [u8; 32],
    /// What was verified.
    pub(crate) shown: Disclosed,
}

/// Secrets of one epoch of one room, kept for as long as messages of that epoch are taken. Key: `room URI # epoch`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EpochRecord {
    /// `disclosure_base`: exporter, label "mimi-disclosure v1".
    pub(crate) base: [u8; 32],
    /// Private half of the own leaf's encryption key.
    pub(crate) leaf_secret: [u8; 32],
}

impl fmt::Debug for EpochRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base: _, leaf_secret: _ } = self;
        f.debug_struct("EpochRecord").finish_non_exhaustive()
    }
}
