//! Where a request of mine to talk with somebody is. Every state says what happened, whose turn it is, and what can be done.

use doorstep_page_api::view::{Command, MyAsk, MyAskState, Problem, Refusal};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::moment::{Day, Moment};
use super::problem_note::ProblemNote;
use crate::hooks::{use_command, use_look, use_served};
use crate::route::Route;
use crate::text::{Sentences, Texts, account};

/// Properties of [`AskStatus`].
#[derive(PartialEq, Properties)]
pub(crate) struct AskStatusProps {
    /// The request.
    pub(crate) ask: MyAsk,
    /// Ask again, with the same words.
    pub(crate) on_again: Callback<MyAsk>,
}

/// Where a request is.
#[component]
pub(crate) fn AskStatus(props: &AskStatusProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let asked = use_command();
    let (texts, AskStatusProps { ask, on_again }) = (look.texts(), props);
    let (heading, whom) = (["ask-", &ask.id].concat(), ["ask-whom-", &ask.id].concat());
    let labels = [&whom, " ", &heading].concat();
    let (word, sign, title) = match &ask.state {
        MyAskState::Sending { .. } => ("sending", Icon::Lock, texts.ask_sending),
        MyAskState::Waiting { .. } => ("waiting", Icon::Clock, texts.ask_waiting),
        MyAskState::Connected { .. } => ("connected", Icon::Check, texts.ask_connected),
        MyAskState::NotReached => ("not-reached", Icon::Cross, texts.ask_not_reached),
        MyAskState::Withdrawn => ("taken-back", Icon::Back, texts.ask_withdrawn),
        MyAskState::Refused(_) => ("refused", Icon::Warning, texts.ask_refused),
    };
    let open = matches!(ask.state, MyAskState::Sending { .. } | MyAskState::Waiting { .. });
    let again = is_over(&ask.state);
    let drop_it = asked.sends(Command::DropAsk { ask: ask.id.clone() });
    let ask_again = {
        let ask = ask.clone();
        on_again.reform(move |_: MouseEvent| ask.clone())
    };
    html! {
        <section class="card knock" data-testid="my-ask" data-state={word} aria-labelledby={labels.clone()}>
            <p class="eyebrow"><bdi id={whom} data-testid="ask-who">{ account(&ask.who) }</bdi></p>
            <h3 id={heading} class="signed">{ icon(sign) }<span>{ title }</span></h3>
            <div role="status">{ state_text(texts, ask) }</div>
            if !ask.greeting.is_empty() {
                <details>
                    <summary>{ texts.ask_words }</summary>
                    <blockquote dir="auto" data-testid="ask-greeting">{ &ask.greeting }</blockquote>
                </details>
            }
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                if let MyAskState::Connected { room } = &ask.state {
                    <PageLink to={Route::room(room, &served.house.domain)} class="button primary" testid="ask-room">
                        { icon(Icon::Door) }{ texts.go_in }
                    </PageLink>
                }
                if again {
                    <button data-testid="ask-again" aria-describedby={labels.clone()} onclick={ask_again}>
                        { icon(Icon::Again) }{ texts.ask_again }
                    </button>
                }
                <button class="quiet" data-testid={if open { "ask-take-back" } else { "ask-dismiss" }}
                    aria-describedby={labels} disabled={asked.busy} onclick={drop_it}>
                    { icon(if open { Icon::Back } else { Icon::Cross }) }
                    { if open { texts.ask_take_back } else { texts.dismiss } }
                </button>
            </div>
        </section>
    }
}

/// Nothing comes of it any more.
pub(crate) fn is_over(state: &MyAskState) -> bool {
    matches!(state, MyAskState::NotReached | MyAskState::Withdrawn | MyAskState::Refused(_))
}

fn state_text(texts: &Texts, ask: &MyAsk) -> Html {
    match &ask.state {
        MyAskState::Sending { step, steps, waiting } => html! {
            <>
                <progress max={steps.to_string()} value={step.to_string()} aria-label={texts.ask_sending} />
                <p>{ if *waiting { texts.ask_held_up } else { texts.ask_sending_text } }</p>
            </>
        },
        MyAskState::Waiting { since, expires } => html! {
            <>
                <p>{ rich(texts.knock_waiting_since, &[html! { <Moment at={*since} /> }]) }{ " " }{ texts.ask_waiting_text }</p>
                <p class="hint">{ rich(texts.ask_until, &[html! { <Day at={*expires} /> }]) }</p>
            </>
        },
        MyAskState::Connected { .. } => html! { <p>{ fill(texts.ask_connected_text, &[&account(&ask.who)]) }</p> },
        MyAskState::NotReached => html! { <p>{ texts.ask_not_reached_text }</p> },
        MyAskState::Withdrawn => html! { <p>{ texts.ask_withdrawn_text }</p> },
        MyAskState::Refused(problem) => html! { <p>{ refusal(texts, problem) }</p> },
    }
}

/// Why it could not be done. What concerns the other provider is said of that, and not of one that has a room.
fn refusal(texts: &Texts, problem: &Problem) -> String {
    let text = match problem.code {
        Refusal::ProviderUnknown => texts.ask_provider_unknown,
        Refusal::ProviderNotAllowed => texts.ask_provider_not_allowed,
        Refusal::ProviderUnreachable | Refusal::ProviderFailed => texts.ask_provider_away,
        Refusal::ProviderNotItself => texts.ask_provider_not_itself,
        _ => return texts.problem(problem),
    };
    text.to_owned()
}
