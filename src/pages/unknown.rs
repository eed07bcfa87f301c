//! An address that is no page.

use doorstep_public_page::no_room_page::no_room_page;
use yew::prelude::*;

use crate::app::App;

/// An address that is no page.
pub(crate) fn unknown(app: &App) -> Html {
    no_room_page(app.lang().words(), &app.house.name)
}
