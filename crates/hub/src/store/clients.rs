//! Browser profiles, their handles and their sessions.

use core::future::Future;

use super::{ClientId, StoreError};

/// A registered browser profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Ed25519 public key that opens sessions.
    pub key: [u8; 32],
    /// None: a guest.
    pub handle: Option<String>,
    /// As given at registration.
    pub display_name: Option<String>,
}

/// A registration that passed every check that needs no database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewClient {
    /// Who registers.
    pub client: Client,
    /// Milliseconds since the UNIX epoch.
    pub at: u64,
}

/// What came of a registration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registration {
    /// New, or a guest became an account.
    Made,
    /// Was there with the same key; nothing changed.
    Known,
    /// Another client has the handle.
    HandleTaken,
    /// The id is in use with another key or another handle.
    ClientTaken,
}

/// Browser profiles and sessions.
pub trait Clients {
    /// Registers a client. A known client with the same key and no handle takes the handle given; a known client that
    /// asks for no handle keeps what it has.
    fn register(&self, new: &NewClient) -> impl Future<Output = Result<Registration, StoreError>> + Send;

    /// A client by its id.
    fn client(&self, id: ClientId) -> impl Future<Output = Result<Option<Client>, StoreError>> + Send;

    /// Remembers a session under the hash of its token until `expires` (milliseconds since the UNIX epoch).
    fn open_session(
        &self,
        token_hash: [u8; 32],
        client: ClientId,
        expires: u64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The client of a session that ends after `now`.
    fn session(
        &self,
        token_hash: [u8; 32],
        now: u64,
    ) -> impl Future<Output = Result<Option<Client>, StoreError>> + Send;
}
