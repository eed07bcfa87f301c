//! A QR code (ISO/IEC 18004) as a drawing on its own white field: dark on light in every colour scheme, with the quiet
//! zone of four modules that readers need.

use core::fmt::Write as _;

use doorstep_public_page::html;
use yew::prelude::*;

use crate::qr::qr;

/// Modules of white around the code.
const QUIET: usize = 4;

/// A code, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// Modules of a side, quiet zone included.
    side: usize,
    /// The dark modules as one SVG path.
    path: String,
}

/// Draws a text, error correction M. None: longer than a QR code can be.
pub(crate) fn draw(text: &str) -> Option<Drawing> {
    let code = qr(text)?;
    let mut path = String::new();
    for (y, row) in code.dark.chunks(code.side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&true) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Drawing { side: code.side + 2 * QUIET, path })
}

/// The drawing, with words for those who do not see it.
pub(crate) fn qr_code(drawing: &Drawing, label: String) -> Html {
    let side = drawing.side;
    html! {
        <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" aria-label={label} shape-rendering="crispEdges">
            <path class="qr-light" d={format!("M0 0h{side}v{side}h-{side}z")} />
            <path class="qr-dark" d={drawing.path.clone()} />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use rqrr::PreparedImage;

    use super::*;

    /// Pixels of one module.
    const SCALE: usize = 4;

    fn is_dark(drawing: &Drawing, x: usize, y: usize) -> bool {
        drawing.path.split('M').skip(1).any(|run| {
            let numbers: Vec<usize> = run.split(|c: char| !c.is_ascii_digit()).flat_map(str::parse).collect();
            matches!(numbers[..], [left, top, width, ..] if top == y && (left..left + width).contains(&x))
        })
    }

    #[test]
    fn what_is_drawn_is_read_by_a_reader_that_is_not_ours() {
        let text = format!("https://a.example/j#{}", "pwABAXgfbWltaTovL2EuZXhhbXBsZS9y-_".repeat(8));
        let drawing = draw(&text).unwrap();
        let mut dark = vec![false; drawing.side * drawing.side];
        for (at, pixel) in dark.iter_mut().enumerate() {
            *pixel = is_dark(&drawing, at % drawing.side, at / drawing.side);
        }
        for edge in 0..drawing.side {
            for quiet in (0..QUIET).chain(drawing.side - QUIET..drawing.side) {
                assert!(!dark[edge * drawing.side + quiet] && !dark[quiet * drawing.side + edge]);
            }
        }
        let size = drawing.side * SCALE;
        let mut picture = PreparedImage::prepare_from_greyscale(size, size, |x, y| {
            if dark[y / SCALE * drawing.side + x / SCALE] { 0 } else { 255 }
        });
        let found = picture.detect_grids();
        assert_eq!(found[0].decode().unwrap().1, text);
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert_eq!(draw(&"x".repeat(3000)), None);
    }
}
