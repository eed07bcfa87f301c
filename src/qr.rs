//! A QR code (ISO/IEC 18004:2015) of bytes, error correction M, in any of the forty sizes. Nothing else: what knows the
//! other modes and levels too weighs seven kilobytes more.

mod codewords;
mod field;
mod mask;

use self::field::Field;

/// A code: dark modules on light ones, without the quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Qr {
    /// Modules of a side.
    pub(crate) side: usize,
    /// Row by row: dark.
    pub(crate) dark: Vec<bool>,
}

/// The code of a text in the smallest size that holds it. None: longer than a QR code can be.
pub(crate) fn qr(text: &str) -> Option<Qr> {
    let (field, codewords) = (1..=40).find_map(|version| {
        let field = Field::new(version);
        let codewords = codewords::of(text.as_bytes(), version, field.free() / 8)?;
        Some((field, codewords))
    })?;
    Some(mask::best(field.filled(&codewords)))
}

#[cfg(test)]
mod tests {
    use fast_qr::{ECL, Mask, Mode, QRBuilder};

    use super::*;

    /// Every size, against an encoder that is not ours.
    #[test]
    fn every_size_is_what_another_encoder_makes() {
        let masks = [
            Mask::Checkerboard,
            Mask::HorizontalLines,
            Mask::VerticalLines,
            Mask::DiagonalLines,
            Mask::LargeCheckerboard,
            Mask::Fields,
            Mask::Diamonds,
            Mask::Meadow,
        ];
        let mut sizes = std::collections::BTreeSet::new();
        let lengths = std::iter::successors(Some(1), |length| Some(length + 7 + length / 24));
        for length in lengths.take_while(|length| *length <= 2331) {
            let text: String = (0..length).map(|at| char::from(33 + ((at * at + length) % 90) as u8)).collect();
            let code = qr(&text).unwrap();
            if !sizes.insert(code.side) {
                continue;
            }
            let theirs = |mask| QRBuilder::new(text.as_str()).ecl(ECL::M).mode(Mode::Byte).mask(mask).build().unwrap();
            let same = |mask| {
                let theirs = theirs(mask);
                theirs.size == code.side
                    && (0..code.side * code.side).all(|at| theirs.data[at].value() == code.dark[at])
            };
            assert!(masks.into_iter().any(same), "{length} bytes, {} modules", code.side);
        }
        assert_eq!(sizes.len(), 40);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(qr(&"x".repeat(2331)).is_some());
        assert!(qr(&"x".repeat(2332)).is_none());
    }
}
