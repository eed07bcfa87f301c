//! Reports of abuse that were handed in to this hub.

use core::fmt;
use core::future::Future;

use doorstep_wire::{ProviderDomain, RoomUri, UserUri};

use super::StoreError;

/// A report of abuse (mimi-protocol-06 §5.9) that the hub looked into.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Where it was said.
    pub room: RoomUri,
    /// Provider that handed the report in.
    pub from: ProviderDomain,
    /// Who reports; `None`: they stay anonymous.
    pub reporting_user: Option<UserUri>,
    /// Who is said to have said it.
    pub alleged_abuser: UserUri,
    /// SHA-256 of the report.
    pub digest: [u8; 32],
    /// `AbuseReport`, as it came.
    pub body: Vec<u8>,
    /// Messages in it that the alleged abuser is proven to have sent.
    pub proven: u32,
    /// When it came, milliseconds since the UNIX epoch.
    pub at: u64,
}

/// Exhaustive on purpose: neither people nor words are printed.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { room: _, from: _, reporting_user: _, alleged_abuser: _, digest: _, body, proven, at } = self;
        f.debug_struct("Report")
            .field("bytes", &body.len())
            .field("proven", proven)
            .field("at", at)
            .finish_non_exhaustive()
    }
}

/// Reports of abuse, for the operator. They are kept as long as mail is ([`Secrets::prune`](super::Secrets)).
pub trait Reports {
    /// Keeps a report. `false`: the same one (by room, provider and digest) is there already, and stays as it is.
    fn keep_report(&self, report: &Report) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Reports, the newest first, at most `limit`.
    fn reports(&self, limit: usize) -> impl Future<Output = Result<Vec<Report>, StoreError>> + Send;
}
