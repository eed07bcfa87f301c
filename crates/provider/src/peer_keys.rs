//! Keys of other providers: fetched from them once, pinned in the store, fetched again now and then, and never forgotten
//! because the other side does not answer.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use doorstep_credential::{IssuerKeys, KeySet};
use doorstep_hub::store::{PinnedKeys, Store, StoreError};
use doorstep_peers::{Endpoint, Errand, PeerError};
use doorstep_wire::ProviderDomain;

use crate::app::App;
use crate::error::ApiError;

/// Keys that were seen less than this ago are not fetched again, in milliseconds.
const FRESH: u64 = 10 * 60 * 1_000;
/// They are, when somebody shows a token by another key, unless they were seen less than this ago, in milliseconds.
const NEW: u64 = 30 * 1_000;
/// A set with sixteen keys has some two kilobytes.
const LONGEST: usize = 8 << 10;

/// Which keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Which {
    /// They sign tokens.
    Issuer = 0,
    /// They sign for the hub.
    Hub = 1,
}

impl Which {
    fn endpoint(self) -> Endpoint {
        match self {
            Self::Issuer => Endpoint::IssuerKeys,
            Self::Hub => Endpoint::HubKeys,
        }
    }
}

/// The issuer keys that are known at one moment, for the length of a verdict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Issuers(HashMap<ProviderDomain, KeySet>);

impl IssuerKeys for Issuers {
    fn key_set(&self, provider: &ProviderDomain) -> Option<&KeySet> {
        self.0.get(provider)
    }
}

/// The issuer keys for one verdict, and whose set had not the key that was needed.
#[derive(Clone)]
pub(crate) struct KeysOfNow {
    issuers: Arc<Issuers>,
    missed: Arc<Mutex<BTreeSet<ProviderDomain>>>,
}

impl KeysOfNow {
    /// Which provider has used a key that is not in the set that is known of it.
    pub(crate) fn missed(&self) -> BTreeSet<ProviderDomain> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl IssuerKeys for KeysOfNow {
    fn key_set(&self, provider: &ProviderDomain) -> Option<&KeySet> {
        self.issuers.key_set(provider)
    }

    /// The verdict stands until there are others. Who it was is known afterwards.
    fn may_be_outdated(&self, provider: &ProviderDomain) -> bool {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(provider.clone());
        false
    }
}

/// What is pinned, in memory.
pub(crate) struct PeerKeys {
    issuers: RwLock<Arc<Issuers>>,
    seen: RwLock<HashMap<(ProviderDomain, Which), Seen>>,
}

#[derive(Clone)]
struct Seen {
    at: u64,
    set: Arc<[u8]>,
}

impl PeerKeys {
    /// From the store, with the own issuer keys beside them.
    pub(crate) async fn load<S: Store>(
        store: &S,
        own: &ProviderDomain,
        own_issuer: &KeySet,
    ) -> Result<Self, StoreError> {
        let mut issuers = Issuers::default();
        issuers.0.insert(own.clone(), own_issuer.clone());
        let mut seen = HashMap::new();
        for PinnedKeys { provider, which, set, seen: at, .. } in store.pinned_keys().await? {
            let which = match which {
                0 => Which::Issuer,
                1 => Which::Hub,
                _ => return Err(StoreError::Corrupt("kind of keys")),
            };
            if provider == *own {
                continue;
            }
            if which == Which::Issuer {
                let keys = KeySet::decode(&set).map_err(|_| StoreError::Corrupt("key set"))?;
                issuers.0.insert(provider.clone(), keys);
            }
            seen.insert((provider, which), Seen { at, set: set.into() });
        }
        Ok(Self { issuers: RwLock::new(Arc::new(issuers)), seen: RwLock::new(seen) })
    }

    /// What is known now.
    pub(crate) fn issuers(&self) -> Arc<Issuers> {
        self.issuers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known now, for a verdict that can be made again when it knew too little ([`App::have_newer`]).
    pub(crate) fn of_now(&self) -> KeysOfNow {
        KeysOfNow { issuers: self.issuers(), missed: Arc::default() }
    }

    fn seen(&self, provider: &ProviderDomain, which: Which) -> Option<Seen> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).get(&(provider.clone(), which)).cloned()
    }

