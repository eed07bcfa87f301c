//! The answer for a room that does not exist or shows itself to nobody: the same for both.

use yew::prelude::*;

use crate::Words;
use crate::html;
use crate::icon::{Icon, icon};
use crate::text::fill;

/// No door here. `house`: what the provider calls itself.
pub fn no_room_page(words: &Words, house: &str) -> Html {
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ words.none_title }</h1>
            <p>{ words.none_lead }</p>
            <p><a href="/" class="button">{ icon(Icon::House) }{ fill(words.none_home, &[house]) }</a></p>
        </div>
    }
}
