//! The eight masks, and how well a code can be read with each (§7.8).

use super::Qr;
use super::field::Field;

/// The code with the mask that makes it easiest to read.
pub(super) fn best(field: Field) -> Qr {
    let codes = (0..8).map(|mask| masked(&field, mask));
    codes.min_by_key(penalty).unwrap_or(field.code)
}

fn masked(field: &Field, mask: usize) -> Qr {
    let mut field = field.clone().with_format(mask);
    let side = field.code.side;
    for (at, dark) in field.code.dark.iter_mut().enumerate() {
        if field.taken.get(at) == Some(&false) {
            *dark ^= turns(mask, at % side, at / side);
        }
    }
    field.code
}

/// A mask turns this module over (table 10).
fn turns(mask: usize, x: usize, y: usize) -> bool {
    let product = x * y;
    let rest = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => product % 2 + product % 3,
        6 => (product % 2 + product % 3) % 2,
        _ => ((x + y) % 2 + product % 3) % 2,
    };
    rest == 0
}

/// Points for what misleads a reader (§7.8.3).
fn penalty(code: &Qr) -> usize {
    let side = code.side;
    let dark = |x: usize, y: usize| code.dark.get(y * side + x).copied().unwrap_or_default();
    let mut points = 0;
    for line in 0..side {
        for upright in [false, true] {
            let module = |at: usize| if upright { dark(line, at) } else { dark(at, line) };
            let (mut run, mut last) = (0, 0_u16);
            for at in 0..side {
                // A line of one colour.
                run = if at > 0 && module(at) == module(at - 1) { run + 1 } else { 1 };
                points += match run {
                    5 => 3,
                    6.. => 1,
                    _ => 0,
                };
                // What looks like a finder pattern with light beside it.
                last = (last << 1 | u16::from(module(at))) & 0x7ff;
                if at >= 10 && matches!(last, 0b101_1101_0000 | 0b000_0101_1101) {
                    points += 40;
                }
            }
        }
    }
    // Squares of one colour.
    for (x, y) in (1..side).flat_map(|y| (1..side).map(move |x| (x, y))) {
        let here = dark(x, y);
        if [dark(x - 1, y), dark(x, y - 1), dark(x - 1, y - 1)] == [here; 3] {
            points += 3;
        }
    }
    // Much more dark than light, or the other way round.
    let percent = code.dark.iter().filter(|dark| **dark).count() * 100 / code.dark.len().max(1);
    points + percent.abs_diff(50) / 5 * 10
}
