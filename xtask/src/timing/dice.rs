//! What is drawn at random, the same for the same seed.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// Above this mean a Poisson number is as good as normal, and drawing it one by one would take long.
const MANY: f64 = 40.0;

/// Random draws of one part of a run.
#[derive(Clone, Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws for one `part`: whatever another part draws changes nothing here.
    pub(super) fn new(seed: u64, part: u64) -> Self {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        draws.set_stream(part);
        Self(draws)
    }

    /// Between 0 and 1, neither of them.
    pub(super) fn unit(&mut self) -> f64 {
        // 53 bits are what fits; half a step keeps it away from both ends.
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Even between two numbers.
    pub(super) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// How many events there are where so many are expected.
    pub(super) fn count(&mut self, expected: f64) -> f64 {
        if expected > MANY {
            let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
            return (expected + expected.sqrt() * normal).round().max(0.0);
        }
        let none = (-expected).exp();
        let mut count = 0.0;
        let mut left = self.unit();
        while left > none {
            count += 1.0;
            left *= self.unit();
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_the_expected_mean_and_spread() {
        let mut dice = Dice::new(1, 0);
        for expected in [0.02, 0.7, 12.0, 90.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| dice.count(expected)).collect();
            let mean = counts.iter().sum::<f64>() / 20_000.0;
            let spread = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / 20_000.0;
            assert!((mean / expected - 1.0).abs() < 0.1, "{mean} instead of {expected}");
            assert!((spread / expected - 1.0).abs() < 0.1, "{spread} instead of {expected}");
        }
    }

    #[test]
    fn parts_draw_independently_and_the_same_part_draws_the_same() {
        let draws = |seed, part| Dice::new(seed, part).unit();
        assert_eq!(draws(3, 1), draws(3, 1));
        assert_ne!(draws(3, 1), draws(3, 2));
        assert_ne!(draws(3, 1), draws(4, 1));
    }
}
