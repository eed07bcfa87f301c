//! `cargo xtask timing`: how well somebody who sees when things happen at one of two providers puts the two rooms of a
//! connection together. A model, reproducible by its seed; what it means stands in docs/PRIVACY.md.

mod dice;
mod human;
mod lone;
mod matching;
mod plot;
mod table;
mod traffic;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::place::Place;
use dice::Dice;
use human::{DAY, Human};
use lone::Outcome;
use traffic::{FirstRoom, PAUSES, World};

/// Requests a day from one provider to the other.
const VOLUMES: [f64; 13] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5];
/// One person who asks or is asked once a week.
const ONE_PERSON: f64 = 1.0 / 7.0;
/// What clients do unless they are told otherwise, of the pauses.
const DEFAULT: (f64, &str) = PAUSES[1];
/// What is played beside the main figures is played at these volumes.
const BESIDE: [f64; 4] = [0.1, 1.0, 10.0, 100.0];
/// An answer after that is late.
const LATE: f64 = 7.0 * DAY;

/// What to play.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The same seed gives the same figures, and the same picture byte for byte.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the picture goes, as SVG; docs/timing.svg unless told otherwise.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// # Errors
/// The picture cannot be drawn or written.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let effort = Effort::WHOLE;
    let curves = play(options.seed, &VOLUMES, &effort);
    print!("{}", table::whole(&curves));
    print!("{}", table::person(&play(options.seed, &[ONE_PERSON], &effort)));
    print!("{}", table::beside(&FirstRoom::BOTH.map(|first_room| beside(options.seed, first_room, &effort))));
    let file = options.out.clone().unwrap_or_else(|| place.join("docs/timing.svg"));
    fs::write(&file, plot::svg(&curves)?).with_context(|| file.display().to_string())?;
    println!("\npicture  {}", file.display());
    Ok(())
}

/// How much is played.
struct Effort {
    /// Requests that are looked at by themselves, for each pause.
    trials: u32,
    /// Requests that are matched at once.
    requests: u32,
}

impl Effort {
    /// Half a minute without optimisation, and figures that are right to two in a hundred.
    const WHOLE: Self = Self { trials: 800, requests: 1_500 };
}

/// How well the observer does with one pause of the clients and one fate of the first room.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    first_room: FirstRoom,
    pause: &'static str,
    points: Vec<Point>,
}

/// The same at one volume.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    /// Requests a day.
    volume: f64,
    outcome: Outcome,
}

impl Curve {
    /// The volume from which on the best guess is right no more often than that; none if that is not reached, and zero
    /// if it is so from the first one on.
    fn reaches(&self, success: f64) -> Option<f64> {
        let below = self.points.iter().position(|point| point.outcome.success <= success)?;
        let point = self.points.get(below)?;
        let Some(before) = below.checked_sub(1).and_then(|nth| self.points.get(nth)) else { return Some(0.0) };
        // Between two points the curve is straight, with both axes logarithmic.
        let fall = |to: f64| (before.outcome.success / to).ln();
        let part = fall(success) / fall(point.outcome.success);
        Some(before.volume * (point.volume / before.volume).powf(part))
    }
}

/// All pauses and both fates, at these volumes.
fn play(seed: u64, volumes: &[f64], effort: &Effort) -> Vec<Curve> {
    let human = Human::new();
    let settings = FirstRoom::BOTH.into_iter().flat_map(|first_room| PAUSES.map(|pause| (first_room, pause)));
    let curve = |(part, (first_room, (pause, name)))| {
        let world = World::new(&human, pause, first_room);
        let outcomes = lone::play(&world, volumes, effort.trials, &mut Dice::new(seed, part));
        let points = volumes.iter().zip(outcomes).map(|(&volume, outcome)| Point { volume, outcome }).collect();
        Curve { first_room, pause: name, points }
    };
    (0..).zip(settings).map(curve).collect()
}

