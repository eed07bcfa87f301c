//! What a provider keeps on disk, without saying how. One implementation per database; every one passes the same
//! contract ([`crate::store_contract`]).
//!
//! Each method is one transaction. What belongs together is written together: [`Rooms::commit`] takes the rows of a
//! room, its log and the mail it causes in one go, so that a crash leaves either all of it or nothing.
//!
//! A store compares and orders; it judges nothing. Secrets reach it as hashes where a hash is enough.

#[cfg(feature = "contract")]
pub mod contract;

mod clients;
mod following;
mod mailboxes;
mod outbox;
mod packages;
mod peer_keys;
mod pseudonyms;
mod reach;
mod reports;
mod rooms;
mod secrets;

pub use clients::{Client, Clients, NewClient, Registration};
pub use following::Following;
pub use mailboxes::{ConsentKind, ConsentQuota, ConsentSaid, Mail, MailItem, Mailboxes, Recipients, Wake};
pub use outbox::{Backlog, DUE_TO_ONE_PEER, GAPS_OF_A_ROOM, Gap, Letter, Outbox};
pub use packages::{Claim, Offer, Packages, PackagesLeft, Pool};
pub use peer_keys::{PeerKeys, PinnedKeys};
pub use pseudonyms::{Issuance, NewIdentity, PackageRef, Pseudonyms};
pub use reach::{Consent, Contact, Reach, Reception};
pub use reports::{Report, Reports};
pub use rooms::{LogLine, RoomChange, RoomPage, Rooms, RowPair, RowWrite};
pub use secrets::{Pruned, Secrets};

/// Everything a provider keeps.
pub trait Store:
    Clients
    + Pseudonyms
    + Packages
    + Reach
    + Rooms
    + Mailboxes
    + Following
    + Outbox
    + PeerKeys
    + Reports
    + Secrets
    + Send
    + Sync
    + 'static
{
}

impl<S> Store for S where
    S: Clients
        + Pseudonyms
        + Packages
        + Reach
        + Rooms
        + Mailboxes
        + Following
        + Outbox
        + PeerKeys
        + Reports
        + Secrets
        + Send
        + Sync
        + 'static
{
}

/// A browser profile known to its provider: UUIDv4, never shown to anybody else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClientId(pub [u8; 16]);

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// [`RoomChange::create`] names a room that is there already, or was. Nothing of the commit was written.
    #[error("a room of this commit exists already")]
    RoomTaken,
    /// A change names a room that is not there. Nothing of the commit was written.
    #[error("a room of this commit does not exist")]
    NoSuchRoom,
    /// A row does not read as what it should be.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Backend(#[source] Box<dyn core::error::Error + Send + Sync>),
}
