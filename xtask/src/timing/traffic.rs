//! What crosses between two providers, and what each of them sees of one connection.
//!
//! Somebody at `a.example` asks for somebody at `b.example`: a room of two (the first room), a Welcome for an account
//! of `b.example`. After the answer a pseudonym of `b.example` makes a private room and adds one of `a.example` (the
//! second room); a message follows at once. Both providers see both moments, and both see when the first room ends: one
//! is its hub, the other is told so. What neither sees is which first room belongs to which second one.

use super::dice::Dice;
use super::human::{Answers, DAY, Daily, HOUR, Human, MINUTE, rhythm};

/// Of all requests so many are answered by a second room; the others lie until their room expires.
pub(super) const ANSWERED: f64 = 0.7;
/// For each request so many second rooms of the same look are made for other reasons: plain private rooms of two
/// pseudonyms. Accepted knocks and links are no cover to speak of: they lead into rooms that were there before.
pub(super) const COVER: f64 = 0.5;
/// A first room that nobody ends is ended by its hub.
pub(super) const EXPIRES: f64 = 90.0 * DAY;
/// A client that ends the first room waits this long after the answer, at least and at most.
pub(super) const ENDS_AFTER: [f64; 2] = [HOUR, 72.0 * HOUR];
/// Nobody looks for answers that come later than this.
pub(super) const HORIZON: f64 = 1095.0 * DAY;

/// How long a client waits at most between the press of a button and the second room, and the word for it.
pub(super) const PAUSES: [(f64, &str); 5] =
    [(0.0, "none"), (10.0 * MINUTE, "10 min"), (HOUR, "1 h"), (12.0 * HOUR, "12 h"), (3.0 * DAY, "3 d")];

/// What becomes of the first room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstRoom {
    /// It stays until it expires.
    Stays,
    /// The asker's client ends it some time after the answer.
    Ends,
}

impl FirstRoom {
    pub(super) const BOTH: [Self; 2] = [Self::Ends, Self::Stays];
}

/// When a first room ended, counted from the request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct End(f64);

impl End {
    /// The end of a room whose request was answered by a room after so many seconds, or was not answered.
    pub(super) fn draw(first_room: FirstRoom, answered: Option<f64>, dice: &mut Dice) -> Self {
        let [soonest, latest] = ENDS_AFTER;
        let ended = answered.map_or(EXPIRES, |answered| answered + dice.between(soonest, latest));
        match first_room {
            FirstRoom::Stays => Self(EXPIRES),
            FirstRoom::Ends => Self(ended.min(EXPIRES)),
        }
    }

    /// Whether somebody ended it.
    pub(super) fn was_early(self) -> bool {
        self.0 < EXPIRES
    }

    /// After which delays the second room can have been made, given this end.
    pub(super) fn leaves(self, first_room: FirstRoom) -> [f64; 2] {
        let [soonest, latest] = ENDS_AFTER;
        match first_room {
            FirstRoom::Stays => [0.0, HORIZON],
            FirstRoom::Ends if self.was_early() => [(self.0 - latest).max(0.0), (self.0 - soonest).max(0.0)],
            FirstRoom::Ends => [EXPIRES - latest, HORIZON],
        }
    }

    /// How likely this end is after a second room at that delay; a density in seconds where somebody ended it.
    pub(super) fn likelihood(self, first_room: FirstRoom, delay: f64) -> f64 {
        let [soonest, latest] = ENDS_AFTER;
        let [from, to] = self.leaves(first_room);
        if delay < from || delay > to {
            return 0.0;
        }
        match first_room {
            FirstRoom::Stays => 1.0,
            FirstRoom::Ends if self.was_early() => 1.0 / (latest - soonest),
            FirstRoom::Ends => ((latest - (EXPIRES - delay)) / (latest - soonest)).clamp(0.0, 1.0),
        }
    }
}

/// The world that the observer knows everything about but who belongs to whom.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) human: &'a Human,
    /// How long clients wait at most before they make the second room.
    pub(super) pause: f64,
    pub(super) first_room: FirstRoom,
    answered: Daily,
}

impl<'a> World<'a> {
    pub(super) fn new(human: &'a Human, pause: f64, first_room: FirstRoom) -> Self {
        Self { human, pause, first_room, answered: human.rooms_by_time(pause) }
    }

    /// How long after the request the second room is made.
    pub(super) fn draw(&self, dice: &mut Dice, asked: f64) -> f64 {
        loop {
            let delay = Human::draw(dice, asked) + dice.between(0.0, self.pause);
            if delay < HORIZON {
                return delay;
            }
        }
    }

    /// Second rooms a second at a moment, for one request a second.
    pub(super) fn rooms(&self, moment: f64) -> f64 {
        ANSWERED * self.answered.at(moment) + cover(moment)
    }

    /// The probability that the second room is made between two delays, both of which are close to each other or far
    /// away.
    pub(super) fn between(&self, answers: &Answers<'_>, [from, to]: [f64; 2]) -> f64 {
        if self.pause > 0.0 && to - from < DAY {
            return self.density(answers, (from + to) / 2.0) * (to - from);
        }
        answers.within(to - self.pause / 2.0) - answers.within(from - self.pause / 2.0)
    }

    /// The same for one second after a delay.
    pub(super) fn density(&self, answers: &Answers<'_>, delay: f64) -> f64 {
        if self.pause > 0.0 {
            return (answers.within(delay) - answers.within(delay - self.pause)) / self.pause;
        }
        // Without a pause a difference over a few seconds stands for the derivative.
        let width = (delay * 0.02).max(5.0);
        (answers.within(delay + width) - answers.within(delay - width)) / (width + width.min(delay))
    }
}

/// Rooms a second that have nothing to do with a request, for one request a second.
pub(super) fn cover(moment: f64) -> f64 {
    COVER * rhythm(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_leaves_the_delay_it_came_from() {
        let mut dice = Dice::new(2, 0);
        for delay in [MINUTE, DAY, 30.0 * DAY, 88.0 * DAY, 95.0 * DAY] {
            for first_room in [FirstRoom::Stays, FirstRoom::Ends] {
                let end = End::draw(first_room, Some(delay), &mut dice);
                assert!(end.likelihood(first_room, delay) > 0.0, "{delay} {first_room:?}");
            }
        }
        assert!(!End::draw(FirstRoom::Ends, None, &mut dice).was_early());
    }

    #[test]
    fn what_is_known_of_a_room_adds_up() {
        let human = Human::new();
        for (pause, name) in PAUSES {
            let world = World::new(&human, pause, FirstRoom::Stays);
            let answers = human.asked_at(18.0 * HOUR);
            let minutes = (0..40 * 1440).map(f64::from);
            let near: f64 = minutes.map(|nth| world.between(&answers, [nth * MINUTE, (nth + 1.0) * MINUTE])).sum();
            let far = world.between(&answers, [40.0 * DAY, 2.0 * HORIZON]);
            assert!((near + far - 1.0).abs() < 0.01, "{name}: {near} and {far}");
        }
    }
}
