//! Rooms: opaque rows under a room, an append-only log, and what the public page needs without waking the group.

use core::future::Future;
use std::sync::Arc;

use doorstep_wire::RoomUri;

use super::{Mail, StoreError, Wake};

/// A row set (`Some`) or deleted (`None`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowWrite {
    /// Key within the room.
    pub key: Vec<u8>,
    /// New value.
    pub value: Option<Vec<u8>>,
}

/// Key and value of a row.
pub type RowPair = (Vec<u8>, Vec<u8>);

/// An accepted message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogLine {
    /// Acceptance, milliseconds since the UNIX epoch.
    pub at: u64,
    /// Epoch it was made in.
    pub epoch: u64,
    /// What it is, the hub's number for it.
    pub kind: u8,
    /// As received.
    pub message: Arc<[u8]>,
}

/// What strangers may read of a room, ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomPage {
    /// In the list on the home page.
    pub listed: bool,
    /// Sorts the list.
    pub name: String,
    /// The `Door` as JSON. None: the room has no page.
    pub door: Option<Vec<u8>>,
}

/// Everything one operation changes in one room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomChange {
    /// Which.
    pub room: RoomUri,
    /// The room is new.
    pub create: bool,
    /// In order.
    pub rows: Vec<RowWrite>,
    /// In order.
    pub log: Vec<LogLine>,
    /// Replaces the page; `None` leaves it.
    pub page: Option<RoomPage>,
    /// When the hub wants to look at the room by itself (milliseconds since the UNIX epoch); replaces the former.
    pub look_again: Option<u64>,
    /// The room is over: its rows, log and page go with this change, and its address stays taken for good. SHA-256 of the
    /// request that ended it; zeros: nobody asked.
    pub ended: Option<[u8; 32]>,
}

/// Rooms of a hub.
pub trait Rooms {
    /// Writes the changes, the log and the mail of one operation. Returns the mailboxes that got something, each once,
    /// with its newest seq.
    ///
    /// # Errors
    /// [`StoreError::RoomTaken`], also by a room that ended; [`StoreError::NoSuchRoom`]. Nothing is written then.
    fn commit(
        &self,
        changes: &[RoomChange],
        mail: &[Mail],
        now: u64,
    ) -> impl Future<Output = Result<Vec<Wake>, StoreError>> + Send;

    /// All rows of a room, by key. None: no such room.
    fn load_room(&self, room: &RoomUri) -> impl Future<Output = Result<Option<Vec<RowPair>>, StoreError>> + Send;

    /// The door of a room. None for unknown rooms and rooms without a page alike.
    fn door(&self, room: &RoomUri) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// The request that ended a room, as [`RoomChange::ended`] said. None: there is such a room, or never was.
    fn ended_by(&self, room: &RoomUri) -> impl Future<Output = Result<Option<[u8; 32]>, StoreError>> + Send;

    /// The operator wants a room to end: the hub is to look at it at once. `false`: there is no such room.
    fn ask_to_end(&self, room: &RoomUri) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Whether the operator wants a room to end.
    fn is_asked_to_end(&self, room: &RoomUri) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Doors of listed rooms by name, at most `limit`.
    fn listed(&self, limit: usize) -> impl Future<Output = Result<Vec<Vec<u8>>, StoreError>> + Send;

    /// Rooms whose `look_again` is not after `now`, the longest overdue first, at most `limit`.
    fn due(&self, now: u64, limit: usize) -> impl Future<Output = Result<Vec<RoomUri>, StoreError>> + Send;

    /// The log of a room, oldest first.
    fn log(&self, room: &RoomUri) -> impl Future<Output = Result<Vec<LogLine>, StoreError>> + Send;
}
