//! Stories by the hundred that nobody wrote. `DOORSTEP_SEEDS=300..5000` plays those seeds instead of the first three hundred
//! (`cargo xtask simulate`); whoever fails tells their story.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use doorstep_tests::meetings;
use doorstep_tests::simulation::{Size, run};

/// What is played by every test run; `cargo xtask simulate` goes on from there.
const SEEDS: Range<u64> = 0..300;

/// The seeds that were asked for.
fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("DOORSTEP_SEEDS") else { return SEEDS };
    let (first, end) = text.split_once("..").expect("DOORSTEP_SEEDS is first..end");
    first.parse().expect("a number")..end.parse().expect("a number")
}

/// Plays the seeds on all processors.
fn play(size: impl Fn(u64) -> Size + Sync) {
    play_all(seeds(), |seed| run(seed, size(seed)));
}

fn play_all<T: Default + std::fmt::Debug + std::ops::AddAssign + Send>(
    seeds: Range<u64>,
    run: impl Fn(u64) -> Result<T, String> + Sync,
) {
    let (next, start) = (AtomicU64::new(seeds.start), Instant::now());
    let (all, failed) = (Mutex::new(T::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        break;
                    }
                    match run(seed) {
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

/// Most providers keep what they keep in memory: it is as good as SQLite, and faster.
fn size(seed: u64, browsers: usize, acts: usize) -> Size {
    Size { browsers, acts, hear_again: seed.is_multiple_of(4), former: seed % 3 == 1, sqlite: seed % 8 == 7 }
}

#[test]
fn a_few_people_at_three_providers_always_end_up_with_the_same_room() {
    play(|seed| size(seed, 4 + (seed % 3) as usize, 40));
}

#[test]
fn twenty_people_at_three_providers_always_end_up_with_the_same_room() {
    play(|seed| size(seed, 20, 20 * (1 + seed % 5) as usize));
}

#[test]
fn people_who_ask_each_other_always_end_up_with_the_same_rooms() {
    let Range { start, end } = seeds();
    // A third of the seeds: the time is for the others.
    play_all(start..start + (end - start).div_ceil(3), |seed| meetings::run(seed, 60));
}

#[test]
fn the_story_is_the_same_whatever_the_providers_keep_things_in() {
    for seed in [2, 40] {
        let on = |sqlite| run(seed, Size { sqlite, ..size(seed, 6, 40) }).unwrap_or_else(|story| panic!("{story}"));
        assert_eq!(on(true), on(false), "seed {seed}");
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in [5, 41] {
        let told = || run(seed, size(seed, 6, 40)).unwrap_or_else(|story| panic!("{story}"));
        assert_eq!(told(), told(), "seed {seed}");
    }
    assert!(doorstep_mls::seeded::is_on());
}
