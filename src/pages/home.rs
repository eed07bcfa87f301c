//! `/`: the provider's home page, the same as the server draws it.

use doorstep_public_page::house_page::HousePage;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::app::use_app;
use crate::services::http;

/// The home page.
#[component(Home)]
pub(crate) fn home() -> Html {
    let fresh = use_state(|| None);
    use_effect_with((), {
        let fresh = fresh.setter();
        move |()| {
            spawn_local(async move {
                // Unreachable: what the document said stays.
                if let Ok(Some(house)) = http::house().await {
                    fresh.set(Some(house));
                }
            });
        }
    });
    let Some(app) = use_app() else { return Html::default() };
    let house = (*fresh).clone().unwrap_or_else(|| app.house.clone());
    let known = app.model.home.as_ref().and_then(|home| home.me.as_ref()).is_some_and(|me| me.handle.is_some());
    html! { <HousePage {house} {known} /> }
}
