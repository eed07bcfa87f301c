//! `/r/{slug}`: the public page of a room, with a live way in.

use doorstep_client_api::door::{Door, Pseudonyms, WayIn};
use doorstep_client_api::view::{Command, KnockDraft, MyKnock, MyKnockState, Outcome};
use doorstep_public_page::door_page::{DoorPage, no_way_in};
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::join_form::JoinForm;
use doorstep_public_page::knock_form::KnockForm;
use doorstep_public_page::link::Link;
use doorstep_public_page::no_room_page::NoRoomPage;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::app::{App, use_app, use_asked};
use crate::components::knock_status::KnockStatus;
use crate::route::Route;
use crate::services::http::{self, Unreachable};
use crate::services::{document, entropy, field, shelf};

/// Properties of [`DoorRoute`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DoorRouteProps {
    /// Last segment of the room's address.
    pub(crate) slug: String,
}

/// The public page of a room: from the document, or fetched.
#[component(DoorRoute)]
pub(crate) fn door_route(props: &DoorRouteProps) -> Html {
    let app = use_app();
    let served = app.as_ref().and_then(|app| app.door.clone()).filter(|door| door.slug == props.slug);
    let door = use_state(|| served.map(|door| Ok::<_, Unreachable>(Some(door))));
    let tries = use_state(|| 0u32);
    let domain = app.as_ref().map(|app| app.house.domain.clone()).unwrap_or_default();
    use_effect_with((props.slug.clone(), *tries), {
        let (door, known) = (door.setter(), matches!(*door, Some(Ok(_))));
        move |(slug, _): &(String, u32)| {
            if !known {
                let slug = slug.clone();
                spawn_local(async move { door.set(Some(http::door(&domain, &slug).await)) });
            }
        }
    });
    let name = (*door).as_ref().and_then(|door| door.as_ref().ok().cloned().flatten()).map(|door| door.name);
    use_effect_with(name, {
        let house = app.as_ref().map(|app| app.house.name.clone()).unwrap_or_default();
        move |name| {
            if let Some(name) = name {
                document::set_title(&format!("{name} · {house}"));
            }
        }
    });
    let Some(app) = app else { return Html::default() };
    let texts = app.texts();
    match &*door {
        Some(Ok(Some(door))) => {
            html! { <DoorPage door={door.clone()} way_in={html! { <WayInto door={door.clone()} /> }} /> }
        }
        Some(Ok(None)) => html! { <NoRoomPage house={app.house.name.clone()} /> },
        Some(Err(Unreachable)) => html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.unreachable_title }</h1>
                <p role="alert">{ texts.unreachable }</p>
                <button onclick={move |_| tries.set(*tries + 1)}>{ icon(Icon::Again) }{ texts.try_now }</button>
            </div>
        },
        None => html! { <div class="letter"><p class="hint" role="status">{ texts.loading }</p></div> },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct WayIntoProps {
    door: Door,
}

/// How to get in: already in, a knock under way, a form, or no way.
#[component(WayInto)]
fn way_into(props: &WayIntoProps) -> Html {
    let again = use_state(|| None::<String>);
    let Some(app) = use_app() else { return Html::default() };
    let door = &props.door;
    let knock = app.model.knock_at(&door.room).filter(|knock| *again != Some(knock.id.clone()));
    let on_again = |id: &str| {
        let (again, id) = (again.clone(), id.to_owned());
        Callback::from(move |()| again.set(Some(id.clone())))
    };
    let is_in = app.model.summary(&door.room).is_some_and(|room| room.ended.is_none());
    if is_in && !knock.is_some_and(|knock| knock.state == MyKnockState::Accepted) {
        return already_in(&app, door);
    }
    if let Some(draft) = app.model.draft_at(&door.room) {
        return html! { <KnockStatus key={draft.id.clone()} knock={just_sent(draft, &app.house.domain, app.now)} in_list=false /> };
    }
    if let Some(knock) = knock {
        return html! { <KnockStatus key={knock.id.clone()} knock={knock.clone()} in_list=false on_again={on_again(&knock.id)} /> };
    }
    match door.way_in {
        WayIn::Knock => html! { <Knocking door={door.clone()} /> },
        WayIn::Open => html! { <Joining door={door.clone()} /> },
        WayIn::LinkOnly | WayIn::Closed => no_way_in(app.lang(), door.way_in),
    }
}

fn already_in(app: &App, door: &Door) -> Html {
    let texts = app.texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in" class="signed">{ icon(Icon::Check) }<span>{ texts.you_are_in }</span></h2>
            <p>{ texts.you_are_in_text }</p>
            <div class="buttons"><Link to={app.room_path(&door.room)} class="button primary">{ icon(Icon::Door) }{ texts.go_in }</Link></div>
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
    format!("mimi://{domain}/p/{id}")
}

/// Somebody without an account at a door that wants one.
fn needs_account(app: &App, door: &Door) -> bool {
    let has = app.model.home.as_ref().and_then(|home| home.me.as_ref()).is_some_and(|me| me.handle.is_some());
    !(has || door.guests && app.house.guests)
}

