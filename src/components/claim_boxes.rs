//! What can be said about an account besides its address.

use doorstep_page_api::view::{Claims, Me};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use crate::hooks::use_look;

/// Properties of [`ClaimBoxes`].
#[derive(PartialEq, Properties)]
pub(crate) struct ClaimBoxesProps {
    /// The account.
    pub(crate) me: Me,
    /// What is chosen.
    pub(crate) claims: Claims,
}

/// The claims that can be added to the account's address, each a box to tick. The boxes are called `handle` and
/// `display-name`; whoever draws this hears of their changes.
#[component]
pub(crate) fn ClaimBoxes(props: &ClaimBoxesProps) -> Html {
    let look = use_look();
    let (texts, ClaimBoxesProps { me, claims }) = (look.texts(), props);
    let tick = |name: &'static str, template: &str, value: Option<&String>, on: bool| {
        value.map_or_else(Html::default, |value| {
            let id = ["claim-", name].concat();
            html! {
                <div class="choice">
                    <input type="checkbox" {name} id={id.clone()} checked={on} />
                    <label for={id}>{ fill(template, &[value]) }</label>
                </div>
            }
        })
    };
    html! {
        <>
            { tick("handle", texts.claim_handle, me.handle.as_ref(), claims.handle) }
            { tick("display-name", texts.claim_display_name, me.display_name.as_ref(), claims.display_name) }
        </>
    }
}
