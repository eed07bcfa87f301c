use std::sync::Arc;

use doorstep_mls::Write;
use doorstep_wire::{ClientUri, EndReason, ProviderDomain, RoomUri, UnixMillis};

/// What the caller does with an accepted operation: write rows, log and fan-out in one transaction, then answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Rows of the room that changed.
    pub rows: Vec<Write>,
    /// What was accepted.
    pub log: Vec<LogEntry>,
    /// Messages to clients, in the order in which each of them must see them.
    pub fanout: Vec<Fanout>,
    /// With this the room is over. Everything above happened before.
    pub ended: Option<Ended>,
}

impl Effects {
    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.log.is_empty() && self.fanout.is_empty() && self.ended.is_none()
    }
}

/// A room that is over: all its rows, its log and its page go, and its address is never used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// One `doorstep_wire::RoomEnded`.
    pub statement: Arc<[u8]>,
    /// Clients of this provider that hear it.
    pub here: Vec<ClientUri>,
    /// Other providers that hear it, each once, for all of theirs that follow the room.
    pub providers: Vec<ProviderDomain>,
    /// Why.
    pub reason: EndReason,
    /// SHA-256 of the request that ended it, so that a repeated one gets the same answer; zeros: nobody asked.
    pub request: [u8; 32],
}

/// One line of a room's append-only log. It feeds nothing but people and tools: a room is never rebuilt from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: UnixMillis,
    /// Epoch it was made in.
    pub epoch: u64,
    /// What.
    pub kind: LogKind,
    /// The MLSMessage as received (the GroupInfo for [`LogKind::Created`]).
    pub message: Arc<[u8]>,
}

/// What a [`LogEntry`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LogKind {
    /// The room was made.
    Created = 0,
    /// A commit.
    Commit = 1,
    /// A proposal, of a member or of the hub.
    Proposal = 2,
    /// An application message.
    Application = 3,
    /// A commit was taken back.
    Restored = 4,
}

/// One body for a number of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fanout {
    /// What `body` is.
    pub kind: FanoutKind,
    /// Room it is about.
    pub room: RoomUri,
    /// Never empty.
    pub recipients: Vec<ClientUri>,
    /// KeyPackageRefs a Welcome is for, in the order of `recipients`; empty for everything else. A provider delivers a
    /// Welcome by them: it knows which of its browsers handed the KeyPackage out.
    pub packages: Vec<Vec<u8>>,
    /// Shared by all of them.
    pub body: Arc<[u8]>,
}

/// What a [`Fanout`] carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FanoutKind {
    /// One `FanoutMessage` (mimi-protocol-06 §5.5).
    Message,
    /// One `doorstep_wire::ext::restored::Restored`.
    Restored,
    /// One `ConsentEntry`: a knock was taken back.
    Consent,
}
