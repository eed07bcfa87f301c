//! Mail for browsers: one body, many references to it.

use core::future::Future;
use std::sync::Arc;

use doorstep_wire::{ClientUri, ProviderDomain, RoomUri, UserUri};

use super::{ClientId, StoreError};

/// Something to be delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mail {
    /// Discriminant of the client API's `MailboxKind`; a number of the provider's own from 128 on.
    pub kind: u8,
    /// Room it is about.
    pub room: RoomUri,
    /// Who gets it. Recipients this provider does not know are passed over.
    pub to: Recipients,
    /// Stored once.
    pub body: Arc<[u8]>,
}

/// How the recipients of a mail are named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipients {
    /// These clients.
    Clients(Vec<ClientUri>),
    /// The clients these KeyPackageRefs were registered for, if they are still good.
    Packages(Vec<Vec<u8>>),
    /// Every client of a user.
    User(UserUri),
    /// Those who follow the mail's room ([`Following`](super::Following)): all of them, or those among these.
    Followers(Option<Vec<ClientUri>>),
    /// Clients of another provider: the mail becomes a [`Letter`](super::Letter). Empty: whom it reaches is the peer's to
    /// know.
    Peer {
        /// Which.
        peer: ProviderDomain,
        /// Its clients.
        clients: Vec<ClientUri>,
    },
}

/// An item of a mailbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailItem {
    /// Ascends in the order of delivery.
    pub seq: u64,
    /// As delivered.
    pub kind: u8,
    /// As delivered.
    pub room: RoomUri,
    /// The recipient among the mailbox owner's clients.
    pub to: ClientUri,
    /// As delivered.
    pub body: Vec<u8>,
}

/// A mailbox that got something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wake {
    /// Its owner.
    pub client: ClientId,
    /// Its newest item.
    pub seq: u64,
}

/// Mailboxes, one per browser profile.
pub trait Mailboxes {
    /// Items after `after`, oldest first, at most `limit` of them and at most `bytes` of bodies (but always one).
    fn mailbox(
        &self,
        client: ClientId,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> impl Future<Output = Result<Vec<MailItem>, StoreError>> + Send;

    /// Newest seq that was ever delivered to a mailbox and is still in it; 0 when it is empty.
    fn newest(&self, client: ClientId) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Deletes items up to and including `upto`, and bodies nobody refers to any more.
    fn acknowledge(&self, client: ClientId, upto: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Remembers that consent was asked for within a scope (hash of the ConsentScope), mimi-protocol-06 §5.8.
    fn ask_consent(&self, scope: [u8; 32], at: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes back what was asked within the scope and delivers the mail that says so. Without such a request nothing
    /// is delivered.
    fn cancel_consent(
        &self,
        scope: [u8; 32],
        mail: &Mail,
        at: u64,
    ) -> impl Future<Output = Result<Vec<Wake>, StoreError>> + Send;
}
