//! A picture and the code in it.

use rqrr::PreparedImage;

/// Longest side that is looked at, pixels; a larger picture is made smaller first.
const LARGEST: usize = 4096;
/// A picture smaller than this is looked at enlarged too: the modules of its code may be too small to be found.
const SMALL: usize = 600;

/// Brightness of every pixel, row by row.
pub(crate) struct Picture {
    width: usize,
    height: usize,
    luma: Vec<u8>,
}

impl Picture {
    /// From four bytes a pixel. What is transparent counts as white: codes are often drawn without a ground.
    ///
    /// None if the bytes are not of that size.
    pub(crate) fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Option<Self> {
        if width == 0 || height == 0 || rgba.len() != width.checked_mul(height)?.checked_mul(4)? {
            return None;
        }
        let luma = rgba.chunks_exact(4).map(|pixel| match pixel {
            [red, green, blue, alpha] => {
                // ITU-R BT.601, in 1/256.
                let bright = (77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue)) >> 8;
                let alpha = u32::from(*alpha);
                ((bright * alpha + 255 * (255 - alpha)) / 255).min(255) as u8
            }
            _ => 255,
        });
        let picture = Self { width, height, luma: luma.collect() };
        let step = width.max(height).div_ceil(LARGEST);
        Some(if step > 1 { picture.smaller(step) } else { picture })
    }

    /// The text of the first code that can be read: as it is, light on dark, enlarged, made smaller.
    pub(crate) fn read(&self) -> Option<String> {
        let try_both = |picture: &Self| picture.first_text(false).or_else(|| picture.first_text(true));
        try_both(self)
            .or_else(|| (self.width.max(self.height) < SMALL).then(|| try_both(&self.doubled())).flatten())
            // A code that fills a sharp photograph is found more easily with less detail around its modules.
            .or_else(|| (self.width.min(self.height) > SMALL).then(|| try_both(&self.smaller(2))).flatten())
    }

    fn first_text(&self, inverted: bool) -> Option<String> {
        let flip = if inverted { 0xff } else { 0 };
        let mut prepared = PreparedImage::prepare_from_greyscale(self.width, self.height, |x, y| {
            self.luma.get(y * self.width + x).map_or(255, |luma| luma ^ flip)
        });
        prepared.detect_grids().into_iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
    }

    fn doubled(&self) -> Self {
        let row = |row: &[u8]| row.iter().flat_map(|luma| [*luma, *luma]).collect::<Vec<u8>>();
        let luma = self.luma.chunks_exact(self.width).map(row).flat_map(|row| [row.clone(), row].concat()).collect();
        Self { width: 2 * self.width, height: 2 * self.height, luma }
    }

    /// Each `step` × `step` pixels become one, their mean.
    fn smaller(&self, step: usize) -> Self {
        let (width, height) = ((self.width / step).max(1), (self.height / step).max(1));
        let mean = |x: usize, y: usize| {
            let rows = self.luma.chunks_exact(self.width).skip(y * step).take(step);
            let pixels = rows.flat_map(|row| row.iter().skip(x * step).take(step));
            let (sum, count) =
                pixels.fold((0_usize, 0_usize), |(sum, count), luma| (sum + usize::from(*luma), count + 1));
            (sum / count.max(1)) as u8
        };
        let luma = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| mean(x, y)).collect();
        Self { width, height, luma }
    }
}

#[cfg(test)]
mod tests {
    use fast_qr::{ECL, QRBuilder};
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "https://a.example/j#pgABAXg3bWltaTovL2EuZXhhbXBsZS9yLzdmMGMyZDdlLTUyYTEtNGE1My05ZDViLTJmM2Y0YjFmMGExMQJQZmZmZmZmZmZmZmZmZmZmZg";

    /// A code drawn with `scale` pixels a module on its own field, in the colours given.
    fn drawn(text: &str, scale: usize, quiet: usize, dark: [u8; 4], light: [u8; 4]) -> (usize, Vec<u8>) {
        let code = QRBuilder::new(text.as_bytes().to_vec()).ecl(ECL::M).build().unwrap();
        let side = (code.size + 2 * quiet) * scale;
        let mut rgba = Vec::with_capacity(side * side * 4);
        for y in 0..side {
            for x in 0..side {
                let (column, row) = ((x / scale).wrapping_sub(quiet), (y / scale).wrapping_sub(quiet));
                let inside = column < code.size && row < code.size;
                let is_dark = inside && code.data[row * code.size + column].value();
                rgba.extend(if is_dark { dark } else { light });
            }
        }
        (side, rgba)
    }

    fn read(side: usize, rgba: &[u8]) -> Option<String> {
        Picture::from_rgba(side, side, rgba).unwrap().read()
    }

    const BLACK: [u8; 4] = [0, 0, 0, 255];
    const WHITE: [u8; 4] = [255, 255, 255, 255];

    #[test]
    fn a_code_is_read_at_any_size_and_in_both_colours() {
        for scale in [1, 2, 3, 5, 8, 20] {
            let (side, rgba) = drawn(TEXT, scale, 4, BLACK, WHITE);
            assert_eq!(read(side, &rgba).as_deref(), Some(TEXT), "{scale} pixels a module");
            let (side, rgba) = drawn(TEXT, scale, 4, WHITE, BLACK);
            assert_eq!(read(side, &rgba).as_deref(), Some(TEXT), "light on dark, {scale} pixels a module");
        }
    }

    #[test]
    fn what_is_transparent_is_white() {
        let (side, rgba) = drawn(TEXT, 6, 4, BLACK, [0, 0, 0, 0]);
        assert_eq!(read(side, &rgba).as_deref(), Some(TEXT));
    }

    #[test]
    fn a_picture_turned_by_a_quarter_is_read() {
        let (side, rgba) = drawn(TEXT, 5, 4, BLACK, WHITE);
        let pixels: Vec<&[u8]> = rgba.chunks_exact(4).collect();
        let turned: Vec<u8> =
            (0..side * side).flat_map(|at| pixels[(side - 1 - at % side) * side + at / side].to_vec()).collect();
        assert_eq!(read(side, &turned).as_deref(), Some(TEXT));
    }

    #[test]
    fn nothing_is_read_where_nothing_is() {
        assert_eq!(read(64, &[128; 64 * 64 * 4]), None);
        assert_eq!(read(1, &WHITE), None);
        assert!(Picture::from_rgba(2, 2, &[0; 15]).is_none());
        assert!(Picture::from_rgba(0, 9, &[]).is_none());
        assert!(Picture::from_rgba(usize::MAX, usize::MAX, &[]).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_picture_makes_it_stumble(side in 1_usize..80, seed in any::<[u8; 32]>()) {
            let rgba: Vec<u8> = (0..side * side * 4).map(|at| seed[at % 32].rotate_left((at / 32 % 8) as u32)).collect();
            let _ = read(side, &rgba);
        }

        #[test]
        fn a_code_with_holes_is_read_rightly_or_not_at_all(at in 0_usize..400, size in 1_usize..60) {
            let (side, mut rgba) = drawn("https://a.example/j#abc", 6, 4, BLACK, WHITE);
            for row in 0..size {
                for column in 0..size {
                    let place = ((at + row) % side * side + (at * 7 + column) % side) * 4;
                    rgba[place..place + 3].fill(0);
                }
            }
            let text = read(side, &rgba);
            prop_assert!(text.is_none() || text.as_deref() == Some("https://a.example/j#abc"));
        }
    }
}
