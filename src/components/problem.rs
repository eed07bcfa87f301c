//! What went wrong, in a sentence.

use doorstep_client_api::view::Problem;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use yew::prelude::*;

use crate::text::{Sentences, Texts};

/// A problem, said at once by a screen reader.
pub(crate) fn problem(texts: &Texts, problem: &Problem) -> Html {
    html! {
        <p class="problem" role="alert" data-problem={problem.code.clone()}>
            { icon(Icon::Warning) }<span>{ texts.problem(problem) }</span>
        </p>
    }
}
