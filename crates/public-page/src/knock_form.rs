//! The form to ask to join. The server renders it switched off, so that its place is there from the start; the app
//! mounts the same form switched on.

use yew::prelude::*;

use crate::figure::{blank_figure, figure};
use crate::html;
use crate::icon::{Icon, icon};
use crate::text::{count, fill, rich};
use crate::{Lang, Texts};
use doorstep_client_api::naming::display_name;

/// Characters a note may have.
pub const NOTE_LIMIT: usize = 1000;

/// What [`knock_form`] shows.
#[derive(Clone, Default)]
pub struct KnockForm<'a> {
    /// Domain of the hub.
    pub hub: &'a str,
    /// How long a knock can be answered, seconds.
    pub lifetime: u64,
    /// A no is told.
    pub tells_outcome: bool,
    /// User URI she would have in the room; none before the app is there.
    pub pseudonym: Option<String>,
    /// The note so far.
    pub note: String,
    /// More to choose, under the note.
    pub more: Html,
    /// Said under the form: why the last attempt did not work.
    pub problem: Option<String>,
    /// Input in the note.
    pub on_note: Option<Callback<Event>>,
    /// Another name is asked for.
    pub on_other_name: Option<Callback<Event>>,
    /// Send. None: the form is switched off.
    pub on_submit: Option<Callback<Event>>,
}

/// The form to ask to join.
pub fn knock_form(lang: Lang, form: KnockForm<'_>) -> Html {
    let words = lang.words();
    let off = form.on_submit.is_none();
    let left = NOTE_LIMIT.saturating_sub(form.note.chars().count());
    let days = count(lang, Texts::of(lang).days, (form.lifetime / 86_400).max(1));
    let name = match &form.pseudonym {
        Some(user) => rich(words.knock_name, &[html! { <strong>{ display_name(user) }</strong> }]),
        None => html! { { words.knock_name_soon } },
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.knock_title }</h2>
            <p>{ fill(words.knock_lead, &[form.hub]) }</p>
            <noscript><p class="note">{ words.knock_needs_js }</p></noscript>
            <form class="needs-script" onsubmit={form.on_submit} data-off={off.to_string()}>
                <div class="as-whom">
                    { form.pseudonym.as_deref().map_or_else(blank_figure, figure) }
                    <p>{ name }</p>
                    <button type="button" class="quiet" disabled={off} onclick={form.on_other_name}>
                        { icon(Icon::Again) }{ words.knock_other_name }
                    </button>
                </div>
                <label for="knock-note">{ words.knock_note }</label>
                <textarea id="knock-note" rows="4" dir="auto" maxlength={NOTE_LIMIT.to_string()} disabled={off}
                    aria-describedby="knock-note-hint" value={form.note} oninput={form.on_note} />
                <p id="knock-note-hint" class="hint">
                    { if left <= 100 { count(lang, words.characters_left, left as u64) } else { words.knock_note_hint.to_owned() } }
                </p>
                { form.more }
                if let Some(problem) = &form.problem {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ problem.clone() }</span></p>
                }
                <button type="submit" class="primary" disabled={off}>{ icon(Icon::Knock) }{ words.knock_button }</button>
                <p class="hint">
                    { fill(words.knock_after, &[&days]) }
                    if !form.tells_outcome { { " " }{ words.knock_silent } }
                </p>
            </form>
            <p class="boot-failed problem">{ icon(Icon::Warning) }<span>{ words.boot_failed }</span></p>
        </section>
    }
}
