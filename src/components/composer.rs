//! Where something is written: a new message, an answer, or a changed text.

use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use crate::app::App;
use crate::piece::Here;
use crate::services::field::{self, Pressed};
use crate::services::shelf;

/// Characters a message may have.
const LIMIT: usize = 8_000;

/// What a [`composer`] is for.
#[derive(Clone)]
pub(crate) struct Composer {
    /// Where a draft is kept.
    pub(crate) place: String,
    /// What to start with instead of the draft: a text to be changed.
    pub(crate) start: Option<String>,
    /// Said above: what is answered or changed.
    pub(crate) about: Option<String>,
    /// The name under which something is said here for the first time: it is asked once whether she means to.
    pub(crate) first: Option<String>,
    /// Forget what is answered or changed.
    pub(crate) on_cancel: Callback<()>,
    /// Send the text.
    pub(crate) on_send: Callback<String>,
}

/// Where something is written.
pub(crate) fn composer(here: &Here, app: &App, props: &Composer) -> Html {
    let text = here.state("text", || props.start.clone().unwrap_or_else(|| shelf::draft(&props.place)));
    let asked = here.state("first", || false);
    let texts = app.member_texts();
    let editing = props.start.is_some();
    let send = {
        let (text, on_send, place) = (text.clone(), props.on_send.clone(), props.place.clone());
        let (asked, ask) = (asked.clone(), props.first.is_some() && !*asked);
        Callback::from(move |()| {
            let trimmed = text.trim();
            if trimmed.is_empty() || trimmed.chars().count() > LIMIT {
                return;
            }
            if ask {
                asked.set(true);
            } else {
                on_send.emit(trimmed.to_owned());
                if !editing {
                    shelf::keep_draft(&place, "");
                }
                text.set(String::new());
            }
        })
    };
    let oninput = {
        let (text, place) = (text.clone(), props.place.clone());
        Callback::from(move |event: Event| {
            let value = field::text(&event);
            if !editing {
                shelf::keep_draft(&place, &value);
            }
            text.set(value);
        })
    };
    let onkeydown = {
        let (send, on_cancel) = (send.clone(), props.on_cancel.clone());
        Callback::from(move |event: Event| match field::pressed(&event) {
            Pressed::Enter => {
                event.prevent_default();
                send.emit(());
            }
            Pressed::Escape => on_cancel.emit(()),
            Pressed::Other => {}
        })
    };
    let onsubmit = Callback::from(move |event: Event| {
        event.prevent_default();
        send.emit(());
    });
    let rows = text.lines().count().clamp(1, 8);
    let not_now = asked.sets(false);
    html! {
        <form class="composer" {onsubmit}>
            if let Some(name) = props.first.as_ref().filter(|_| *asked) {
                <div class="composer-first" role="alert" data-testid="first-words">
                    <p>{ rich(texts.first_words, &[html! { <strong>{ name }</strong> }]) }</p>
                    <div class="buttons">
                        <button type="submit" class="primary" data-testid="first-send" disabled={text.trim().is_empty()}>{ icon(Icon::Send) }{ fill(texts.first_send, &[name]) }</button>
                        <button type="button" class="quiet" onclick={not_now}>{ texts.cancel }</button>
                    </div>
                </div>
            }
            if let Some(about) = &props.about {
                <div class="composer-about">
                    <p>{ about }</p>
                    <button type="button" class="quiet" aria-label={texts.cancel} onclick={props.on_cancel.reform(|_: Event| ())}>{ icon(Icon::Cross) }</button>
                </div>
            }
            <label for="composer-text" class="unseen">{ texts.write_label }</label>
            <textarea id="composer-text" data-testid="message-input" rows={rows.to_string()} dir="auto" maxlength={LIMIT.to_string()} placeholder={texts.write_hint}
                value={(*text).clone()} {oninput} {onkeydown} />
            <button type="submit" data-testid="send" class="primary" disabled={text.trim().is_empty()} aria-label={texts.send}>{ icon(Icon::Send) }</button>
        </form>
    }
}
