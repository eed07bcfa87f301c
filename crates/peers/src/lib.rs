//! Speaking with other providers (mimi-protocol-06 §5): where a provider is, that it is the one, and one request to it.
//!
//! Knows domains, certificates, the directory and HTTP. It must never know what a body means, and never ask again by
//! itself: what has to arrive is in the outbox of the provider.
//!
//! One rule says who is who, on both sides of a connection: **a certificate of the trusted roots that lists the provider's
//! domain, letter by letter, proves that provider**. A wildcard proves nobody, and where a connection was made to does not
//! matter: a directory may name any host as long as what answers there proves the domain that was asked for.
//!
//! Start with [`Peers`]; [`Network`] is the real one, [`serve`] the other end of it.

mod addresses;
mod authority;
mod connect;
#[cfg(feature = "development")]
pub mod development;
mod directory;
mod endpoint;
mod errand;
mod exchange;
mod gate;
mod identity;
mod listener;
mod lists;
mod network;
mod peer;
mod proof;
mod roots;
mod template;

pub use addresses::Addresses;
pub use directory::PATH as DIRECTORY;
pub use endpoint::Endpoint;
pub use errand::{Errand, PeerError, REASON_HEADER, RECIPIENTS_HEADER, Reply};
pub use identity::{Identity, IdentityError};
pub use listener::{ListenerLimits, PeerAddress, ServerTls, serve};
pub use lists::Lists;
pub use network::{Limits, Network};
pub use roots::{Roots, RootsError, Trust};

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
