//! A knock of somebody at one of my rooms. The note of a stranger stays folded until it is opened.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{Answer, Command, KnockLink, KnockRequest, Problem, RequestState};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::disclosed::proof;
use super::moment::{day, moment};
use super::problem;
use crate::app::{App, Asked};
use crate::piece::{Here, piece};
use crate::services::field;
use crate::text::MemberTexts;

/// Which answer is being written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Nothing,
    Decline,
    Ban,
}

/// A knock to be answered, as a piece of its own.
pub(crate) fn request_card(app: &App, request: &KnockRequest) -> Html {
    let (app, shown) = (app.clone(), request.clone());
    piece(&request.id, move |here| draw(here, &app, &shown))
}

fn draw(here: &Here, app: &App, request: &KnockRequest) -> Html {
    let asked = Asked::at(here, app);
    let writing = here.state("writing", || Writing::Nothing);
    let reason = here.state("reason", String::new);
    let folded = here.state("folded", || true);
    let unfold = folded.sets(false);
    let texts = app.member_texts();
    let name = display_name(&request.pseudonym);
    let heading = ["request-", &request.id].concat();
    let answer = |answer: Answer| asked.sends(app, Command::Answer { request: request.id.clone(), answer });
    let write = |what: Writing| writing.sets(what);
    let open = matches!(request.state, RequestState::Open | RequestState::Failed(_)) && !asked.busy;
    let final_answer = match *writing {
        Writing::Ban => Answer::Ban { reason: reason.trim().to_owned() },
        _ => Answer::Decline { reason: reason.trim().to_owned() },
    };
    html! {
        <li class="card request" data-testid="request" data-state={state_word(&request.state)}>
            <div class="as-whom">
                { figure(&request.pseudonym) }
                <div>
                    <h3 id={heading.clone()}>{ &name }</h3>
                    <p class="hint">{ rich(texts.request_at, &[html! { <bdi>{ &request.room_name }</bdi> }, moment(app.lang(), app.now, request.at)]) }</p>
                </div>
            </div>
            if let Some(warning) = &request.warning { { problem::problem(texts, &Problem::new(warning.clone())) } }
            if *folded {
                <button class="quiet unfold" data-testid="unfold" aria-describedby={heading.clone()} onclick={unfold}>
                    { icon(Icon::Bubble) }{ texts.request_open_note }
                </button>
            } else {
                if request.note.is_empty() {
                    <p class="hint" role="status">{ texts.request_no_note }</p>
                } else {
                    <blockquote dir="auto" data-testid="note" role="status">{ &request.note }</blockquote>
                }
                if let Some(who) = &request.disclosed { { proof(app, who) } }
                <p class="hint">{ fill(texts.request_provider, &[&request.provider]) }</p>
                if let Some(link) = &request.link {
                    <p class="hint" data-testid="request-link">{ came_by(texts, link) }</p>
                }
            }
            { state_line(app, request, asked.busy) }
            if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
            if open && *writing == Writing::Nothing {
                <div class="buttons">
                    <button class="primary" data-testid="accept" aria-describedby={heading.clone()} onclick={answer(Answer::Accept)}>{ icon(Icon::Check) }{ texts.accept }</button>
                    <button data-testid="decline" aria-describedby={heading.clone()} onclick={write(Writing::Decline)}>{ icon(Icon::Cross) }{ texts.decline }</button>
                    <button class="quiet" data-testid="ban" aria-describedby={heading.clone()} onclick={write(Writing::Ban)}>{ icon(Icon::Ban) }{ texts.decline_and_ban }</button>
                </div>
            }
            if open && *writing != Writing::Nothing {
                <div class="answer">
                    <label for={["reason-", &request.id].concat()}>{ texts.reason }</label>
                    <textarea data-testid="decline-reason" id={["reason-", &request.id].concat()} rows="2" maxlength="500" dir="auto" value={(*reason).clone()}
                        aria-describedby={["reason-hint-", &request.id].concat()}
                        oninput={let reason = reason.clone(); Callback::from(move |event: Event| reason.set(field::text(&event)))} />
                    <p class="hint" id={["reason-hint-", &request.id].concat()}>
                        { if *writing == Writing::Ban { fill(texts.ban_hint, &[&name]) } else { fill(texts.reason_hint, &[&name]) } }
                    </p>
                    <div class="buttons">
                        <button data-testid="decline-send" class={if *writing == Writing::Ban { "danger" } else { "primary" }} onclick={answer(final_answer)}>
                            { if *writing == Writing::Ban { texts.decline_and_ban } else { texts.decline } }
                        </button>
                        <button class="quiet" onclick={write(Writing::Nothing)}>{ texts.cancel }</button>
                    </div>
                </div>
            }
        </li>
    }
}

/// The link a knocker says she came by: as its maker called it, or the beginning of its id.
fn came_by(texts: &MemberTexts, link: &KnockLink) -> String {
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

fn state_line(app: &App, request: &KnockRequest, busy: bool) -> Html {
    let texts = app.member_texts();
    let mine = |by: &str| app.model.home.as_ref().is_some_and(|home| home.pseudonyms.iter().any(|own| own.user == by));
    let line =
        |sign: Icon, text: String| html! { <p class="signed" role="status">{ icon(sign) }<span>{ text }</span></p> };
    match &request.state {
        RequestState::Open if busy => line(Icon::Clock, texts.answering.to_owned()),
        RequestState::Open => {
            html! { <p class="hint">{ rich(texts.request_until, &[day(app.lang(), request.expires)]) }</p> }
        }
        RequestState::Answering(_) => line(Icon::Clock, texts.answering.to_owned()),
        RequestState::Answered { by, accepted } => {
            let sign = if *accepted { Icon::Check } else { Icon::Cross };
            let text = match (accepted, mine(by)) {
                (true, true) => texts.accepted_by_me.to_owned(),
                (false, true) => texts.declined_by_me.to_owned(),
                (true, false) => fill(texts.accepted_by, &[&display_name(by)]),
                (false, false) => fill(texts.declined_by, &[&display_name(by)]),
            };
            line(sign, text)
        }
        RequestState::Withdrawn => line(Icon::Back, texts.request_withdrawn.to_owned()),
        RequestState::Expired => line(Icon::Clock, texts.request_expired.to_owned()),
        RequestState::Failed(failure) => problem::problem(texts, failure),
    }
}
