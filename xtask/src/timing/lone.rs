//! The observer who looks at one request: its time, the times of all second rooms after it, and how many of those there
//! are in general. The chance that a room is the one grows with how likely its delay is, and falls with how many others
//! are made at that time. Time is cut into cells so narrow that all rooms of one are as likely as each other, so that
//! it is enough to draw how many there are in each, and a hundred thousand requests a day cost no more than one.

use super::dice::Dice;
use super::human::{DAY, HOUR, busy_moment};
use super::traffic::{ANSWERED, COVER, End, World};

/// Up to here delays are looked at by the hour or closer, beyond it by full days, in which the time of day does not
/// matter.
const CLOSELY: f64 = 10.0 * DAY;
/// No cell is narrower: clocks of two providers and the way between them differ by that much.
const NARROWEST: f64 = 5.0;
/// How much of the truth the set of candidates has to hold.
const SURE: f64 = 0.9;

/// How well the observer does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outcome {
    /// The probability that the best guess is right.
    pub(super) success: f64,
    /// How many rooms hold the truth with nine chances of ten; half of the requests have more.
    pub(super) set: f64,
}

/// Delays between which all rooms are alike.
struct Cell {
    delays: [f64; 2],
    /// How much likelier each of its rooms is to be the one than any room at all.
    weight: f64,
    /// Rooms that are expected in it, for one request a second.
    expected: f64,
}

/// Plays `trials` requests that are answered, against each of the volumes (requests a day).
pub(super) fn play(world: &World<'_>, volumes: &[f64], trials: u32, dice: &mut Dice) -> Vec<Outcome> {
    let mut played: Vec<(f64, Vec<f64>)> = vec![(0.0, Vec::new()); volumes.len()];
    for _ in 0..trials {
        let (cells, delay) = trial(world, 0.0, dice);
        for (volume, (successes, sets)) in volumes.iter().zip(&mut played) {
            let Guess { sure, set, .. } = guess(&cells, delay, volume / DAY, dice);
            *successes += sure;
            sets.push(set);
        }
    }
    let outcome = |(successes, mut sets): (f64, Vec<f64>)| {
        sets.sort_by(f64::total_cmp);
        let set = sets.get(sets.len() / 2).copied().unwrap_or_default();
        Outcome { success: successes / f64::from(trials), set }
    };
    played.into_iter().map(outcome).collect()
}

/// How often the best guess is right about requests that were answered no sooner than `late`, which the observer does
/// not know, against each of the volumes.
pub(super) fn late(world: &World<'_>, late: f64, volumes: &[f64], trials: u32, dice: &mut Dice) -> Vec<f64> {
    let mut right = vec![0.0; volumes.len()];
    for _ in 0..trials {
        let (cells, delay) = trial(world, late, dice);
        for (volume, right) in volumes.iter().zip(&mut right) {
            *right += guess(&cells, delay, volume / DAY, dice).right / f64::from(trials);
        }
    }
    right
}

/// One request that is answered no sooner than `late`: what the observer knows, the likeliest first, and the truth.
fn trial(world: &World<'_>, late: f64, dice: &mut Dice) -> (Vec<Cell>, f64) {
    let (asked, delay) = loop {
        let asked = busy_moment(dice, DAY);
        let delay = world.draw(dice, asked);
        if delay >= late {
            break (asked, delay);
        }
    };
    let end = End::draw(world.first_room, Some(delay), dice);
    let mut cells = cells(world, asked, end);
    cells.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    (cells, delay)
}

fn cells(world: &World<'_>, asked: f64, end: End) -> Vec<Cell> {
    let answers = world.human.asked_at(asked);
    let [mut from, last] = end.leaves(world.first_room);
    let mut cells = Vec::new();
    while from < last {
        let width = if from < CLOSELY {
            (from * 0.03).clamp(NARROWEST, HOUR)
        } else if end.was_early() {
            HOUR
        } else {
            DAY * (from * 0.03 / DAY).round().max(1.0)
        };
        let delays = [from, (from + width).min(last)];
        let [_, to] = delays;
        let middle = (from + to) / 2.0;
        let rate = if width < DAY { world.rooms(asked + middle) } else { ANSWERED + COVER };
        let expected = rate * (to - from);
        let likelihood = world.between(&answers, delays) * end.likelihood(world.first_room, middle);
        cells.push(Cell { delays, weight: likelihood / expected, expected });
        from = to;
    }
    cells
}

