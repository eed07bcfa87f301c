//! What was said in a room, day by day.

use std::rc::Rc;

use doorstep_page_api::view::{ChatBody, ChatMessage, Command, RoomView};
use doorstep_public_page::text::fill;
use yew::prelude::*;

use super::message::{Message, Wish, missed};
use crate::hooks::{use_engine, use_look};
use crate::services::{document, time};
use crate::text::{called, happening};

/// Messages of one person within this time stand under one name, milliseconds.
const TOGETHER: u64 = 300_000;

/// Properties of [`Log`].
#[derive(PartialEq, Properties)]
pub(crate) struct LogProps {
    /// The room.
    pub(crate) room: Rc<RoomView>,
    /// What somebody wants to do with a message, by its id.
    pub(crate) on_wish: Callback<(String, Wish)>,
}

/// Pixels from its beginning at which more of it is asked for.
const NEAR: i32 = 400;

/// What was said, as far as it is shown; more of it comes as one scrolls up, or asks for it.
#[component]
pub(crate) fn Log(props: &LogProps) -> Html {
    let (engine, look) = (use_engine(), use_look());
    let menu = use_state(|| None::<String>);
    let room = &props.room;
    {
        // Notes above take place from what is said.
        let newest = (room.messages.len() + room.peers.len(), room.messages.last().map(|message| message.id.clone()));
        let first = use_mut_ref(|| true);
        let (engine, room) = (engine.clone(), room.clone());
        use_effect_with(newest, move |_| {
            // Something new is shown: its place comes into view, and it counts as read when somebody can read it.
            let mine = room.messages.last().is_some_and(|last| last.from == room.me);
            document::scroll_to_end(".log", first.replace(false) || mine);
            let unread = engine.summary(&room.room).is_some_and(|line| line.unread > 0);
            if unread && document::in_front() {
                engine.send(Command::MarkRead { room: room.room.clone() });
            }
        });
    }
    // The first message shown when older ones were asked for last, and the one that is to come into view with them.
    let asked = use_state(|| None::<String>);
    let wanted = use_mut_ref(|| None::<String>);
    let oldest = room.messages.first().map(|message| message.id.clone());
    let ask = {
        let (engine, asked, oldest, uri) = (engine.clone(), asked.clone(), oldest.clone(), room.room.clone());
        Callback::from(move |from: Option<String>| {
            asked.set(oldest.clone());
            engine.send(Command::ShowOlder { room: uri.clone(), from });
        })
    };
    let place = use_mut_ref(|| None::<(i32, i32)>);
    {
        let (place, wanted) = (place.clone(), wanted.clone());
        use_effect_with(oldest.clone(), move |_| {
            let there = wanted.borrow().as_ref().is_some_and(|id| document::show(&["m-", id].concat()));
            if there {
                *wanted.borrow_mut() = None;
            } else if let Some(before) = *place.borrow() {
                document::keep_place(".log", before);
            }
        });
    }
    {
        let place = place.clone();
        use_effect(move || *place.borrow_mut() = document::scrolled(".log"));
    }
    let waits = asked.is_some() && *asked == oldest;
    let onscroll = {
        let (place, ask, more) = (place.clone(), ask.clone(), room.older && !waits);
        Callback::from(move |_: Event| {
            let now = document::scrolled(".log");
            *place.borrow_mut() = now;
            if more && now.is_some_and(|(top, _)| top < NEAR) {
                ask.emit(None);
            }
        })
    };
    let on_wish = {
        let (menu, on_wish, ask) = (menu.clone(), props.on_wish.clone(), ask.clone());
        Callback::from(move |(id, wish): (String, Wish)| {
            if let Wish::Show(answered) = wish {
                if !document::show(&["m-", &answered].concat()) {
                    *wanted.borrow_mut() = Some(answered.clone());
                    ask.emit(Some(answered));
                }
                return;
            }
            let open = menu.as_ref() == Some(&id);
            menu.set((wish == Wish::Menu && !open).then(|| id.clone()));
            on_wish.emit((id, wish));
        })
    };
    let texts = look.texts();
    let mut lines = Vec::with_capacity(room.messages.len() + 8);
    let mut day = String::new();
    let mut before: Option<&ChatMessage> = None;
    for message in &room.messages {
        let today = time::day(look.lang(), message.at);
        let new_day = today != day;
        if new_day {
            lines.push(html! { <li key={["day-", &today].concat()} class="day"><span>{ &today }</span></li> });
            day = today;
        }
        if let ChatBody::Happened(what) = &message.body {
            let text = happening(texts, what, &message.from, &room.me);
            lines.push(html! { <li key={message.id.clone()} class="happened">{ text }</li> });
            before = None;
            continue;
        }
        let follows = !new_day
            && message.reply_to.is_none()
            && before.is_some_and(|other| other.from == message.from && message.at.saturating_sub(other.at) < TOGETHER);
        let person = room.people.iter().find(|person| person.user == message.from);
        lines.push(html! {
            <Message key={message.id.clone()} message={message.clone()} me={room.me.clone()} can={room.can}
                missed={missed(room, message.at)} {follows} menu={menu.as_ref() == Some(&message.id)}
                known={person.and_then(|person| person.disclosed.clone())} on_wish={on_wish.clone()} />
        });
        before = Some(message);
    }
    html! {
        <div class="log" role="log" aria-label={fill(texts.log_label, &[&called(room)])} aria-busy={waits.to_string()}
            tabindex="0" {onscroll}>
            <ol class="lines">
                if room.older {
                    <li key="older" class="older">
                        <button class="quiet" data-testid="show-older" aria-disabled={waits.to_string()}
                            onclick={ask.reform(|_: MouseEvent| None)}>
                            { if waits { texts.loading } else { texts.show_older } }
                        </button>
                    </li>
                }
                { for lines }
            </ol>
        </div>
    }
}
