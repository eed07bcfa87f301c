//! Mail for browsers: one body, many references to it.

use core::future::Future;
use std::sync::Arc;

use doorstep_wire::{ClientUri, IdentifierUri, ProviderDomain, RoomUri, UserUri};

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

/// What can be said to a person about consent, and stand until it is taken back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum ConsentKind {
    /// Somebody asks them.
    Asked = 0,
    /// Somebody agrees.
    Granted = 1,
}

/// What somebody said to a person here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentSaid {
    /// What.
    pub kind: ConsentKind,
    /// Hash of the ConsentScope.
    pub scope: [u8; 32],
    /// To whom.
    pub person: UserUri,
    /// Who said it.
    pub by: IdentifierUri,
    /// Milliseconds since the UNIX epoch.
    pub at: u64,
}

/// How much is remembered and delivered, of each [`ConsentKind`] by itself. What was taken back counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConsentQuota {
    /// Of one provider to one person in a day.
    pub provider_a_day: u32,
    /// Of one user to one person in a week.
    pub user_a_week: u32,
    /// To one person that stands.
    pub waiting: u32,
}

impl ConsentQuota {
    /// A day, in milliseconds.
    pub const DAY: u64 = 24 * 60 * 60 * 1_000;
    /// A week, in milliseconds.
    pub const WEEK: u64 = 7 * Self::DAY;
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

    /// Remembers what somebody said to a person here about consent (mimi-protocol-06 §5.8), and delivers the mail that tells
    /// of it. Nothing happens when the person is not here, when the same stands already, or when the quota is spent.
    fn say_consent(
        &self,
        said: &ConsentSaid,
        quota: &ConsentQuota,
        mail: Option<&Mail>,
    ) -> impl Future<Output = Result<Vec<Wake>, StoreError>> + Send;

    /// What was said within the scope stands no longer, and the mail that tells of it is delivered. When nothing of it
    /// stands, nothing is.
    fn end_consent(
        &self,
        kind: ConsentKind,
        scope: [u8; 32],
        mail: Option<&Mail>,
        at: u64,
    ) -> impl Future<Output = Result<Vec<Wake>, StoreError>> + Send;
}
