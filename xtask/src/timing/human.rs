//! How long people take to answer a request, and at which hours they are there.
//!
//! The delay is a mixture of three habits. Each is log-logistic: like a log-normal one it has a body over several
//! orders of magnitude, its tail is longer (answers after a year do happen), and its distribution has a closed form.
//! What is known of mail was the model: half of all replies come within an hour, nine of ten within a day or two, the
//! likeliest moment is after some minutes. Requests of strangers wait longer.

use std::f64::consts::TAU;

use super::dice::Dice;

pub(super) const MINUTE: f64 = 60.0;
pub(super) const HOUR: f64 = 60.0 * MINUTE;
pub(super) const DAY: f64 = 24.0 * HOUR;

/// One way of answering.
struct Habit {
    /// Of all answers.
    share: f64,
    /// Half of its answers are there after so many seconds.
    median: f64,
    /// How steep it is: the smaller, the more very early and very late answers.
    steepness: f64,
}

/// Who was told that a request comes, or sits before the screen, answers in minutes.
const AT_ONCE: Habit = Habit { share: 0.35, median: 4.0 * MINUTE, steepness: 1.6 };
/// Who finds it when they next look answers on the same day or the next one.
const NEXT_LOOK: Habit = Habit { share: 0.5, median: 6.0 * HOUR, steepness: 1.4 };
/// Who put it off, or comes seldom, answers after weeks; one of a hundred of these after years.
const SOME_DAY: Habit = Habit { share: 0.15, median: 10.0 * DAY, steepness: 1.0 };
const HABITS: [Habit; 3] = [AT_ONCE, NEXT_LOOK, SOME_DAY];

/// The hour of the day at which most people are there. All people of both providers live in one time zone, which is the
/// worst case for an observer's background: it has hours in which little happens.
const BUSIEST: f64 = 20.0 * HOUR;
/// How much less happens twelve hours later: at 0.8 it is a ninth of the evening.
const SWING: f64 = 0.8;

/// The delay is kept as this many points of equal weight.
const POINTS: u32 = 6_000;
/// How finely a day is looked at.
const SLOTS: u32 = 48;

/// How active people are at a moment, around 1.
pub(super) fn rhythm(moment: f64) -> f64 {
    1.0 + SWING * (TAU * (moment - BUSIEST) / DAY).cos()
}

/// A moment up to `end`, the likelier the more people are there.
pub(super) fn busy_moment(dice: &mut Dice, end: f64) -> f64 {
    loop {
        let moment = dice.between(0.0, end);
        if dice.chance(rhythm(moment) / (1.0 + SWING)) {
            return moment;
        }
    }
}

impl Habit {
    /// The delay that this part of its answers does not exceed.
    fn quantile(&self, part: f64) -> f64 {
        self.median * (part / (1.0 - part)).powf(1.0 / self.steepness)
    }
}

/// The distribution of delays, ready to be asked often.
#[derive(Debug)]
pub(super) struct Human {
    /// Ascending delays of equal weight.
    points: Vec<f64>,
    /// Up to each point, of all of them: how many, and the sums of cosine and sine of their time of day.
    sums: Vec<[f64; 3]>,
}

impl Human {
    pub(super) fn new() -> Self {
        let mut points = Vec::new();
        for habit in &HABITS {
            let count = (f64::from(POINTS) * habit.share).round();
            points.extend((0..count as u32).map(|nth| habit.quantile((f64::from(nth) + 0.5) / count)));
        }
        points.sort_by(f64::total_cmp);
        let weight = 1.0 / points.len() as f64;
        let mut sum = [0.0; 3];
        let mut sums = vec![sum];
        for point in &points {
            let (sin, cos) = (TAU * point / DAY).sin_cos();
            let [all, cosines, sines] = sum;
            sum = [all + weight, cosines + weight * cos, sines + weight * sin];
            sums.push(sum);
        }
        Self { points, sums }
    }

    /// The sums up to a delay, between two points in proportion.
    fn up_to(&self, delay: f64) -> [f64; 3] {
        let below = self.points.partition_point(|point| *point < delay);
        let before = self.sums.get(below).copied().unwrap_or_default();
        let (Some(next), Some(point)) = (self.sums.get(below + 1), self.points.get(below)) else { return before };
        let start = below.checked_sub(1).and_then(|nth| self.points.get(nth)).copied().unwrap_or_default();
        let part = ((delay - start) / (point - start)).clamp(0.0, 1.0);
        let [all, cosines, sines] = before;
        let [next_all, next_cosines, next_sines] = *next;
        [all + part * (next_all - all), cosines + part * (next_cosines - cosines), sines + part * (next_sines - sines)]
    }

