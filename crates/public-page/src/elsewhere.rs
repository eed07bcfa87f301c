//! For somebody who is at home at another provider: a closed part under the way in. The server renders it switched off, in
//! the same size.

use yew::prelude::*;

use crate::Words;
use crate::html;
use crate::icon::{Icon, icon};

/// What [`elsewhere`] shows.
#[derive(Clone, Default)]
pub struct Elsewhere<'a> {
    /// What can be taken there by hand: the room's URI. Empty: nothing.
    pub room: &'a str,
    /// What is in the field.
    pub provider: String,
    /// It was chosen before, so the part is open.
    pub known: bool,
    /// What is in the field is no provider.
    pub wrong: bool,
    /// Input in the field.
    pub on_provider: Option<Callback<Event>>,
    /// Go there. None: switched off.
    pub on_go: Option<Callback<Event>>,
}

/// The part.
pub fn elsewhere(words: &Words, part: Elsewhere<'_>) -> Html {
    let off = part.on_go.is_none();
    html! {
        <details class="card elsewhere" data-testid="elsewhere" open={part.known}>
            <summary>{ words.elsewhere_title }</summary>
            <p>{ words.elsewhere_lead }</p>
            <form class="needs-script" onsubmit={part.on_go} data-off={off.to_string()}>
                <label for="home-provider">{ words.elsewhere_label }</label>
                <input id="home-provider" type="text" inputmode="url" autocapitalize="none" spellcheck="false" dir="ltr"
                    maxlength="260" placeholder="c.example" disabled={off} value={part.provider} oninput={part.on_provider} />
                if part.wrong {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ words.elsewhere_wrong }</span></p>
                }
                <button type="submit" disabled={off}>{ icon(Icon::Door) }{ words.elsewhere_go }</button>
            </form>
            if !part.room.is_empty() {
                <p class="hint">{ words.elsewhere_by_hand }{ " " }<code dir="ltr">{ part.room }</code></p>
            }
        </details>
    }
}
