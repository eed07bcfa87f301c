//! Where a knock of mine is. Every state says what happened, whose turn it is, and what can be done.

use doorstep_page_api::view::{Command, MyKnock, MyKnockState};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{fill, rich};
use yew::prelude::*;

use super::moment::{Day, Moment};
use crate::hooks::{CommandHandle, use_command, use_look, use_served};
use crate::route::Route;
use crate::text::{Sentences, Texts};

/// Properties of [`KnockStatus`].
#[derive(PartialEq, Properties)]
pub(crate) struct KnockStatusProps {
    /// The knock.
    pub(crate) knock: MyKnock,
    /// It stands in a list: its heading is of level 3, not 2.
    #[prop_or_default]
    pub(crate) in_list: bool,
    /// Ask again, where that makes sense.
    #[prop_or_default]
    pub(crate) on_again: Option<Callback<MouseEvent>>,
}

/// Where a knock is.
#[component]
pub(crate) fn KnockStatus(props: &KnockStatusProps) -> Html {
    let look = use_look();
    let asked = use_command();
    let (texts, knock) = (look.texts(), &props.knock);
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
    let pseudonym = html! { <strong>{ display_name(&knock.pseudonym) }</strong> };
    html! {
        <section class="card knock" data-testid="my-knock" data-state={word} aria-labelledby={heading_id.clone()}>
            if props.in_list {
                <p class="eyebrow" dir="auto">{ &knock.room_name }</p>
                <h3 id={heading_id.clone()} class="signed">{ heading }</h3>
            } else {
                <h2 id={heading_id.clone()} class="signed">{ heading }</h2>
            }
            <div role="status">{ state_text(texts, knock) }</div>
            <div class="as-whom">
                { figure(&knock.pseudonym) }
                <p>{ rich(texts.knock_as, &[pseudonym]) }</p>
            </div>
            if !knock.note.is_empty() {
                <details>
                    <summary>{ texts.knock_your_note }</summary>
                    <blockquote dir="auto">{ &knock.note }</blockquote>
                </details>
            }
            <Buttons knock={knock.clone()} {asked} on_again={props.on_again.clone()} />
        </section>
    }
}

fn state_text(texts: &Texts, knock: &MyKnock) -> Html {
    let no = |reason: &str, without: &'static str| {
        if reason.is_empty() {
            html! { <p>{ without }</p> }
        } else {
            html! {
                <>
                    <p>{ texts.knock_they_wrote }</p>
                    <blockquote dir="auto" data-testid="reason">{ reason.to_owned() }</blockquote>
                </>
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
        MyKnockState::Waiting { since, expires } => {
            let (since, expires) = (html! { <Moment at={*since} /> }, html! { <Day at={*expires} /> });
            html! {
                <>
                    <p>{ rich(texts.knock_waiting_since, &[since]) }{ " " }{ texts.knock_waiting_text }</p>
                    <p class="hint">{ rich(texts.knock_until, &[expires]) }</p>
                </>
            }
        }
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

#[derive(PartialEq, Properties)]
struct ButtonsProps {
    knock: MyKnock,
    asked: CommandHandle,
    on_again: Option<Callback<MouseEvent>>,
}

/// What can be done with it.
#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let (texts, ButtonsProps { knock, asked, on_again }) = (look.texts(), props);
    let open = matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Waiting { .. });
    let again = !open
        && !matches!(knock.state, MyKnockState::Accepted | MyKnockState::RoomClosed | MyKnockState::Banned { .. });
    let on_again = on_again.clone().filter(|_| again);
    html! {
        <div class="buttons">
            if knock.state == MyKnockState::Accepted {
                <PageLink to={Route::room(&knock.room, &served.house.domain)} class="button primary" testid="go-to-room">
                    { icon(Icon::Door) }{ texts.go_in }
                </PageLink>
            }
            if let Some(on_again) = on_again {
                <button data-testid="ask-again" onclick={on_again}>{ icon(Icon::Again) }{ texts.ask_again }</button>
            }
            if open {
                <button class="quiet" data-testid="withdraw" disabled={asked.busy}
                    onclick={asked.sends(Command::Withdraw { knock: knock.id.clone() })}>
                    { icon(Icon::Back) }{ texts.withdraw }
                </button>
            } else {
                <button class="quiet" disabled={asked.busy}
                    onclick={asked.sends(Command::DismissKnock { knock: knock.id.clone() })}>
                    { icon(Icon::Cross) }{ texts.dismiss }
                </button>
            }
        </div>
    }
}
