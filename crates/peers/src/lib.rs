//! Speaking with other providers (mimi-protocol-06 §5): where a provider is, that it is the one, and one request to it.
//!
//! Knows domains, certificates, the directory and HTTP. It must never know what a body means, and never ask again by
//! itself: what has to arrive is in the outbox of the provider.
//!
//! Start with [`Peers`].

mod endpoint;
mod errand;

pub use endpoint::Endpoint;
pub use errand::{Errand, PeerError, REASON_HEADER, RECIPIENTS_HEADER, Reply};

use doorstep_wire::ProviderDomain;
use futures::future::BoxFuture;

/// The other providers.
pub trait Peers: Send + Sync + 'static {
    /// Makes one request of a provider, with this one's name proven, and its own.
    ///
    /// # Errors
    /// [`PeerError`]: there was no answer of that provider. It may have carried the errand out nevertheless.
    fn send<'a>(&'a self, to: &'a ProviderDomain, errand: Errand) -> BoxFuture<'a, Result<Reply, PeerError>>;
}

/// The domain that the certificate of the other side of a connection proves; the extension of a request that the listener
/// for providers puts there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerName(pub ProviderDomain);

/// A provider that speaks to nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPeers;

impl Peers for NoPeers {
    fn send<'a>(&'a self, _: &'a ProviderDomain, _: Errand) -> BoxFuture<'a, Result<Reply, PeerError>> {
        Box::pin(async { Err(PeerError::NotAllowed) })
    }
}
