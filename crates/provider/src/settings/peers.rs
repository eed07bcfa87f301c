//! What an operator writes about other providers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use doorstep_peers::{Addresses, Roots};
use doorstep_wire::ProviderDomain;

use super::{Settings, site};
use crate::config::PeerConfig;

/// Where the listener for other providers is, and what is read from files and the network for it.
#[derive(Clone, Debug)]
pub struct PeerFiles {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// PEM file of this provider's certificate.
    pub certificate: PathBuf,
    /// PEM file of its key.
    pub key: PathBuf,
    /// Whose word counts about others.
    pub roots: Roots,
    /// How hosts are found.
    pub addresses: Addresses,
}

impl Settings {
    /// What the way to other providers needs. `None`: it speaks with nobody.
    ///
    /// # Errors
    /// Only a part of it is set, or two listeners have one address, or a host is none.
    pub fn peers(&self) -> Result<Option<PeerFiles>> {
        let Some(listen) = self.peers_listen else {
            for (name, set) in [
                ("peers_url", self.peers_url.is_some()),
                ("peers_certificate", self.peers_certificate.is_some()),
                ("peers_key", self.peers_key.is_some()),
                ("peers_roots", self.peers_roots.is_some()),
                ("peers_addresses", self.peers_addresses.is_some()),
                ("peers_allow", self.peers_allow.is_some()),
                ("peers_block", self.peers_block.is_some()),
            ] {
                if set {
                    bail!("{name} is set, but not peers_listen: without it this provider speaks with no other");
                }
            }
            return Ok(None);
        };
        if listen == self.listen() {
            bail!("listen and peers_listen are both {listen}: other providers need an address of their own");
        }
        let (Some(certificate), Some(key)) = (self.peers_certificate.clone(), self.peers_key.clone()) else {
            bail!("peers_listen is set: peers_certificate and peers_key have to be, too");
        };
        let mut table = BTreeMap::new();
        for (host, address) in self.peers_addresses.iter().flatten() {
            table.insert(domain("peers_addresses", host)?, *address);
        }
        let roots = self.peers_roots.clone().map_or(Roots::Public, Roots::Only);
        Ok(Some(PeerFiles { listen, certificate, key, roots, addresses: Addresses { table } }))
    }

    pub(super) fn peer_config(&self, own: &ProviderDomain) -> Result<PeerConfig> {
        let Some(files) = self.peers()? else { return Ok(PeerConfig::default()) };
        let allowed = domains("peers_allow", &self.peers_allow, own)?;
        let blocked = domains("peers_block", &self.peers_block, own)?;
        if self.peers_allow.as_ref().is_some_and(Vec::is_empty) {
            bail!(
                "peers_allow is empty: leave it out to speak with everybody, leave out peers_listen to do with nobody"
            );
        }
        let origin = match &self.peers_url {
            Some(url) => checked(url).with_context(|| format!("{url:?}, peers_url, is not an https origin"))?,
            None if files.listen.port() == 443 => format!("https://{own}"),
            None => format!("https://{own}:{}", files.listen.port()),
        };
        Ok(PeerConfig { origin: Some(origin), allowed, blocked })
    }
}

fn domains(name: &str, list: &Option<Vec<String>>, own: &ProviderDomain) -> Result<Vec<ProviderDomain>> {
    let parsed: Vec<_> = list.iter().flatten().map(|text| domain(name, text)).collect::<Result<_>>()?;
    if parsed.contains(own) {
        bail!("{own} is in {name}, and this provider itself");
    }
    Ok(parsed)
}

fn domain(name: &str, text: &str) -> Result<ProviderDomain> {
    text.parse().with_context(|| format!("{text:?} in {name} is not a domain"))
}

/// `https://HOST[:PORT]` with a name for the host.
fn checked(text: &str) -> Option<String> {
    let url = site(text).filter(|url| url.scheme() == "https")?;
    url.domain()?.parse::<ProviderDomain>().ok()?;
    Some(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let both = "peers_certificate = \"a.pem\"\npeers_key = \"a.key\"\n";
        toml(&format!("domain = \"a.example\"\npeers_listen = \"0.0.0.0:8448\"\n{both}{text}"))
    }

    fn toml(text: &str) -> Settings {
        use figment::providers::{Format, Toml};
        figment::Figment::from(Toml::string(text)).extract().unwrap()
    }

    #[test]
    fn without_a_listener_it_speaks_with_nobody() {
        let alone = toml("domain = \"a.example\"");
        assert!(alone.peers().unwrap().is_none());
        assert_eq!(alone.config().unwrap().peers.origin, None);
        for half in ["peers_key = \"a.key\"", "peers_block = []", "peers_url = \"https://a.example\""] {
            let error = toml(&format!("domain = \"a.example\"\n{half}")).config().unwrap_err().to_string();
            assert!(error.contains("peers_listen"), "{error}");
        }
    }

    #[test]
    fn others_find_it_at_its_domain_or_where_the_operator_says() {
        let origin = |text: &str| settings(text).config().map(|config| config.peers.origin.unwrap());
        assert_eq!(origin("").unwrap(), "https://a.example:8448");
        assert_eq!(origin("peers_url = \"https://mimi.a.example\"").unwrap(), "https://mimi.a.example");
        assert_eq!(origin("peers_url = \"https://mimi.a.example:1/\"").unwrap(), "https://mimi.a.example:1");
        for url in ["http://a.example", "https://", "https://192.0.2.1", "https://a.example/x", "https://u@a.example"] {
            assert!(origin(&format!("peers_url = \"{url}\"")).is_err(), "{url}");
        }
        let mut at_443 = settings("");
        at_443.peers_listen = Some("[::]:443".parse().unwrap());
        assert_eq!(at_443.config().unwrap().peers.origin.as_deref(), Some("https://a.example"));
    }

    #[test]
    fn lists_and_addresses_are_read_and_nonsense_is_refused_with_a_word() {
        let read = settings(
            "peers_allow = [\"B.example\", \"c.example\"]\npeers_block = [\"d.example\"]\npeers_roots = \"ca.pem\"\n\
             [peers_addresses]\n\"b.example\" = \"127.0.0.1:9449\"\n",
        );
        let peers = read.config().unwrap().peers;
        assert!(peers.speaks_with(&"b.example".parse().unwrap()) && !peers.speaks_with(&"d.example".parse().unwrap()));
        let files = read.peers().unwrap().unwrap();
        assert_eq!(files.addresses.table.len(), 1);
        assert_eq!(files.roots, Roots::Only("ca.pem".into()));
        for (wrong, word) in [
            ("peers_allow = [\"192.0.2.1\"]", "peers_allow"),
            ("peers_allow = []", "empty"),
            ("peers_block = [\"*.example\"]", "peers_block"),
            ("peers_block = [\"a.example\"]", "itself"),
            ("listen = \"0.0.0.0:8448\"", "address of their own"),
            ("[peers_addresses]\n\"1.2.3.4\" = \"127.0.0.1:1\"", "peers_addresses"),
        ] {
            let error = settings(wrong).config().unwrap_err().to_string();
            assert!(error.contains(word), "{wrong}: {error}");
        }
        for half in ["peers_key", "peers_certificate"] {
            let text = format!("domain = \"a.example\"\npeers_listen = \"0.0.0.0:8448\"\n{half} = \"x\"");
            assert!(toml(&text).config().unwrap_err().to_string().contains("have to be"));
        }
    }
}
