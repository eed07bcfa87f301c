//! `/rooms`: the rooms I am in.

use doorstep_client_api::naming::display_name;
use doorstep_client_api::view::RoomSummary;
use doorstep_public_page::html;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::text::count;
use yew::prelude::*;

use crate::app::App;
use crate::components::loading::loading;
use crate::components::moment::moment;
use crate::route::Route;
use crate::text::room_end;

/// The rooms I am in.
pub(crate) fn rooms(app: &App) -> Html {
    let texts = app.member_texts();
    let list = match &app.model.home {
        None if app.active => loading(texts),
        None => html! { <p>{ texts.nothing_yet }</p> },
        Some(home) if home.rooms.is_empty() => html! { <p>{ texts.rooms_none }</p> },
        Some(home) => html! { <ul class="room-list">{ for home.rooms.iter().map(|room| line(app, room)) }</ul> },
    };
    html! {
        <div class="letter">
            <h1 tabindex="-1">{ texts.rooms }</h1>
            { list }
            <div class="buttons">
                <a href={Route::New.path()} class="button">{ icon(Icon::Plus) }{ texts.new_title }</a>
                <a href={Route::Scan.path()} class="button">{ icon(Icon::Camera) }{ texts.scan }</a>
                <a href={Route::Home.path()} class="button quiet">{ icon(Icon::House) }{ texts.find_rooms }</a>
            </div>
        </div>
    }
}

fn line(app: &App, room: &RoomSummary) -> Html {
    let texts = app.member_texts();
    html! {
        <li class="card card-link">
            <div class="room-line">
                <h2 dir="auto"><a href={app.room_path(&room.room)} data-testid="room-link">{ &room.name }</a></h2>
                if room.unread > 0 {
                    <span class="badge"><span aria-hidden="true">{ u64::from(room.unread) }</span><span class="unseen">{ count(app.lang(), texts.unread_count, u64::from(room.unread)) }</span></span>
                }
            </div>
            if let Some((from, text)) = &room.last {
                <p class="last"><bdi>{ display_name(from) }</bdi>{ ": " }<span dir="auto">{ text }</span></p>
            }
            <p class="marks">
                <span class="mark">{ moment(app.lang(), app.now, room.at) }</span>
                if room.requests > 0 {
                    <span class="mark">{ icon(Icon::Knock) }{ count(app.lang(), texts.waiting_count, u64::from(room.requests)) }</span>
                }
                if let Some(end) = room.ended {
                    <span class="mark">{ icon(Icon::Ban) }{ room_end(texts, end) }</span>
                }
            </p>
        </li>
    }
}
