//! What the feature `seeded` is for. A program of its own: everything in it is drawn from seeds.

#![cfg(feature = "seeded")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests outside #[test] functions")]

mod room;

use room::story;

#[test]
fn the_same_seeds_make_the_same_messages() {
    doorstep_mls::seeded::on();
    assert_eq!(story(), story());
}
