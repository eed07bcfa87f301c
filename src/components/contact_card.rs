//! Somebody who asks whether I want to talk. Who they are was proven; what they wrote stays folded until it is opened.

use doorstep_page_api::view::{Command, ContactAnswer, ContactRequest, ContactRequestState};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::moment::Moment;
use super::problem_note::ProblemNote;
use super::proof::Proof;
use crate::hooks::{CommandHandle, use_command, use_engine, use_look, use_served};
use crate::route::Route;
use crate::text::{Texts, account, called_in, person_name};

/// Properties of everything here.
#[derive(PartialEq, Properties)]
pub(crate) struct ContactCardProps {
    /// The request.
    pub(crate) request: ContactRequest,
}

/// A request to talk.
#[component]
pub(crate) fn ContactCard(props: &ContactCardProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let asked = use_command();
    let folded = use_state(|| true);
    let (texts, request) = (look.texts(), &props.request);
    let heading = ["contact-", &request.id].concat();
    let address = account(&request.who.user);
    let name = person_name(&request.who);
    let unfold = {
        let folded = folded.clone();
        Callback::from(move |_: MouseEvent| folded.set(false))
    };
    let known = request.known_from.as_ref().map(|room| {
        let to = Route::room(room, &served.house.domain);
        let room = html! { <PageLink {to}><bdi>{ called_in(&engine, room, &address) }</bdi></PageLink> };
        html! { <p class="hint" data-testid="contact-known">{ rich(texts.contact_known, &[room]) }</p> }
    });
    html! {
        <li class="card request" data-testid="contact-request" data-state={state_word(&request.state)}>
            <div class="as-whom">
                { figure(&request.who.user) }
                <div>
                    <h3 id={heading.clone()} data-testid="contact-name"><bdi>{ name.unwrap_or_else(|| address.clone()) }</bdi></h3>
                    <p class="hint">
                        <bdi dir="ltr" data-testid="contact-address">{ &address }</bdi>{ " · " }<Moment at={request.at} />
                    </p>
                </div>
            </div>
            <p class="signed">
                { icon(Icon::Seal) }<span>{ fill(texts.proven_by, &[&address, &request.who.issuer]) }</span>
            </p>
            { for known }
            if *folded {
                <button class="quiet unfold" data-testid="contact-unfold" aria-describedby={heading.clone()} onclick={unfold}>
                    { icon(Icon::Bubble) }{ texts.contact_read }
                </button>
            } else {
                { unfolded(texts, request) }
            }
            <Answering request={request.clone()} asked={asked.clone()} {heading} />
            <div class="contact-state" role="status">{ state_text(texts, &request.state, asked.busy) }</div>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
        </li>
    }
}

/// What they wrote, and what exactly was proven.
fn unfolded(texts: &Texts, request: &ContactRequest) -> Html {
    html! {
        <>
            if request.greeting.is_empty() {
                <p class="hint" role="status">{ texts.contact_no_words }</p>
            } else {
                <blockquote dir="auto" data-testid="contact-greeting" role="status">{ &request.greeting }</blockquote>
            }
            <details>
                <summary>{ texts.contact_proof }</summary>
                <Proof disclosed={request.who.clone()} />
            </details>
        </>
    }
}

fn state_word(state: &ContactRequestState) -> &'static str {
    match state {
        ContactRequestState::Open => "open",
        ContactRequestState::Answering { waiting: false, .. } => "answering",
        ContactRequestState::Answering { waiting: true, .. } => "waiting",
        ContactRequestState::Connected { .. } => "connected",
        ContactRequestState::NotNow => "not-now",
        ContactRequestState::Blocked => "blocked",
        ContactRequestState::Failed(_) => "failed",
    }
}

#[derive(PartialEq, Properties)]
struct AnsweringProps {
    request: ContactRequest,
    /// Where the answer goes.
    asked: CommandHandle,
    /// Id of the heading of the card.
    heading: String,
}

