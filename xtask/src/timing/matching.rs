//! The observer who looks at all requests and all second rooms of the two providers at once: a room that is explained
//! by one request is less likely to belong to another. It costs too much for many requests a day, and tells little
//! more: it is played beside the observer of one request to see how much.
//!
//! The marginals of who belongs to whom come from loopy belief propagation on the bipartite graph of requests and
//! rooms, as radar stations associate echoes with targets (Williams and Lau 2014); it converges always. The figure is
//! the share of requests that are guessed right, so an approximation can only make the observer look weaker.

use super::dice::Dice;
use super::human::{DAY, busy_moment};
use super::traffic::{ANSWERED, COVER, End, FirstRoom, World, cover};

/// Rounds of messages.
const ROUNDS: u32 = 25;
/// A pair that is unlikelier than this, beside a room that belongs to nobody, is not looked at.
const UNLIKELY: f64 = 1e-6;
/// A request that was surely answered within what is looked at has this chance not to be, so that nothing is divided by
/// nothing.
const HARDLY: f64 = 1e-6;
/// The part of the time from which requests are counted: earlier ones see too few rooms of others, later ones too few
/// of their own.
const COUNTED: [f64; 2] = [0.15, 0.75];

struct Request {
    asked: f64,
    end: End,
    /// Its room, by number, if it is among those that were made in time.
    room: Option<usize>,
    answered: bool,
}

/// One room that could be a request's.
struct Pair {
    room: usize,
    /// How much likelier than that the room belongs to nobody and the request has none.
    odds: f64,
    /// Message from the request.
    request_says: f64,
    /// Message from the room.
    room_says: f64,
}

/// The share of answered requests whose room is guessed right, with `volume` requests a day, `requests` of them in all.
pub(super) fn success(world: &World<'_>, volume: f64, requests: u32, dice: &mut Dice) -> f64 {
    let length = f64::from(requests) / volume * DAY;
    let (requests, rooms) = draw(world, f64::from(requests), length, dice);
    let mut pairs: Vec<Vec<Pair>> = requests.iter().map(|request| candidates(world, request, &rooms, length)).collect();
    for pair in pairs.iter_mut().flatten() {
        pair.odds /= cover(rooms.get(pair.room).copied().unwrap_or_default()) * volume / DAY;
    }
    pairs.iter_mut().for_each(|pairs| pairs.retain(|pair| pair.odds > UNLIKELY));
    propagate(&mut pairs, rooms.len());
    let [first, last] = COUNTED;
    let counted = |request: &Request| request.answered && (first * length..last * length).contains(&request.asked);
    let (mut all, mut right) = (0.0, 0.0);
    for (request, pairs) in requests.iter().zip(&pairs).filter(|(request, _)| counted(request)) {
        all += 1.0;
        let best = pairs.iter().max_by(|one, other| one.belief().total_cmp(&other.belief()));
        if best.is_some_and(|pair| Some(pair.room) == request.room) {
            right += 1.0;
        }
    }
    if all > 0.0 { right / all } else { 0.0 }
}

/// Requests, and the moments of all rooms of the time, ascending.
fn draw(world: &World<'_>, count: f64, length: f64, dice: &mut Dice) -> (Vec<Request>, Vec<f64>) {
    let mut rooms = Vec::new();
    let mut requests = Vec::new();
    for nth in 0..dice.count(count) as usize {
        let asked = busy_moment(dice, length);
        let delay = dice.chance(ANSWERED).then(|| world.draw(dice, asked));
        let end = End::draw(world.first_room, delay, dice);
        requests.push(Request { asked, end, room: None, answered: delay.is_some() });
        rooms.extend(delay.map(|delay| (asked + delay, Some(nth))).filter(|(made, _)| *made < length));
    }
    rooms.extend((0..dice.count(COVER * count) as usize).map(|_| (busy_moment(dice, length), None)));
    rooms.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    for (room, (_, whose)) in rooms.iter().enumerate() {
        if let Some(request) = whose.and_then(|nth| requests.get_mut(nth)) {
            request.room = Some(room);
        }
    }
    (requests, rooms.into_iter().map(|(made, _)| made).collect())
}

/// The rooms that can be a request's, with odds that are not yet divided by how many rooms belong to nobody.
fn candidates(world: &World<'_>, request: &Request, rooms: &[f64], length: f64) -> Vec<Pair> {
    let Request { asked, end, .. } = request;
    let answers = world.human.asked_at(*asked);
    let first_room = world.first_room;
    let [from, to] = end.leaves(first_room);
    let made_later = |from: f64, to: f64| world.between(&answers, [from, to.max(from)]);
    // The other explanation: it has no room, or one after the end of what is looked at.
    let later = (length - asked).clamp(from, to);
    let none = if first_room == FirstRoom::Ends && end.was_early() {
        ANSWERED * made_later(later, to).max(HARDLY) * end.likelihood(first_room, (from + to) / 2.0)
    } else {
        1.0 - ANSWERED + ANSWERED * made_later(later, to)
    };
    let first = rooms.partition_point(|made| *made <= asked + from);
    let within = rooms.iter().enumerate().skip(first).take_while(|(_, made)| **made < asked + to);
    within
        .map(|(room, made)| {
            let delay = made - asked;
            let likelihood = world.density(&answers, delay) * end.likelihood(first_room, delay);
            Pair { room, odds: ANSWERED * likelihood / none, request_says: 0.0, room_says: 1.0 }
        })
        .collect()
}

/// Requests and rooms tell each other how sure they are without the other, until nothing changes.
fn propagate(pairs: &mut [Vec<Pair>], rooms: usize) {
    let mut told = vec![0.0; rooms];
    for _ in 0..ROUNDS {
        told.fill(0.0);
        for pairs in pairs.iter_mut() {
            let all: f64 = pairs.iter().map(Pair::belief).sum();
            for pair in pairs {
                pair.request_says = pair.odds / (1.0 + all - pair.belief()).max(1.0);
                if let Some(told) = told.get_mut(pair.room) {
                    *told += pair.request_says;
                }
            }
        }
        for pair in pairs.iter_mut().flatten() {
            let told = told.get(pair.room).copied().unwrap_or_default();
            pair.room_says = 1.0 / (1.0 + told - pair.request_says).max(1.0);
        }
    }
}

impl Pair {
    /// How likely the pair is, beside the others of the same request.
    fn belief(&self) -> f64 {
        self.odds * self.room_says
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_that_another_request_explains_is_left_to_it() {
        let pair = |room, odds| Pair { room, odds, request_says: 0.0, room_says: 1.0 };
        // The first request likes room 0 a little better, but that is the only one the second request can have.
        let mut pairs = [vec![pair(0, 30.0), pair(1, 20.0)], vec![pair(0, 500.0)]];
        propagate(&mut pairs, 2);
        assert!(pairs[0][1].belief() > pairs[0][0].belief());
        // Exactly: of all five ways in which they can belong together.
        let (only_second, both) = (1.0 + 500.0, 30.0 + 20.0 + 20.0 * 500.0);
        let exact = 20.0 * 501.0 / (only_second + both);
        let belief = pairs[0][1].belief() / (1.0 + pairs[0].iter().map(Pair::belief).sum::<f64>());
        assert!((belief - exact).abs() < 0.01, "{belief} instead of {exact}");
    }
}
