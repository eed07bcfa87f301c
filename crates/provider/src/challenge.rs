//! Challenges that cost no memory until they are used: `time ‖ random ‖ mac`, good for two minutes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use doorstep_client_api::http::CHALLENGE_LEN;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::entropy::{Entropy, random};

/// Two minutes, in milliseconds.
const LIFETIME: u64 = 120_000;

/// Makes and checks challenges.
pub(crate) struct Challenges {
    key: [u8; 32],
    /// Challenges that opened a session, with their ends.
    used: Mutex<BTreeMap<[u8; CHALLENGE_LEN], u64>>,
}

impl Challenges {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key, used: Mutex::default() }
    }

    /// A fresh one.
    pub(crate) fn make(&self, entropy: &dyn Entropy, now: u64) -> [u8; CHALLENGE_LEN] {
        let mut challenge = [0; CHALLENGE_LEN];
        let (head, mac) = challenge.split_at_mut(16);
        let (time, noise) = head.split_at_mut(8);
        time.copy_from_slice(&now.to_be_bytes());
        noise.copy_from_slice(&random::<8>(entropy));
        mac.copy_from_slice(&self.mac(head));
        challenge
    }

    /// Was it made here within the last two minutes?
    pub(crate) fn is_good(&self, challenge: &[u8; CHALLENGE_LEN], now: u64) -> bool {
        use subtle::ConstantTimeEq as _;
        let (head, mac) = challenge.split_at(16);
        let genuine: bool = self.mac(head).ct_eq(mac).into();
        genuine && made_at(challenge).is_some_and(|at| at <= now && now - at <= LIFETIME)
    }

    /// The same, for the first time: whoever sees a request go by cannot send it again.
    pub(crate) fn use_up(&self, challenge: &[u8; CHALLENGE_LEN], now: u64) -> bool {
        if !self.is_good(challenge, now) {
            return false;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, end| *end >= now);
        used.insert(*challenge, now.saturating_add(LIFETIME)).is_none()
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

    #[test]
    fn a_challenge_is_good_for_two_minutes() {
        let challenges = Challenges::new([1; 32]);
        let challenge = challenges.make(&Fixed, 1_000);
        assert!(challenges.is_good(&challenge, 1_000));
        assert!(challenges.is_good(&challenge, 121_000));
        assert!(!challenges.is_good(&challenge, 121_001));
        assert!(!challenges.is_good(&challenge, 999));
    }

    #[test]
    fn a_changed_or_foreign_challenge_is_not_good() {
        let challenges = Challenges::new([1; 32]);
        let challenge = challenges.make(&Fixed, 1_000);
        for at in 0..CHALLENGE_LEN {
            let mut changed = challenge;
            changed[at] ^= 1;
            assert!(!challenges.is_good(&changed, 1_000), "byte {at}");
        }
        assert!(!Challenges::new([2; 32]).is_good(&challenge, 1_000));
        assert!(!challenges.is_good(&[0; CHALLENGE_LEN], 1_000));
    }

    #[test]
    fn a_challenge_is_used_up_once() {
        let challenges = Challenges::new([1; 32]);
        let challenge = challenges.make(&Fixed, 1_000);
        assert!(challenges.use_up(&challenge, 1_001));
        assert!(!challenges.use_up(&challenge, 1_002));
        assert!(!challenges.use_up(&challenge, 200_000));
        assert!(!challenges.use_up(&challenge, 121_000));
    }
}
