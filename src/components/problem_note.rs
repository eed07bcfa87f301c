//! What went wrong, in a sentence.

use doorstep_page_api::view::Problem;
use doorstep_public_page::icon::{Icon, icon};
use yew::prelude::*;

use crate::hooks::use_look;
use crate::text::Sentences;

/// Properties of [`ProblemNote`].
#[derive(PartialEq, Properties)]
pub(crate) struct ProblemNoteProps {
    /// What the engine or the hub said.
    pub(crate) problem: Problem,
}

/// A problem, said at once by a screen reader.
#[component]
pub(crate) fn ProblemNote(props: &ProblemNoteProps) -> Html {
    let look = use_look();
    let ProblemNoteProps { problem } = props;
    html! {
        <p class="problem" role="alert" data-problem={problem.code.word().to_owned()}>
            { icon(Icon::Warning) }<span>{ look.texts().problem(problem) }</span>
        </p>
    }
}
