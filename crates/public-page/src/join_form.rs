//! The form to come into an open room. Switched off on the server, as the knock form is.

use crate::naming::display_name;
use yew::prelude::*;

use crate::Lang;
use crate::figure::{blank_figure, figure};
use crate::icon::{Icon, icon};
use crate::text::{fill, rich};

/// Properties of [`JoinForm`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct JoinFormProps {
    /// Language.
    pub lang: Lang,
    /// User URI one would have in the room; none before the app is there.
    #[prop_or_default]
    pub pseudonym: Option<AttrValue>,
    /// The room takes names made for it.
    #[prop_or_default]
    pub by_pseudonym: bool,
    /// Handle one may come in with; none: no account, or the room does not take accounts' names.
    #[prop_or_default]
    pub account: Option<AttrValue>,
    /// Coming in at the moment.
    #[prop_or_default]
    pub busy: bool,
    /// Why the last attempt did not work.
    #[prop_or_default]
    pub problem: Option<AttrValue>,
    /// Another name is asked for.
    #[prop_or_default]
    pub on_other_name: Callback<MouseEvent>,
    /// Come in under the pseudonym (false) or as the account (true). None: the form is switched off.
    #[prop_or_default]
    pub on_join: Option<Callback<bool>>,
}

/// The form to come into an open room.
#[component]
pub fn JoinForm(props: &JoinFormProps) -> Html {
    let words = props.lang.words();
    let off = props.on_join.is_none() || props.busy;
    let join = |as_account: bool| props.on_join.as_ref().map(|go| go.reform(move |_: MouseEvent| as_account));
    let name = match &props.pseudonym {
        Some(user) => rich(words.open_name, &[html! { <strong>{ display_name(user) }</strong> }]),
        None => html! { words.knock_name_soon },
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.open_title }</h2>
            <p>{ words.open_lead }</p>
            <noscript><p class="note">{ words.open_needs_js }</p></noscript>
            <div class="needs-script" data-off={off.to_string()}>
                if props.by_pseudonym {
                    <div class="as-whom">
                        { props.pseudonym.as_deref().map_or_else(blank_figure, figure) }
                        <p>{ name }</p>
                        <button type="button" class="quiet" disabled={off} onclick={props.on_other_name.clone()}>
                            { icon(Icon::Again) }{ words.knock_other_name }
                        </button>
                    </div>
                }
                if let Some(problem) = &props.problem {
                    <p class="problem" role="alert">{ icon(Icon::Warning) }<span>{ problem }</span></p>
                }
                <div class="buttons">
                    if props.by_pseudonym {
                        <button type="button" class="primary" disabled={off} onclick={join(false)}>
                            { icon(Icon::Door) }{ words.open_button }
                        </button>
                    }
                    if let Some(handle) = &props.account {
                        <button type="button" disabled={off} onclick={join(true)}>
                            { icon(Icon::Person) }{ fill(words.open_as_account, &[handle]) }
                        </button>
                    }
                </div>
                if !props.by_pseudonym && props.account.is_none() {
                    <p>{ words.open_accounts_only }</p>
                }
            </div>
            <p class="boot-failed problem">{ icon(Icon::Warning) }<span>{ words.boot_failed }</span></p>
        </section>
    }
}