/// What comes of one request.
#[derive(Debug)]
struct Guess {
    /// How sure the observer is of the best guess. Its mean over all requests is the probability of being right, since
    /// what the observer knows is true, and takes fewer trials than counting.
    sure: f64,
    /// The probability that the best guess is right, seen by who knows the truth.
    right: f64,
    /// How many rooms hold the truth with nine chances of ten.
    set: f64,
}

/// The guess among the cells, the best first, where the truth is at `delay`.
fn guess(cells: &[Cell], delay: f64, volume: f64, dice: &mut Dice) -> Guess {
    let mut rooms = Vec::with_capacity(cells.len());
    let mut all = 0.0;
    for Cell { delays: [from, to], weight, expected } in cells {
        let truth = if (*from..*to).contains(&delay) { 1.0 } else { 0.0 };
        let count = dice.count(expected * volume) + truth;
        if count > 0.0 {
            all += count * weight;
            rooms.push((count, *weight, truth));
        }
    }
    let (best, weight, truth) = rooms.first().copied().unwrap_or((1.0, 0.0, 0.0));
    let sure = if all > 0.0 { weight / all } else { 0.0 };
    let (mut set, mut missing) = (0.0, SURE * all);
    for (count, weight, _) in rooms {
        let taken = (missing / weight).min(count).ceil();
        set += taken;
        missing -= taken * weight;
        if missing <= 0.0 {
            break;
        }
    }
    Guess { sure, right: truth / best, set }
}

#[cfg(test)]
mod tests {
    use super::super::human::{Human, MINUTE};
    use super::super::traffic::FirstRoom;
    use super::*;

    #[test]
    fn cells_cover_all_delays_and_hold_the_whole_chance() {
        let human = Human::new();
        for pause in [0.0, 10.0 * MINUTE, 3.0 * DAY] {
            let world = World::new(&human, pause, FirstRoom::Stays);
            let mut dice = Dice::new(1, 1);
            let end = End::draw(FirstRoom::Stays, Some(HOUR), &mut dice);
            let cells = cells(&world, 19.0 * HOUR, end);
            assert!(cells.windows(2).all(|pair| pair[0].delays[1] == pair[1].delays[0]));
            let all: f64 = cells.iter().map(|cell| cell.weight * cell.expected).sum();
            assert!((all - 1.0).abs() < 0.02, "{pause}: {all}");
        }
    }

    #[test]
    fn a_guess_among_equal_rooms_is_one_of_so_many() {
        let cells = [Cell { delays: [0.0, 10.0], weight: 2.0, expected: 0.0 }];
        let mut dice = Dice::new(1, 1);
        let Guess { sure, right, set } = guess(&cells, 5.0, 1.0, &mut dice);
        assert_eq!([sure, right, set], [1.0; 3]);
        let busy = [Cell { expected: 1e9, ..cells[0] }];
        let Guess { sure, right, set } = guess(&busy, 5.0, 1.0, &mut dice);
        assert!((sure * 1e9 - 1.0).abs() < 0.01 && (right * 1e9 - 1.0).abs() < 0.01, "{sure} {right}");
        assert!((set / 9e8 - 1.0).abs() < 0.01, "{set}");
    }

    #[test]
    fn the_observer_is_right_as_often_as_sure() {
        let human = Human::new();
        for first_room in [FirstRoom::Ends, FirstRoom::Stays] {
            let world = World::new(&human, HOUR, first_room);
            let [sure] = play(&world, &[5.0], 800, &mut Dice::new(6, 0))[..] else { panic!() };
            let right = late(&world, 0.0, &[5.0], 800, &mut Dice::new(6, 1))[0];
            assert!((sure.success - right).abs() < 0.06, "{first_room:?}: {} and {right}", sure.success);
        }
    }
}
