//! The module of everything behind the doors: rooms, requests, and who one is.

use yew::prelude::*;

use crate::app::{self, App, Pages};
use crate::pages::{account, chat, new_room, requests, rooms, settings};
use crate::route::Route;

const PAGES: Pages =
    Pages { module: doorstep_public_page::Module::Members, page, speak: doorstep_texts::load_members, title };

/// Runs it.
pub fn run() {
    app::run(&PAGES);
}

/// For the addresses of visitors' pages no document starts this module.
fn page(app: &App) -> Html {
    match &*app.route {
        Route::New => new_room::new_room(app),
        Route::Requests => requests::requests(app),
        Route::Room(key) => chat::chat(app, key),
        Route::Settings => settings::settings(app),
        Route::Account => account::account(app),
        _ => rooms::rooms(app),
    }
}

fn title(app: &App) -> Option<String> {
    let texts = app.member_texts();
    let page = match &*app.route {
        Route::New => texts.new_title,
        Route::Requests => texts.requests,
        Route::Room(_) => {
            let uri = app.route.room_uri(&app.house.domain).unwrap_or_default();
            return app.model.rooms.get(&uri).map(|room| room.name.clone());
        }
        Route::Settings => texts.settings,
        Route::Account => texts.account,
        _ => texts.rooms,
    };
    Some(page.to_owned())
}
