//! Who hears what. Bodies are encoded once and shared.

use std::sync::Arc;

use doorstep_wire::{
    BareWelcome, Body, ClientUri, RawMlsMessage, RoomUri, UnixMillis,
    franking::Frank,
    notify::FanoutMessage,
    tree::{RatchetTree, RatchetTreeOption},
};

use crate::{Fanout, FanoutKind, HubError};

/// The clients of a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audience {
    /// Hear everything at once.
    pub(crate) full: Vec<ClientUri>,
    /// Only wait in a knock room: hear of proposals when they are committed.
    pub(crate) waiting: Vec<ClientUri>,
}

/// Sends bodies about one room, accepted at one time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) room: &'a RoomUri,
    pub(crate) at: UnixMillis,
}

impl Sender<'_> {
    /// A commit, with what the hub proposes in the epoch it creates.
    pub(crate) fn commit(
        self,
        to: Vec<ClientUri>,
        commit: &RawMlsMessage,
        external_proposals: &[RawMlsMessage],
    ) -> Result<Option<Fanout>, HubError> {
        self.send(to, Vec::new(), || FanoutMessage::commit(self.at, commit.clone(), external_proposals.to_vec()))
    }

    /// A proposal and those that came with it.
    pub(crate) fn proposal(
        self,
        to: Vec<ClientUri>,
        proposal: &RawMlsMessage,
        more: &[RawMlsMessage],
    ) -> Result<Option<Fanout>, HubError> {
        self.send(to, Vec::new(), || FanoutMessage::proposal(self.at, proposal.clone(), more.to_vec()))
    }

    /// An application message.
    pub(crate) fn application(
        self,
        to: Vec<ClientUri>,
        message: &RawMlsMessage,
        frank: Option<Frank>,
    ) -> Result<Option<Fanout>, HubError> {
        self.send(to, Vec::new(), || FanoutMessage::application(self.at, message.clone(), frank))
    }

    /// A Welcome, with the whole tree; `packages` in the order of `to`.
    pub(crate) fn welcome(
        self,
        to: Vec<ClientUri>,
        packages: Vec<Vec<u8>>,
        welcome: &BareWelcome,
        tree: &[u8],
    ) -> Result<Option<Fanout>, HubError> {
        let tree = RatchetTree::from_extension_body(tree.to_vec()).map_err(HubError::internal)?;
        self.send(to, packages, || FanoutMessage::welcome(self.at, welcome, RatchetTreeOption::Full(tree)))
    }

    fn send(
        self,
        recipients: Vec<ClientUri>,
        packages: Vec<Vec<u8>>,
        message: impl FnOnce() -> FanoutMessage,
    ) -> Result<Option<Fanout>, HubError> {
        if recipients.is_empty() {
            return Ok(None);
        }
        let body: Arc<[u8]> = message().encode().map_err(HubError::internal)?.into();
        Ok(Some(Fanout { kind: FanoutKind::Message, room: self.room.clone(), recipients, packages, body }))
    }
}
