//! For somebody who is at home at another provider: a closed part under the way in. The server renders it switched off, in
//! the same size.

use yew::prelude::*;

use crate::Lang;
use crate::icon::{Icon, icon};

/// Properties of [`Elsewhere`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ElsewhereProps {
    /// Language.
    pub lang: Lang,
    /// What can be taken there by hand: the room's URI. Empty: nothing.
    #[prop_or_default]
    pub room: AttrValue,
    /// What is in the field.
    #[prop_or_default]
    pub provider: AttrValue,
    /// It was chosen before, so the part is open.
    #[prop_or_default]
    pub known: bool,
    /// What is in the field is no provider.
    #[prop_or_default]
    pub wrong: bool,
    /// Input in the field.
    #[prop_or_default]
    pub on_provider: Callback<InputEvent>,
    /// Go there. None: switched off.
    #[prop_or_default]
    pub on_go: Option<Callback<SubmitEvent>>,
}

/// The part.
#[component]
pub fn Elsewhere(props: &ElsewhereProps) -> Html {
    let words = props.lang.words();
    let off = props.on_go.is_none();
    html! {
        <details class="card elsewhere" data-testid="elsewhere" open={props.known}>
            <summary>{ words.elsewhere_title }</summary>
            <p>{ words.elsewhere_lead }</p>
            <form class="needs-script" onsubmit={props.on_go.clone()} data-off={off.to_string()}>
                <label for="home-provider">{ words.elsewhere_label }</label>
                <input id="home-provider" type="text" inputmode="url" autocapitalize="none" spellcheck="false" dir="ltr"
                    maxlength="260" placeholder="c.example" disabled={off} value={props.provider.clone()}
                    oninput={props.on_provider.clone()} />
                if props.wrong {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ words.elsewhere_wrong }</span></p>
                }
                <button type="submit" disabled={off}>{ icon(Icon::Door) }{ words.elsewhere_go }</button>
            </form>
            if !props.room.is_empty() {
                <p class="hint">{ words.elsewhere_by_hand }{ " " }<code dir="ltr">{ &props.room }</code></p>
            }
        </details>
    }
}
