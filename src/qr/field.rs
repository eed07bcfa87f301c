//! The modules of a code: the patterns that are always there (§6.3), and where everything else goes (§7.7.3).

use super::Qr;

/// A code being made.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) code: Qr,
    /// Row by row: belongs to a pattern, or to what says format and version.
    pub(super) taken: Vec<bool>,
}

impl Field {
    /// Patterns and version of an empty code; the places of the format are kept free. `version`: 1 to 40.
    pub(super) fn new(version: usize) -> Self {
        let side = 17 + 4 * version;
        let none = vec![false; side * side];
        let mut field = Self { code: Qr { side, dark: none.clone() }, taken: none };
        for at in 0..side {
            field.set(6, at, at % 2 == 0);
            field.set(at, 6, at % 2 == 0);
        }
        let far = side - 7;
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            // With the light frame around it, and the format beside that.
            for y in (top.max(1) - 1..=top + 8).filter(|y| *y < side) {
                for x in (left.max(1) - 1..=left + 8).filter(|x| *x < side) {
                    let ring = ring(x, left + 3).max(ring(y, top + 3));
                    let beside = ring > 4 && (x > left + 7 && left > 0 || y > top + 7 && top > 0);
                    if !beside && !(ring > 4 && (x == 6 || y == 6)) {
                        field.set(x, y, ring != 2 && ring < 4);
                    }
                }
            }
        }
        // Always dark.
        field.set(8, side - 8, true);
        let places = places(version);
        let corner = |x, y| [(6, 6), (6, far), (far, 6)].contains(&(x, y));
        for (x, y) in places.iter().flat_map(|x| places.iter().map(|y| (*x, *y))).filter(|&(x, y)| !corner(x, y)) {
            for (dx, dy) in (0..5).flat_map(|dx| (0..5).map(move |dy| (dx, dy))) {
                field.set(x + dx - 2, y + dy - 2, ring(dx, 2).max(ring(dy, 2)) != 1);
            }
        }
        if version >= 7 {
            let bits = protected(version, 12, 0x1f25);
            for at in 0..18 {
                let (near, far) = (at / 3, side - 11 + at % 3);
                field.set(near, far, bits >> at & 1 == 1);
                field.set(far, near, bits >> at & 1 == 1);
            }
        }
        field
    }

    /// Modules for codewords.
    pub(super) fn free(&self) -> usize {
        self.taken.iter().filter(|taken| !**taken).count()
    }

    /// With the codewords in their places: in columns of two from the right, upwards and downwards in turn.
    pub(super) fn filled(mut self, codewords: &[u8]) -> Self {
        let side = self.code.side;
        let mut bits = codewords.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
        // The upright timing pattern is no column.
        let columns = (0..side).rev().filter(|x| *x != 6).collect::<Vec<_>>();
        for (turn, pair) in columns.chunks(2).enumerate() {
            for down in 0..side {
                let y = if turn % 2 == 0 { side - 1 - down } else { down };
                for x in pair {
                    let at = y * side + x;
                    if let (Some(false), Some(dark)) = (self.taken.get(at), self.code.dark.get_mut(at)) {
                        *dark = bits.next().unwrap_or_default();
                    }
                }
            }
        }
        self
    }

    /// With the format that names level M and a mask (§7.9).
    pub(super) fn with_format(mut self, mask: usize) -> Self {
        let side = self.code.side;
        let bits = protected(mask, 10, 0x537) ^ 0x5412;
        for at in 0..15 {
            let dark = bits >> at & 1 == 1;
            // Down beside the upper left pattern and to the left below it, past the timing patterns.
            let near = |at: usize| if at < 6 { at } else { at + 1 };
            match at {
                0..8 => {
                    self.set(8, near(at), dark);
                    self.set(side - 1 - at, 8, dark);
                }
                _ => {
                    self.set(if at == 8 { 7 } else { 14 - at }, 8, dark);
                    self.set(8, side - 15 + at, dark);
                }
            }
        }
        self
    }

    fn set(&mut self, x: usize, y: usize, dark: bool) {
        let at = y * self.code.side + x;
        if let (Some(module), Some(taken)) = (self.code.dark.get_mut(at), self.taken.get_mut(at)) {
            *module = dark;
            *taken = true;
        }
    }
}

fn ring(at: usize, centre: usize) -> usize {
    at.abs_diff(centre)
}

/// Centres of the alignment patterns, in both directions (annex E).
fn places(version: usize) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let last = 10 + 4 * version;
    let gaps = version / 7 + 1;
    let step = if version == 32 { 26 } else { (last - 6).div_ceil(2 * gaps) * 2 };
    [6].into_iter().chain((0..gaps).map(|gap| last - gap * step)).collect()
}

/// A number with `bits` bits behind it that protect it: what remains of dividing it by `divisor` (annex C, annex D).
fn protected(number: usize, bits: usize, divisor: usize) -> usize {
    let mut rest = number << bits;
    for shift in (0..6).rev() {
        if rest >> (bits + shift) & 1 == 1 {
            rest ^= divisor << shift;
        }
    }
    number << bits | rest
}
