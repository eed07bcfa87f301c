//! `/`: the provider's home page, the same as the server draws it.

use std::rc::Rc;

use doorstep_client_api::door::House;
use doorstep_public_page::house_page::HousePage;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::hooks::{use_engine, use_look, use_served, use_title};
use crate::services::http;

/// The home page.
#[component]
pub(crate) fn Home() -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let fresh = use_state(|| None::<Rc<House>>);
    use_title("");
    {
        let fresh = fresh.clone();
        use_effect_with((), move |()| {
            spawn_local(async move {
                // Unreachable: what the document said stays.
                if let Ok(Some(house)) = http::house().await {
                    fresh.set(Some(Rc::new(house)));
                }
            });
        });
    }
    let house = (*fresh).clone().unwrap_or(served.house);
    html! { <HousePage lang={look.lang()} {house} known={engine.handle().is_some()} /> }
}
