//! A knock of somebody at one of my rooms. The note of a stranger stays folded until it is opened.

use doorstep_page_api::view::{Answer, Command, KnockLink, KnockRequest, Problem, RequestState};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::moment::{Day, Moment};
use super::problem_note::ProblemNote;
use super::proof::Proof;
use crate::hooks::{CommandHandle, Purpose, use_command, use_draft, use_engine, use_look};
use crate::text::Texts;

/// Properties of [`RequestCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct RequestCardProps {
    /// The knock.
    pub(crate) request: KnockRequest,
}

/// A knock to be answered.
#[component]
pub(crate) fn RequestCard(props: &RequestCardProps) -> Html {
    let look = use_look();
    let asked = use_command();
    let folded = use_state(|| true);
    let (texts, request) = (look.texts(), &props.request);
    let heading = ["request-", &request.id].concat();
    let unfold = {
        let folded = folded.clone();
        Callback::from(move |_: MouseEvent| folded.set(false))
    };
    let open = matches!(request.state, RequestState::Open | RequestState::Failed(_)) && !asked.busy;
    let room = html! { <bdi>{ &request.room_name }</bdi> };
    html! {
        <li class="card request" data-testid="request" data-state={state_word(&request.state)}>
            <div class="as-whom">
                { figure(&request.pseudonym) }
                <div>
                    <h3 id={heading.clone()}>{ display_name(&request.pseudonym) }</h3>
                    <p class="hint">{ rich(texts.request_at, &[room, html! { <Moment at={request.at} /> }]) }</p>
                </div>
            </div>
            if let Some(warning) = &request.warning { <ProblemNote problem={Problem::new(warning.clone())} /> }
            if *folded {
                <button class="quiet unfold" data-testid="unfold" aria-describedby={heading.clone()} onclick={unfold}>
                    { icon(Icon::Bubble) }{ texts.request_open_note }
                </button>
            } else {
                { unfolded(texts, request) }
            }
            <StateLine state={request.state.clone()} expires={request.expires} busy={asked.busy} />
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            if open { <Answering request={request.clone()} {asked} {heading} /> }
        </li>
    }
}

/// What is in the knock.
fn unfolded(texts: &Texts, request: &KnockRequest) -> Html {
    html! {
        <>
            if request.note.is_empty() {
                <p class="hint" role="status">{ texts.request_no_note }</p>
            } else {
                <blockquote dir="auto" data-testid="note" role="status">{ &request.note }</blockquote>
            }
            if let Some(disclosed) = request.disclosed.clone() { <Proof {disclosed} /> }
            <p class="hint">{ fill(texts.request_provider, &[&request.provider]) }</p>
            if let Some(link) = &request.link {
                <p class="hint" data-testid="request-link">{ came_by(texts, link) }</p>
            }
        </>
    }
}

/// The link a knocker says they came by: as its maker called it, or the beginning of its id.
fn came_by(texts: &Texts, link: &KnockLink) -> String {
    let note = link.note.as_deref().filter(|note| !note.is_empty());
    let id = link.id.get(..8).unwrap_or(&link.id);
    fill(texts.request_link, &[note.unwrap_or(id)])
}

fn state_word(state: &RequestState) -> &'static str {
    match state {
        RequestState::Open => "open",
        RequestState::Answering(_) => "answering",
        RequestState::Answered { .. } => "answered",
        RequestState::Withdrawn => "withdrawn",
        RequestState::Expired => "expired",
        RequestState::Failed(_) => "failed",
    }
}

#[derive(PartialEq, Properties)]
struct AnsweringProps {
    request: KnockRequest,
    /// Where the answer goes.
    asked: CommandHandle,
    /// Id of the heading of the card.
    heading: String,
}

/// Which answer is being written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Decline,
    Ban,
}

