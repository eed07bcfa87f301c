//! A link that leads into a room: what the room is, who is in it, how often the link can be used, and the way in.

use doorstep_client_api::door::Pseudonyms;
use doorstep_client_api::view::{LinkOffer, LinkPerson, Problem};
use doorstep_public_page::figure::figure;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::person::person;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use crate::app::App;
use crate::components::moment::exact;
use crate::components::problem;
use crate::text::Sentences;

/// People shown at once; the others stand in a fold.
const SHOWN: usize = 8;
/// People shown at all.
const MOST: usize = 200;

/// The room, before she is in.
pub(super) fn offer(
    app: &App,
    offer: &LinkOffer,
    room: &str,
    busy: bool,
    trouble: Option<&Problem>,
    as_account: bool,
) -> Html {
    let words = app.lang().words();
    html! {
        <article class="door letter" data-testid="offer">
            <header>
                <p class="eyebrow">{ fill(words.room_on, &[&offer.hub]) }</p>
                <h1 tabindex="-1" dir="auto">{ &offer.name }</h1>
                <p class="marks">
                    <span class="mark">{ icon(Icon::Link) }{ words.join_title }</span>
                    <span class="mark">{ icon(Icon::People) }{ count(app.lang(), words.people, offer.people.len() as u64) }</span>
                </p>
            </header>
            if !offer.description.is_empty() {
                <section>
                    { for offer.description.lines().filter(|line| !line.trim().is_empty()).map(|line| html! { <p dir="auto">{ line }</p> }) }
                </section>
            }
            { way_in(app, offer, room, busy, trouble, as_account) }
            { who(app, offer) }
            <section aria-labelledby="facts">
                <h2 id="facts">{ words.good_to_know }</h2>
                <ul class="facts">
                    { for facts(app, offer).into_iter().map(|(sign, text)| html! { <li>{ icon(sign) }<span>{ text }</span></li> }) }
                </ul>
            </section>
        </article>
    }
}

fn way_in(app: &App, offer: &LinkOffer, room: &str, busy: bool, trouble: Option<&Problem>, as_account: bool) -> Html {
    let (words, texts) = (app.lang().words(), app.visitor_texts());
    // Also by another tab, since this one looked.
    let is_in = app.model.summary(room).is_some_and(|room| room.ended.is_none());
    if offer.already_in || is_in && !busy {
        return html! {
            <section class="card" aria-labelledby="way-in">
                <h2 id="way-in" class="signed">{ icon(Icon::Check) }<span>{ texts.you_are_in }</span></h2>
                <div class="buttons"><a href={app.room_path(room)} class="button primary" data-testid="go-to-room">{ icon(Icon::Door) }{ texts.go_in }</a></div>
            </section>
        };
    }
    let handle = app.handle().cloned();
    let (me, other) = match (&offer.pseudonym, handle) {
        (Some(id), handle) if !as_account => {
            let other = handle.filter(|_| offer.pseudonyms != Pseudonyms::Required);
            (Some(format!("mimi://{}/p/{id}", app.house.domain)), other)
        }
        (_, Some(handle)) => (Some(format!("mimi://{}/u/{handle}", app.house.domain)), None),
        (..) => (None, None),
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.open_title }</h2>
            if let Some(me) = me {
                <div class="as-whom">
                    { figure(&me) }
                    <p>
                        { rich(words.open_name, &[html! { <strong>{ doorstep_client_api::naming::display_name(&me) }</strong> }]) }
                        <br />{ fill(texts.join_role, &[&texts.role(&offer.role)]) }
                    </p>
                </div>
            }
            <p data-testid="link-uses">{ uses(app, offer) }{ " " }{ rich(texts.join_until, &[exact(app.lang(), offer.until)]) }</p>
            if offer.inviter_gone {
                <p class="note" data-testid="inviter-gone">{ texts.join_inviter_gone }</p>
            }
            if let Some(trouble) = trouble { { problem::problem(texts, trouble) } }
            <div class="buttons">
                <button class="primary" data-testid="join" data-do="join" disabled={busy}>
                    { icon(Icon::Door) }{ if offer.inviter_gone { texts.join_anyway } else { texts.join_button } }
                </button>
                if let Some(handle) = other {
                    <button class="quiet" data-do="join-as-account" disabled={busy}>{ icon(Icon::Person) }{ fill(words.open_as_account, &[&handle]) }</button>
                }
            </div>
            <div role="status">
                if busy { <p class="hint">{ texts.joining }</p><progress aria-label={texts.joining} /> }
            </div>
        </section>
    }
}

fn uses(app: &App, offer: &LinkOffer) -> String {
    let texts = app.visitor_texts();
    match (offer.max_uses, offer.uses_left) {
        (0, _) => texts.join_any.to_owned(),
        (1, _) => texts.join_once.to_owned(),
        (_, Some(left)) => count(app.lang(), texts.join_left, u64::from(left)),
        (most, None) => count(app.lang(), texts.join_times, u64::from(most)),
    }
}

fn who(app: &App, offer: &LinkOffer) -> Html {
    let texts = app.visitor_texts();
    let line = |one: &LinkPerson| {
        let kind = if one.pseudonym { texts.kind_pseudonym } else { texts.kind_account };
        let elsewhere = if one.provider == offer.hub { String::new() } else { format!(" · {}", one.provider) };
        html! {
            <li class="who">
                { person(&one.user) }
                <span class="hint">{ texts.role(&one.role) }{ " · " }{ kind }{ elsewhere }</span>
            </li>
        }
    };
    let rest = offer.people.len().saturating_sub(SHOWN);
    html! {
        <section aria-labelledby="who">
            <h2 id="who">{ texts.join_who }</h2>
            <ul class="cards" data-testid="who">{ for offer.people.iter().take(SHOWN).map(line) }</ul>
            if rest > 0 {
                <details>
                    <summary>{ count(app.lang(), texts.join_more, rest as u64) }</summary>
                    <ul class="cards">{ for offer.people.iter().take(MOST).skip(SHOWN).map(line) }</ul>
                    if offer.people.len() > MOST {
                        <p class="hint">{ count(app.lang(), texts.join_more, (offer.people.len() - MOST) as u64) }</p>
                    }
                </details>
            }
        </section>
    }
}

/// What the rules mean for a newcomer, in the words of the public page.
fn facts(app: &App, offer: &LinkOffer) -> [(Icon, String); 4] {
    let words = app.lang().words();
    let names = match offer.pseudonyms {
        Pseudonyms::Optional => words.fact_names_optional,
        Pseudonyms::Required => words.fact_names_required,
        Pseudonyms::Forbidden => words.fact_names_forbidden,
    };
    [
        (Icon::Mask, names.to_owned()),
        (Icon::Lock, fill(words.fact_sealed, &[&offer.hub])),
        (Icon::History, words.fact_history.to_owned()),
        (Icon::House, fill(words.fact_hub, &[&offer.hub])),
    ]
}
