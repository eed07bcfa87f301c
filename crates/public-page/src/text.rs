//! How sentences of the catalogue become markup; see [`doorstep_texts::text`] for what a template is.

use doorstep_texts::text::{Piece, each_piece};
pub use doorstep_texts::text::{count, fill};
use yew::prelude::*;

/// Fills `{0}`, `{1}`, … with markup.
pub fn rich(template: &str, values: &[Html]) -> Html {
    let mut out = Vec::new();
    each_piece(template, |piece| {
        out.push(match piece {
            Piece::Text(text) => html! { text },
            Piece::Slot(slot) => values.get(slot).cloned().unwrap_or_default(),
        });
    });
    out.into_iter().collect()
}
