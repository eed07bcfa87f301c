//! Where something is written: a new message, an answer, or a changed text.

use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use crate::hooks::{Purpose, use_draft, use_look};
use crate::services::field::{self, Pressed};

/// Characters a message may have.
const LIMIT: usize = 8_000;

/// Properties of [`Composer`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ComposerProps {
    /// What is written: a message, or a change of one.
    pub(crate) purpose: Purpose,
    /// Where its draft is kept: the room, or the message that is changed.
    pub(crate) place: AttrValue,
    /// What to start with where there is no draft: the text to be changed.
    #[prop_or_default]
    pub(crate) start: AttrValue,
    /// Said above: what is answered or changed.
    #[prop_or_default]
    pub(crate) about: Option<AttrValue>,
    /// The name under which something is said here for the first time: it is asked once whether that is meant.
    #[prop_or_default]
    pub(crate) first: Option<AttrValue>,
    /// Nothing is answered or changed any more. What was written of a change is kept with the message.
    pub(crate) on_cancel: Callback<()>,
    /// Send the text.
    pub(crate) on_send: Callback<String>,
}

/// Where something is written.
#[component]
pub(crate) fn Composer(props: &ComposerProps) -> Html {
    let look = use_look();
    let draft = use_draft(props.purpose, &props.place, &props.start);
    let asked = use_state(|| false);
    let texts = look.texts();
    let send = {
        let (draft, on_send, asked) = (draft.clone(), props.on_send.clone(), asked.clone());
        let ask = props.first.is_some() && !*asked;
        Callback::from(move |()| {
            let text = draft.text().trim().to_owned();
            if text.is_empty() || text.chars().count() > LIMIT {
                return;
            }
            if ask {
                asked.set(true);
            } else {
                draft.clear();
                on_send.emit(text);
            }
        })
    };
    let onkeydown = {
        let (send, cancel) = (send.clone(), props.on_cancel.clone());
        Callback::from(move |event: KeyboardEvent| match field::pressed(&event) {
            Pressed::Enter => {
                event.prevent_default();
                send.emit(());
            }
            Pressed::Escape => cancel.emit(()),
            Pressed::Other => {}
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    let not_now = {
        let asked = asked.clone();
        Callback::from(move |_: MouseEvent| asked.set(false))
    };
    let rows = draft.text().lines().count().clamp(1, 8);
    let nothing = draft.text().trim().is_empty();
    html! {
        <form class="composer" {onsubmit}>
            if let Some(name) = props.first.as_ref().filter(|_| *asked) {
                <div class="composer-first" role="alert" data-testid="first-words">
                    <p>{ rich(texts.first_words, &[html! { <strong>{ name }</strong> }]) }</p>
                    <div class="buttons">
                        <button type="submit" class="primary" data-testid="first-send" disabled={nothing}>
                            { icon(Icon::Send) }{ fill(texts.first_send, &[name]) }
                        </button>
                        <button type="button" class="quiet" onclick={not_now}>{ texts.cancel }</button>
                    </div>
                </div>
            }
            if let Some(about) = &props.about {
                <div class="composer-about">
                    <p>{ about }</p>
                    <button type="button" class="quiet" aria-label={texts.cancel} onclick={props.on_cancel.reform(|_: MouseEvent| ())}>
                        { icon(Icon::Cross) }
                    </button>
                </div>
            }
            <label for="composer-text" class="unseen">{ texts.write_label }</label>
            <textarea id="composer-text" data-testid="message-input" rows={rows.to_string()} dir="auto"
                maxlength={LIMIT.to_string()} placeholder={texts.write_hint} value={draft.text().to_owned()}
                oninput={draft.on_input()} {onkeydown} />
            <button type="submit" data-testid="send" class="primary" disabled={nothing} aria-label={texts.send}>
                { icon(Icon::Send) }
            </button>
        </form>
    }
}
