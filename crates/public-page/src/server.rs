//! The components as the server renders them: forms switched off, no app around.

use doorstep_client_api::door::{Door, House, PageData, Pseudonyms, WayIn};
use yew::prelude::*;

use crate::door_page::{door_page, no_way_in};
use crate::elsewhere::{Elsewhere, elsewhere};
use crate::frame::{Framed, frame};
use crate::house_page::house_page;
use crate::html;
use crate::join_form::{JoinForm, join_form};
use crate::knock_form::{KnockForm, knock_form};
use crate::no_room_page::no_room_page;
use crate::{Lang, Words};

/// Properties of [`ServerPage`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ServerPageProps {
    pub(crate) lang: Lang,
    pub(crate) data: PageData,
    /// A page of the app: there is nothing to show without it.
    pub(crate) app_page: bool,
    /// The one where join links are opened.
    pub(crate) join: bool,
}

/// What stands in the document before the app takes over.
#[component(ServerPage)]
pub(crate) fn server_page(props: &ServerPageProps) -> Html {
    let ServerPageProps { lang, data, app_page, join } = props;
    let words = lang.words();
    let (house, content) = match data {
        PageData::House(house) if *join => (house, invitation(words)),
        PageData::House(house) if *app_page => (house, shell(words, house)),
        PageData::House(house) => (house, house_page(*lang, house, false)),
        PageData::Door(house, door) => (house, door_page(*lang, door, quiet_ways_in(*lang, door))),
        PageData::NoRoom(house) => (house, no_room_page(words, &house.name)),
    };
    frame(*lang, Framed { house: &house.name, content, ..Framed::default() })
}

fn quiet_ways_in(lang: Lang, door: &Door) -> Html {
    let way = quiet_way_in(lang, door);
    if !matches!(door.way_in, WayIn::Knock | WayIn::Open) {
        return way;
    }
    html! { <>{ way }{ elsewhere(lang.words(), Elsewhere { room: &door.room, ..Elsewhere::default() }) }</> }
}

fn quiet_way_in(lang: Lang, door: &Door) -> Html {
    match door.way_in {
        WayIn::Knock => {
            let (hub, lifetime, tells_outcome) = (door.hub.as_str(), door.knock_lifetime, door.tells_outcome);
            knock_form(lang, KnockForm { hub, lifetime, tells_outcome, ..KnockForm::default() })
        }
        WayIn::Open => {
            let by_pseudonym = door.pseudonyms != Pseudonyms::Forbidden;
            join_form(lang.words(), JoinForm { by_pseudonym, ..JoinForm::default() })
        }
        WayIn::LinkOnly | WayIn::Closed => no_way_in(lang, door.way_in),
    }
}

/// What a join link opens before the app is there: the same words in the same places.
fn invitation(words: &Words) -> Html {
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ words.join_title }</h1>
            <noscript><p class="note">{ words.join_needs_js }</p></noscript>
            <p class="needs-script hint" role="status">{ words.join_looking }</p>
            <p class="boot-failed problem">{ words.boot_failed }</p>
        </div>
    }
}

fn shell(words: &Words, house: &House) -> Html {
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ &house.name }</h1>
            <noscript><p class="note">{ words.app_needs_js }</p></noscript>
            <p class="needs-script hint">{ words.loading }</p>
            <p class="boot-failed problem">{ words.boot_failed }</p>
        </div>
    }
}
