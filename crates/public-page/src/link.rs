//! A link inside the house. On the server and before the app is there it is an ordinary link; the app provides a
//! [`Navigator`] and then changes pages without loading a document.

use yew::prelude::*;

/// What the app does with a click on a [`Link`]: gets the path.
#[derive(Clone, PartialEq)]
pub struct Navigator(pub Callback<String>);

/// Properties of [`Link`].
#[derive(Clone, PartialEq, Properties)]
pub struct LinkProps {
    /// Path on this provider.
    pub to: AttrValue,
    /// Classes.
    #[prop_or_default]
    pub class: Classes,
    /// This is the page in front.
    #[prop_or_default]
    pub current: bool,
    /// Name of this link for the browser tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Content.
    #[prop_or_default]
    pub children: Html,
}

/// An `<a>` to a path on this provider.
#[component(Link)]
pub fn link(props: &LinkProps) -> Html {
    let navigator = use_context::<Navigator>();
    let onclick = navigator.map(|Navigator(go)| {
        let to = props.to.to_string();
        Callback::from(move |event: MouseEvent| {
            let plain = event.button() == 0
                && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key())
                && !event.default_prevented();
            if plain {
                event.prevent_default();
                go.emit(to.clone());
            }
        })
    });
    html! {
        <a href={props.to.clone()} class={props.class.clone()} aria-current={props.current.then_some("page")}
            data-testid={props.testid.clone()} {onclick}>
            { props.children.clone() }
        </a>
    }
}
