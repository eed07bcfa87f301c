//! Saying in a room who I am: to whom, what, and that it cannot be taken back. It takes two clicks, the second one after
//! all of it was said again.

use std::rc::Rc;

use doorstep_client_api::door::DisclosurePolicy;
use doorstep_page_api::view::{Claims, Command, DiscloseTo, Me, Outcome, RoomView};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use super::claim_boxes::ClaimBoxes;
use super::problem_note::ProblemNote;
use crate::hooks::{CommandHandle, use_command, use_engine, use_look};
use crate::route::Route;
use crate::services::{document, field, share};
use crate::text::{called, own_account, readers};

/// Id of the dialog.
const DIALOG: &str = "disclose";

/// What is chosen so far.
#[derive(Clone, Debug, PartialEq)]
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

/// Properties of [`Disclose`].
#[derive(PartialEq, Properties)]
pub(crate) struct DiscloseProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// Whom to tell, unless somebody else is chosen.
    pub(crate) to: DiscloseTo,
}

/// The dialog. It opens when it is first drawn: whoever opens it again draws another one.
#[component]
pub(crate) fn Disclose(props: &DiscloseProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let asked = use_command();
    let DiscloseProps { room, to } = props;
    use_effect_with((), |()| share::open_dialog(DIALOG));
    let texts = look.texts();
    let me = engine.home.as_ref().and_then(|home| home.me.clone());
    let inside = match me.filter(|me| me.handle.is_some()) {
        Some(me) => html! { <Form room={room.clone()} to={to.clone()} {me} {asked} /> },
        None => html! {
            <>
                <p>{ texts.disclose_no_account }</p>
                <div class="buttons">
                    <PageLink to={Route::Account} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</PageLink>
                    <button type="button" class="quiet" onclick={|_: MouseEvent| share::close_dialog(DIALOG)}>
                        { texts.cancel }
                    </button>
                </div>
            </>
        },
    };
    html! {
        <dialog id={DIALOG} class="dialog" aria-labelledby="disclose-title">
            <h2 id="disclose-title" tabindex="-1" dir="auto">{ fill(texts.disclose_in, &[&called(room)]) }</h2>
            { inside }
        </dialog>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    room: Rc<RoomView>,
    to: DiscloseTo,
    me: Me,
    asked: CommandHandle,
}

/// The choice, and then everything once more.
#[component]
fn Form(props: &FormProps) -> Html {
    let look = use_look();
    let FormProps { room, to, me, asked } = props;
    let choice = use_state(|| Choice { to: to.clone(), claims: Claims::default(), sure: false });
    use_effect_with((asked.outcome == Some(Outcome::Ok), choice.sure), |(done, sure)| {
        if *done {
            share::close_dialog(DIALOG);
        } else if *sure {
            document::focus("#disclose-title");
        }
    });
    let texts = look.texts();
    let onsubmit = {
        let (asked, choice, room) = (asked.clone(), choice.clone(), room.room.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if choice.sure {
                let (to, claims) = (choice.to.clone(), choice.claims);
                asked.send(Command::Disclose { room: room.clone(), to, claims });
            } else {
                choice.set(Choice { sure: true, ..(*choice).clone() });
            }
        })
    };
    let back = {
        let choice = choice.clone();
        Callback::from(move |_: MouseEvent| choice.set(Choice { sure: false, ..(*choice).clone() }))
    };
    let on_change = {
        let choice = choice.clone();
        Callback::from(move |(to, claims)| choice.set(Choice { to, claims, sure: false }))
    };
    let nobody = choice.to != DiscloseTo::Room && readers(room, &choice.to) == 0;
    let (room, me, to, claims) = (room.clone(), me.clone(), choice.to.clone(), choice.claims);
    html! {
        <form class="stack" {onsubmit}>
            if choice.sure { <Summary {room} {me} {to} {claims} /> } else { <Choices {room} {me} {to} {claims} {on_change} /> }
            <p class="note">{ texts.disclose_forever }</p>
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            if asked.busy { <progress aria-label={texts.sending} /> }
            <div class="buttons">
                if choice.sure {
                    <button type="button" class="quiet" onclick={back} disabled={asked.busy}>
                        { icon(Icon::Back) }{ texts.back }
                    </button>
                    <button type="submit" key="now" class="danger" data-testid="disclose-now" disabled={asked.busy}>
                        { icon(Icon::Seal) }{ texts.disclose_now }
                    </button>
                } else {
                    <button type="submit" key="next" class="primary" data-testid="disclose-next" disabled={nobody}>
                        { texts.disclose_next }
                    </button>
                    <button type="button" class="quiet" onclick={|_: MouseEvent| share::close_dialog(DIALOG)}>
                        { texts.cancel }
                    </button>
                }
            </div>
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct ChoicesProps {
    room: Rc<RoomView>,
    me: Me,
    to: DiscloseTo,
    claims: Claims,
    on_change: Callback<(DiscloseTo, Claims)>,
}

/// To whom, and what.
#[component]
fn Choices(props: &ChoicesProps) -> Html {
    let look = use_look();
    let (texts, ChoicesProps { room, me, to, claims, on_change }) = (look.texts(), props);
    let others = room.people.iter().filter(|person| person.user != room.me && person.role != "banned");
    let others: Vec<&str> = others.map(|person| person.user.as_str()).collect();
    let onchange = {
        let (to, claims) = (to.clone(), *claims);
        let first = others.first().copied().unwrap_or_default().to_owned();
        on_change.reform(move |event: Event| {
            let (mut to, mut claims) = (to.clone(), claims);
            match (field::name(&event).as_str(), field::text(&event)) {
                ("handle", _) => claims.handle = field::ticked(&event),
                ("display-name", _) => claims.display_name = field::ticked(&event),
                ("who", user) => to = DiscloseTo::Member(user),
                (_, chosen) if chosen == "room" => to = DiscloseTo::Room,
                (_, chosen) if chosen == "admins" => to = DiscloseTo::Admins,
                _ => to = DiscloseTo::Member(first.clone()),
            }
            (to, claims)
        })
    };
    let pick = |value: &'static str, text: &'static str, hint: String, on: bool, possible: bool| {
        let id = ["disclose-to-", value].concat();
        let hint_id = [&id, "-hint"].concat();
        html! {
            <div class="choice">
                <input type="radio" name="to" {value} id={id.clone()} data-testid={id.clone()} checked={on}
                    disabled={!possible} aria-describedby={hint_id.clone()} />
                <label for={id}>{ text }</label>
                <p class="hint" id={hint_id}>{ hint }</p>
            </div>
        }
    };
    let one = match to {
        DiscloseTo::Member(user) => Some(user.as_str()),
        _ => None,
    };
    let (all, admins) = (readers(room, &DiscloseTo::Room), readers(room, &DiscloseTo::Admins));
    let (room_hint, admins_hint) =
        (count(look.lang(), texts.to_room_hint, all), count(look.lang(), texts.to_admins_hint, admins));
    let account = own_account(Some(me)).unwrap_or_default();
    let lead = [
        html! { <strong>{ display_name(&room.me) }</strong> },
        html! { <bdi>{ called(room) }</bdi> },
        html! { { &room.hub } },
    ];
    let names = others.iter().map(|user| {
        html! { <option value={(*user).to_owned()} selected={Some(*user) == one}>{ display_name(user) }</option> }
    });
    html! {
        <div class="stack" {onchange}>
            <p>{ rich(texts.disclose_lead, &lead) }</p>
            <fieldset>
                <legend>{ texts.disclose_to }</legend>
                { pick("room", texts.to_room, room_hint, *to == DiscloseTo::Room, true) }
                { pick("admins", texts.to_admins, admins_hint, *to == DiscloseTo::Admins, admins > 0) }
                { pick("member", texts.to_member, texts.to_member_hint.to_owned(), one.is_some(), all > 0) }
                if one.is_some() {
                    <label for="disclose-who" class="unseen">{ texts.to_member }</label>
                    <select id="disclose-who" name="who" data-testid="disclose-who">{ for names }</select>
                }
            </fieldset>
            <fieldset>
                <legend>{ texts.disclose_what }</legend>
                <p class="signed">{ icon(Icon::Seal) }<span>{ fill(texts.claim_always, &[&account, &me.provider]) }</span></p>
                <ClaimBoxes me={me.clone()} claims={*claims} />
            </fieldset>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct SummaryProps {
    room: Rc<RoomView>,
    me: Me,
    to: DiscloseTo,
    claims: Claims,
}

/// Everything once more, before it is said.
#[component]
fn Summary(props: &SummaryProps) -> Html {
    let look = use_look();
    let (texts, SummaryProps { room, me, to, claims }) = (look.texts(), props);
    let number = readers(room, to);
    let (who, hint) = match to {
        DiscloseTo::Room => (texts.to_room.to_owned(), count(look.lang(), texts.to_room_hint, number)),
        DiscloseTo::Admins => (texts.to_admins.to_owned(), count(look.lang(), texts.to_admins_hint, number)),
        DiscloseTo::Member(user) => (display_name(user), texts.to_member_hint.to_owned()),
    };
    let account = own_account(Some(me)).unwrap_or_default();
    let handle = me.handle.as_ref().filter(|_| claims.handle);
    let display_name = me.display_name.as_ref().filter(|_| claims.display_name);
    html! {
        <dl class="summary">
            <dt>{ texts.sum_room }</dt><dd dir="auto">{ called(room) }</dd>
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
