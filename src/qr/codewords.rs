//! From bytes to what fills a code: the data, padded, cut into blocks, each with its error correction (§7.4, §7.5).

/// Of level M, by version: codewords of error correction in a block, and blocks (§7.5.1, table 9).
const BLOCKS: [(u8, u8); 40] = [
    (10, 1),
    (16, 1),
    (26, 1),
    (18, 2),
    (24, 2),
    (16, 4),
    (18, 4),
    (22, 4),
    (22, 5),
    (26, 5),
    (30, 5),
    (22, 8),
    (22, 9),
    (24, 9),
    (24, 10),
    (28, 10),
    (28, 11),
    (26, 13),
    (26, 14),
    (26, 16),
    (26, 17),
    (28, 17),
    (28, 18),
    (28, 20),
    (28, 21),
    (28, 23),
    (28, 25),
    (28, 26),
    (28, 28),
    (28, 29),
    (28, 31),
    (28, 33),
    (28, 35),
    (28, 37),
    (28, 38),
    (28, 40),
    (28, 43),
    (28, 45),
    (28, 47),
    (28, 49),
];
/// Indicator of byte mode (§7.4.1).
const BYTES: u8 = 4;
/// What fills up (§7.4.10).
const PADDING: [u8; 2] = [0xec, 0x11];

/// Codewords in the order in which they are placed. `version`: 1 to 40, `room`: codewords a code of it has. None: they do
/// not fit.
pub(super) fn of(bytes: &[u8], version: usize, room: usize) -> Option<Vec<u8>> {
    let (correction, blocks) = BLOCKS.get(version - 1).map(|&(a, b)| (usize::from(a), usize::from(b)))?;
    let room = room - correction * blocks;
    let length = u16::try_from(bytes.len()).ok()?.to_be_bytes();
    let length = if version < 10 { length.get(1..)? } else { &length };
    if version < 10 && bytes.len() > 255 || 1 + length.len() + bytes.len() > room {
        return None;
    }
    // Half a byte of mode shifts everything; the end is half a byte of zeros.
    let mut data = Vec::with_capacity(room);
    let mut half = BYTES;
    for &byte in length.iter().chain(bytes) {
        data.push(half << 4 | byte >> 4);
        half = byte;
    }
    data.push(half << 4);
    data.extend(PADDING.into_iter().cycle().take(room - data.len()));

    let divisor = divisor(correction);
    let long = room % blocks;
    let mut rest = data.as_slice();
    let mut all = Vec::with_capacity(blocks);
    for block in 0..blocks {
        let (data, tail) = rest.split_at_checked(room / blocks + usize::from(block >= blocks - long))?;
        all.push((data, remainder(data, &divisor)));
        rest = tail;
    }
    let mut out = Vec::new();
    for at in 0..=room / blocks {
        out.extend(all.iter().filter_map(|(data, _)| data.get(at)));
    }
    for at in 0..correction {
        out.extend(all.iter().filter_map(|(_, correction)| correction.get(at)));
    }
    Some(out)
}

/// Product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1.
fn times(left: u8, right: u8) -> u8 {
    let mut product = 0;
    for bit in (0..8).rev() {
        product = doubled(product);
        if left >> bit & 1 == 1 {
            product ^= right;
        }
    }
    product
}

fn doubled(value: u8) -> u8 {
    value << 1 ^ if value & 0x80 == 0 { 0 } else { 0x1d }
}

/// ∏ (x − 2ⁱ) for i below `degree`, without its leading 1, the highest power first.
fn divisor(degree: usize) -> Vec<u8> {
    let mut out = vec![0; degree];
    if let Some(last) = out.last_mut() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..degree {
        let mut next = out.iter().skip(1).copied().chain([0]).collect::<Vec<u8>>();
        for (next, before) in next.iter_mut().zip(&out) {
            *next ^= times(*before, root);
        }
        out = next;
        root = doubled(root);
    }
    out
}

/// What remains of the data, as a polynomial times xⁿ, divided by the divisor of degree n.
fn remainder(data: &[u8], divisor: &[u8]) -> Vec<u8> {
    let mut out = vec![0; divisor.len()];
    for byte in data {
        let factor = byte ^ out.first().copied().unwrap_or_default();
        out.rotate_left(1);
        if let Some(last) = out.last_mut() {
            *last = 0;
        }
        for (out, coefficient) in out.iter_mut().zip(divisor) {
            *out ^= times(*coefficient, factor);
        }
    }
    out
}
