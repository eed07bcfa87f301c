//! The components as the server renders them: forms switched off, no app around.

use doorstep_client_api::door::{Door, House, PageData, Pseudonyms, WayIn};
use yew::prelude::*;

use crate::door_page::{DoorPage, no_way_in};
use crate::frame::Frame;
use crate::house_page::HousePage;
use crate::join_form::JoinForm;
use crate::knock_form::KnockForm;
use crate::lang::Lang;
use crate::no_room_page::NoRoomPage;

/// Properties of [`ServerPage`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ServerPageProps {
    pub(crate) lang: Lang,
    pub(crate) data: PageData,
    /// A page of the app: there is nothing to show without it.
    pub(crate) app_page: bool,
}

/// What stands in the document before the app takes over.
#[component(ServerPage)]
pub(crate) fn server_page(props: &ServerPageProps) -> Html {
    let ServerPageProps { lang, data, app_page } = props;
    let (house, page) = match data {
        PageData::House(house) if *app_page => (house, shell(*lang, house)),
        PageData::House(house) => (house, html! { <HousePage house={house.clone()} /> }),
        PageData::Door(house, door) => {
            (house, html! { <DoorPage door={door.clone()} way_in={quiet_way_in(*lang, door)} /> })
        }
        PageData::NoRoom(house) => (house, html! { <NoRoomPage house={house.name.clone()} /> }),
    };
    html! {
        <ContextProvider<Lang> context={*lang}>
            <Frame house={house.name.clone()}>{ page }</Frame>
        </ContextProvider<Lang>>
    }
}

fn quiet_way_in(lang: Lang, door: &Door) -> Html {
    match door.way_in {
        WayIn::Knock => html! {
            <KnockForm hub={door.hub.clone()} lifetime={door.knock_lifetime} tells_outcome={door.tells_outcome} />
        },
        WayIn::Open => html! { <JoinForm by_pseudonym={door.pseudonyms != Pseudonyms::Forbidden} /> },
        WayIn::LinkOnly | WayIn::Closed => no_way_in(lang, door.way_in),
    }
}

fn shell(lang: Lang, house: &House) -> Html {
    let words = lang.words();
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ &house.name }</h1>
            <noscript><p class="note">{ words.app_needs_js }</p></noscript>
            <p class="needs-script hint">{ words.loading }</p>
            <p class="boot-failed problem">{ words.boot_failed }</p>
        </div>
    }
}
