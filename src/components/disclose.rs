//! Saying in a room who I am: to whom, what, and that it cannot be taken back. It takes two clicks, the second one after
//! all of it was said again.

use std::rc::Rc;

use doorstep_client_api::door::DisclosurePolicy;
use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{Claims, Command, DiscloseTo, Me, Outcome, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::disclosed::{claim_boxes, own_account, readers};
use super::problem;
use crate::app::{App, Asked};
use crate::piece::{Here, State, piece};
use crate::route::Route;
use crate::services::{document, field, share};

/// Id of the dialog.
const DIALOG: &str = "disclose";

/// What she chose so far.
#[derive(Clone)]
struct Choice {
    to: DiscloseTo,
    claims: Claims,
    /// It was all said again: the next click says it.
    sure: bool,
}

/// I may say in this room who I am, perhaps after making an account.
pub(crate) fn may_disclose(room: &RoomView) -> bool {
    let pseudonym = room.people.iter().any(|person| person.user == room.me && person.pseudonym);
    let forbidden = room.disclosure.policy == DisclosurePolicy::Forbidden;
    room.ended.is_none() && !forbidden && (room.disclosure.possible || pseudonym)
}

/// The dialog, opened for the `time`th time, each time anew, as a piece of its own. `to`: whom to tell, unless she chooses
/// somebody else.
pub(crate) fn disclose(app: &App, room: &Rc<RoomView>, time: u64, to: &DiscloseTo) -> Html {
    let (app, room, to) = (app.clone(), room.clone(), to.clone());
    piece(&["disclose/", &time.to_string()].concat(), move |here| draw(here, &app, &room, &to))
}

fn draw(here: &Here, app: &App, room: &RoomView, to: &DiscloseTo) -> Html {
    let choice = here.state("choice", || Choice { to: to.clone(), claims: Claims::default(), sure: false });
    let asked = Asked::at(here, app);
    here.when_changed("opened", (), || share::open_dialog(DIALOG));
    let done = asked.outcome == Some(Outcome::Ok);
    let sure = choice.sure;
    here.when_changed("stage", (done, sure), move || {
        if done {
            share::close_dialog(DIALOG);
        } else if sure {
            document::focus("#disclose-title");
        }
    });
    let texts = app.member_texts();
    let me = app.model.home.as_ref().and_then(|home| home.me.clone());
    let cancel = Callback::from(|_: Event| share::close_dialog(DIALOG));
    let title = fill(texts.disclose_in, &[&room.name]);
    let inside = match me.filter(|me| me.handle.is_some()) {
        None => html! {
            <>
                <p>{ texts.disclose_no_account }</p>
                <div class="buttons">
                    <a href={Route::Account.path()} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</a>
                    <button type="button" class="quiet" onclick={cancel}>{ texts.cancel }</button>
                </div>
            </>
        },
        Some(me) => {
            let onsubmit = {
                let (app, asked, choice, room) = (app.clone(), asked.clone(), choice.clone(), room.room.clone());
                Callback::from(move |event: Event| {
                    event.prevent_default();
                    if choice.sure {
                        let (to, claims) = (choice.to.clone(), choice.claims);
                        asked.send(&app, Command::Disclose { room: room.clone(), to, claims });
                    } else {
                        choice.set(Choice { sure: true, ..(*choice).clone() });
                    }
                })
            };
            let back = choice.sets(Choice { sure: false, ..(*choice).clone() });
            html! {
                <form class="stack" {onsubmit}>
                    if choice.sure { { summary(app, room, &me, &choice) } } else { { choices(app, room, &me, &choice) } }
                    <p class="note">{ texts.disclose_forever }</p>
                    if let Some(problem) = &asked.problem { { problem::problem(texts, problem) } }
                    if asked.busy { <progress aria-label={texts.sending} /> }
                    <div class="buttons">
                        if choice.sure {
                            <button type="button" class="quiet" onclick={back} disabled={asked.busy}>{ icon(Icon::Back) }{ texts.back }</button>
                            <button type="submit" key="now" class="danger" data-testid="disclose-now" disabled={asked.busy}>{ icon(Icon::Seal) }{ texts.disclose_now }</button>
                        } else {
                            <button type="submit" key="next" class="primary" data-testid="disclose-next" disabled={choice.to != DiscloseTo::Room && readers(room, &choice.to) == 0}>{ texts.disclose_next }</button>
                            <button type="button" class="quiet" onclick={cancel}>{ texts.cancel }</button>
                        }
                    </div>
                </form>
            }
        }
    };
    html! {
        <dialog id={DIALOG} class="dialog" aria-labelledby="disclose-title">
            <h2 id="disclose-title" tabindex="-1" dir="auto">{ title }</h2>
            { inside }
        </dialog>
    }
}

fn choices(app: &App, room: &RoomView, me: &Me, choice: &State<Choice>) -> Html {
    let texts = app.member_texts();
    let others: Vec<&str> = room
        .people
        .iter()
        .filter(|person| person.user != room.me && person.role != "banned")
        .map(|person| person.user.as_str())
        .collect();
    let onchange = {
        let (choice, first) = (choice.clone(), others.first().copied().unwrap_or_default().to_owned());
        Callback::from(move |event: Event| {
            let mut next = (*choice).clone();
            match (field::name(&event).as_str(), field::text(&event)) {
                ("handle", _) => next.claims.handle = field::ticked(&event),
                ("display-name", _) => next.claims.display_name = field::ticked(&event),
                ("who", user) => next.to = DiscloseTo::Member(user),
                (_, to) if to == "room" => next.to = DiscloseTo::Room,
                (_, to) if to == "admins" => next.to = DiscloseTo::Admins,
                _ => next.to = DiscloseTo::Member(first.clone()),
            }
            choice.set(next);
        })
    };
    let one = match &choice.to {
        DiscloseTo::Member(user) => Some(user.as_str()),
        _ => None,
    };
    let pick = |value: &'static str, text: &'static str, hint: String, on: bool, possible: bool| {
        let id = ["disclose-to-", value].concat();
        let hint_id = [&id, "-hint"].concat();
        html! {
            <div class="choice">
                <input type="radio" name="to" {value} id={id.clone()} data-testid={id.clone()} checked={on} disabled={!possible} aria-describedby={hint_id.clone()} />
                <label for={id}>{ text }</label>
                <p class="hint" id={hint_id}>{ hint }</p>
            </div>
        }
    };
    let number = |to: &DiscloseTo| readers(room, to);
    let (all, admins) = (number(&DiscloseTo::Room), number(&DiscloseTo::Admins));
    let account = own_account(Some(me)).unwrap_or_default();
    html! {
        <div class="stack" {onchange}>
            <p>{ rich(texts.disclose_lead, &[html! { <strong>{ display_name(&room.me) }</strong> }, html! { <bdi>{ &room.name }</bdi> }, html! { { &room.hub } }]) }</p>
            <fieldset>
                <legend>{ texts.disclose_to }</legend>
                { pick("room", texts.to_room, count(app.lang(), texts.to_room_hint, all), choice.to == DiscloseTo::Room, true) }
                { pick("admins", texts.to_admins, count(app.lang(), texts.to_admins_hint, admins), choice.to == DiscloseTo::Admins, admins > 0) }
                { pick("member", texts.to_member, texts.to_member_hint.to_owned(), one.is_some(), all > 0) }
                if let Some(chosen) = one {
                    <label for="disclose-who" class="unseen">{ texts.to_member }</label>
                    <select id="disclose-who" name="who" data-testid="disclose-who">
                        { for others.iter().map(|user| html! { <option value={(*user).to_owned()} selected={*user == chosen}>{ display_name(user) }</option> }) }
                    </select>
                }
            </fieldset>
            <fieldset>
                <legend>{ texts.disclose_what }</legend>
                <p class="signed">{ icon(Icon::Seal) }<span>{ fill(texts.claim_always, &[&account, &me.provider]) }</span></p>
                { claim_boxes(texts, me, choice.claims) }
            </fieldset>
        </div>
    }
}

/// Everything once more, before it is said.
fn summary(app: &App, room: &RoomView, me: &Me, choice: &Choice) -> Html {
    let texts = app.member_texts();
    let number = readers(room, &choice.to);
    let (who, hint) = match &choice.to {
        DiscloseTo::Room => (texts.to_room.to_owned(), count(app.lang(), texts.to_room_hint, number)),
        DiscloseTo::Admins => (texts.to_admins.to_owned(), count(app.lang(), texts.to_admins_hint, number)),
        DiscloseTo::Member(user) => (display_name(user), texts.to_member_hint.to_owned()),
    };
    let account = own_account(Some(me)).unwrap_or_default();
    let handle = me.handle.as_ref().filter(|_| choice.claims.handle);
    let display_name = me.display_name.as_ref().filter(|_| choice.claims.display_name);
    html! {
        <dl class="summary">
            <dt>{ texts.sum_room }</dt><dd dir="auto">{ &room.name }</dd>
            <dt>{ texts.term_hub }</dt><dd>{ &room.hub }</dd>
            <dt>{ texts.disclose_to }</dt><dd>{ who }<p class="hint">{ hint }</p></dd>
            <dt>{ texts.disclose_what }</dt>
            <dd>
                <p>{ fill(texts.claim_always, &[&account, &me.provider]) }</p>
                if let Some(handle) = handle { <p>{ fill(texts.claim_handle, &[handle]) }</p> }
                if let Some(name) = display_name { <p>{ fill(texts.claim_display_name, &[name]) }</p> }
            </dd>
        </dl>
    }
}
