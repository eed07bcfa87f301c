//! What an operator writes: a TOML file, `DOORSTEP_*` in the environment, and options, each stronger than the one before.

mod peers;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use doorstep_wire::ProviderDomain;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::Config;

pub use self::peers::PeerFiles;

/// What settings in the environment begin with.
const PREFIX: &str = "DOORSTEP_";
/// In the folder of the data: sealed rows of clients that move into a browser.
const PARCELS: &str = "parcels";

/// Settings as written. What is not set has a careful value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Domain of the provider; a port is only used for the default of `public_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Folder of the database. Default: `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Address to listen on. Default: `127.0.0.1:8080`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Origin of the pages. Default: `https://` and the domain; `http://` for `localhost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Folder of a built web app, in place of the one that the program carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<PathBuf>,
    /// File that is served as `/.well-known/assetlinks.json`, for an Android app that opens join links. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android_app_links: Option<PathBuf>,
    /// File that is served as `/.well-known/apple-app-site-association`, for an iOS app that opens them. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apple_app_links: Option<PathBuf>,
    /// What the operator calls the place. Default: the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New accounts can be made. Default: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<bool>,
    /// Visitors without an account may come in. Default: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<bool>,
    /// Guests may make rooms. Default: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests_may_create: Option<bool>,
    /// A proxy of the operator puts the visitor's address at the end of `X-Forwarded-For`. Default: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind_proxy: Option<bool>,
    /// `/metrics` is served. Default: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<bool>,
    /// Most tokens for pseudonyms per guest and day. Default: 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_tokens_per_day: Option<u32>,
    /// Most tokens for pseudonyms per account and day. Default: 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_tokens_per_day: Option<u32>,
    /// Most requests for consent, and grants of it, from one provider to one person and day. Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_of_provider_a_day: Option<u32>,
    /// The same from one user to one person and week. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_of_user_a_week: Option<u32>,
    /// Most requests for consent, and grants of it, that stand for one person. Default: 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_waiting: Option<u32>,
    /// Most bytes of a request that carries a group. Default: 16 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake_body: Option<usize>,
    /// Address to listen on for other providers. Default: none, and this one speaks with nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_listen: Option<SocketAddr>,
    /// Origin under which others reach that. Default: `https://`, the domain, and the port of `peers_listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_url: Option<String>,
    /// PEM file: the certificate that lists the domain, then what is between it and its root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_certificate: Option<PathBuf>,
    /// PEM file of its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_key: Option<PathBuf>,
    /// PEM file of authorities that are believed, in place of the public ones. Default: the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_roots: Option<PathBuf>,
    /// Host → address and port, in place of what the DNS says. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_addresses: Option<BTreeMap<String, SocketAddr>>,
    /// Seconds that another provider does not take what was said in a room, before people there are told. Default: 120.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_away_seconds: Option<u64>,
    /// Domains of the only providers it speaks with. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_allow: Option<Vec<String>>,
    /// Domains of providers it never speaks with. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers_block: Option<Vec<String>>,
}

