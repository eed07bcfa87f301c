//! Putting a provider together.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use doorstep_client_api::http::ASSETS;
use doorstep_hub::Hub;
use doorstep_hub::store::{Store, StoreError};
use doorstep_peers::{DIRECTORY, Peers};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Shared};
use crate::app_links::AppLinks;
use crate::assets::{self, Assets};
use crate::challenge::Challenges;
use crate::clock::Clock;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::keys::Keys;
use crate::middleware::around;
use crate::peer_keys::PeerKeys;
use crate::rate::{Buckets, ProviderTime};
use crate::{app_links, client_api, courier, directory, health, mimi, observe, operate, pages, paths};

/// How often a running provider looks after its rooms.
const TICK: Duration = Duration::from_secs(30);
/// Ticks between two sweeps of the store.
const SWEEP_EVERY: u64 = 120;

/// Why a provider could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Its secrets could not be read or kept.
    #[error("the store does not work")]
    Store(#[from] StoreError),
    /// A folder for the web app was named that has none.
    #[error("there is no built web app in {0}")]
    NoApp(std::path::PathBuf),
    /// A file for apps to take links over could not be read, or is no JSON.
    #[error("{0} is no file for apps to take links over")]
    AppLinks(std::path::PathBuf),
}

/// A provider without a socket.
pub struct Provider<S: Store> {
    /// Everything it answers to browsers; can be called in-process.
    pub router: Router,
    /// Everything it answers to other providers: for a listener that puts [`doorstep_peers::PeerName`] into the extensions of
    /// a request whose certificate proves one.
    pub mimi: Router,
    app: Shared<S>,
}

impl<S: Store> core::fmt::Debug for Provider<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Provider").field("domain", &self.app.config.domain).finish_non_exhaustive()
    }
}

/// Puts a provider together. Its secrets come from the store, or are made and kept there.
///
/// # Errors
/// [`BuildError`].
pub async fn build<S: Store>(
    config: Config,
    store: S,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    peers: Arc<dyn Peers>,
) -> Result<Provider<S>, BuildError> {
    let (keys, hub_keys) = Keys::load(&store, &*entropy).await?;
    if config.metrics {
        observe::recorder();
    }
    let time = ProviderTime(clock.clone());
    let app = Arc::new(App {
        hub: Hub::new(config.domain.clone(), hub_keys, config.hub.clone()),
        rooms: Default::default(),
        challenges: Challenges::new(config.domain.clone(), *keys.challenge),
        wakes: Default::default(),
        clients: Buckets::new(config.limits.client, time.clone()),
        addresses: Buckets::new(config.limits.address, time.clone()),
        registrations: Buckets::new(config.limits.registrations, time.clone()),
        peer_requests: Buckets::new(config.limits.peer, time.clone()),
        key_material: Buckets::new(config.limits.key_material, time.clone()),
        queries: Buckets::new(config.limits.queries, time.clone()),
        reports: Buckets::new(config.limits.reports, time.clone()),
        peer_keys: PeerKeys::load(&store, &config.domain, &keys.issuer_set).await?,
        post: Default::default(),
        peers,
        assets: Assets::open(config.assets.as_deref())?,
        app_links: AppLinks::read(&config).map_err(BuildError::AppLinks)?,
        stop: CancellationToken::new(),
        config,
        store,
        clock,
        entropy,
        keys,
    });
    Ok(Provider { router: router(app.clone()), mimi: mimi::router(app.clone()), app })
}

impl<S: Store> Provider<S> {
    /// Lets the hub look at the rooms that are due.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn tick(&self) -> Result<(), StoreError> {
        operate::tick(&self.app).await
    }

    /// Tries every letter to another provider that is due, once. How many were taken. A running provider does so by itself.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn deliver(&self) -> Result<usize, StoreError> {
        courier::round(&self.app).await
    }

    /// When the next letter is due, in milliseconds since the UNIX epoch.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn next_letter(&self) -> Result<Option<u64>, StoreError> {
        self.app.store.next_letter().await
    }

    /// Brings letters to other providers until the provider stops.
    pub(crate) async fn carry_letters(&self) {
        courier::run(self.app.clone()).await;
    }

    /// Forgets what is over.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.app.now();
        let keep = self.app.config.keep_days.saturating_mul(24 * 60 * 60 * 1_000);
        self.app.wakes.sweep();
        self.app.forget_visitors();
        let pruned = self.app.store.prune(now, now.saturating_sub(keep)).await?;
        tracing::debug!(?pruned, "swept");
        Ok(())
    }

    /// Ends event streams and [`Self::look_after`]; what is under way is answered.
    pub fn stop(&self) {
        self.app.stop.cancel();
    }

    /// Whether its pages have an app: it was built with one, or was told a folder.
    pub fn has_app(&self) -> bool {
        self.app.assets.are_there()
    }

    /// Cancelled by [`Self::stop`].
    pub(crate) fn stopped(&self) -> CancellationToken {
        self.app.stop.clone()
    }

    /// Ticks and sweeps until the provider stops.
    pub(crate) async fn look_after(&self) {
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut rounds = 0_u64;
        loop {
            tokio::select! {
                () = self.app.stop.cancelled() => return,
                _ = interval.tick() => {}
            }
            let ticked = self.tick().await;
            let swept = if rounds.is_multiple_of(SWEEP_EVERY) { self.sweep().await } else { Ok(()) };
            if let Err(error) = ticked.and(swept) {
                tracing::error!(?error, "the store does not work");
            }
            rounds += 1;
        }
    }
}

fn router<S: Store>(app: Shared<S>) -> Router {
    let mut router = client_api::router()
        .route(&format!("{ASSETS}{{*name}}"), get(assets::asset::<S>))
        .route(DIRECTORY, get(directory::directory::<S>))
        .route(paths::ANDROID_APP_LINKS, get(app_links::android::<S>))
        .route(paths::APPLE_APP_LINKS, get(app_links::apple::<S>))
        .route(paths::HEALTH, get(health::healthz::<S>))
        .route(paths::METRICS, get(health::metrics::<S>))
        .fallback(pages::nowhere::<S>);
    for path in paths::TOP {
        router = router.route(path, get(assets::top::<S>));
    }
    around(pages::add(router), &app.config).with_state(app)
}
