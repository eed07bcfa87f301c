//! A link to another page.

use yew::prelude::*;
use yew_router::Routable;
use yew_router::hooks::use_navigator;

use crate::route::Route;

/// Properties of [`PageLink`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PageLinkProps {
    /// Where it leads.
    pub to: Route,
    /// Its classes.
    #[prop_or_default]
    pub class: Classes,
    /// `data-testid`: what tests find it by.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// `aria-current`: `page` on the page it leads to.
    #[prop_or_default]
    pub current: Option<AttrValue>,
    /// `aria-label`, for a link without words.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// What can be clicked.
    #[prop_or_default]
    pub children: Html,
}

/// A link to another page: inside a router without loading a document, and a plain `<a>` where there is none, as on the
/// server. A click that asks for another tab or window is the browser's.
///
/// Not `yew_router`'s `Link`: it takes neither `aria-current` nor `data-testid`, and panics without a router.
#[component]
pub fn PageLink(props: &PageLinkProps) -> Html {
    let onclick = use_navigator().map(|navigator| {
        let to = props.to.clone();
        Callback::from(move |click: MouseEvent| {
            let asks_for_more = click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key();
            if click.button() == 0 && !asks_for_more && !click.default_prevented() {
                click.prevent_default();
                navigator.push(&to);
            }
        })
    });
    html! {
        <a href={props.to.to_path()} class={props.class.clone()} data-testid={props.testid.clone()}
            aria-current={props.current.clone()} aria-label={props.label.clone()} {onclick}>
            { props.children.clone() }
        </a>
    }
}
