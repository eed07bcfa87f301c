//! The real provider's router, on a database in memory, with the world's clock and random bytes.

use std::path::PathBuf;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use axum::Router;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_hub::store::{LogLine, Report, Reports as _, Rooms as _, RowPair, Store, StoreError};
use doorstep_peers::Peers;
use doorstep_provider::{Clock, Config, Entropy, Provider, build};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::{ProviderDomain, RoomUri, UnixMillis};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::MemoryStore;

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

/// Where providers keep what they keep.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In the memory of this process.
    Memory,
    /// In an SQLite database in memory.
    Database,
    /// In the same in files of this folder, `{domain}.sqlite`.
    Folder(PathBuf),
    /// In this file.
    File(PathBuf),
}

/// What a provider keeps.
#[derive(Clone)]
pub(crate) enum Kept {
    Memory(MemoryStore),
    Sqlite(SqliteStore),
}

/// A provider on either store.
pub(crate) enum Running {
    Memory(Provider<MemoryStore>),
    Sqlite(Provider<SqliteStore>),
}

/// The same with either.
macro_rules! either {
    ($kind:ident, $it:expr, $one:ident => $same:expr) => {
        match $it {
            $kind::Memory($one) => $same,
            $kind::Sqlite($one) => $same,
        }
    };
}

impl Kept {
    /// A new store of a provider.
    pub(crate) async fn new(place: &Place, domain: &ProviderDomain) -> Self {
        let file = match place {
            Place::Memory => return Self::Memory(MemoryStore::default()),
            Place::Database => return Self::Sqlite(SqliteStore::in_memory().await.expect("a database in memory")),
            Place::Folder(folder) => folder.join(format!("{domain}.sqlite")),
            Place::File(file) => file.clone(),
        };
        Self::Sqlite(SqliteStore::open(&file).await.expect("a database in a file"))
    }

    pub(crate) async fn reports(&self) -> Vec<Report> {
        either!(Kept, self, store => store.reports(100).await).expect("the store works")
    }

    pub(crate) async fn ask_to_end(&self, room: &RoomUri) -> bool {
        either!(Kept, self, store => store.ask_to_end(room).await).expect("the store works")
    }

    pub(crate) async fn load_room(&self, room: &RoomUri) -> Option<Vec<RowPair>> {
        either!(Kept, self, store => store.load_room(room).await).expect("the store works")
    }

    pub(crate) async fn log(&self, room: &RoomUri) -> Vec<LogLine> {
        either!(Kept, self, store => store.log(room).await).expect("the store works")
    }
}

impl Running {
    /// A provider of `domain` on what is there already.
    pub(crate) async fn new(
        domain: &ProviderDomain,
        clock: Arc<AtomicU64>,
        seed: u64,
        token_days: Option<u64>,
        peers: Arc<dyn Peers>,
        kept: Kept,
    ) -> Self {
        match kept {
            Kept::Memory(store) => Self::Memory(start(domain, clock, seed, token_days, peers, store).await),
            Kept::Sqlite(store) => Self::Sqlite(start(domain, clock, seed, token_days, peers, store).await),
        }
    }

    pub(crate) fn router(&self) -> Router {
        either!(Running, self, provider => provider.router.clone())
    }

    pub(crate) fn mimi(&self) -> Router {
        either!(Running, self, provider => provider.mimi.clone())
    }

    pub(crate) fn stop(&self) {
        either!(Running, self, provider => provider.stop());
    }

    pub(crate) async fn tick(&self) -> Result<(), StoreError> {
        either!(Running, self, provider => provider.tick().await)
    }

    pub(crate) async fn deliver(&self) -> Result<usize, StoreError> {
        either!(Running, self, provider => provider.deliver().await)
    }

    pub(crate) async fn next_letter(&self) -> Result<Option<u64>, StoreError> {
        either!(Running, self, provider => provider.next_letter().await)
    }
}

async fn start<S: Store>(
    domain: &ProviderDomain,
    clock: Arc<AtomicU64>,
    seed: u64,
    token_days: Option<u64>,
    peers: Arc<dyn Peers>,
    store: S,
) -> Provider<S> {
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
