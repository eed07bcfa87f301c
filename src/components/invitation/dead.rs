//! A link that leads nowhere: why, in plain words, and what can be done.

use std::rc::Rc;

use doorstep_client_api::door::{Door, WayIn};
use doorstep_page_api::view::{MyKnockState, Problem, Refusal};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::fill;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::way_into::WayInto;
use crate::hooks::{Engine, LookHandle, use_engine, use_look};
use crate::route::Route;
use crate::services::http;
use crate::text::Sentences;

/// Properties of [`Dead`].
#[derive(PartialEq, Properties)]
pub(super) struct DeadProps {
    /// Room URI the link names; empty if it names none.
    #[prop_or_default]
    pub(super) room: String,
    /// Its id in 32 hex digits; empty if it has none.
    #[prop_or_default]
    pub(super) link: String,
    /// Why.
    pub(super) problem: Problem,
}

/// The page of a link that leads nowhere.
#[component]
pub(super) fn Dead(props: &DeadProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let door = use_state(|| None::<Rc<Door>>);
    {
        let door = door.clone();
        use_effect_with(props.room.clone(), move |room| {
            if !room.is_empty() {
                let room = room.clone();
                // No door, or nobody answers: then there is no other way in to offer.
                spawn_local(async move { door.set(http::door_of(&room).await.ok().flatten().map(Rc::new)) });
            }
        });
    }
    let texts = look.texts();
    let code = &props.problem.code;
    let (title, text) = sentences(&look, &props.problem);
    let handle = engine.handle().cloned();
    let door = (*door).clone();
    let for_accounts = matches!(code, Refusal::PseudonymForbidden | Refusal::NeedsAccount | Refusal::NoGuests);
    // Who is kept out is so at the door as well; where something does not fit together nothing is offered.
    let knocks = !matches!(code, Refusal::Banned | Refusal::LinkWrongHub | Refusal::WrongRoom);
    let knock = door.clone().filter(|door| knocks && door.way_in == WayIn::Knock);
    let link = Some(props.link.clone()).filter(|link| !link.is_empty());
    html! {
        <div class="letter" data-testid="dead" data-problem={code.word().to_owned()}>
            <header>
                if let Some(door) = &door {
                    <p class="eyebrow" dir="auto">{ &door.name }</p>
                }
                <h1 tabindex="-1">{ title }</h1>
            </header>
            <p>{ text }</p>
            <div class="buttons">
                if *code == Refusal::PseudonymForbidden {
                    if let Some(handle) = &handle {
                        <button class="primary" data-do="look-as-account">
                            { icon(Icon::Person) }{ fill(texts.look_as, &[handle]) }
                        </button>
                    }
                }
                if handle.is_none() && for_accounts {
                    <PageLink to={Route::Account} class="button primary">
                        { icon(Icon::Person) }{ texts.make_account }
                    </PageLink>
                }
                if *code == Refusal::PseudonymRequired {
                    <button class="primary" data-do="look-as-pseudonym">{ icon(Icon::Mask) }{ texts.look_again }</button>
                }
                if matches!(code, Refusal::LinkPaused | Refusal::LinkTooNew) || !is_known(code) {
                    <button data-do="look-again">{ icon(Icon::Again) }{ texts.look_again }</button>
                }
                if door.is_none() {
                    <PageLink to={Route::Home} class="button quiet">{ icon(Icon::House) }{ texts.find_rooms }</PageLink>
                }
                if let Some(door) = door.as_ref().filter(|_| knock.is_none()) {
                    <PageLink to={Route::Door { slug: door.slug.clone() }} class="button quiet">
                        { icon(Icon::Door) }{ texts.to_door }
                    </PageLink>
                }
            </div>
            if let Some(door) = knock {
                if !is_asking(&engine, &door) { <p>{ texts.dead_knock }</p> }
                <WayInto {door} {link} />
            }
        </div>
    }
}

/// A knock of this browser is under way there.
fn is_asking(engine: &Engine, door: &Door) -> bool {
    let knock = engine.knock_at(&door.room);
    knock.is_some_and(|knock| matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Waiting { .. }))
}

fn sentences(look: &LookHandle, problem: &Problem) -> (&'static str, String) {
    let (words, texts) = (look.words(), look.texts());
    let (title, text) = match problem.code {
        Refusal::LinkEmpty => (texts.dead_empty, texts.dead_empty_text),
        Refusal::LinkForeign => (texts.dead_foreign, texts.dead_foreign_text),
        Refusal::LinkDamaged => (texts.dead_damaged, texts.dead_damaged_text),
        Refusal::LinkTooNew => (texts.dead_new, texts.dead_new_text),
        Refusal::LinkExpired => (texts.dead_expired, texts.dead_ask),
        Refusal::LinkUsedUp => (texts.dead_used_up, texts.dead_ask),
        Refusal::LinkPaused => (texts.dead_paused, texts.dead_paused_text),
        Refusal::LinkUnknown => return (texts.dead_unknown, format!("{} {}", texts.dead_unknown_text, texts.dead_ask)),
        Refusal::LinkWrongHub => (texts.dead_hub, texts.dead_hub_text),
        Refusal::WrongRoom => (texts.dead_room, texts.dead_room_text),
        Refusal::Banned => (texts.dead_banned, texts.dead_banned_text),
        Refusal::PseudonymForbidden => (texts.dead_names, words.fact_names_forbidden),
        Refusal::PseudonymRequired => (texts.dead_names, words.fact_names_required),
        Refusal::NoGuests | Refusal::NeedsAccount => (texts.account_first, words.open_accounts_only),
        _ => return (texts.dead_other, texts.problem(problem)),
    };
    (title, text.to_owned())
}

/// Refused because of the link itself.
pub(super) const fn is_about_the_link(code: &Refusal) -> bool {
    matches!(
        code,
        Refusal::LinkEmpty
            | Refusal::LinkForeign
            | Refusal::LinkDamaged
            | Refusal::LinkTooNew
            | Refusal::LinkExpired
            | Refusal::LinkUsedUp
            | Refusal::LinkPaused
            | Refusal::LinkUnknown
            | Refusal::LinkWrongHub
            | Refusal::LinkElsewhere
            | Refusal::LinkInviterGone
    )
}

/// Refused for a reason that trying again does not change by itself.
const fn is_known(code: &Refusal) -> bool {
    is_about_the_link(code)
        || matches!(
            code,
            Refusal::WrongRoom
                | Refusal::Banned
                | Refusal::NoGuests
                | Refusal::NeedsAccount
                | Refusal::PseudonymForbidden
                | Refusal::PseudonymRequired
        )
}
