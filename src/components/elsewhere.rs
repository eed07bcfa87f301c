//! “I have a provider”: on with the same room, or the same link, in the app of one's own provider. Which one that is stays
//! in this browser.

use doorstep_public_page::elsewhere::Elsewhere as Part;
use yew::prelude::*;

use crate::hooks::use_look;
use crate::services::{document, field, shelf, web_address};

/// Properties of [`Elsewhere`].
#[derive(PartialEq, Properties)]
pub(crate) struct ElsewhereProps {
    /// Room URI, or nothing.
    #[prop_or_default]
    pub(crate) room: AttrValue,
    /// What to open there: path, and what stands behind its `#`.
    pub(crate) path: AttrValue,
}

/// The part under a way in.
#[component]
pub(crate) fn Elsewhere(props: &ElsewhereProps) -> Html {
    let look = use_look();
    let known = use_memo((), |()| !shelf::home().is_empty());
    let provider = use_state(shelf::home);
    let wrong = use_state(|| false);
    let on_provider = {
        let (provider, wrong) = (provider.clone(), wrong.clone());
        Callback::from(move |event: InputEvent| {
            provider.set(field::text(&event));
            wrong.set(false);
        })
    };
    let on_go = {
        let (provider, wrong, path) = (provider.clone(), wrong.clone(), props.path.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match web_address::provider_of(&provider) {
                Some((host, origin)) => {
                    shelf::set_home(&host);
                    document::load(&[&origin, path.as_str()].concat());
                }
                None => wrong.set(true),
            }
        })
    };
    html! {
        <Part lang={look.lang()} room={props.room.clone()} provider={(*provider).clone()} known={*known}
            wrong={*wrong} {on_provider} {on_go} />
    }
}
