//! Which identity belongs to which browser profile, the tokens issued for them, and where Welcomes for their
//! KeyPackages go (issuer-known linkage, `docs/PROTOCOL.md`).

use core::future::Future;

use doorstep_wire::{ClientUri, UserUri};

use super::{ClientId, StoreError};

/// A pseudonym's client, or an account's, to be vouched for. The token is made before the transaction and kept only if it goes through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewIdentity {
    /// User URI.
    pub user: UserUri,
    /// Client URI, the token's subject; unused so far.
    pub address: ClientUri,
    /// Leaf key it is bound to.
    pub key: [u8; 32],
    /// Who asks.
    pub client: ClientId,
    /// SHA-256 of the request: a repetition gets the first answer.
    pub request: [u8; 32],
    /// What is answered: the token, and with it whatever goes beside it.
    pub token: Vec<u8>,
    /// Days since the UNIX epoch.
    pub day: u32,
    /// Most issues per client and day.
    pub daily_limit: u32,
}

/// What came of asking for a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Issuance {
    /// The new token is recorded.
    Issued,
    /// The same request was answered before: this is its answer.
    Repeated(Vec<u8>),
    /// Pseudonym or client part is in use by another client or with another key.
    Taken,
    /// The client had its share for today.
    TooMany,
}

/// A KeyPackage that was handed out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageRef {
    /// KeyPackageRef (RFC 9420 §5.2).
    pub reference: Vec<u8>,
    /// Client the package is for.
    pub address: ClientUri,
    /// Seconds since the UNIX epoch; the row may be forgotten afterwards.
    pub not_after: u64,
}

/// Pseudonyms, issued tokens and KeyPackage references.
pub trait Pseudonyms {
    /// Records an identity, its address and its token, unless one of the reasons in [`Issuance`] speaks against it.
    /// A user URI belongs to the client it was first issued to.
    fn issue(&self, new: &NewIdentity) -> impl Future<Output = Result<Issuance, StoreError>> + Send;

    /// The leaf key of an address, if this client owns it: what a renewal must name again.
    fn leaf_key(
        &self,
        client: ClientId,
        address: &ClientUri,
    ) -> impl Future<Output = Result<Option<[u8; 32]>, StoreError>> + Send;

    /// Counts one more issue for a client on a day. `false`: the limit is reached and nothing was counted.
    fn count_issue(
        &self,
        client: ClientId,
        day: u32,
        daily_limit: u32,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The client that owns a user URI.
    fn owner(&self, user: &UserUri) -> impl Future<Output = Result<Option<ClientId>, StoreError>> + Send;

    /// The user URIs this client owns.
    fn users_of(&self, client: ClientId) -> impl Future<Output = Result<Vec<UserUri>, StoreError>> + Send;

    /// The address this client has under a user URI.
    fn address_of(
        &self,
        client: ClientId,
        user: &UserUri,
    ) -> impl Future<Output = Result<Option<ClientUri>, StoreError>> + Send;

    /// Remembers where Welcomes go. A reference that another client registered stays where it is; `false` then, and
    /// nothing of the call is written.
    fn register_packages(
        &self,
        client: ClientId,
        packages: &[PackageRef],
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}
