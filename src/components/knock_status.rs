//! Where a knock of mine is. Every state says what happened, whose turn it is, and what can be done.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{Command, MyKnock, MyKnockState};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::moment::{day, moment};
use super::problem;
use crate::app::{App, Asked};
use crate::piece::piece;
use crate::text::Sentences;

/// Where a knock is, as a piece of its own. `in_list`: its heading is of level 3, not 2. `on_again`: ask again, where that
/// makes sense.
pub(crate) fn knock_status(app: &App, knock: &MyKnock, in_list: bool, on_again: Option<Callback<Event>>) -> Html {
    let (app, shown) = (app.clone(), knock.clone());
    piece(&knock.id, move |here| {
        let asked = Asked::at(here, &app);
        draw(&app, &shown, &asked, in_list, on_again.clone())
    })
}

fn draw(app: &App, knock: &MyKnock, asked: &Asked, in_list: bool, on_again: Option<Callback<Event>>) -> Html {
    let texts = app.texts();
    let heading_id = ["knock-", &knock.id].concat();
    let (word, sign, title) = match &knock.state {
        MyKnockState::Sending { .. } => ("sending", Icon::Lock, texts.knock_sending),
        MyKnockState::Waiting { .. } => ("waiting", Icon::Clock, texts.knock_waiting),
        MyKnockState::Accepted => ("accepted", Icon::Check, texts.knock_accepted),
        MyKnockState::Declined { .. } => ("declined", Icon::Cross, texts.knock_declined),
        MyKnockState::Banned { .. } => ("banned", Icon::Ban, texts.knock_banned),
        MyKnockState::RoomClosed => ("closed", Icon::Ban, texts.knock_room_closed),
        MyKnockState::Expired => ("expired", Icon::Clock, texts.knock_expired),
        MyKnockState::Withdrawn => ("withdrawn", Icon::Back, texts.knock_withdrawn),
        MyKnockState::Refused(_) => ("refused", Icon::Warning, texts.knock_refused),
    };
    let heading = html! { <>{ icon(sign) }<span>{ title }</span></> };
    html! {
        <section class="card knock" data-testid="my-knock" data-state={word} aria-labelledby={heading_id.clone()}>
            if in_list {
                <p class="eyebrow" dir="auto">{ &knock.room_name }</p>
                <h3 id={heading_id.clone()} class="signed">{ heading }</h3>
            } else {
                <h2 id={heading_id.clone()} class="signed">{ heading }</h2>
            }
            <div role="status">{ state_text(app, knock) }</div>
            <div class="as-whom">
                { figure(&knock.pseudonym) }
                <p>{ rich(texts.knock_as, &[html! { <strong>{ display_name(&knock.pseudonym) }</strong> }]) }</p>
            </div>
            if !knock.note.is_empty() {
                <details>
                    <summary>{ texts.knock_your_note }</summary>
                    <blockquote dir="auto">{ &knock.note }</blockquote>
                </details>
            }
            if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
            { buttons(app, knock, asked, on_again) }
        </section>
    }
}

fn state_text(app: &App, knock: &MyKnock) -> Html {
    let texts = app.texts();
    let when = |at: u64| moment(app.lang(), app.now, at);
    let no = |reason: &str, without: &str| {
        html! {
            if reason.is_empty() {
                <p>{ without.to_owned() }</p>
            } else {
                <p>{ texts.knock_they_wrote }</p>
                <blockquote dir="auto" data-testid="reason">{ reason.to_owned() }</blockquote>
            }
        }
    };
    match &knock.state {
        MyKnockState::Sending { step, steps, waiting_for_network } => html! {
            <>
                <progress max={steps.to_string()} value={step.to_string()} aria-label={texts.knock_sending} />
                <p>{ if *waiting_for_network { texts.knock_no_network } else { texts.knock_sending_text } }</p>
            </>
        },
        MyKnockState::Waiting { since, expires } => html! {
            <>
                <p>{ rich(texts.knock_waiting_since, &[when(*since)]) }{ " " }{ texts.knock_waiting_text }</p>
                <p class="hint">{ rich(texts.knock_until, &[day(app.lang(), *expires)]) }</p>
            </>
        },
        MyKnockState::Accepted => html! { <p>{ fill(texts.knock_accepted_text, &[&knock.room_name]) }</p> },
        MyKnockState::Declined { reason } => no(reason, texts.knock_no_words),
        MyKnockState::Banned { reason } => html! {
            <>{ no(reason, texts.knock_no_words) }<p>{ texts.knock_banned_text }</p></>
        },
        MyKnockState::RoomClosed => html! { <p>{ texts.knock_room_closed_text }</p> },
        MyKnockState::Expired => html! { <p>{ texts.knock_expired_text }</p> },
        MyKnockState::Withdrawn => html! { <p>{ texts.knock_withdrawn_text }</p> },
        MyKnockState::Refused(problem) => html! { <p>{ texts.problem(problem) }</p> },
    }
}

fn buttons(app: &App, knock: &MyKnock, asked: &Asked, on_again: Option<Callback<Event>>) -> Html {
    let texts = app.texts();
    let send = |command: Command| asked.sends(app, command);
    let open = matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Waiting { .. });
    let again = !open && knock.state != MyKnockState::Accepted && knock.state != MyKnockState::RoomClosed;
    html! {
        <div class="buttons">
            if knock.state == MyKnockState::Accepted {
                <a href={app.room_path(&knock.room)} class="button primary" data-testid="go-to-room">{ icon(Icon::Door) }{ texts.go_in }</a>
            }
            if let (true, Some(on_again)) = (again, on_again) {
                <button data-testid="ask-again" onclick={on_again}>{ icon(Icon::Again) }{ texts.ask_again }</button>
            }
            if open {
                <button class="quiet" data-testid="withdraw" disabled={asked.busy} onclick={send(Command::Withdraw { knock: knock.id.clone() })}>
                    { icon(Icon::Back) }{ texts.withdraw }
                </button>
            } else {
                <button class="quiet" disabled={asked.busy} onclick={send(Command::DismissKnock { knock: knock.id.clone() })}>
                    { icon(Icon::Cross) }{ texts.dismiss }
                </button>
            }
        </div>
    }
}
