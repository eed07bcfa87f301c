//! A link as text, and the ways to hand it on.

use doorstep_public_page::icon::{Icon, icon};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::hooks::use_look;
use crate::services::share;

/// Properties of [`CopyLink`].
#[derive(PartialEq, Properties)]
pub(crate) struct CopyLinkProps {
    /// Id of the field it stands in.
    pub(crate) id: &'static str,
    /// The link.
    pub(crate) url: AttrValue,
    /// What it is called where it is shared.
    pub(crate) title: AttrValue,
    /// More buttons.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A link as text.
#[component]
pub(crate) fn CopyLink(props: &CopyLinkProps) -> Html {
    let look = use_look();
    let copied = use_state(|| None::<bool>);
    let CopyLinkProps { id, url, title, children } = props;
    let copy = {
        let (url, copied, id) = (url.clone(), copied.clone(), *id);
        move |_: MouseEvent| {
            let (url, copied) = (url.clone(), copied.clone());
            spawn_local(async move {
                let done = share::copy(url.to_string()).await;
                if !done {
                    share::mark(id);
                }
                copied.set(Some(done));
            });
        }
    };
    let hand_on = {
        let (url, title) = (url.clone(), title.clone());
        move |_: MouseEvent| share::share(&title, &url)
    };
    let texts = look.texts();
    html! {
        <>
            <label for={*id}>{ texts.link_text }</label>
            <input id={*id} readonly=true dir="ltr" value={url.clone()} />
            <div class="buttons">
                <button type="button" data-testid="copy" onclick={copy}>{ icon(Icon::Copy) }{ texts.copy }</button>
                if share::can_share() {
                    <button type="button" onclick={hand_on}>{ icon(Icon::Share) }{ texts.share }</button>
                }
                { children.clone() }
            </div>
            <p role="status" class="hint">
                { match *copied { Some(true) => texts.copied, Some(false) => texts.copy_failed, None => "" } }
            </p>
        </>
    }
}
