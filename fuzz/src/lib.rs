//! Fuzzing of every decoder that a stranger's bytes reach. `cargo +nightly fuzz run handshake_bundle` from the
//! workspace; the corpus also runs as a test of `doorstep-wire` (`crates/wire/tests/fuzz_corpus.rs`).
//!
//! A seed's name says what it is: `ok-…` must be taken, `bad-…` must be refused, anything else only must not panic.

mod decoders;

/// Runs one decoder.
///
/// # Panics
/// If there is no decoder of this name, or if it takes the bytes and its encoder gives back others.
pub fn run(name: &str, data: &[u8]) {
    match decoders::DECODERS.iter().find(|(known, _)| *known == name) {
        Some((_, decoder)) => {
            decoder(data);
        }
        None => panic!("no decoder {name}"),
    }
}
