//! `/rooms/{room}`: the chat.

use std::rc::Rc;

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::{ChatBody, ChatMessage, Command, RoomView};
use doorstep_public_page::figure::figure;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::link::Link;
use doorstep_public_page::text::{count, fill, rich};
use yew::prelude::*;

use crate::app::{App, use_app};
use crate::components::composer::Composer;
use crate::components::happening::sentence;
use crate::components::message::{Message, Wish};
use crate::components::people_panel::PeoplePanel;
use crate::route::Route;
use crate::services::{document, time};

/// What the composer is about.
#[derive(Clone, PartialEq)]
enum About {
    Nothing,
    Answering(ChatMessage),
    Changing(ChatMessage),
}

/// The chat of the room the address names.
#[component(Chat)]
pub(crate) fn chat() -> Html {
    let app = use_app();
    let about = use_state(|| About::Nothing);
    let menu = use_state(|| None::<String>);
    let panel = use_state(|| false);
    let room = app.as_ref().and_then(|app| {
        let uri = app.route.room_uri(&app.house.domain)?;
        app.model.rooms.get(&uri).cloned()
    });
    let newest =
        room.as_ref().map(|room| (room.messages.len(), room.messages.last().map(|message| message.id.clone())));
    let shown_before = use_mut_ref(|| false);
    use_effect_with(newest, {
        let (app, room) = (app.clone(), room.clone());
        move |newest| {
            if newest.is_some() {
                let first = !std::mem::replace(&mut *shown_before.borrow_mut(), true);
                let mine = room.as_ref().and_then(|room| room.messages.last().map(|last| last.from == room.me));
                document::scroll_to_end(".log", first || mine == Some(true));
                if let (Some(app), Some(room)) = (app, room)
                    && app.model.summary(&room.room).is_some_and(|line| line.unread > 0)
                    && document::in_front()
                {
                    app.port.send(Command::MarkRead { room: room.room.clone() });
                }
            }
        }
    });
    let Some(app) = app else { return Html::default() };
    let texts = app.texts();
    let Some(room) = room else { return missing(&app) };
    let send_text = {
        let (app, room, about) = (app.clone(), room.room.clone(), about.clone());
        Callback::from(move |text: String| {
            let room = room.clone();
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
                (Wish::Edit, Some(message)) => {
                    about.set(About::Changing(message));
                    document::focus("#composer-text");
                }
                _ => {}
            }
        })
    };
    let toggle = {
        let panel = panel.clone();
        Callback::from(move |_: MouseEvent| panel.set(!*panel))
    };
    let close = {
        let panel = panel.clone();
        Callback::from(move |()| {
            panel.set(false);
            document::focus(".people-button");
        })
    };
    html! {
        <div class={classes!("chat", panel.then_some("chat-panel"))}>
            <div class="chat-main">
                <header class="chat-head">
                    <Link to={Route::Rooms.path()} class="button quiet back">{ icon(Icon::Back) }<span class="unseen">{ texts.rooms }</span></Link>
                    <h1 tabindex="-1" dir="auto">{ &room.name }</h1>
                    <button class="quiet people-button" data-testid="people" aria-expanded={panel.to_string()} onclick={toggle}>
                        { icon(Icon::People) }<span>{ room.people.len() }</span><span class="unseen">{ texts.people }</span>
                    </button>
                </header>
                { strip(&app, &room) }
                <div class="log" role="log" aria-label={fill(texts.log_label, &[&room.name])} tabindex="0">
                    <ol class="lines">{ lines(&app, &room, (*menu).as_deref(), &on_wish) }</ol>
                </div>
                { foot(&app, &room, &about, send_text) }
            </div>
            if *panel {
                <PeoplePanel room={room.clone()} on_close={close} />
            }
        </div>
    }
}

/// Who I am here, and who waits at the door.
fn strip(app: &App, room: &RoomView) -> Html {
    let texts = app.texts();
    let waiting = app.model.open_requests().filter(|request| request.room == room.room).count() as u64;
    let pseudonym =
        room.people.iter().any(|person| person.user == room.me && person.pseudonym) || room.me.contains("/p/");
    let template = if pseudonym { texts.you_here_pseudonym } else { texts.you_here_account };
    html! {
        <div class="strip">
            <div class="strip-me">{ figure(&room.me) }<p>{ rich(template, &[html! { <em>{ display_name(&room.me) }</em> }]) }</p></div>
            if waiting > 0 {
                <Link to={Route::Requests.path()} class="button strip-waiting">{ icon(Icon::Knock) }{ count(app.lang(), texts.waiting_count, waiting) }</Link>
            }
        </div>
    }
}

fn lines(app: &App, room: &RoomView, menu: Option<&str>, on_wish: &Callback<(String, Wish)>) -> Html {
    let texts = app.texts();
    let mut out = Vec::with_capacity(room.messages.len() + 8);
    let mut day = String::new();
    let mut before: Option<&ChatMessage> = None;
    for message in &room.messages {
        let today = time::day(app.lang(), message.at);
        let new_day = today != day;
        if new_day {
            out.push(html! { <li key={format!("day-{today}")} class="day"><span>{ &today }</span></li> });
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
        out.push(html! {
            <Message key={message.id.clone()} message={message.clone()} me={room.me.clone()} can={room.can} {follows}
                menu={menu == Some(message.id.as_str())} on_wish={on_wish.clone()} />
        });
        before = Some(message);
    }
    out.into_iter().collect()
}

fn foot(app: &App, room: &Rc<RoomView>, about: &UseStateHandle<About>, on_send: Callback<String>) -> Html {
    let texts = app.texts();
    if let Some(end) = room.ended {
        return html! { <p class="chat-over" role="status">{ icon(Icon::Ban) }<span>{ texts.room_end(end) }</span></p> };
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
    let (key, start, line) = match &**about {
        About::Nothing => (String::new(), None, None),
        About::Answering(message) => {
            (String::new(), None, Some(fill(texts.answering_to, &[&display_name(&message.from), &text_of(message)])))
        }
        About::Changing(message) => (message.id.clone(), Some(text_of(message)), Some(texts.changing.to_owned())),
    };
    html! { <Composer {key} place={room.room.clone()} {start} about={line} on_cancel={cancel} {on_send} /> }
}

/// The room is not there (yet).
fn missing(app: &App) -> Html {
    let texts = app.texts();
    let uri = app.route.room_uri(&app.house.domain).unwrap_or_default();
    let coming = app.active && (app.model.home.is_none() || app.model.summary(&uri).is_some());
    html! {
        <div class="letter">
            if coming {
                <p class="hint" role="status">{ texts.loading }</p>
            } else {
                <h1 tabindex="-1">{ texts.not_in_title }</h1>
                <p>{ texts.not_in }</p>
                <div class="buttons">
                    if let Route::Room(key) = &app.route {
                        if !key.contains("://") {
                            <Link to={Route::Door(key.clone()).path()} class="button primary">{ icon(Icon::Door) }{ texts.to_door }</Link>
                        }
                    }
                    <Link to={Route::Rooms.path()} class="button quiet">{ texts.rooms }</Link>
                </div>
            }
        </div>
    }
}
