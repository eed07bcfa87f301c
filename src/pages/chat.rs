//! `/rooms/{room}`: the chat.

use std::cell::Cell;
use std::rc::Rc;

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{ChatBody, ChatMessage, Command, DiscloseTo, Disclosed, RoomView};
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::markup::{all, classes};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use crate::app::App;
use crate::components::composer::{Composer, composer};
use crate::components::disclose::disclose;
use crate::components::happening::sentence;
use crate::components::here::{strip, under_pseudonym};
use crate::components::links_panel::{self, links_panel};
use crate::components::loading::loading;
use crate::components::message::{Shown, Wish, message};
use crate::components::peer_notes::peer_notes;
use crate::components::people_panel::people_panel;
use crate::components::report::report;
use crate::piece::{Here, State, piece};
use crate::route::Route;
use crate::services::{document, shelf, time};
use crate::text::room_end;

/// What the composer is about.
#[derive(Clone, PartialEq)]
enum About {
    Nothing,
    Answering(ChatMessage),
    Changing(ChatMessage),
}

/// What is open beside the chat.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Nothing,
    People,
    Links,
}

/// The chat of the room the address names by `key`.
pub(crate) fn chat(app: &App, key: &str) -> Html {
    let app = app.clone();
    piece(&["chat/", key].concat(), move |here| draw(here, &app))
}

fn draw(here: &Here, app: &App) -> Html {
    let about = here.state("about", || About::Nothing);
    let menu = here.state("menu", || None::<String>);
    let side = here.state("side", || Side::Nothing);
    // How often the dialog was opened, so that each time it begins anew, and for whom.
    let telling = here.state("telling", || (0_u64, DiscloseTo::Room));
    let reporting = here.state("reporting", || (0_u64, None::<ChatMessage>));
    let uri = app.route.room_uri(&app.house.domain);
    let room = uri.and_then(|uri| app.model.rooms.get(&uri).cloned());
    if let Some(room) = &room {
        // Notes above take place from what is said.
        let newest = (room.messages.len() + room.peers.len(), room.messages.last().map(|message| message.id.clone()));
        let first = here.state("shown", || Cell::new(true));
        let (app, room) = (app.clone(), room.clone());
        here.when_changed("newest", newest, move || arrived(&app, &room, first.replace(false)));
    }
    let texts = app.member_texts();
    let Some(room) = room else { return missing(app) };
    let heard = is_heard(&room);
    let send_text = {
        let (app, room, about) = (app.clone(), room.room.clone(), about.clone());
        Callback::from(move |text: String| {
            let room = room.clone();
            if heard {
                shelf::set_spoken(&room);
            }
            app.port.send(match &*about {
                About::Changing(message) => Command::Edit { room, message: message.id.clone(), text },
                About::Answering(message) => Command::Send { room, text, reply_to: Some(message.id.clone()) },
                About::Nothing => Command::Send { room, text, reply_to: None },
            });
            about.set(About::Nothing);
        })
    };
    let on_wish = {
        let (app, room, about, menu) = (app.clone(), room.clone(), about.clone(), menu.clone());
        let reporting = reporting.clone();
        Callback::from(move |(id, wish): (String, Wish)| {
            let message = room.messages.iter().find(|message| message.id == id).cloned();
            let uri = room.room.clone();
            let open = (*menu).as_ref() == Some(&id);
            menu.set((wish == Wish::Menu && !open).then(|| id.clone()));
            match (wish, message) {
                (Wish::React(reaction), _) => {
                    app.port.send(Command::React { room: uri, message: id, reaction });
                }
                (Wish::Delete, _) => {
                    app.port.send(Command::Edit { room: uri, message: id, text: String::new() });
                }
                (Wish::Reply, Some(message)) => {
                    about.set(About::Answering(message));
                    document::focus("#composer-text");
                }
                (Wish::Report, message @ Some(_)) => {
                    reporting.update(|(times, _)| (times + 1, message));
                }
                (Wish::Edit, Some(message)) => {
                    about.set(About::Changing(message));
                    document::focus("#composer-text");
                }
                _ => {}
            }
        })
    };
    let invites = links_panel::concerns(&room);
    let (people, links) = (*side == Side::People, *side == Side::Links && invites);
    // Opens a panel, or closes it if it is open; what is focused then.
    let turn = |to: Side, focus: &'static str| {
        let side = side.clone();
        Callback::from(move |_: Event| {
            side.set(if *side == to { Side::Nothing } else { to });
            document::focus(focus);
        })
    };
    let tell = {
        let telling = telling.clone();
        Callback::from(move |to: DiscloseTo| telling.update(|(times, _)| (times + 1, to)))
    };
    html! {
        <div class={classes("chat", people || links, "chat-panel")}>
            <div class="chat-main">
                <header class="chat-head">
                    <a href={Route::Rooms.path()} class="button quiet back">{ icon(Icon::Back) }<span class="unseen">{ texts.rooms }</span></a>
                    <h1 tabindex="-1" dir="auto">{ &room.name }</h1>
                    if invites {
                        <button class="quiet invite-button" data-testid="invite" aria-expanded={links.to_string()} onclick={turn(Side::Links, "")}>
                            { icon(Icon::Link) }<span>{ texts.invite }</span>
                        </button>
                    }
                    <button class="quiet people-button" data-testid="people" aria-expanded={people.to_string()} onclick={turn(Side::People, "")}>
                        { icon(Icon::People) }<span>{ room.people.len() }</span><span class="unseen">{ texts.people }</span>
                    </button>
                </header>
                { strip(app, &room, &tell) }
                { peer_notes(app, &room) }
                <div class="log" role="log" aria-label={fill(texts.log_label, &[&room.name])} tabindex="0">
                    <ol class="lines">{ lines(app, &room, (*menu).as_deref(), &on_wish) }</ol>
                </div>
                { foot(app, &room, &about, send_text) }
            </div>
            if people {
                { people_panel(app, &room, turn(Side::People, ".people-button"), tell) }
            } else if links {
                { links_panel(app, &room, turn(Side::Links, ".invite-button")) }
            }
            if telling.0 > 0 { { disclose(app, &room, telling.0, &telling.1) } }
            if let (time, Some(message)) = &*reporting { { report(app, &room, *time, message) } }
        </div>
    }
}

