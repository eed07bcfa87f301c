//! How often is too often: one bucket per visitor, forgotten when it is full again.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use doorstep_hub::store::ClientId;
use doorstep_wire::ProviderDomain;
use governor::clock::Clock as Time;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::config::Rate;

/// Buckets kept before full ones are thrown away for the first time.
const SWEEP_AT: usize = 4_096;

/// Whose requests are counted together, where clients and other providers ask the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Asker {
    /// A client of this provider.
    Client(ClientId),
    /// Another provider.
    Provider(ProviderDomain),
}

/// The provider's clock as the limiters read it: time since the UNIX epoch.
#[derive(Clone)]
pub(crate) struct ProviderTime(pub(crate) Arc<dyn Clock>);

impl Time for ProviderTime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now().0)
    }
}

/// One bucket per key.
pub(crate) struct Buckets<K: Hash + Eq + Clone, T: Time = ProviderTime> {
    limiter: RateLimiter<K, DashMapStateStore<K>, T, NoOpMiddleware<T::Instant>>,
    time: T,
    /// Full buckets are thrown away when there are so many, the others included.
    sweep_at: AtomicUsize,
}

impl<K: Hash + Eq + Clone, T: Time + Clone> Buckets<K, T> {
    pub(crate) fn new(rate: Rate, time: T) -> Self {
        let burst = NonZeroU32::new(rate.burst).unwrap_or(NonZeroU32::MIN);
        // A bucket that is full again at once is as good as none.
        let quota = Quota::with_period(rate.every.max(Duration::from_nanos(1))).unwrap_or(Quota::per_second(burst));
        let quota = quota.allow_burst(burst);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), time.clone());
        Self { limiter, time, sweep_at: AtomicUsize::new(SWEEP_AT) }
    }

    /// Takes one permission.
    ///
    /// # Errors
    /// Seconds until there is one again.
    pub(crate) fn take(&self, key: K) -> Result<(), u64> {
        if self.limiter.len() >= self.sweep_at.load(Ordering::Relaxed) {
            self.sweep();
        }
        self.limiter.check_key(&key).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(self.time.now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        })
    }

    /// Throws full buckets away, as nobody can tell them from new ones. The next sweep is when as many have come again as
    /// are left, so that a crowd of strangers cannot make every request of theirs walk through all of them.
    pub(crate) fn sweep(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        self.sweep_at.store(SWEEP_AT.max(self.limiter.len().saturating_mul(2)), Ordering::Relaxed);
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
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn buckets<K: Hash + Eq + Clone>(
        burst: u32,
        every: Duration,
    ) -> (Buckets<K, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::new(Rate { burst, every }, clock.clone()), clock)
    }

    #[test]
    fn a_full_bucket_empties_and_fills_again() {
        let (buckets, clock) = buckets(3, Duration::from_secs(2));
        for _ in 0..3 {
            assert_eq!(buckets.take("a"), Ok(()));
        }
        assert_eq!(buckets.take("a"), Err(2));
        assert_eq!(buckets.take("b"), Ok(()));
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(buckets.take("a"), Err(1));
        clock.advance(Duration::from_millis(500));
        assert_eq!(buckets.take("a"), Ok(()));
        assert_eq!(buckets.take("a"), Err(2));
    }

    #[test]
    fn full_buckets_do_not_pile_up() {
        let (buckets, clock) = buckets(1, Duration::from_millis(1));
        for n in 0..3 * SWEEP_AT {
            assert_eq!(buckets.take(n), Ok(()));
            clock.advance(Duration::from_millis(10));
        }
        assert!(buckets.limiter.len() <= SWEEP_AT + 1);
        buckets.sweep();
        assert!(buckets.limiter.is_empty());
    }

    #[test]
    fn a_bucket_that_is_not_full_is_not_thrown_away() {
        let (buckets, clock) = buckets(1, Duration::from_secs(60));
        for n in 0..=2 * SWEEP_AT {
            assert_eq!(buckets.take(n), Ok(()));
        }
        clock.advance(Duration::from_secs(59));
        buckets.sweep();
        for n in 0..=2 * SWEEP_AT {
            assert_eq!(buckets.take(n), Err(1));
        }
    }

    #[test]
    fn the_providers_clock_is_the_limiters() {
        struct Still(u64);
        impl Clock for Still {
            fn now(&self) -> doorstep_wire::UnixMillis {
                doorstep_wire::UnixMillis(self.0)
            }
        }
        let rate = Rate { burst: 1, every: Duration::from_secs(5) };
        let buckets = Buckets::new(rate, ProviderTime(Arc::new(Still(1_795_392_000_000))));
        assert_eq!((buckets.take("a"), buckets.take("a")), (Ok(()), Err(5)));
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
