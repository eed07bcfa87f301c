//! `/r/{slug}` and `/at#{room}`: the public page of a room, with a live way in.

use doorstep_client_api::door::{Door, Pseudonyms, WayIn};
use doorstep_client_api::view::{Claims, Command, KnockDraft, MyKnock, MyKnockState};
use doorstep_public_page::door_page::{door_page, no_way_in};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::join_form::{JoinForm, join_form};
use doorstep_public_page::knock_form::{KnockForm, knock_form};
use doorstep_public_page::no_room_page::no_room_page;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::app::{App, Asked};
use crate::components::elsewhere::elsewhere;
use crate::components::knock_disclose::knock_disclose;
use crate::components::knock_status::knock_status;
use crate::components::loading::loading;
use crate::piece::{Here, State, piece};
use crate::route::{Route, at_path};
use crate::services::http::{self, Unreachable};
use crate::services::{document, entropy, field, shelf};

/// What is known of a room that was asked for.
type Found = Result<Option<Door>, Unreachable>;

/// The public page of a room, by its URI: from the document, or fetched.
pub(crate) fn door(app: &App, room: &str) -> Html {
    let (app, name) = (app.clone(), room.to_owned());
    piece(&["door/", room].concat(), move |here| draw(here, &app, &name))
}

fn draw(here: &Here, app: &App, room: &str) -> Html {
    let found = here.state("found", || app.door.clone().filter(|door| door.room == room).map(|door| Ok(Some(door))));
    if found.is_none() {
        here.when_changed("asked", (), {
            let (found, room) = (found.clone(), room.to_owned());
            move || fetch(found, room)
        });
    }
    let texts = app.visitor_texts();
    match &*found {
        Some(Ok(Some(door))) => {
            let title = [&door.name, " · ", &app.house.name].concat();
            here.when_changed("title", title.clone(), move || document::set_title(&title));
            door_page(app.lang(), door, way_into(app, door, None))
        }
        Some(Ok(None)) => no_room_page(app.lang().words(), &app.house.name),
        Some(Err(Unreachable)) => {
            let (found, room) = (found.clone(), room.to_owned());
            let again = Callback::from(move |_: Event| fetch(found.clone(), room.clone()));
            html! {
                <div class="letter">
                    <h1 tabindex="-1">{ texts.unreachable_title }</h1>
                    <p role="alert">{ texts.unreachable }</p>
                    <button onclick={again}>{ icon(Icon::Again) }{ texts.try_now }</button>
                </div>
            }
        }
        None => html! { <div class="letter">{ loading(texts) }</div> },
    }
}

fn fetch(found: State<Option<Found>>, room: String) {
    spawn_local(async move { found.set(Some(http::door_of(&room).await)) });
}

/// How to get into a room. `link`: the dead link she came by, told in her knock.
pub(crate) fn way_into(app: &App, door: &Door, link: Option<String>) -> Html {
    let (app, door) = (app.clone(), door.clone());
    piece("way-in", move |here| draw_way(here, &app, &door, link.as_ref()))
}

/// How to get in: already in, a knock under way, a form, or no way.
fn draw_way(here: &Here, app: &App, door: &Door, link: Option<&String>) -> Html {
    let again = here.state("again", || None::<String>);
    let knock = app.model.knock_at(&door.room).filter(|knock| again.as_ref() != Some(&knock.id));
    let is_in = app.model.summary(&door.room).is_some_and(|room| room.ended.is_none());
    if is_in && !knock.is_some_and(|knock| knock.state == MyKnockState::Accepted) {
        return already_in(app, door);
    }
    if let Some(draft) = app.model.draft_at(&door.room) {
        return knock_status(app, &just_sent(draft, &app.house.domain, app.now), false, None);
    }
    if let Some(knock) = knock {
        let on_again = again.sets(Some(knock.id.clone()));
        return knock_status(app, knock, false, Some(on_again));
    }
    // Whoever came from another provider's page is at home here already.
    let away = (door.hub == app.house.domain).then(|| elsewhere(app, &door.room, at_path(&door.room)));
    let (app, door) = (app.clone(), door.clone());
    let form = match door.way_in {
        WayIn::Knock => {
            let link = link.cloned();
            piece("knocking", move |here| knocking(here, &app, &door, link.as_ref()))
        }
        WayIn::Open => piece("joining", move |here| joining(here, &app, &door)),
        WayIn::LinkOnly | WayIn::Closed => return no_way_in(app.lang(), door.way_in),
    };
    html! { <>{ form }{ for away.into_iter() }</> }
}

fn already_in(app: &App, door: &Door) -> Html {
    let texts = app.visitor_texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in" class="signed">{ icon(Icon::Check) }<span>{ texts.you_are_in }</span></h2>
            <p>{ texts.you_are_in_text }</p>
            <div class="buttons"><a href={app.room_path(&door.room)} class="button primary">{ icon(Icon::Door) }{ texts.go_in }</a></div>
        </section>
    }
}

/// A knock between the click and the engine taking it up.
fn just_sent(draft: &KnockDraft, domain: &str, now: u64) -> MyKnock {
    MyKnock {
        id: draft.id.clone(),
        room: draft.room.clone(),
        room_name: draft.room_name.clone(),
        note: draft.note.clone(),
        pseudonym: pseudonym_uri(domain, &draft.pseudonym),
        at: now,
        state: MyKnockState::Sending { step: 0, steps: 4, waiting_for_network: false },
    }
}

