//! Where a host is.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use doorstep_wire::ProviderDomain;

/// Most addresses of one host that are tried.
const MOST: usize = 6;

/// How hosts are found: the operator's own table, then the DNS.
///
/// Another provider chooses the hosts in its directory, and a stranger the domains that are asked for. So an address inside
/// the operator's network is only gone to when the table says so, or when the network is one with its own roots.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Host → address and port, whatever port a URL has. The name that is proven there stays the provider's domain.
    pub table: BTreeMap<ProviderDomain, SocketAddr>,
}

impl Addresses {
    /// The addresses of a host; never empty.
    ///
    /// # Errors
    /// It has none, or none that may be gone to.
    pub(crate) async fn of(&self, host: &ProviderDomain, port: u16, private: bool) -> io::Result<Vec<SocketAddr>> {
        if let Some(address) = self.table.get(host) {
            return Ok(vec![*address]);
        }
        let found = tokio::net::lookup_host((host.as_str(), port)).await?;
        let addresses: Vec<_> = found.filter(|address| private || is_public(address.ip())).take(MOST).collect();
        if addresses.is_empty() { Err(io::ErrorKind::AddrNotAvailable.into()) } else { Ok(addresses) }
    }
}

/// An address of the public internet (the registries of RFC 6890, less what is in nobody's use).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || shared
        || benchmarks
        || protocols
        || a == 0
        || a >= 224)
}

/// Only 2000::/3 is given out; what of it is a way to an IPv4 address, or for documents, is not public.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    let tunnel = a == 0x2002 || (a == 0x2001 && b == 0);
    let documents = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
    a & 0xe000 == 0x2000 && !tunnel && !documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_own_network_is_not_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["9.9.9.9", "100.128.0.1", "172.32.0.1", "::ffff:9.9.9.9", "2620:fe::fe", "2a00::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn the_table_is_asked_before_the_dns() {
        let localhost: ProviderDomain = "localhost".parse().unwrap();
        let nowhere = Addresses::default();
        assert!(nowhere.of(&localhost, 443, false).await.is_err());
        assert!(nowhere.of(&localhost, 443, true).await.unwrap().iter().all(|address| address.ip().is_loopback()));
        let address: SocketAddr = "127.0.0.1:8448".parse().unwrap();
        let table = Addresses { table: [(localhost.clone(), address)].into() };
        assert_eq!(table.of(&localhost, 443, false).await.unwrap(), [address]);
    }
}
