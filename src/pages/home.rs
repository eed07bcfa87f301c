//! `/`: the provider's home page, the same as the server draws it.

use doorstep_client_api::door::House;
use doorstep_public_page::house_page::house_page;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::app::App;
use crate::piece::{Here, piece};
use crate::services::http;

/// The home page.
pub(crate) fn home(app: &App) -> Html {
    let app = app.clone();
    piece("home", move |here| draw(here, &app))
}

fn draw(here: &Here, app: &App) -> Html {
    let fresh = here.state("fresh", || None::<House>);
    here.when_changed("asked", (), {
        let fresh = fresh.clone();
        move || {
            spawn_local(async move {
                // Unreachable: what the document said stays.
                if let Ok(Some(house)) = http::house().await {
                    fresh.set(Some(house));
                }
            });
        }
    });
    house_page(app.lang(), fresh.as_ref().unwrap_or(&app.house), app.handle().is_some())
}