    /// The answers to what was asked at a moment: people answer when they are there.
    pub(super) fn asked_at(&self, moment: f64) -> Answers<'_> {
        let (sin, cos) = (TAU * (moment - BUSIEST) / DAY).sin_cos();
        let mut answers = Answers { human: self, sin, cos, all: 1.0 };
        answers.all = answers.within(f64::INFINITY);
        answers
    }

    /// A delay of the answer to what was asked at a moment.
    pub(super) fn draw(dice: &mut Dice, moment: f64) -> f64 {
        loop {
            let mut left = dice.unit();
            let habit = HABITS.iter().find(|habit| {
                left -= habit.share;
                left < 0.0
            });
            let delay = habit.unwrap_or(&SOME_DAY).quantile(dice.unit());
            if dice.chance(rhythm(moment + delay) / (1.0 + SWING)) {
                return delay;
            }
        }
    }

    /// How many rooms there are for each time of day, around 1, where requests come with the rhythm and rooms are made
    /// after the answer and up to `pause` later.
    pub(super) fn rooms_by_time(&self, pause: f64) -> Daily {
        let slot = DAY / f64::from(SLOTS);
        let mut made = vec![0.0; SLOTS as usize];
        for asked in 0..SLOTS {
            let asked = (f64::from(asked) + 0.5) * slot;
            let weight = |delay: &f64| rhythm(asked + delay);
            let delays = || self.points.iter().step_by(5);
            let all: f64 = delays().map(weight).sum();
            for (nth, delay) in delays().enumerate() {
                // Pauses of all lengths, spread over the delays.
                let moment = asked + delay + pause * ((nth as f64 * 0.618_034).fract());
                let index = (moment.rem_euclid(DAY) / slot) as usize;
                if let Some(made) = made.get_mut(index.min(SLOTS as usize - 1)) {
                    *made += rhythm(asked) * weight(delay) / all;
                }
            }
        }
        Daily(made)
    }
}

/// When the answer to one request comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers<'a> {
    human: &'a Human,
    sin: f64,
    cos: f64,
    all: f64,
}

impl Answers<'_> {
    /// The probability that the answer, if one comes, has come after so many seconds.
    pub(super) fn within(&self, delay: f64) -> f64 {
        if delay <= 0.0 {
            return 0.0;
        }
        let [all, cosines, sines] = self.human.up_to(delay);
        (all + SWING * (self.cos * cosines - self.sin * sines)) / self.all
    }
}

/// How much happens at each time of day, around 1.
#[derive(Clone, Debug)]
pub(super) struct Daily(Vec<f64>);

impl Daily {
    pub(super) fn at(&self, moment: f64) -> f64 {
        let place = moment.rem_euclid(DAY) / DAY * f64::from(SLOTS) - 0.5;
        let slot = |nth: f64| self.0.get(nth.rem_euclid(f64::from(SLOTS)) as usize).copied().unwrap_or(1.0);
        let part = place - place.floor();
        slot(place.floor()) * (1.0 - part) + slot(place.floor() + 1.0) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_delays_follow_the_distribution_that_the_observer_knows() {
        let human = Human::new();
        let mut dice = Dice::new(5, 0);
        for asked in [3.0 * HOUR, 20.0 * HOUR] {
            let answers = human.asked_at(asked);
            let drawn: Vec<f64> = (0..4_000).map(|_| Human::draw(&mut dice, asked)).collect();
            for delay in [MINUTE, 10.0 * MINUTE, HOUR, 5.0 * HOUR, DAY, 5.0 * DAY, 100.0 * DAY] {
                let share = drawn.iter().filter(|drawn| **drawn <= delay).count() as f64 / 4_000.0;
                assert!((share - answers.within(delay)).abs() < 0.03, "{delay}: {share}, {}", answers.within(delay));
            }
        }
    }

    #[test]
    fn who_is_asked_at_night_answers_later() {
        let human = Human::new();
        assert!(human.asked_at(6.0 * HOUR).within(HOUR) < human.asked_at(20.0 * HOUR).within(HOUR) - 0.1);
    }

    #[test]
    fn rooms_have_a_rhythm_which_pauses_of_a_day_flatten() {
        let human = Human::new();
        let swing = |daily: &Daily| daily.at(19.0 * HOUR) - daily.at(7.0 * HOUR);
        let mean = |daily: &Daily| (0..48).map(|slot| daily.at(f64::from(slot) * HOUR / 2.0)).sum::<f64>() / 48.0;
        let (prompt, slow) = (human.rooms_by_time(0.0), human.rooms_by_time(3.0 * DAY));
        assert!(swing(&prompt) > 0.8 && swing(&slow) < 0.3, "{} {}", swing(&prompt), swing(&slow));
        assert!((mean(&prompt) - 1.0).abs() < 0.02 && (mean(&slow) - 1.0).abs() < 0.02);
    }
}
