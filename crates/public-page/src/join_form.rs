//! The form to come into an open room. Switched off on the server, as the knock form is.

use doorstep_client_api::naming::display_name;
use yew::prelude::*;

use crate::Words;
use crate::figure::{blank_figure, figure};
use crate::html;
use crate::icon::{Icon, icon};
use crate::text::{fill, rich};

/// What [`join_form`] shows.
#[derive(Clone, Default)]
pub struct JoinForm {
    /// User URI she would have in the room; none before the app is there.
    pub pseudonym: Option<String>,
    /// The room takes names made for it.
    pub by_pseudonym: bool,
    /// Handle she may come in with; none: no account, or the room does not take accounts' names.
    pub account: Option<String>,
    /// Coming in at the moment.
    pub busy: bool,
    /// Why the last attempt did not work.
    pub problem: Option<String>,
    /// Another name is asked for.
    pub on_other_name: Option<Callback<Event>>,
    /// Come in under the pseudonym (false) or as the account (true). None: the form is switched off.
    pub on_join: Option<Callback<bool>>,
}

/// The form to come into an open room.
pub fn join_form(words: &Words, form: JoinForm) -> Html {
    let off = form.on_join.is_none() || form.busy;
    let join = |as_account: bool| {
        form.on_join.as_ref().map(|go| {
            let go = go.clone();
            Callback::from(move |_: Event| go.emit(as_account))
        })
    };
    let name = match &form.pseudonym {
        Some(user) => rich(words.open_name, &[html! { <strong>{ display_name(user) }</strong> }]),
        None => html! { { words.knock_name_soon } },
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.open_title }</h2>
            <p>{ words.open_lead }</p>
            <noscript><p class="note">{ words.open_needs_js }</p></noscript>
            <div class="needs-script" data-off={off.to_string()}>
                if form.by_pseudonym {
                    <div class="as-whom">
                        { form.pseudonym.as_deref().map_or_else(blank_figure, figure) }
                        <p>{ name }</p>
                        <button type="button" class="quiet" disabled={off} onclick={form.on_other_name}>
                            { icon(Icon::Again) }{ words.knock_other_name }
                        </button>
                    </div>
                }
                if let Some(problem) = &form.problem {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ problem.clone() }</span></p>
                }
                <div class="buttons">
                    if form.by_pseudonym {
                        <button type="button" class="primary" disabled={off} onclick={join(false)}>
                            { icon(Icon::Door) }{ words.open_button }
                        </button>
                    }
                    if let Some(handle) = &form.account {
                        <button type="button" disabled={off} onclick={join(true)}>
                            { icon(Icon::Person) }{ fill(words.open_as_account, &[handle]) }
                        </button>
                    }
                </div>
                if !form.by_pseudonym && form.account.is_none() {
                    <p>{ words.open_accounts_only }</p>
                }
            </div>
            <p class="boot-failed problem">{ icon(Icon::Warning) }<span>{ words.boot_failed }</span></p>
        </section>
    }
}