/// The answers. They stay where they are whatever was answered, so that nobody's button comes under a pointer that was on
/// another; what asks back opens below them.
#[component]
fn Answering(props: &AnsweringProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let sure = use_state(|| false);
    let (texts, AnsweringProps { request, asked, heading }) = (look.texts(), props);
    let answer = |answer: ContactAnswer| asked.sends(Command::AnswerContact { request: request.id.clone(), answer });
    let asks = |sure_now: bool| {
        let sure = sure.clone();
        Callback::from(move |_: MouseEvent| sure.set(sure_now))
    };
    let block = {
        let (sure, block) = (sure.clone(), answer(ContactAnswer::Block));
        Callback::from(move |event: MouseEvent| {
            sure.set(false);
            block.emit(event);
        })
    };
    let open = matches!(request.state, ContactRequestState::Open | ContactRequestState::Failed(_));
    let aside = request.state == ContactRequestState::NotNow;
    let yes =
        if matches!(request.state, ContactRequestState::Failed(_)) { texts.try_now } else { texts.contact_accept };
    let whom = person_name(&request.who).unwrap_or_else(|| account(&request.who.user));
    let connected = matches!(request.state, ContactRequestState::Connected { .. });
    html! {
        <>
            <div class="buttons contact-answers">
                if let ContactRequestState::Connected { room } = &request.state {
                    <PageLink to={Route::room(room, &served.house.domain)} class="button primary" testid="contact-room">
                        { icon(Icon::Door) }{ texts.go_in }
                    </PageLink>
                } else {
                    <button class="primary" data-testid="contact-accept" aria-describedby={heading.clone()}
                        disabled={asked.busy || !(open || aside)} onclick={answer(ContactAnswer::Accept)}>
                        { icon(Icon::Check) }{ yes }
                    </button>
                }
                if !connected {
                    <button data-testid="contact-not-now" aria-describedby={heading.clone()} disabled={asked.busy || !open}
                        onclick={answer(ContactAnswer::NotNow)}>
                        { icon(Icon::Clock) }{ texts.contact_not_now }
                    </button>
                    <button class="quiet" data-testid="contact-block" aria-describedby={heading.clone()}
                        aria-expanded={sure.to_string()} disabled={asked.busy || !(open || aside)} onclick={asks(!*sure)}>
                        { icon(Icon::Ban) }{ texts.contact_block }
                    </button>
                }
            </div>
            if *sure && (open || aside) {
                <div class="confirm" role="group" aria-label={texts.contact_block}>
                    <p>{ rich(texts.contact_block_sure, &[html! { <bdi>{ whom }</bdi> }]) }</p>
                    <div class="buttons">
                        <button class="danger" data-testid="contact-block-sure" disabled={asked.busy} onclick={block}>
                            { texts.contact_block }
                        </button>
                        <button class="quiet" data-testid="contact-block-not" onclick={asks(false)}>{ texts.cancel }</button>
                    </div>
                </div>
            }
        </>
    }
}

/// Where the answer is.
fn state_text(texts: &Texts, state: &ContactRequestState, busy: bool) -> Html {
    let (sign, text) = match state {
        _ if busy => (Icon::Clock, texts.answering),
        ContactRequestState::Open => return html! { <p class="hint">{ texts.contact_accept_hint }</p> },
        ContactRequestState::Answering { until: Some(until), .. } => {
            let when = html! { <Moment at={*until} /> };
            return html! {
                <p class="signed">{ icon(Icon::Clock) }<span>{ rich(texts.contact_pausing, &[when]) }</span></p>
            };
        }
        ContactRequestState::Answering { waiting: false, until: None } => (Icon::Clock, texts.contact_answering),
        ContactRequestState::Answering { waiting: true, until: None } => (Icon::Clock, texts.contact_packages),
        ContactRequestState::Connected { .. } => (Icon::Check, texts.contact_connected),
        ContactRequestState::NotNow => (Icon::Info, texts.contact_aside),
        ContactRequestState::Blocked => {
            let settings = html! { <PageLink to={Route::Settings}>{ texts.settings }</PageLink> };
            return html! {
                <p class="signed">{ icon(Icon::Ban) }<span>{ rich(texts.contact_blocked, &[settings]) }</span></p>
            };
        }
        ContactRequestState::Failed(problem) => return html! { <ProblemNote problem={problem.clone()} /> },
    };
    html! { <p class="signed">{ icon(sign) }<span>{ text }</span></p> }
}
