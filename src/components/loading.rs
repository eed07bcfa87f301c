//! Something is on its way from the engine or the server.

use yew::prelude::*;

use crate::hooks::use_look;

/// A line in the place of what is not here yet. Tests and pictures wait until it is gone.
#[component]
pub(crate) fn Loading() -> Html {
    let look = use_look();
    html! { <p class="hint" role="status" data-loading="true">{ look.texts().loading }</p> }
}
