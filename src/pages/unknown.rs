//! An address that is no page.

use doorstep_public_page::no_room_page::NoRoomPage;
use yew::prelude::*;

use crate::app::use_app;

/// An address that is no page.
#[component(Unknown)]
pub(crate) fn unknown() -> Html {
    let Some(app) = use_app() else { return Html::default() };
    html! { <NoRoomPage house={app.house.name.clone()} /> }
}