    fn take(&self, provider: &ProviderDomain, which: Which, set: &[u8], keys: KeySet, now: u64) {
        if which == Which::Issuer {
            let mut issuers = self.issuers.write().unwrap_or_else(PoisonError::into_inner);
            if issuers.key_set(provider) != Some(&keys) {
                Arc::make_mut(&mut issuers).0.insert(provider.clone(), keys);
            }
        }
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.insert((provider.clone(), which), Seen { at: now, set: set.into() });
    }
}

impl<S: Store> App<S> {
    /// A set of another provider: pinned, and fetched when it is not known or was not looked at for a while. What is pinned
    /// is used when the provider does not answer.
    ///
    /// # Errors
    /// [`ApiError::NotFound`]: this provider does not speak with that one, or it has none. [`ApiError::Busy`]: it does not
    /// answer, and was never heard of.
    pub(crate) async fn keys_of(&self, provider: &ProviderDomain, which: Which) -> Result<Arc<[u8]>, ApiError> {
        let known = self.peer_keys.seen(provider, which);
        let now = self.now();
        if let Some(seen) = &known
            && now < seen.at.saturating_add(FRESH)
        {
            return Ok(seen.set.clone());
        }
        match (self.fetch_keys(provider, which, now).await, known) {
            (Ok(set), _) => Ok(set),
            (Err(ApiError::Internal(what)), _) => Err(ApiError::Internal(what)),
            (Err(_), Some(seen)) => Ok(seen.set),
            (Err(error), None) => Err(error),
        }
    }

    async fn fetch_keys(&self, provider: &ProviderDomain, which: Which, now: u64) -> Result<Arc<[u8]>, ApiError> {
        let errand = Errand {
            endpoint: which.endpoint(),
            subject: provider.to_string(),
            recipients: None,
            body: Default::default(),
        };
        let reply = self.peers.send(provider, errand).await.map_err(|error| match error {
            // Somebody waits for it, and most such trouble is over soon.
            PeerError::Unreachable | PeerError::NotItself | PeerError::TooLong => ApiError::Busy(2),
            PeerError::NotAllowed | PeerError::NoDirectory | PeerError::NotOffered => ApiError::NotFound,
        })?;
        match reply.status {
            200 if reply.body.len() <= LONGEST => {}
            429 | 500..=599 => return Err(ApiError::Busy(u64::from(reply.retry_after.unwrap_or(10)))),
            _ => return Err(ApiError::NotFound),
        }
        let keys = KeySet::decode(&reply.body).map_err(|_| ApiError::NotFound)?;
        let pinned = self.store.pin_keys(provider, which as u8, &reply.body, now).await?;
        if pinned.former.is_some() && pinned.since == now {
            tracing::warn!(which = ?which, "a provider shows other keys than before");
        }
        self.peer_keys.take(provider, which, &reply.body, keys, now);
        Ok(reply.body.to_vec().into())
    }

    /// Asks those who used a key that is not known for their keys, though they were seen a short while ago: a provider that
    /// began to use a new one says so nowhere else. Says whether anybody has others than before.
    pub(crate) async fn have_newer(&self, providers: &BTreeSet<ProviderDomain>) -> bool {
        let (now, mut newer) = (self.now(), false);
        for provider in providers {
            let Some(seen) = self.peer_keys.seen(provider, Which::Issuer) else { continue };
            if now < seen.at.saturating_add(NEW) {
                continue;
            }
            newer |= self.fetch_keys(provider, Which::Issuer, now).await.is_ok_and(|set| set != seen.set);
        }
        newer
    }

    /// Sees to it that the issuer keys of a provider are known. Whether it has any shows in the verdict that needs them.
    ///
    /// # Errors
    /// [`ApiError::Busy`]: it does not answer and was never heard of, so that there is no verdict yet.
    pub(crate) async fn meet(&self, provider: &ProviderDomain) -> Result<(), ApiError> {
        if *provider == self.config.domain {
            return Ok(());
        }
        match self.keys_of(provider, Which::Issuer).await {
            Ok(_) | Err(ApiError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
