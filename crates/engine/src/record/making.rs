//! A room in the making.

use doorstep_page_api::view::RoomDraft;
use doorstep_wire::{ClientUri, RoomUri};
use serde::{Deserialize, Serialize};

/// A room (and its knock room) that was asked for and is not yet there. Key: the command's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MakingRecord {
    pub(crate) draft: RoomDraft,
    pub(crate) room: RoomUri,
    /// The knock room, for [`doorstep_page_api::view::Preset::AskToJoin`].
    pub(crate) knock_room: Option<RoomUri>,
    /// My client in the room.
    pub(crate) client: ClientUri,
    /// My client in the knock room: another pseudonym.
    pub(crate) knock_client: Option<ClientUri>,
    pub(crate) state: MakingState,
    /// What it is for.
    #[serde(default, skip_serializing_if = "MadeFor::is_page")]
    pub(crate) made_for: MadeFor,
}

/// What a room is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MadeFor {
    /// A page asked for it, and is answered.
    #[default]
    Page,
    /// To ask somebody in it: the id of the ask.
    Ask(String),
    /// To talk with who asked me: the id of their request.
    Pair(String),
}

impl MadeFor {
    fn is_page(&self) -> bool {
        *self == Self::Page
    }
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MakingState {
    /// Waits for identities and the hub's keys.
    Gathering,
    /// The groups are made; the request is being sent.
    Posting {
        /// `CreateRooms`.
        request: serde_bytes::ByteBuf,
    },
}
