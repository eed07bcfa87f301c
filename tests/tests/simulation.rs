//! Stories by the hundred that nobody wrote: `DOORSTEP_SEEDS=5000` plays so many of each size, `DOORSTEP_SEED=17` one and
//! tells it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a broken expectation has to stop the test"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use doorstep_tests::simulation::{Size, Told, run};

/// Plays the seeds on all processors.
fn play(seeds: u64, size: impl Fn(u64) -> Size + Sync) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let seeds = match (number("DOORSTEP_SEED"), number("DOORSTEP_SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, count) => 0..count.unwrap_or(seeds),
    };
    let (next, start) = (AtomicU64::new(seeds.start), Instant::now());
    let (all, failed) = (Mutex::new(Told::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        break;
                    }
                    match run(seed, size(seed)) {
                        Ok(told) => *all.lock().unwrap() += told,
                        Err(story) => {
                            println!("{story}\n");
                            failed.lock().unwrap().push(seed);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    println!("{} seeds in {:?}: {:?}", seeds.end - seeds.start, start.elapsed(), all.into_inner().unwrap());
    assert!(failed.is_empty(), "seeds {failed:?} ended badly, their stories stand above");
}

#[test]
fn a_few_people_at_three_providers_always_end_up_with_the_same_room() {
    play(200, |seed| Size { browsers: 4 + (seed % 3) as usize, acts: 40, hear_again: seed.is_multiple_of(4) });
}

#[test]
fn twenty_people_at_three_providers_always_end_up_with_the_same_room() {
    play(10, |seed| Size { browsers: 20, acts: 120, hear_again: seed.is_multiple_of(10) });
}
