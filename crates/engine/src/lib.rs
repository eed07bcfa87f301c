//! The client without a browser: step(input, now, rng) -> writes and effects.
