//! A link that leads nowhere: why, in plain words, and what can be done.

use doorstep_client_api::door::{Door, WayIn};
use doorstep_client_api::view::{MyKnockState, Problem};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::fill;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::app::App;
use crate::pages::door::way_into;
use crate::piece::{Here, piece};
use crate::route::Route;
use crate::services::http;
use crate::text::Sentences;

/// The page of a link that leads nowhere. `room`: room URI the link names, `link`: its id in 32 hex digits; both empty if
/// it has none.
pub(super) fn dead(app: &App, room: &str, link: &str, problem: &Problem) -> Html {
    let (app, room, link, problem) = (app.clone(), room.to_owned(), link.to_owned(), problem.clone());
    piece(&["dead/", &room].concat(), move |here| draw(here, &app, &room, &link, &problem))
}

fn draw(here: &Here, app: &App, room: &str, link: &str, problem: &Problem) -> Html {
    let door = here.state("door", || None::<Door>);
    here.when_changed("room", room.to_owned(), {
        let (door, room) = (door.clone(), room.to_owned());
        move || {
            if !room.is_empty() {
                // No door, or nobody answers: then there is no other way in to offer.
                spawn_local(async move { door.set(http::door_of(&room).await.ok().flatten()) });
            }
        }
    });
    let texts = app.visitor_texts();
    let code = problem.code.as_str();
    let (title, text) = sentences(app, problem);
    let handle = app.handle().cloned();
    let door = door.as_ref();
    // Who is kept out is so at the door as well; where something does not fit together nothing is offered.
    let knocks = !matches!(code, "banned" | "link-wrong-hub" | "wrong-room");
    let knock = door.filter(|door| knocks && door.way_in == WayIn::Knock);
    html! {
        <div class="letter" data-testid="dead" data-problem={code.to_owned()}>
            <header>
                if let Some(door) = door {
                    <p class="eyebrow" dir="auto">{ &door.name }</p>
                }
                <h1 tabindex="-1">{ title }</h1>
            </header>
            <p>{ text }</p>
            <div class="buttons">
                if code == "pseudonym-forbidden" {
                    if let Some(handle) = &handle {
                        <button class="primary" data-do="look-as-account">{ icon(Icon::Person) }{ fill(texts.look_as, &[handle]) }</button>
                    }
                }
                if handle.is_none() && matches!(code, "pseudonym-forbidden" | "needs-account" | "no-guests") {
                    <a href={Route::Account.path()} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</a>
                }
                if code == "pseudonym-required" {
                    <button class="primary" data-do="look-as-pseudonym">{ icon(Icon::Mask) }{ texts.look_again }</button>
                }
                if matches!(code, "link-paused" | "link-too-new") || !is_known(code) {
                    <button data-do="look-again">{ icon(Icon::Again) }{ texts.look_again }</button>
                }
                if door.is_none() {
                    <a href={Route::Home.path()} class="button quiet">{ icon(Icon::House) }{ texts.find_rooms }</a>
                }
                if let Some(door) = door.filter(|_| knock.is_none()) {
                    <a href={Route::Door(door.slug.clone()).path()} class="button quiet">{ icon(Icon::Door) }{ texts.to_door }</a>
                }
            </div>
            if let Some(door) = knock {
                if !is_asking(app, door) { <p>{ texts.dead_knock }</p> }
                { way_into(app, door, Some(link.to_owned()).filter(|link| !link.is_empty())) }
            }
        </div>
    }
}

/// A knock of hers is under way there.
fn is_asking(app: &App, door: &Door) -> bool {
    let knock = app.model.knock_at(&door.room);
    knock.is_some_and(|knock| matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Waiting { .. }))
}

fn sentences(app: &App, problem: &Problem) -> (&'static str, String) {
    let (words, texts) = (app.lang().words(), app.visitor_texts());
    let (title, text) = match problem.code.as_str() {
        "link-empty" => (texts.dead_empty, texts.dead_empty_text),
        "link-foreign" => (texts.dead_foreign, texts.dead_foreign_text),
        "link-damaged" => (texts.dead_damaged, texts.dead_damaged_text),
        "link-too-new" => (texts.dead_new, texts.dead_new_text),
        "link-expired" => (texts.dead_expired, texts.dead_ask),
        "link-used-up" => (texts.dead_used_up, texts.dead_ask),
        "link-paused" => (texts.dead_paused, texts.dead_paused_text),
        "link-unknown" => return (texts.dead_unknown, format!("{} {}", texts.dead_unknown_text, texts.dead_ask)),
        "link-wrong-hub" => (texts.dead_hub, texts.dead_hub_text),
        "wrong-room" => (texts.dead_room, texts.dead_room_text),
        "banned" => (texts.dead_banned, texts.dead_banned_text),
        "pseudonym-forbidden" => (texts.dead_names, words.fact_names_forbidden),
        "pseudonym-required" => (texts.dead_names, words.fact_names_required),
        "no-guests" | "needs-account" => (texts.account_first, words.open_accounts_only),
        _ => return (texts.dead_other, texts.problem(problem)),
    };
    (title, text.to_owned())
}

/// Refused for a reason that trying again does not change by itself.
fn is_known(code: &str) -> bool {
    code.starts_with("link-")
        || matches!(
            code,
            "wrong-room" | "banned" | "no-guests" | "needs-account" | "pseudonym-forbidden" | "pseudonym-required"
        )
}