/// The buttons for an answer, and the reason for a no.
#[component]
fn Answering(props: &AnsweringProps) -> Html {
    let look = use_look();
    let AnsweringProps { request, asked, heading } = props;
    let reason = use_draft(Purpose::Reason, &request.id, "");
    // Who had begun to write a reason goes on with it.
    let begun = (!reason.text().is_empty()).then_some(Writing::Decline);
    let writing = use_state(|| begun);
    let texts = look.texts();
    let answer = |answer: Answer| asked.sends(Command::Answer { request: request.id.clone(), answer });
    let write = |what: Writing| {
        let writing = writing.clone();
        Callback::from(move |_: MouseEvent| writing.set(Some(what)))
    };
    let Some(what) = *writing else {
        return html! {
            <div class="buttons">
                <button class="primary" data-testid="accept" aria-describedby={heading.clone()} onclick={answer(Answer::Accept)}>
                    { icon(Icon::Check) }{ texts.accept }
                </button>
                <button data-testid="decline" aria-describedby={heading.clone()} onclick={write(Writing::Decline)}>
                    { icon(Icon::Cross) }{ texts.decline }
                </button>
                <button class="quiet" data-testid="ban" aria-describedby={heading.clone()} onclick={write(Writing::Ban)}>
                    { icon(Icon::Ban) }{ texts.decline_and_ban }
                </button>
            </div>
        };
    };
    let name = display_name(&request.pseudonym);
    let (label, hint) = (["reason-", &request.id].concat(), ["reason-hint-", &request.id].concat());
    let send = {
        let (asked, reason, id) = (asked.clone(), reason.clone(), request.id.clone());
        Callback::from(move |_: MouseEvent| {
            let text = reason.text().trim().to_owned();
            let answer = match what {
                Writing::Ban => Answer::Ban { reason: text },
                Writing::Decline => Answer::Decline { reason: text },
            };
            asked.send(Command::Answer { request: id.clone(), answer });
            reason.forget();
        })
    };
    let cancel = {
        let (writing, reason) = (writing.clone(), reason.clone());
        Callback::from(move |_: MouseEvent| {
            reason.forget();
            writing.set(None);
        })
    };
    let bans = what == Writing::Ban;
    html! {
        <div class="answer">
            <label for={label.clone()}>{ texts.reason }</label>
            <textarea data-testid="decline-reason" id={label} rows="2" maxlength="500" dir="auto"
                value={reason.text().to_owned()} aria-describedby={hint.clone()} oninput={reason.on_input()} />
            <p class="hint" id={hint}>{ fill(if bans { texts.ban_hint } else { texts.reason_hint }, &[&name]) }</p>
            <div class="buttons">
                <button data-testid="decline-send" class={if bans { "danger" } else { "primary" }} onclick={send}>
                    { if bans { texts.decline_and_ban } else { texts.decline } }
                </button>
                <button class="quiet" onclick={cancel}>{ texts.cancel }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct StateLineProps {
    state: RequestState,
    /// Until when it can be answered.
    expires: u64,
    /// An answer of this browser is on its way.
    busy: bool,
}

/// Where the knock is.
#[component]
fn StateLine(props: &StateLineProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    let mine = |by: &str| engine.home.as_ref().is_some_and(|home| home.pseudonyms.iter().any(|own| own.user == by));
    let (sign, text) = match &props.state {
        RequestState::Open if props.busy => (Icon::Clock, texts.answering.to_owned()),
        RequestState::Open => {
            let until = html! { <Day at={props.expires} /> };
            return html! { <p class="hint">{ rich(texts.request_until, &[until]) }</p> };
        }
        RequestState::Answering(_) => (Icon::Clock, texts.answering.to_owned()),
        RequestState::Answered { by, accepted } => {
            let sign = if *accepted { Icon::Check } else { Icon::Cross };
            let text = match (accepted, mine(by)) {
                (true, true) => texts.accepted_by_me.to_owned(),
                (false, true) => texts.declined_by_me.to_owned(),
                (true, false) => fill(texts.accepted_by, &[&display_name(by)]),
                (false, false) => fill(texts.declined_by, &[&display_name(by)]),
            };
            (sign, text)
        }
        RequestState::Withdrawn => (Icon::Back, texts.request_withdrawn.to_owned()),
        RequestState::Expired => (Icon::Clock, texts.request_expired.to_owned()),
        RequestState::Failed(failure) => return html! { <ProblemNote problem={failure.clone()} /> },
    };
    html! { <p class="signed" role="status">{ icon(sign) }<span>{ text }</span></p> }
}