/// What else there is to know about the usual pause, by volume: [`BESIDE`].
struct Beside {
    first_room: FirstRoom,
    /// How often the guess is right about answers that came late.
    late: Vec<f64>,
    /// How often who matches all requests at once is right.
    matched: Vec<f64>,
}

fn beside(seed: u64, first_room: FirstRoom, effort: &Effort) -> Beside {
    let human = Human::new();
    let (pause, _) = DEFAULT;
    let world = World::new(&human, pause, first_room);
    let mut dice = Dice::new(seed, 1_000 + first_room as u64);
    let late = lone::late(&world, LATE, &BESIDE, effort.trials, &mut dice);
    let matched = BESIDE.map(|volume| matching::success(&world, volume, effort.requests, &mut dice));
    Beside { first_room, late, matched: matched.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enough for what is said here.
    const LITTLE: Effort = Effort { trials: 60, requests: 200 };
    /// How far a figure of so few may be off.
    const NOISE: f64 = 0.12;

    #[test]
    fn a_small_run_is_the_same_every_time_and_other_with_another_seed() {
        let volumes = [1.0, 100.0, 10_000.0];
        let picture = |seed| plot::svg(&play(seed, &volumes, &LITTLE)).unwrap();
        assert_eq!(picture(7), picture(7));
        assert_ne!(play(7, &volumes, &LITTLE), play(8, &volumes, &LITTLE));
    }

    #[test]
    fn more_requests_never_help_the_observer() {
        for curve in play(3, &VOLUMES, &LITTLE) {
            for pair in curve.points.windows(2) {
                let [few, many] = [pair[0].outcome, pair[1].outcome];
                assert!(many.success <= few.success + NOISE, "{} {:?}", curve.pause, curve.points);
                assert!(many.set >= few.set * 0.8, "{} {:?}", curve.pause, curve.points);
            }
        }
    }

    /// "If either provider has a very small number of users, either provider could use traffic analysis."
    #[test]
    fn at_small_providers_the_observer_is_right_nearly_always() {
        let usual = |curve: &Curve| curve.pause != "12 h" && curve.pause != "3 d";
        let curves = play(4, &[0.1, 1.0], &Effort { trials: 300, ..LITTLE });
        for Curve { points, pause, .. } in curves.iter().filter(|curve| usual(curve)) {
            let [few, one_a_day] = [points[0].outcome.success, points[1].outcome.success];
            assert!(few > 0.85 && one_a_day > 0.6, "{pause}: {few}, {one_a_day}");
        }
    }

    #[test]
    fn the_end_of_the_first_room_gives_late_answers_away() {
        let [ends, stays] = FirstRoom::BOTH.map(|first_room| beside(5, first_room, &LITTLE));
        assert!(ends.late[1] > stays.late[1] + NOISE, "{:?} {:?}", ends.late, stays.late);
    }

    #[test]
    fn who_matches_all_requests_does_little_better_than_who_looks_at_one() {
        let effort = Effort { requests: 700, trials: 300 };
        for curve in play(6, &BESIDE, &effort).iter().filter(|curve| curve.pause == DEFAULT.1) {
            for (point, matched) in curve.points.iter().zip(beside(6, curve.first_room, &effort).matched) {
                assert!((matched - point.outcome.success).abs() < NOISE, "{point:?} {matched}");
            }
        }
    }

    #[test]
    fn what_a_curve_reaches_lies_between_its_points() {
        let point = |volume, success| Point { volume, outcome: Outcome { success, set: 1.0 } };
        let points = vec![point(1.0, 0.9), point(10.0, 0.2), point(1_000.0, 0.002)];
        let curve = Curve { first_room: FirstRoom::Stays, pause: "none", points };
        assert!((curve.reaches(0.02).unwrap() - 100.0).abs() < 1e-6);
        assert_eq!(curve.reaches(0.95), Some(0.0));
        assert_eq!(curve.reaches(0.001), None);
    }
}