fn pseudonym_uri(domain: &str, id: &str) -> String {
    ["mimi://", domain, "/p/", id].concat()
}

/// Somebody without an account at a door that wants one.
fn needs_account(app: &App, door: &Door) -> bool {
    // A room's word on guests is about those of its hub: who comes from elsewhere comes on the word of her provider.
    let guest = app.house.guests && (door.guests || door.hub != app.house.domain);
    !(app.handle().is_some() || guest)
}

fn account_first(app: &App, text: &'static str) -> Html {
    let texts = app.visitor_texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ texts.account_first }</h2>
            <p>{ text }</p>
            <div class="buttons"><a href={Route::Account.path()} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</a></div>
        </section>
    }
}

/// A name to be used once: one that is ready, or a new one.
fn pseudonym(here: &Here, app: &App) -> (String, Callback<Event>) {
    let chosen = here.state("chosen", entropy::uuid);
    let turn = here.state("turn", || 0usize);
    let ready = app.model.home.as_ref().and_then(|home| home.ready_pseudonyms.get(*turn));
    let current = ready.unwrap_or(&chosen).clone();
    let other = Callback::from(move |_: Event| {
        chosen.set(entropy::uuid());
        turn.set(*turn + 1);
    });
    (current, other)
}

/// Whoever has been here before may have knocked already: the form stays off until the engine has said so.
fn is_quiet(app: &App) -> bool {
    app.active && app.model.home.is_none() && app.model.trouble.is_none()
}

fn knocking(here: &Here, app: &App, door: &Door, link: Option<&String>) -> Html {
    let note = here.state("note", || shelf::draft(&door.room));
    let claims = here.state("claims", || None::<Claims>);
    let (pseudonym, on_other_name) = pseudonym(here, app);
    let asked = Asked::at(here, app);
    let words = app.lang().words();
    let quiet = is_quiet(app);
    if !quiet && (door.pseudonyms == Pseudonyms::Forbidden || needs_account(app, door)) {
        return account_first(app, words.knock_accounts_only);
    }
    let Some(knock_room) = door.knock_room.clone().filter(|_| !door.moderators.is_empty()) else {
        return html! {
            <section class="card" aria-labelledby="way-in"><h2 id="way-in">{ words.knock_title }</h2><p>{ words.knock_nobody }</p></section>
        };
    };
    let on_note = {
        let (note, place) = (note.clone(), door.room.clone());
        Callback::from(move |event: Event| {
            let text = field::text(&event);
            shelf::keep_draft(&place, &text);
            note.set(text);
        })
    };
    let on_submit = {
        let (app, asked, door, link) = (app.clone(), asked.clone(), door.clone(), link.cloned());
        let (note, pseudonym, claims) = (note.clone(), pseudonym.clone(), *claims);
        Callback::from(move |event: Event| {
            event.prevent_default();
            asked.send(
                &app,
                Command::Knock(KnockDraft {
                    id: entropy::uuid(),
                    room: door.room.clone(),
                    room_name: door.name.clone(),
                    knock_room: knock_room.clone(),
                    note: note.trim().to_owned(),
                    pseudonym: pseudonym.clone(),
                    link: link.clone(),
                    disclose: claims,
                }),
            );
            shelf::keep_draft(&door.room, "");
        })
    };
    let form = KnockForm {
        hub: &door.hub,
        lifetime: door.knock_lifetime,
        tells_outcome: door.tells_outcome,
        pseudonym: (!quiet).then(|| pseudonym_uri(&app.house.domain, &pseudonym)),
        note: (*note).clone(),
        more: knock_disclose(app, door, &claims),
        problem: asked.sentence(app),
        on_note: Some(on_note),
        on_other_name: Some(on_other_name),
        on_submit: (!quiet).then_some(on_submit),
    };
    knock_form(app.lang(), form)
}

fn joining(here: &Here, app: &App, door: &Door) -> Html {
    let (pseudonym, on_other_name) = pseudonym(here, app);
    let asked = Asked::at(here, app);
    asked.follow(here, app);
    let quiet = is_quiet(app);
    let words = app.lang().words();
    if !quiet && needs_account(app, door) {
        return account_first(app, words.open_accounts_only);
    }
    let on_join = {
        let (app, asked, room, pseudonym) = (app.clone(), asked.clone(), door.room.clone(), pseudonym.clone());
        Callback::from(move |as_account: bool| {
            let pseudonym = (!as_account).then(|| pseudonym.clone());
            asked.send(&app, Command::JoinOpen { room: room.clone(), pseudonym, as_account });
        })
    };
    let form = JoinForm {
        pseudonym: (!quiet).then(|| pseudonym_uri(&app.house.domain, &pseudonym)),
        by_pseudonym: door.pseudonyms != Pseudonyms::Forbidden,
        account: app.handle().filter(|_| door.pseudonyms != Pseudonyms::Required).cloned(),
        busy: asked.busy,
        problem: asked.sentence(app),
        on_other_name: Some(on_other_name),
        on_join: (!quiet).then_some(on_join),
    };
    join_form(words, form)
}