fn account_first(app: &App, text: &'static str) -> Html {
    let texts = app.texts();
    html! {
        <section class="card" aria-labelledby="way-in">
            <h2 id="way-in">{ texts.account_first }</h2>
            <p>{ text }</p>
            <div class="buttons"><Link to={Route::Account.path()} class="button primary">{ icon(Icon::Person) }{ texts.make_account }</Link></div>
        </section>
    }
}

/// A name to be used once: one that is ready, or a new one.
#[hook]
fn use_pseudonym() -> (String, Callback<MouseEvent>) {
    let chosen = use_state(entropy::uuid);
    let turn = use_state(|| 0usize);
    let ready =
        use_app().and_then(|app| app.model.home.clone()).map(|home| home.ready_pseudonyms.clone()).unwrap_or_default();
    let current = ready.get(*turn).cloned().unwrap_or_else(|| (*chosen).clone());
    let other = Callback::from(move |_: MouseEvent| {
        chosen.set(entropy::uuid());
        turn.set(*turn + 1);
    });
    (current, other)
}

#[component(Knocking)]
fn knocking(props: &WayIntoProps) -> Html {
    let door = &props.door;
    let note = use_state(|| shelf::draft(&door.room));
    let (pseudonym, on_other_name) = use_pseudonym();
    let asked = use_asked();
    let Some(app) = use_app() else { return Html::default() };
    let words = app.lang().words();
    // Whoever has been here before may have knocked already: the form stays off until the engine has said so.
    let quiet = app.active && app.model.home.is_none() && app.model.trouble.is_none();
    if !quiet && door.pseudonyms == Pseudonyms::Forbidden {
        return account_first(&app, words.knock_accounts_only);
    }
    if !quiet && needs_account(&app, door) {
        return account_first(&app, words.knock_accounts_only);
    }
    let Some(knock_room) = door.knock_room.clone().filter(|_| !door.moderators.is_empty()) else {
        return html! {
            <section class="card" aria-labelledby="way-in"><h2 id="way-in">{ words.knock_title }</h2><p>{ words.knock_nobody }</p></section>
        };
    };
    let on_note = {
        let (note, place) = (note.clone(), door.room.clone());
        Callback::from(move |event: InputEvent| {
            let text = field::text(&event);
            shelf::keep_draft(&place, &text);
            note.set(text);
        })
    };
    let on_submit = {
        let (app, asked, door) = (app.clone(), asked.clone(), door.clone());
        let (note, pseudonym) = (note.clone(), pseudonym.clone());
        Callback::from(move |event: SubmitEvent| {
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
                    link: None,
                    disclose: None,
                }),
            );
            shelf::keep_draft(&door.room, "");
        })
    };
    html! {
        <KnockForm hub={door.hub.clone()} lifetime={door.knock_lifetime} tells_outcome={door.tells_outcome}
            pseudonym={(!quiet).then(|| pseudonym_uri(&app.house.domain, &pseudonym))} note={(*note).clone()}
            problem={asked.problem.as_ref().map(|problem| AttrValue::from(app.texts().problem(problem)))}
            {on_note} {on_other_name} on_submit={(!quiet).then_some(on_submit)} />
    }
}

#[component(Joining)]
fn joining(props: &WayIntoProps) -> Html {
    let door = &props.door;
    let (pseudonym, on_other_name) = use_pseudonym();
    let asked = use_asked();
    let app = use_app();
    use_effect_with(asked.outcome.clone(), {
        let app = app.clone();
        move |outcome: &Option<Outcome>| {
            if let (Some(app), Some(Outcome::Room { room })) = (app, outcome) {
                app.go.emit(Route::room(room, &app.house.domain));
            }
        }
    });
    let Some(app) = app else { return Html::default() };
    let quiet = app.active && app.model.home.is_none() && app.model.trouble.is_none();
    if !quiet && needs_account(&app, door) {
        return account_first(&app, app.lang().words().open_accounts_only);
    }
    let handle = app.model.home.as_ref().and_then(|home| home.me.as_ref()).and_then(|me| me.handle.clone());
    let account = handle.filter(|_| door.pseudonyms != Pseudonyms::Required).map(AttrValue::from);
    let on_join = {
        let (app, asked, room, pseudonym) = (app.clone(), asked.clone(), door.room.clone(), pseudonym.clone());
        Callback::from(move |as_account: bool| {
            let pseudonym = (!as_account).then(|| pseudonym.clone());
            asked.send(&app, Command::JoinOpen { room: room.clone(), pseudonym, as_account });
        })
    };
    html! {
        <JoinForm pseudonym={(!quiet).then(|| pseudonym_uri(&app.house.domain, &pseudonym))}
            by_pseudonym={door.pseudonyms != Pseudonyms::Forbidden} {account} busy={asked.busy}
            problem={asked.problem.as_ref().map(|problem| AttrValue::from(app.texts().problem(problem)))}
            {on_other_name} on_join={(!quiet).then_some(on_join)} />
    }
}
