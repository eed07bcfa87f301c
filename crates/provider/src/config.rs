//! What an operator can set, checked.

use std::path::PathBuf;
use std::time::Duration;

use doorstep_hub::HubConfig;
use doorstep_hub::store::ConsentQuota;
use doorstep_wire::ProviderDomain;
use url::Url;

/// Settings of a provider. [`Config::new`] has a careful value for everything but the domain.
#[derive(Clone, Debug)]
pub struct Config {
    /// The domain in every URI of this provider.
    pub domain: ProviderDomain,
    /// Origin of its pages, without a slash at the end: `https://a.example`.
    pub public_url: String,
    /// What the operator calls it.
    pub name: String,
    /// Folder with a built web app, read anew for each request; none: the app that the program carries.
    pub assets: Option<PathBuf>,
    /// Folder with the sealed rows of clients that move into a browser; none: there are none.
    pub parcels: Option<PathBuf>,
    /// JSON file for Android apps that take links to this provider over; none: `/.well-known/assetlinks.json` is not there.
    pub android_app_links: Option<PathBuf>,
    /// The same for Apple's: `/.well-known/apple-app-site-association`.
    pub apple_app_links: Option<PathBuf>,
    /// New accounts can be made.
    pub sign_up: bool,
    /// Visitors may knock and join without an account.
    pub guests: bool,
    /// The last entry of `X-Forwarded-For` is the visitor, because a proxy of the operator put it there.
    pub behind_proxy: bool,
    /// `/metrics` is served.
    pub metrics: bool,
    /// Days a token is good for, counted from the day of issue. Longer than a KeyPackage.
    pub token_days: u64,
    /// Days that mail, logs and unanswered consent requests are kept.
    pub keep_days: u64,
    /// Days that something for another provider is tried to be delivered.
    pub letter_days: u64,
    /// Seconds that another provider does not take what was said in a room, before people there are told.
    pub away_seconds: u64,
    /// Other providers.
    pub peers: PeerConfig,
    /// Bounds on what one visitor can cost.
    pub limits: Limits,
    /// Bounds of the hub.
    pub hub: HubConfig,
}

/// Bounds on what one visitor can cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Bytes of a body that carries a group: a handshake, or a new room.
    pub handshake_body: usize,
    /// Time for a whole body to arrive.
    pub body_time: Duration,
    /// Tokens issued per guest and day.
    pub guest_tokens_per_day: u32,
    /// Tokens issued per account and day.
    pub account_tokens_per_day: u32,
    /// Requests of one client.
    pub client: Rate,
    /// Requests without a session from one address (IPv6: from one /64).
    pub address: Rate,
    /// Requests of one other provider.
    pub peer: Rate,
    /// Requests of one other provider for KeyPackages of one user.
    pub key_material: Rate,
    /// Queries for handles, of one other provider or of one client.
    pub queries: Rate,
    /// What is said of consent to one person here.
    pub consent: ConsentQuota,
    /// Reports of abuse, of one other provider or of one client.
    pub reports: Rate,
    /// Registrations from one address (IPv6: from one /64).
    pub registrations: Rate,
    /// Open event streams of one client.
    pub streams: usize,
    /// Length of a session.
    pub session: Duration,
}

/// With which other providers this one speaks.
#[derive(Clone, Debug, Default)]
pub struct PeerConfig {
    /// Origin of the endpoints for other providers, `https://a.example:8449`; none: it speaks with nobody.
    pub origin: Option<String>,
    /// If not empty: with these only.
    pub allowed: Vec<ProviderDomain>,
    /// Never with these.
    pub blocked: Vec<ProviderDomain>,
}

impl PeerConfig {
    /// Whether this provider speaks with that one.
    pub(crate) fn speaks_with(&self, peer: &ProviderDomain) -> bool {
        (self.allowed.is_empty() || self.allowed.contains(peer)) && !self.blocked.contains(peer)
    }
}

/// A bucket of permissions that fills again.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Permissions in a full bucket.
    pub burst: u32,
    /// Time until one more is there.
    pub every: Duration,
}

impl Config {
    /// Defaults for a domain.
    pub fn new(domain: ProviderDomain) -> Self {
        Self {
            public_url: format!("https://{domain}"),
            name: domain.to_string(),
            domain,
            assets: None,
            parcels: None,
            android_app_links: None,
            apple_app_links: None,
            sign_up: true,
            guests: true,
            behind_proxy: false,
            metrics: true,
            token_days: 180,
            keep_days: 90,
            letter_days: 5,
            away_seconds: 120,
            peers: PeerConfig::default(),
            limits: Limits::default(),
            hub: HubConfig::default(),
        }
    }

    /// Pages are served over TLS.
    pub(crate) fn is_https(&self) -> bool {
        Url::parse(&self.public_url).is_ok_and(|url| url.scheme() == "https")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            handshake_body: 16 << 20,
            body_time: Duration::from_secs(30),
            guest_tokens_per_day: 50,
            account_tokens_per_day: 200,
            client: Rate { burst: 300, every: Duration::from_millis(100) },
            address: Rate { burst: 300, every: Duration::from_millis(100) },
            peer: Rate { burst: 2_000, every: Duration::from_millis(2) },
            key_material: Rate { burst: 20, every: Duration::from_secs(60) },
            queries: Rate { burst: 60, every: Duration::from_secs(1) },
            consent: ConsentQuota { provider_a_day: 5, user_a_week: 1, waiting: 50 },
            reports: Rate { burst: 30, every: Duration::from_secs(10) },
            registrations: Rate { burst: 30, every: Duration::from_secs(20) },
            streams: 8,
            session: Duration::from_secs(24 * 60 * 60),
        }
    }
}
