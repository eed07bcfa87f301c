//! An address that is no page.

use doorstep_public_page::no_room_page::NoRoomPage;
use yew::prelude::*;

use crate::hooks::{use_look, use_served, use_title};

/// An address that is no page.
#[component]
pub(crate) fn Unknown() -> Html {
    let (look, served) = (use_look(), use_served());
    use_title("");
    html! { <NoRoomPage lang={look.lang()} house={served.house.name.clone()} /> }
}
