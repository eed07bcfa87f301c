//! Something is on its way from the engine or the server.

use doorstep_public_page::html;
use yew::prelude::*;

use crate::text::Texts;

/// A line in the place of what is not here yet. Tests and pictures wait until it is gone.
pub(crate) fn loading(texts: &Texts) -> Html {
    html! { <p class="hint" role="status" data-loading="true">{ texts.loading }</p> }
}
