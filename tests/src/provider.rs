//! The real provider's router, on a database in memory, with the world's clock and random bytes.

use std::path::Path;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_peers::Peers;
use doorstep_provider::{Clock, Config, Entropy, Provider, build};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::{ProviderDomain, UnixMillis};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

/// Milliseconds that stand still until the world moves them.
pub(crate) struct WorldClock(pub(crate) Arc<AtomicU64>);

impl Clock for WorldClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

struct Seeded(Mutex<ChaCha20Rng>);

impl Entropy for Seeded {
    fn fill(&self, out: &mut [u8]) {
        self.0.lock().expect("nobody panics here").fill_bytes(out);
    }
}

/// A provider of `domain`; its database in memory unless there is a file for it.
pub(crate) async fn provider(
    domain: &ProviderDomain,
    clock: Arc<AtomicU64>,
    seed: u64,
    file: Option<&Path>,
    token_days: Option<u64>,
    peers: Arc<dyn Peers>,
) -> (Provider<SqliteStore>, SqliteStore) {
    let store = match file {
        Some(file) => SqliteStore::open(file).await.expect("a database in a file"),
        None => SqliteStore::in_memory().await.expect("a database in memory"),
    };
    let provider = restarted(domain, clock, seed, token_days, peers, store.clone()).await;
    (provider, store)
}

/// A provider on a database that is there already.
pub(crate) async fn restarted(
    domain: &ProviderDomain,
    clock: Arc<AtomicU64>,
    seed: u64,
    token_days: Option<u64>,
    peers: Arc<dyn Peers>,
    store: SqliteStore,
) -> Provider<SqliteStore> {
    let mut config = Config::new(domain.clone());
    config.metrics = false;
    config.token_days = token_days.unwrap_or(config.token_days);
    // A hundred people share one clock that hardly moves: what one of them may ask in a moment is no bound here.
    config.limits.client.burst = 1_000_000;
    config.limits.peer.burst = 1_000_000;
    let entropy = Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(seed)));
    build(config, store, Arc::new(WorldClock(clock)), Arc::new(entropy), peers).await.expect("a provider")
}

/// The header of a session.
pub(crate) fn authorization(token: &[u8; 32]) -> String {
    format!("Bearer {}", URL_SAFE_NO_PAD.encode(token))
}
