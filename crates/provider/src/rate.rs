//! How often is too often: one bucket per visitor, forgotten when it is full again.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use doorstep_hub::store::ClientId;
use doorstep_wire::ProviderDomain;

use crate::config::Rate;

/// Buckets kept before full ones are thrown away.
const SWEEP_AT: usize = 4_096;

/// Whose requests are counted together, where clients and other providers ask the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Asker {
    /// A client of this provider.
    Client(ClientId),
    /// Another provider.
    Provider(ProviderDomain),
}

/// One bucket per key.
pub(crate) struct Buckets<K> {
    rate: Rate,
    /// When each bucket will be full again, in milliseconds.
    full_at: Mutex<HashMap<K, u64>>,
}

impl<K: Hash + Eq> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::default() }
    }

    /// Takes one permission.
    ///
    /// # Errors
    /// Seconds until there is one again.
    pub(crate) fn take(&self, key: K, now: u64) -> Result<(), u64> {
        let every = u64::try_from(self.rate.every.as_millis()).unwrap_or(u64::MAX).max(1);
        let room = every.saturating_mul(u64::from(self.rate.burst));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= SWEEP_AT {
            full_at.retain(|_, at| *at > now);
        }
        let bucket = full_at.entry(key).or_insert(now);
        let after = (*bucket).max(now).saturating_add(every);
        let wait = after.saturating_sub(now.saturating_add(room));
        if wait > 0 {
            return Err(wait.div_ceil(1_000));
        }
        *bucket = after;
        Ok(())
    }
}

/// Visitors who share this share a bucket: an IPv4 address, or an IPv6 network of 64 bits, which is what one household
/// gets.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_full_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(Rate { burst: 3, every: Duration::from_secs(2) });
        for _ in 0..3 {
            assert_eq!(buckets.take("a", 1_000), Ok(()));
        }
        assert_eq!(buckets.take("a", 1_000), Err(2));
        assert_eq!(buckets.take("b", 1_000), Ok(()));
        assert_eq!(buckets.take("a", 2_500), Err(1));
        assert_eq!(buckets.take("a", 3_000), Ok(()));
        assert_eq!(buckets.take("a", 3_000), Err(2));
    }

    #[test]
    fn full_buckets_do_not_pile_up() {
        let buckets = Buckets::new(Rate { burst: 1, every: Duration::from_millis(1) });
        for n in 0..3 * SWEEP_AT as u64 {
            assert_eq!(buckets.take(n, n * 10), Ok(()));
        }
        assert!(buckets.full_at.lock().unwrap().len() <= SWEEP_AT + 1);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_bucket() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2:3::4"), of("2001:db8:1:3::4"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
