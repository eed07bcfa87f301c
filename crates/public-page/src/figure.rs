//! The figure of a user: for a pseudonym four tiles drawn from its UUID, for an account the first letter of its handle
//! on a disc. A figure stands beside the name, so it is hidden from screen readers.

use crate::naming::{display_name, figure_bits};
use yew::prelude::*;

/// Draws the figure of a user URI.
pub fn figure(user: &str) -> Html {
    match user.rsplit_once("/p/") {
        Some((_, id)) => tiles(id),
        None => letter(user),
    }
}

/// A place held for a figure that is not known yet.
pub fn blank_figure() -> Html {
    html! {
        <svg class="figure figure-blank" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
            <rect x="1" y="1" width="38" height="38" rx="10" />
        </svg>
    }
}

fn letter(user: &str) -> Html {
    let bits = figure_bits(user);
    // Handles are ASCII; the tables for everything else weigh more than this whole page.
    let initial =
        display_name(user).chars().next().map(|c| c.to_ascii_uppercase()).map(String::from).unwrap_or_default();
    html! {
        <svg class="figure" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
            <circle cx="20" cy="20" r="20" fill={tone(bits % 24, 38, 36)} />
            <text x="20" y="27" text-anchor="middle" font-size="20" fill="#fff">{ initial }</text>
        </svg>
    }
}

fn tiles(id: &str) -> Html {
    let bits = figure_bits(id);
    let hue = bits % 24;
    let ink = tone(hue, 45, 34);
    let second = tone((hue + 7 + (bits >> 8) % 10) % 24, 60, 55);
    let cells = (0..4u32).map(|cell| {
        let cell_bits = bits >> (16 + 8 * cell);
        let (x, y) = ((cell % 2) * 20, (cell / 2) * 20);
        let turn = (cell_bits >> 3) % 4 * 90;
        let fill = if cell_bits >> 5 & 1 == 0 { ink.clone() } else { second.clone() };
        html! {
            <path d={shape(cell_bits % 6)} {fill} transform={format!("translate({x} {y}) rotate({turn} 10 10)")} />
        }
    });
    html! {
        <svg class="figure" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
            <rect width="40" height="40" fill={tone(hue, 40, 86)} />
            { for cells }
        </svg>
    }
}

/// One tile on a field of 20 × 20.
fn shape(kind: u64) -> &'static str {
    match kind {
        0 => "M0 0h20a20 20 0 0 1-20 20z",
        1 => "M0 0h20L0 20z",
        2 => "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
        3 => "M0 0h20v10H0z",
        4 => "M0 10a10 10 0 0 1 20 0z",
        _ => "M10 2l8 8-8 8-8-8z",
    }
}

fn tone(hue: u64, saturation: u8, lightness: u8) -> String {
    format!("hsl({} {saturation}% {lightness}%)", hue * 15)
}
