//! A link that leads into a room: what the room is, who is in it, how often the link can be used, and the way in.

use doorstep_client_api::door::Pseudonyms;
use doorstep_page_api::view::{LinkOffer, LinkPerson, Problem};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::person::Person;
use doorstep_public_page::text::{count, fill, rich};
use doorstep_public_page::{Lang, Words};
use yew::prelude::*;

use crate::components::moment::Exact;
use crate::components::problem_note::ProblemNote;
use crate::hooks::{use_engine, use_look, use_served};
use crate::route::Route;
use crate::text::{Sentences, Texts};

/// People shown at once; the others stand in a fold.
const SHOWN: usize = 8;
/// People shown at all.
const MOST: usize = 200;

/// Properties of [`Offer`].
#[derive(PartialEq, Properties)]
pub(super) struct OfferProps {
    /// Where the link leads.
    pub(super) offer: LinkOffer,
    /// Room URI.
    pub(super) room: String,
    /// Coming in at the moment.
    pub(super) busy: bool,
    /// Why coming in did not work.
    pub(super) trouble: Option<Problem>,
    /// It was looked at as the account.
    pub(super) as_account: bool,
}

/// The room, before one is in.
#[component]
pub(super) fn Offer(props: &OfferProps) -> Html {
    let look = use_look();
    let (words, offer) = (look.words(), &props.offer);
    let facts =
        facts(words, offer).into_iter().map(|(sign, text)| html! { <li>{ icon(sign) }<span>{ text }</span></li> });
    let lines = offer.description.lines().filter(|line| !line.trim().is_empty());
    html! {
        <article class="door letter" data-testid="offer">
            <header>
                <p class="eyebrow">{ fill(words.room_on, &[&offer.hub]) }</p>
                <h1 tabindex="-1" dir="auto">{ &offer.name }</h1>
                <p class="marks">
                    <span class="mark">{ icon(Icon::Link) }{ words.join_title }</span>
                    <span class="mark">{ icon(Icon::People) }{ count(look.lang(), words.people, offer.people.len() as u64) }</span>
                </p>
            </header>
            if !offer.description.is_empty() {
                <section>{ for lines.map(|line| html! { <p dir="auto">{ line }</p> }) }</section>
            }
            <WayIn offer={offer.clone()} room={props.room.clone()} busy={props.busy} trouble={props.trouble.clone()}
                as_account={props.as_account} />
            <Who offer={offer.clone()} />
            <section aria-labelledby="facts">
                <h2 id="facts">{ words.good_to_know }</h2>
                <ul class="facts">{ for facts }</ul>
            </section>
        </article>
    }
}

/// Under which name, and the button.
#[component]
fn WayIn(props: &OfferProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let (words, texts) = (look.words(), look.texts());
    let OfferProps { offer, room, busy, trouble, as_account } = props;
    let (busy, domain) = (*busy, &served.house.domain);
    // Also by another tab, since this one looked.
    let is_in = engine.summary(room).is_some_and(|room| room.ended.is_none());
    if offer.already_in || is_in && !busy {
        return html! {
            <section class="card" aria-labelledby="way-in">
                <h2 id="way-in" class="signed">{ icon(Icon::Check) }<span>{ texts.you_are_in }</span></h2>
                <div class="buttons">
                    <PageLink to={Route::room(room, domain)} class="button primary" testid="go-to-room">
                        { icon(Icon::Door) }{ texts.go_in }
                    </PageLink>
                </div>
            </section>
        };
    }
    let handle = engine.handle().cloned();
    let (me, other) = match (&offer.pseudonym, handle) {
        (Some(id), handle) if !as_account => {
            let other = handle.filter(|_| offer.pseudonyms != Pseudonyms::Required);
            (Some(format!("mimi://{domain}/p/{id}")), other)
        }
        (_, Some(handle)) => (Some(format!("mimi://{domain}/u/{handle}")), None),
        (..) => (None, None),
    };
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ words.open_title }</h2>
            if let Some(me) = me {
                <div class="as-whom">
                    { figure(&me) }
                    <p>
                        { rich(words.open_name, &[html! { <strong>{ display_name(&me) }</strong> }]) }
                        <br />{ fill(texts.join_role, &[&texts.role(&offer.role)]) }
                    </p>
                </div>
            }
            <p data-testid="uses-left">
                { uses(look.lang(), texts, offer) }{ " " }{ rich(texts.join_until, &[html! { <Exact at={offer.until} /> }]) }
            </p>
            if offer.inviter_gone {
                <p class="note" data-testid="inviter-gone">{ texts.join_inviter_gone }</p>
            }
            if let Some(problem) = trouble.clone() { <ProblemNote {problem} /> }
            <div class="buttons">
                <button class="primary" data-testid="join" data-do="join" disabled={busy}>
                    { icon(Icon::Door) }{ if offer.inviter_gone { texts.join_anyway } else { texts.join_button } }
                </button>
                if let Some(handle) = other {
                    <button class="quiet" data-do="join-as-account" disabled={busy}>
                        { icon(Icon::Person) }{ fill(words.open_as_account, &[&handle]) }
                    </button>
                }
            </div>
            <div role="status">
                if busy { <p class="hint">{ texts.joining }</p><progress aria-label={texts.joining} /> }
            </div>
        </section>
    }
}

fn uses(lang: Lang, texts: &Texts, offer: &LinkOffer) -> String {
    match (offer.max_uses, offer.uses_left) {
        (0, _) => texts.join_any.to_owned(),
        (1, _) => texts.join_once.to_owned(),
        (_, Some(left)) => count(lang, texts.join_left, u64::from(left)),
        (most, None) => count(lang, texts.join_times, u64::from(most)),
    }
}

#[derive(PartialEq, Properties)]
struct WhoProps {
    offer: LinkOffer,
}

/// Who is in the room.
#[component]
fn Who(props: &WhoProps) -> Html {
    let look = use_look();
    let (texts, offer) = (look.texts(), &props.offer);
    let line = |one: &LinkPerson| {
        let kind = if one.pseudonym { texts.kind_pseudonym } else { texts.kind_account };
        let elsewhere = if one.provider == offer.hub { String::new() } else { format!(" · {}", one.provider) };
        html! {
            <li class="who">
                <Person user={one.user.clone()} />
                <span class="hint">{ texts.role(&one.role) }{ " · " }{ kind }{ elsewhere }</span>
            </li>
        }
    };
    let more = |number: usize| count(look.lang(), texts.join_more, number as u64);
    let people = &offer.people;
    html! {
        <section aria-labelledby="who">
            <h2 id="who">{ texts.join_who }</h2>
            <ul class="cards" data-testid="who">{ for people.iter().take(SHOWN).map(line) }</ul>
            if people.len() > SHOWN {
                <details>
                    <summary>{ more(people.len() - SHOWN) }</summary>
                    <ul class="cards">{ for people.iter().take(MOST).skip(SHOWN).map(line) }</ul>
                    if people.len() > MOST { <p class="hint">{ more(people.len() - MOST) }</p> }
                </details>
            }
        </section>
    }
}

/// What the rules mean for a newcomer, in the words of the public page.
fn facts(words: &Words, offer: &LinkOffer) -> [(Icon, String); 4] {
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