impl Settings {
    /// Reads the file, if one is given, and the environment, and puts options over them.
    ///
    /// # Errors
    /// The file cannot be read, or says something unknown.
    pub fn read(file: Option<&Path>, options: &Self) -> Result<Self> {
        let mut figment = Figment::new();
        if let Some(file) = file {
            if !file.is_file() {
                bail!("there is no configuration file {}", file.display());
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let known = Env::prefixed(PREFIX).only(names());
        Ok(figment.merge(known).merge(Serialized::defaults(options)).extract()?)
    }

    /// Variables of the environment that begin as settings do and are none: misspelt, or somebody else's, as a cluster sets
    /// `DOORSTEP_PORT` for a service that is called so.
    pub fn strangers() -> Vec<String> {
        let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let is_known = |name: &str| ["config", "log"].contains(&name) || names().contains(&name);
        variables.filter(|name| name.strip_prefix(PREFIX).is_some_and(|rest| !is_known(&rest.to_lowercase()))).collect()
    }

    /// Where to listen.
    pub fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 8080).into())
    }

    /// Where the database lies.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    /// The checked configuration.
    ///
    /// # Errors
    /// No domain, or one that is none; an address of pages that is none; half of what other providers need.
    pub fn config(&self) -> Result<Config> {
        let text = self.domain.as_deref().context("no domain: --domain, DOORSTEP_DOMAIN, or `domain` in the file")?;
        let site = self::site(&format!("http://{text}"));
        let domain = site.as_ref().and_then(|site| site.domain()).unwrap_or_default();
        let domain: ProviderDomain = domain.parse().with_context(|| format!("{text:?} is not a domain"))?;
        let mut config = Config::new(domain);
        if let Some(site) = site.filter(|site| site.domain() == Some("localhost")) {
            config.public_url = site.origin().ascii_serialization();
        }
        if let Some(url) = &self.public_url {
            let url = self::site(url).with_context(|| format!("{url:?} is not the origin of a site"))?;
            config.public_url = url.origin().ascii_serialization();
        }
        config.assets.clone_from(&self.assets);
        config.parcels = Some(self.data().join(PARCELS));
        config.android_app_links.clone_from(&self.android_app_links);
        config.apple_app_links.clone_from(&self.apple_app_links);
        set(&mut config.name, &self.name);
        set(&mut config.sign_up, &self.sign_up);
        set(&mut config.guests, &self.guests);
        set(&mut config.hub.guests_may_create, &self.guests_may_create);
        set(&mut config.behind_proxy, &self.behind_proxy);
        set(&mut config.metrics, &self.metrics);
        set(&mut config.limits.guest_tokens_per_day, &self.guest_tokens_per_day);
        set(&mut config.limits.account_tokens_per_day, &self.account_tokens_per_day);
        set(&mut config.limits.consent.provider_a_day, &self.consent_of_provider_a_day);
        set(&mut config.limits.consent.user_a_week, &self.consent_of_user_a_week);
        set(&mut config.limits.consent.waiting, &self.consent_waiting);
        set(&mut config.limits.handshake_body, &self.handshake_body);
        set(&mut config.away_seconds, &self.peers_away_seconds);
        config.hub.max_handshake_bytes = config.limits.handshake_body;
        config.peers = self.peer_config(&config.domain)?;
        Ok(config)
    }
}

/// What can be set, by its name: asked of `serde`, which says so when it finds anything else.
fn names() -> &'static [&'static str] {
    let nonsense = Figment::from(Serialized::default("?", ()));
    match nonsense.extract::<Settings>().map_err(|error| error.kind) {
        Err(Kind::UnknownField(_, names)) => names,
        _ => &[],
    }
}

/// `http://HOST[:PORT]`, or the same with `https`, and nothing else.
fn site(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.port() != Some(0))?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anybody = url.username().is_empty() && url.password().is_none();
    (bare && anybody).then_some(url)
}

fn set<T: Clone>(place: &mut T, value: &Option<T>) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_domain(domain: &str) -> Settings {
        Settings { domain: Some(domain.to_owned()), ..Settings::default() }
    }

    #[test]
    fn a_port_is_part_of_the_address_not_of_the_domain() {
        let config = with_domain("localhost:8080").config().unwrap();
        assert_eq!(config.domain.as_str(), "localhost");
        assert_eq!(config.public_url, "http://localhost:8080");
        assert_eq!(with_domain("a.example").config().unwrap().public_url, "https://a.example");
    }

    #[test]
    fn an_origin_is_spelt_as_browsers_spell_it() {
        for (url, origin) in [
            ("https://a.example/", "https://a.example"),
            ("https://A.example:443", "https://a.example"),
            ("http://a.localhost:8400", "http://a.localhost:8400"),
            ("http://127.0.0.1:8400", "http://127.0.0.1:8400"),
        ] {
            let settings = Settings { public_url: Some(url.to_owned()), ..with_domain("a.example") };
            assert_eq!(settings.config().unwrap().public_url, origin);
        }
    }

    #[test]
    fn every_setting_has_a_name() {
        assert!(["domain", "data", "assets", "peers_block"].iter().all(|name| names().contains(name)));
    }

    #[test]
    fn nonsense_is_refused_with_a_word() {
        for domain in ["", "a b", "192.0.2.1", "a/b", "-a.example", "u@a.example", "a.example:x"] {
            assert!(with_domain(domain).config().is_err(), "{domain:?}");
        }
        for url in [
            "a.example",
            "ftp://a.example",
            "https://a.example/x",
            "https://",
            "https://u@a.example",
            "https://a.example?x",
            "https://a.example#x",
        ] {
            let settings = Settings { public_url: Some(url.to_owned()), ..with_domain("a.example") };
            assert!(settings.config().is_err(), "{url:?}");
        }
        assert!(Settings::default().config().is_err());
        assert!(Settings::read(Some(Path::new("/nowhere/doorstep.toml")), &Settings::default()).is_err());
    }
}
