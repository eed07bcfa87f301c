//! The module a stranger loads: home, doors, join links, scanning.

use yew::prelude::*;

use crate::app::{self, App, Pages};
use crate::pages::{door, home, join, scan, unknown};
use crate::route::{Route, local_room};

const PAGES: Pages =
    Pages { module: doorstep_public_page::Module::Visitor, page, speak: doorstep_texts::load_visitor, title };

/// Runs it.
pub fn run() {
    app::run(&PAGES);
}

fn page(app: &App) -> Html {
    match &*app.route {
        Route::Home => home::home(app),
        Route::Door(slug) => door::door(app, &local_room(&app.house.domain, slug)),
        Route::At(room) => door::door(app, room),
        Route::Scan => scan::scan(app),
        Route::Join(text) => join::join(app, text),
        _ => unknown::unknown(app),
    }
}

fn title(app: &App) -> Option<String> {
    match &*app.route {
        Route::Door(slug) => app.door.as_ref().filter(|door| door.slug == *slug).map(|door| door.name.clone()),
        Route::Scan => Some(app.visitor_texts().scan.to_owned()),
        Route::Join(_) => Some(app.lang().words().join_title.to_owned()),
        _ => None,
    }
}
