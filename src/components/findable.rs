//! How people find me, who may ask me, and who may not.

use doorstep_page_api::view::{AnswerPause, AskedBy, Command, FoundBy, MyContact};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::{count, fill};
use yew::prelude::*;

use super::copy_link::CopyLink;
use super::problem_note::ProblemNote;
use super::qr_code::QrCode;
use crate::hooks::{CommandHandle, use_command, use_look};
use crate::route::connect_path;
use crate::services::{field, share};
use crate::text::{Texts, account};

/// Properties of [`Findable`].
#[derive(PartialEq, Properties)]
pub(crate) struct FindableProps {
    /// What the engine says of it.
    pub(crate) contact: MyContact,
}

/// The whole section.
#[component]
pub(crate) fn Findable(props: &FindableProps) -> Html {
    let look = use_look();
    let asked = use_command();
    let (texts, contact) = (look.texts(), &props.contact);
    let turned_away = count(look.lang(), texts.turned_away, contact.turned_away);
    html! {
        <section aria-labelledby="findable" data-testid="findable">
            <h2 id="findable">{ texts.found_title }</h2>
            { address(texts, &contact.address) }
            { choices(texts, contact, &asked) }
            if let Some(problem) = asked.problem.clone() { <ProblemNote {problem} /> }
            { blocked(texts, &contact.blocked, &asked) }
            <details data-testid="turned-away" data-number={contact.turned_away.to_string()}>
                <summary>{ turned_away }</summary>
                <p class="hint">{ texts.turned_away_text }</p>
            </details>
        </section>
    }
}

/// My address: as text, as a link, as a code.
fn address(texts: &Texts, address: &str) -> Html {
    let url = AttrValue::from(share::origin() + &connect_path(address));
    html! {
        <div class="card link-show">
            <h3>{ texts.found_address }</h3>
            <p><strong dir="ltr" data-testid="my-address">{ address }</strong></p>
            <p class="hint">{ texts.found_address_text }</p>
            <CopyLink id="my-link" url={url.clone()} title={address.to_owned()} />
            <details data-testid="my-code">
                <summary>{ texts.found_code }</summary>
                <QrCode text={url} label={fill(texts.found_code_label, &[address])} />
            </details>
        </div>
    }
}

/// By what somebody finds me, and who may ask.
fn choices(texts: &Texts, contact: &MyContact, asked: &CommandHandle) -> Html {
    let onchange = {
        let asked = asked.clone();
        let (found_by, asked_by, pause) = (contact.found_by, contact.asked_by, contact.pause);
        Callback::from(move |event: Event| {
            let (mut found_by, mut asked_by, mut pause) = (found_by, asked_by, pause);
            match field::text(&event).as_str() {
                "handle" => found_by = FoundBy::Handle,
                "name" => found_by = FoundBy::HandleOrName,
                "nothing" => found_by = FoundBy::Nothing,
                "anybody" => asked_by = AskedBy::Anybody,
                "known" => asked_by = AskedBy::PeopleIKnow,
                "nobody" => asked_by = AskedBy::Nobody,
                "at-once" => pause = AnswerPause::None,
                "half-day" => pause = AnswerPause::HalfDay,
                "three-days" => pause = AnswerPause::ThreeDays,
                _ => return,
            }
            asked.send(Command::SetContact { found_by, asked_by, pause });
        })
    };
    let pick = |name: &'static str, value: &'static str, text: &'static str, hint: &'static str, on: bool| {
        let id = [name, "-", value].concat();
        let hint_id = [&id, "-hint"].concat();
        html! {
            <div class="choice">
                <input type="radio" {name} {value} id={id.clone()} data-testid={id.clone()} checked={on}
                    disabled={asked.busy} aria-describedby={hint_id.clone()} />
                <label for={id}>{ text }</label>
                <p class="hint" id={hint_id}>{ hint }</p>
            </div>
        }
    };
    let found = |by: FoundBy| contact.found_by == by;
    let may = |by: AskedBy| contact.asked_by == by;
    let waits = |pause: AnswerPause| contact.pause == pause;
    html! {
        <div {onchange}>
            <fieldset>
                <legend>{ texts.found_by }</legend>
                { pick("found-by", "handle", texts.found_handle, texts.found_handle_hint, found(FoundBy::Handle)) }
                { pick("found-by", "name", texts.found_name, texts.found_name_hint, found(FoundBy::HandleOrName)) }
                { pick("found-by", "nothing", texts.found_nothing, texts.found_nothing_hint, found(FoundBy::Nothing)) }
            </fieldset>
            <fieldset>
                <legend>{ texts.asked_by }</legend>
                { pick("asked-by", "anybody", texts.asked_anybody, texts.asked_anybody_hint, may(AskedBy::Anybody)) }
                { pick("asked-by", "known", texts.asked_known, texts.asked_known_hint, may(AskedBy::PeopleIKnow)) }
                { pick("asked-by", "nobody", texts.asked_nobody, texts.asked_nobody_hint, may(AskedBy::Nobody)) }
            </fieldset>
            <fieldset>
                <legend>{ texts.pause }</legend>
                { pick("pause", "at-once", texts.pause_none, texts.pause_none_hint, waits(AnswerPause::None)) }
                { pick("pause", "half-day", texts.pause_half_day, texts.pause_half_day_hint, waits(AnswerPause::HalfDay)) }
                { pick("pause", "three-days", texts.pause_days, texts.pause_days_hint, waits(AnswerPause::ThreeDays)) }
            </fieldset>
            <p class="hint on-its-way" role="status" data-testid="contact-on-its-way" data-waits={contact.on_its_way.to_string()}>
                { if contact.on_its_way { texts.found_on_its_way } else { "" } }
            </p>
        </div>
    }
}

/// Of whom nothing reaches me.
fn blocked(texts: &Texts, blocked: &[String], asked: &CommandHandle) -> Html {
    let lines = blocked.iter().map(|user| {
        let line = ["blocked-", user].concat();
        let unblock = asked.sends(Command::Block { user: user.clone(), blocked: false });
        html! {
            <li class="who" key={user.clone()} data-testid="blocked">
                <bdi id={line.clone()} dir="ltr">{ account(user) }</bdi>
                <button class="quiet" data-testid="unblock" aria-describedby={line} disabled={asked.busy} onclick={unblock}>
                    { icon(Icon::Check) }{ texts.unblock }
                </button>
            </li>
        }
    });
    html! {
        <>
            <h3>{ texts.blocked_title }</h3>
            if blocked.is_empty() {
                <p class="hint">{ texts.blocked_none }</p>
            } else {
                <ul class="cards">{ for lines }</ul>
            }
        </>
    }
}
