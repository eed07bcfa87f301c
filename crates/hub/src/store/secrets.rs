//! Keys a provider makes for itself, and the broom.

use core::future::Future;

use super::StoreError;

/// How many rows of each sort the broom took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pruned {
    /// Ended sessions.
    pub sessions: u64,
    /// KeyPackage references past their end.
    pub packages: u64,
    /// Mail nobody fetched.
    pub mail: u64,
    /// Lines of room logs.
    pub log: u64,
    /// Letters that are given up ([`Outbox::give_up`](super::Outbox)).
    pub letters: u64,
    /// Digests of what was received ([`Following::receive`](super::Following)).
    pub received: u64,
    /// Reports of abuse.
    pub reports: u64,
}

/// Secrets of the provider and housekeeping.
pub trait Secrets {
    /// The secret of that name; `fresh` is stored and returned when there is none yet.
    fn secret(&self, name: &str, fresh: &[u8]) -> impl Future<Output = Result<Vec<u8>, StoreError>> + Send;

    /// Forgets sessions and references that ended before `now`, and mail, letters, log lines, consent requests, digests of
    /// what was received and reports from before `keep_from` (both in milliseconds since the UNIX epoch).
    fn prune(&self, now: u64, keep_from: u64) -> impl Future<Output = Result<Pruned, StoreError>> + Send;

    /// Answers if the database does.
    fn ping(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
}
