//! Mail for other providers.

use core::future::Future;
use std::sync::Arc;

use doorstep_wire::{ClientUri, ProviderDomain, RoomUri};

use super::StoreError;

/// Mail for another provider ([`Recipients::Peer`](super::Recipients)) that is not delivered yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// Ascends in the order in which letters were written.
    pub id: u64,
    /// Where it goes.
    pub peer: ProviderDomain,
    /// As written.
    pub kind: u8,
    /// As written. Letters about one room to one peer are a lane: each waits for the one before it.
    pub room: RoomUri,
    /// As written; empty: whom it reaches is the peer's to know.
    pub clients: Vec<ClientUri>,
    /// The exact bytes, the same at every try: a peer recognises a repetition by them (mimi-protocol-06 §5.5).
    pub body: Arc<[u8]>,
    /// When it was written, milliseconds since the UNIX epoch.
    pub written_at: u64,
    /// How often it was tried in vain.
    pub tries: u32,
}

/// What waits for one peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backlog {
    /// Who.
    pub peer: ProviderDomain,
    /// Letters that wait.
    pub letters: u64,
    /// When the oldest of them was written, milliseconds since the UNIX epoch; 0: nothing waits.
    pub oldest: u64,
    /// Most tries of any of them.
    pub tries: u32,
    /// Letters to this peer that were given up, since ever.
    pub lost: u64,
}

/// What of one room one peer does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Who.
    pub peer: ProviderDomain,
    /// When the oldest letter was written that it does not have, milliseconds since the UNIX epoch.
    pub since: u64,
    /// Given up: when the youngest of them was written. None: they wait.
    pub until: Option<u64>,
}

/// [`Gap`]s of given up letters that are remembered of one room.
pub const GAPS_OF_A_ROOM: usize = 100;

/// Letters to one peer that are due at a time.
pub const DUE_TO_ONE_PEER: usize = 16;

/// Letters to other providers. They are written by [`Rooms::commit`](super::Rooms::commit), in the transaction of what they
/// tell of.
pub trait Outbox {
    /// First letters of lanes whose turn has come at `now`, the oldest first, at most `limit`; of one peer at most
    /// [`DUE_TO_ONE_PEER`], those whose turn came first, so that a peer that does not answer keeps none of the others
    /// waiting.
    fn due_letters(&self, now: u64, limit: usize) -> impl Future<Output = Result<Vec<Letter>, StoreError>> + Send;

    /// When the first letter of any lane has its turn; `None`: nothing waits.
    fn next_letter(&self) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// The peer has it: the letter is gone, and the next one of its lane has its turn.
    fn delivered(&self, id: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// It could not be delivered: its lane waits until `until`, and the try is counted.
    fn postpone(&self, id: u64, until: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Nobody will take it any more: the letter is gone, counted in [`Backlog::lost`], and remembered in a [`Gap`] of its
    /// room, in one with those before it if the peer took none in between.
    fn give_up(&self, id: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// All lanes of a peer have their turn at once: it was heard of.
    fn hurry(&self, peer: &ProviderDomain) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What waits, by peer; peers with nothing but losses too.
    fn backlog(&self) -> impl Future<Output = Result<Vec<Backlog>, StoreError>> + Send;

    /// What peers do not have of a room: first the newest [`GAPS_OF_A_ROOM`] that were given up, as they came, then what
    /// waits, by peer.
    fn gaps(&self, room: &RoomUri) -> impl Future<Output = Result<Vec<Gap>, StoreError>> + Send;
}
