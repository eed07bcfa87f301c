//! A knock of somebody at a room of mine, and the no that was said to one.

use core::fmt;

use doorstep_page_api::view::RequestState;
use doorstep_wire::{ClientUri, Refusal, RoomUri, UserUri};
use serde::{Deserialize, Serialize};

/// A verified knock at one of my rooms. Key: hex of the request id.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestRecord {
    pub(crate) request_id: [u8; 16],
    pub(crate) target: RoomUri,
    /// Pc2.
    pub(crate) user: UserUri,
    pub(crate) note: String,
    /// The dead link that led the knocker here, by their word.
    #[serde(default)]
    pub(crate) link: Option<[u8; 16]>,
    /// Accepted by the hub at, milliseconds.
    pub(crate) at: u64,
    /// Milliseconds.
    pub(crate) expires: u64,
    /// Bare KeyPackages, verified when they came and again when they are used.
    pub(crate) packages: Vec<serde_bytes::ByteBuf>,
    pub(crate) answer_key: [u8; 32],
    /// Who the knocker proved to be.
    #[serde(default)]
    pub(crate) disclosed: Option<doorstep_page_api::view::Disclosed>,
    /// What is the matter with their word for it.
    #[serde(default)]
    pub(crate) warning: Option<Refusal>,
    pub(crate) state: RequestState,
}

impl fmt::Debug for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestRecord")
            .field("target", &self.target)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// An outcome on its way to a knocker: consent `request`, then `cancel`, from an identity used for nothing else
/// (docs/PROTOCOL.md, outcome of a knock). Key: hex of the request id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutcomeRecord {
    pub(crate) sender: ClientUri,
    /// The two `ConsentEntry` bodies; empty until the sender is minted.
    pub(crate) entries: Vec<serde_bytes::ByteBuf>,
    /// How many of them arrived.
    pub(crate) sent: u8,
    /// Not only declined.
    pub(crate) banned: bool,
    pub(crate) reason: String,
}
