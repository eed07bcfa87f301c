//! `/j#…`: where a join link is opened. The code stays behind the `#` until one is in the room or goes elsewhere, so that
//! loading again looks again; looking spends nothing.

use doorstep_page_api::view::LinkText;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::invitation::Invitation;
use crate::hooks::{use_look, use_served, use_title};
use crate::route::Route;

/// Properties of [`Join`].
#[derive(PartialEq, Properties)]
pub(crate) struct JoinProps {
    /// What the address says behind the `#`; a secret.
    pub(crate) link: LinkText,
}

/// Where a link leads, and the way in.
#[component]
pub(crate) fn Join(props: &JoinProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let navigator = use_navigator();
    use_title(look.words().join_title);
    let on_joined = Callback::from(move |room: String| {
        if let Some(navigator) = &navigator {
            // The code has done its work: it leaves the address bar, and the way back.
            navigator.replace(&Route::Rooms);
            navigator.push(&Route::room(&room, &served.house.domain));
        }
    });
    html! { <Invitation link={props.link.clone()} heading="main h1" elsewhere=true {on_joined} /> }
}
