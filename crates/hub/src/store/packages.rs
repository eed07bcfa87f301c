//! KeyPackages that clients leave with their provider, to be given out.

use core::future::Future;

use doorstep_wire::{ClientUri, UserUri};

use super::{ClientId, StoreError};

/// What a KeyPackage may be given out for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Pool {
    /// For any room, to whom its owner consents.
    Any = 0,
    /// For a first connection, to everybody.
    ConnectionOnly = 1,
}

/// A KeyPackage that a client offers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// KeyPackageRef (RFC 9420 §5.2). Its Welcome finds the client from now on.
    pub reference: Vec<u8>,
    /// The bare KeyPackage.
    pub package: Vec<u8>,
    /// Seconds since the UNIX epoch; it is forgotten afterwards.
    pub not_after: u64,
    /// What it may be given out for.
    pub pool: Pool,
    /// Given out, and again, when nothing else is left.
    pub last_resort: bool,
}

/// What was taken out for one client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Which.
    pub client: ClientUri,
    /// Its bare KeyPackage; none: what it offered is used up.
    pub package: Option<Vec<u8>>,
}

/// What a client still has in its pools, last resorts not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PackagesLeft {
    /// Of [`Pool::Any`].
    pub any: u64,
    /// Of [`Pool::ConnectionOnly`].
    pub connection_only: u64,
}

/// KeyPackages to be given out.
pub trait Packages {
    /// Puts what a client offers into the pools of its address, and registers the references for Welcomes as
    /// [`register_packages`](super::Pseudonyms::register_packages) does. What is offered again stays as it is. `false`, and
    /// nothing of the call is written: the address is not this client's, or a reference was registered otherwise, be it by
    /// the client itself (such a package was handed out already).
    fn offer_packages(
        &self,
        client: ClientId,
        address: &ClientUri,
        offers: &[Offer],
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Takes one package out for each client of a user that ever put any into the pool, by address, at most 64 of them;
    /// each package once, those that end first before others, a last resort only after all others and without taking it
    /// out. What ends before `floor` (seconds since the UNIX epoch) is not given out.
    fn claim_packages(
        &self,
        user: &UserUri,
        pool: Pool,
        floor: u64,
    ) -> impl Future<Output = Result<Vec<Claim>, StoreError>> + Send;

    /// What can still be claimed of a client's address.
    fn packages_left(
        &self,
        address: &ClientUri,
        floor: u64,
    ) -> impl Future<Output = Result<PackagesLeft, StoreError>> + Send;
}
