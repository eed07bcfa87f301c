//! Keys of other providers, as they were seen.

use core::future::Future;

use doorstep_wire::ProviderDomain;

use super::StoreError;

/// Public keys of another provider as they were last seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PinnedKeys {
    /// Whose.
    pub provider: ProviderDomain,
    /// Which of its sets, the provider crate's number.
    pub which: u8,
    /// COSE_KeySet (CBOR).
    pub set: Vec<u8>,
    /// Milliseconds since the UNIX epoch: since when they are these.
    pub since: u64,
    /// When they were last fetched.
    pub seen: u64,
    /// The set before this one, if they ever changed.
    pub former: Option<Vec<u8>>,
}

/// Keys of other providers.
pub trait PeerKeys {
    /// Everything that is pinned.
    fn pinned_keys(&self) -> impl Future<Output = Result<Vec<PinnedKeys>, StoreError>> + Send;

    /// A set was fetched. Another one than the last becomes the pinned one, and that the former; the same one is only seen
    /// again. Returns what is pinned now.
    fn pin_keys(
        &self,
        provider: &ProviderDomain,
        which: u8,
        set: &[u8],
        now: u64,
    ) -> impl Future<Output = Result<PinnedKeys, StoreError>> + Send;
}
