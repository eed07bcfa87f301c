//! Challenges that cost no memory until they are used: `time ‖ random ‖ mac`, good for two minutes. A browser may make its
//! own instead (`doorstep_client_api::http::own_challenge`): it saves a round trip, names this provider, and is good near
//! the time that it names. Either is good once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use doorstep_client_api::http::{CHALLENGE_LEN, own_challenge};
use doorstep_wire::ProviderDomain;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::entropy::{Entropy, random};

/// Two minutes, in milliseconds.
const LIFETIME: u64 = 120_000;
/// Milliseconds that the clock of a browser may be ahead. Whose is further off asks for a challenge.
const AHEAD: u64 = 60_000;

type Challenge = [u8; CHALLENGE_LEN];

/// Makes and checks challenges.
pub(crate) struct Challenges {
    domain: ProviderDomain,
    key: [u8; 32],
    /// Challenges that were used, by when they end.
    used: Mutex<BTreeSet<(u64, Challenge)>>,
}

impl Challenges {
    pub(crate) fn new(domain: ProviderDomain, key: [u8; 32]) -> Self {
        Self { domain, key, used: Mutex::default() }
    }

    /// A fresh one.
    pub(crate) fn make(&self, entropy: &dyn Entropy, now: u64) -> Challenge {
        let mut challenge = [0; CHALLENGE_LEN];
        let (head, mac) = challenge.split_at_mut(16);
        let (time, noise) = head.split_at_mut(8);
        time.copy_from_slice(&now.to_be_bytes());
        noise.copy_from_slice(&random::<8>(entropy));
        mac.copy_from_slice(&self.mac(head));
        challenge
    }

    /// The browser made it itself, for this provider.
    pub(crate) fn is_own(&self, challenge: &Challenge) -> bool {
        let (time, rest) = challenge.split_at(8);
        match (time.try_into(), rest.first_chunk()) {
            (Ok(time), Some(noise)) => own_challenge(&self.domain, u64::from_be_bytes(time), *noise) == *challenge,
            _ => false,
        }
    }

    /// Until when it is good, if it was made here or for here, and is good now.
    fn end(&self, challenge: &Challenge, now: u64) -> Option<u64> {
        let (head, mac) = challenge.split_at(16);
        let genuine: bool = self.mac(head).ct_eq(mac).into();
        let ahead = if genuine {
            0
        } else if self.is_own(challenge) {
            AHEAD
        } else {
            return None;
        };
        let at = made_at(challenge)?;
        let end = at.saturating_add(LIFETIME);
        (at <= now.saturating_add(ahead) && now <= end).then_some(end)
    }

    /// Is it good, and here for the first time? Whoever sees a request go by cannot send it again.
    pub(crate) fn use_up(&self, challenge: &Challenge, now: u64) -> bool {
        let Some(end) = self.end(challenge, now) else { return false };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while used.first().is_some_and(|(end, _)| *end < now) {
            used.pop_first();
        }
        used.insert((end, *challenge))
    }

    fn mac(&self, head: &[u8]) -> [u8; 16] {
        let mut out = [0; 16];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            mac.update(b"doorstep challenge v1");
            mac.update(head);
            let full = mac.finalize().into_bytes();
            for (to, from) in out.iter_mut().zip(full) {
                *to = from;
            }
        }
        out
    }
}

fn made_at(challenge: &[u8; CHALLENGE_LEN]) -> Option<u64> {
    Some(u64::from_be_bytes(challenge.get(..8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(7);
        }
    }

    fn challenges(domain: &str, key: u8) -> Challenges {
        Challenges::new(domain.parse().unwrap(), [key; 32])
    }

    #[test]
    fn a_challenge_is_good_for_two_minutes() {
        let challenges = challenges("a.example", 1);
        let challenge = challenges.make(&Fixed, 1_000);
        assert!(challenges.end(&challenge, 1_000).is_some());
        assert!(challenges.end(&challenge, 121_000).is_some());
        assert!(challenges.end(&challenge, 121_001).is_none());
        assert!(challenges.end(&challenge, 999).is_none());
        assert!(!challenges.is_own(&challenge));
    }

    #[test]
    fn an_own_challenge_is_good_near_its_time_at_the_provider_that_it_names() {
        let here = challenges("a.example", 1);
        let own = own_challenge(&here.domain, 100_000, [7; 8]);
        assert!(here.is_own(&own));
        for (now, good) in [(39_999, false), (40_000, true), (100_000, true), (220_000, true), (220_001, false)] {
            assert_eq!(here.end(&own, now).is_some(), good, "{now}");
        }
        assert!(challenges("b.example", 1).end(&own, 100_000).is_none());
        let huge = own_challenge(&here.domain, u64::MAX, [7; 8]);
        assert!(here.end(&huge, 100_000).is_none());
    }

    #[test]
    fn a_changed_or_foreign_challenge_is_not_good() {
        let here = challenges("a.example", 1);
        let own = own_challenge(&here.domain, 1_000, [7; 8]);
        for challenge in [here.make(&Fixed, 1_000), own] {
            for at in 0..CHALLENGE_LEN {
                let mut changed = challenge;
                changed[at] ^= 1;
                assert!(here.end(&changed, 1_000).is_none(), "byte {at}");
            }
        }
        assert!(challenges("a.example", 2).end(&here.make(&Fixed, 1_000), 1_000).is_none());
        assert!(here.end(&[0; CHALLENGE_LEN], 1_000).is_none());
    }

    #[test]
    fn a_challenge_is_used_up_once() {
        let here = challenges("a.example", 1);
        // The clock of whoever made the second is fast.
        let own = own_challenge(&here.domain, 50_000, [7; 8]);
        for (challenge, last) in [(here.make(&Fixed, 1_000), 121_000), (own, 170_000)] {
            assert!(here.use_up(&challenge, 1_001));
            assert!(!here.use_up(&challenge, 1_002));
            assert!(!here.use_up(&challenge, last + 100_000));
            assert!(!here.use_up(&challenge, last));
        }
    }

    #[test]
    fn what_has_ended_is_forgotten() {
        let here = challenges("a.example", 1);
        for n in 0..100 {
            assert!(here.use_up(&own_challenge(&here.domain, n * 10_000, [7; 8]), n * 10_000));
        }
        assert!(here.used.lock().unwrap().len() <= 13);
    }
}
