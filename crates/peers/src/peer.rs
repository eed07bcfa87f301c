//! What is kept of one other provider between requests: connections that are open, and its directory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use doorstep_wire::ProviderDomain;
use http::HeaderValue;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::PeerError;
use crate::directory::Directory;

/// Most connections that are kept open without use.
const KEPT: usize = 4;

/// Another provider.
pub(crate) struct Peer {
    pub(crate) domain: ProviderDomain,
    /// Its domain as `Host`.
    pub(crate) host: HeaderValue,
    /// Requests that may still be made beside those under way.
    pub(crate) free: Semaphore,
    /// Locked while it is fetched: whoever waits wants the same.
    pub(crate) known: tokio::sync::Mutex<Known>,
    idle: Mutex<Vec<Idle>>,
    used: Mutex<Instant>,
}

/// What is known of its directory.
#[derive(Default)]
pub(crate) struct Known {
    /// The last good one.
    pub(crate) last: Option<Fetched>,
    /// The last try was in vain, and there is none again before then.
    pub(crate) vain: Option<(PeerError, Instant)>,
}

/// A directory and its times.
pub(crate) struct Fetched {
    pub(crate) directory: Directory,
    pub(crate) at: Instant,
    /// To be fetched again from then on.
    pub(crate) fresh_until: Instant,
    /// Not used any more from then on.
    pub(crate) good_until: Instant,
}

struct Idle {
    at: (ProviderDomain, u16),
    sender: SendRequest<Full<Bytes>>,
    since: Instant,
}

impl Peer {
    /// `None`: a domain that cannot stand in a header; there is none.
    pub(crate) fn new(domain: ProviderDomain, at_once: usize) -> Option<Arc<Self>> {
        let host = HeaderValue::from_str(domain.as_str()).ok()?;
        Some(Arc::new(Self {
            domain,
            host,
            free: Semaphore::new(at_once),
            known: Default::default(),
            idle: Default::default(),
            used: Mutex::new(Instant::now()),
        }))
    }

    /// Takes a connection to `host` that is still open.
    pub(crate) fn take(&self, host: &ProviderDomain, port: u16) -> Option<SendRequest<Full<Bytes>>> {
        let mut idle = lock(&self.idle);
        idle.retain(|idle| !idle.sender.is_closed());
        let index = idle.iter().rposition(|idle| idle.sender.is_ready() && idle.at.0 == *host && idle.at.1 == port)?;
        Some(idle.remove(index).sender)
    }

    /// Keeps a connection for the next request, `idle` long at most.
    pub(crate) fn keep(
        self: &Arc<Self>,
        host: &ProviderDomain,
        port: u16,
        sender: SendRequest<Full<Bytes>>,
        time: Duration,
    ) {
        {
            let mut idle = lock(&self.idle);
            if idle.len() >= KEPT {
                idle.remove(0);
            }
            idle.push(Idle { at: (host.clone(), port), sender, since: Instant::now() });
        }
        let peer = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            if let Some(peer) = peer.upgrade() {
                lock(&peer.idle).retain(|idle| idle.since.elapsed() < time);
            }
        });
    }

    /// It is asked now.
    pub(crate) fn touch(&self) {
        *lock(&self.used) = Instant::now();
    }

    /// When it was asked last.
    pub(crate) fn used(&self) -> Instant {
        *lock(&self.used)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
