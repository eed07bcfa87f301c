//! The form to ask to join. The server renders it switched off, so that its place is there from the start; the app
//! mounts the same form switched on.

use crate::naming::display_name;
use yew::prelude::*;

use crate::figure::{blank_figure, figure};
use crate::icon::{Icon, icon};
use crate::text::{count, fill, rich};
use crate::{Lang, Texts};

/// Characters a note may have.
pub const NOTE_LIMIT: usize = 1000;

/// Properties of [`KnockForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct KnockFormProps {
    /// Language.
    pub lang: Lang,
    /// Domain of the hub.
    pub hub: AttrValue,
    /// How long a knock can be answered, seconds.
    pub lifetime: u64,
    /// A no is told.
    pub tells_outcome: bool,
    /// User URI one would have in the room; none before the app is there.
    #[prop_or_default]
    pub pseudonym: Option<AttrValue>,
    /// The note so far.
    #[prop_or_default]
    pub note: AttrValue,
    /// More to choose, under the note.
    #[prop_or_default]
    pub children: Html,
    /// Said under the form: why the last attempt did not work.
    #[prop_or_default]
    pub problem: Option<AttrValue>,
    /// Input in the note.
    #[prop_or_default]
    pub on_note: Callback<InputEvent>,
    /// Another name is asked for.
    #[prop_or_default]
    pub on_other_name: Callback<MouseEvent>,
    /// Send. None: the form is switched off.
    #[prop_or_default]
    pub on_submit: Option<Callback<SubmitEvent>>,
}

/// The form to ask to join.
#[component]
pub fn KnockForm(props: &KnockFormProps) -> Html {
    let (lang, words) = (props.lang, props.lang.words());
    let off = props.on_submit.is_none();
    let left = NOTE_LIMIT.saturating_sub(props.note.chars().count());
    let days = count(lang, Texts::of(lang).days, (props.lifetime / 86_400).max(1));
    let name = match &props.pseudonym {
        Some(user) => rich(words.knock_name, &[html! { <strong>{ display_name(user) }</strong> }]),
        None => html! { words.knock_name_soon },
    };
    let hint =
        if left <= 100 { count(lang, words.characters_left, left as u64) } else { words.knock_note_hint.to_owned() };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.knock_title }</h2>
            <p>{ fill(words.knock_lead, &[&props.hub]) }</p>
            <noscript><p class="note">{ words.knock_needs_js }</p></noscript>
            <form class="needs-script" onsubmit={props.on_submit.clone()} data-off={off.to_string()}>
                <div class="as-whom">
                    { props.pseudonym.as_deref().map_or_else(blank_figure, figure) }
                    <p>{ name }</p>
                    <button type="button" class="quiet" disabled={off} onclick={props.on_other_name.clone()}>
                        { icon(Icon::Again) }{ words.knock_other_name }
                    </button>
                </div>
                <label for="knock-note">{ words.knock_note }</label>
                <textarea id="knock-note" rows="4" dir="auto" maxlength={NOTE_LIMIT.to_string()} disabled={off}
                    aria-describedby="knock-note-hint" value={props.note.clone()} oninput={props.on_note.clone()} />
                <p id="knock-note-hint" class="hint">{ hint }</p>
                { props.children.clone() }
                if let Some(problem) = &props.problem {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ problem }</span></p>
                }
                <button type="submit" class="primary" disabled={off}>{ icon(Icon::Knock) }{ words.knock_button }</button>
                <p class="hint">
                    { fill(words.knock_after, &[&days]) }
                    if !props.tells_outcome {
                        { " " }{ words.knock_silent }
                    }
                </p>
            </form>
            <p class="boot-failed problem">{ icon(Icon::Warning) }<span>{ words.boot_failed }</span></p>
        </section>
    }
}