/// Something new is shown: its place comes into view, and it counts as read when somebody can read it.
fn arrived(app: &App, room: &RoomView, first: bool) {
    let mine = room.messages.last().is_some_and(|last| last.from == room.me);
    document::scroll_to_end(".log", first || mine);
    if app.model.summary(&room.room).is_some_and(|line| line.unread > 0) && document::in_front() {
        app.port.send(Command::MarkRead { room: room.room.clone() });
    }
}

fn lines(app: &App, room: &RoomView, menu: Option<&str>, on_wish: &Callback<(String, Wish)>) -> Html {
    let texts = app.member_texts();
    let mut out = Vec::with_capacity(room.messages.len() + 8);
    let mut day = String::new();
    let mut before: Option<&ChatMessage> = None;
    let known: Vec<(&str, &Disclosed)> =
        room.people.iter().filter_map(|person| Some((person.user.as_str(), person.disclosed.as_ref()?))).collect();
    for message in &room.messages {
        let today = time::day(app.lang(), message.at);
        let new_day = today != day;
        if new_day {
            out.push(html! { <li key={["day-", &today].concat()} class="day"><span>{ &today }</span></li> });
            day = today;
        }
        if let ChatBody::Happened(happening) = &message.body {
            let text = sentence(texts, happening, &message.from, &room.me);
            out.push(html! { <li key={message.id.clone()} class="happened">{ text }</li> });
            before = None;
            continue;
        }
        let follows = !new_day
            && message.reply_to.is_none()
            && before.is_some_and(|other| other.from == message.from && message.at.saturating_sub(other.at) < 300_000);
        let menu = menu == Some(message.id.as_str());
        let known = known.iter().find(|(user, _)| *user == message.from).map(|(_, known)| *known);
        out.push(self::message(app, &Shown { message, room, follows, menu, known, on_wish }));
        before = Some(message);
    }
    all(out)
}

fn foot(app: &App, room: &Rc<RoomView>, about: &State<About>, on_send: Callback<String>) -> Html {
    let texts = app.member_texts();
    if let Some(end) = room.ended {
        return html! { <p class="chat-over" role="status">{ icon(Icon::Ban) }<span>{ room_end(texts, end) }</span></p> };
    }
    if !room.can.send {
        return html! { <p class="chat-over">{ icon(Icon::Info) }<span>{ texts.only_read }</span></p> };
    }
    let cancel = {
        let about = about.clone();
        Callback::from(move |()| about.set(About::Nothing))
    };
    let text_of = |message: &ChatMessage| match &message.body {
        ChatBody::Text(text) => text.clone(),
        _ => String::new(),
    };
    let (key, start, about) = match &**about {
        About::Nothing => (String::new(), None, None),
        About::Answering(message) => {
            (String::new(), None, Some(fill(texts.answering_to, &[&display_name(&message.from), &text_of(message)])))
        }
        About::Changing(message) => (message.id.clone(), Some(text_of(message)), Some(texts.changing.to_owned())),
    };
    // What is said under a new name says it to everybody: asked once in every room.
    let first = is_heard(room) && under_pseudonym(room) && !shelf::spoken(&room.room);
    let first = first.then(|| display_name(&room.me));
    let (app, composed) =
        (app.clone(), Composer { place: room.room.clone(), start, about, first, on_cancel: cancel, on_send });
    piece(&["write/", &key].concat(), move |here| composer(here, &app, &composed))
}

/// Somebody else is there.
fn is_heard(room: &RoomView) -> bool {
    room.people.iter().any(|person| person.user != room.me)
}

/// The room is not there (yet).
fn missing(app: &App) -> Html {
    let texts = app.member_texts();
    let uri = app.route.room_uri(&app.house.domain).unwrap_or_default();
    let coming = app.active && (app.model.home.is_none() || app.model.summary(&uri).is_some());
    html! {
        <div class="letter">
            if coming {
                { loading(texts) }
            } else {
                <h1 tabindex="-1">{ texts.not_in_title }</h1>
                <p>{ texts.not_in }</p>
                <div class="buttons">
                    if let Route::Room(key) = &*app.route {
                        if !key.contains("://") {
                            <a href={Route::Door(key.clone()).path()} class="button primary">{ icon(Icon::Door) }{ texts.to_door }</a>
                        }
                    }
                    <a href={Route::Rooms.path()} class="button quiet">{ texts.rooms }</a>
                </div>
            }
        </div>
    }
}
