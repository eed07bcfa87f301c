//! `/rooms`: the rooms I am in.

use doorstep_page_api::view::RoomSummary;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::naming::display_name;
use doorstep_public_page::page_link::PageLink;
use doorstep_public_page::text::count;
use yew::prelude::*;

use crate::components::loading::Loading;
use crate::components::moment::Moment;
use crate::hooks::{use_engine, use_look, use_served, use_title};
use crate::route::Route;
use crate::text::{account, called_in, room_end};

/// The rooms I am in.
#[component]
pub(crate) fn Rooms() -> Html {
    let (engine, look) = (use_engine(), use_look());
    let texts = look.texts();
    use_title(texts.rooms);
    let list = match &engine.home {
        None if engine.is_active() => html! { <Loading /> },
        None => html! { <p>{ texts.nothing_yet }</p> },
        Some(home) if home.rooms.is_empty() => html! { <p>{ texts.rooms_none }</p> },
        Some(home) => {
            let lines =
                home.rooms.iter().map(|room| html! { <RoomLine key={room.room.clone()} room={room.clone()} /> });
            html! { <ul class="room-list">{ for lines }</ul> }
        }
    };
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.rooms }</h1>
            { list }
            <div class="buttons">
                <PageLink to={Route::New} class="button">{ icon(Icon::Plus) }{ texts.new_title }</PageLink>
                <PageLink to={Route::Connect} class="button" testid="to-connect">{ icon(Icon::Person) }{ texts.connect }</PageLink>
                <PageLink to={Route::Scan} class="button">{ icon(Icon::Camera) }{ texts.scan }</PageLink>
                <PageLink to={Route::Home} class="button quiet">{ icon(Icon::House) }{ texts.find_rooms }</PageLink>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct RoomLineProps {
    room: RoomSummary,
}

/// A room of the list.
#[component]
fn RoomLine(props: &RoomLineProps) -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let (texts, room) = (look.texts(), &props.room);
    let name = called_in(&engine, &room.room, &room.name);
    let address = room.with.as_deref().map(account).filter(|address| *address != name);
    let unread = u64::from(room.unread);
    html! {
        <li class="card card-link">
            <div class="room-line">
                <h2 dir="auto">
                    <PageLink to={Route::room(&room.room, &served.house.domain)} testid="room-link">{ name }</PageLink>
                </h2>
                if unread > 0 {
                    <span class="badge">
                        <span aria-hidden="true">{ unread }</span>
                        <span class="unseen">{ count(look.lang(), texts.unread_count, unread) }</span>
                    </span>
                }
            </div>
            if let Some(address) = address { <p class="hint" dir="ltr" data-testid="room-with">{ address }</p> }
            if let Some((from, text)) = &room.last {
                <p class="last"><bdi>{ display_name(from) }</bdi>{ ": " }<span dir="auto">{ text }</span></p>
            }
            <p class="marks">
                <span class="mark"><Moment at={room.at} /></span>
                if room.requests > 0 {
                    <span class="mark">
                        { icon(Icon::Knock) }{ count(look.lang(), texts.waiting_count, u64::from(room.requests)) }
                    </span>
                }
                if let Some(end) = room.ended {
                    <span class="mark">{ icon(Icon::Ban) }{ room_end(texts, end) }</span>
                }
            </p>
        </li>
    }
}
