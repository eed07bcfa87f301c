//! The pages as the server renders them: forms switched off, no app around.

use std::rc::Rc;

use doorstep_client_api::door::{Door, House, PageData, Pseudonyms, WayIn};
use yew::prelude::*;

use crate::Lang;
use crate::door_page::{DoorPage, NoWayIn};
use crate::elsewhere::Elsewhere;
use crate::frame::Frame;
use crate::house_page::HousePage;
use crate::join_form::JoinForm;
use crate::knock_form::KnockForm;
use crate::no_room_page::NoRoomPage;
use crate::route::Route;

/// Properties of [`ServerPage`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ServerPageProps {
    lang: Lang,
    house: Rc<House>,
    content: Content,
}

/// What is inside the frame.
#[derive(Clone, PartialEq)]
enum Content {
    Home,
    Door(Rc<Door>),
    NoRoom,
    /// Where join links are opened.
    Invitation,
    /// Another page of the app: there is nothing to show without it.
    Shell,
}

impl ServerPageProps {
    /// The page at `route`, which has this data.
    pub(crate) fn new(lang: Lang, route: &Route, data: PageData) -> Self {
        let (house, content) = match (data, route) {
            (PageData::House(house), Route::Home) => (house, Content::Home),
            (PageData::House(house), Route::Join) => (house, Content::Invitation),
            (PageData::House(house), _) => (house, Content::Shell),
            (PageData::Door(house, door), _) => (house, Content::Door(Rc::new(door))),
            (PageData::NoRoom(house), _) => (house, Content::NoRoom),
        };
        Self { lang, house: Rc::new(house), content }
    }
}

/// What stands in the document before the app takes over.
#[component]
pub(crate) fn ServerPage(props: &ServerPageProps) -> Html {
    let ServerPageProps { lang, house, content } = props;
    let (lang, name) = (*lang, AttrValue::from(house.name.clone()));
    html! {
        <Frame {lang} house={name.clone()}>
            {
                match content {
                    Content::Home => html! { <HousePage {lang} house={house.clone()} /> },
                    Content::Door(door) => html! {
                        <DoorPage {lang} door={door.clone()}><QuietWaysIn {lang} door={door.clone()} /></DoorPage>
                    },
                    Content::NoRoom => html! { <NoRoomPage {lang} house={name} /> },
                    Content::Invitation => html! { <Invitation {lang} /> },
                    Content::Shell => html! { <Shell {lang} house={name} /> },
                }
            }
        </Frame>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct QuietWaysInProps {
    lang: Lang,
    door: Rc<Door>,
}

/// How to get in, before there is a program that could take anybody there.
#[component]
fn QuietWaysIn(props: &QuietWaysInProps) -> Html {
    let QuietWaysInProps { lang, door } = props;
    let lang = *lang;
    let way = match door.way_in {
        WayIn::Knock => html! {
            <KnockForm {lang} hub={door.hub.clone()} lifetime={door.knock_lifetime} tells_outcome={door.tells_outcome} />
        },
        WayIn::Open => html! { <JoinForm {lang} by_pseudonym={door.pseudonyms != Pseudonyms::Forbidden} /> },
        WayIn::LinkOnly | WayIn::Closed => return html! { <NoWayIn {lang} way={door.way_in} /> },
    };
    html! { <>{ way }<Elsewhere {lang} room={door.room.clone()} /></> }
}

#[derive(Clone, PartialEq, Properties)]
struct InvitationProps {
    lang: Lang,
}

/// What a join link opens before the app is there: the same words in the same places.
#[component]
fn Invitation(props: &InvitationProps) -> Html {
    let words = props.lang.words();
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ words.join_title }</h1>
            <noscript><p class="note">{ words.join_needs_js }</p></noscript>
            <p class="needs-script hint" role="status">{ words.join_looking }</p>
            <p class="boot-failed problem">{ words.boot_failed }</p>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ShellProps {
    lang: Lang,
    house: AttrValue,
}

/// Any other page of the app before the app is there.
#[component]
fn Shell(props: &ShellProps) -> Html {
    let words = props.lang.words();
    html! {
        <div class="letter shell">
            <h1 tabindex="-1">{ &props.house }</h1>
            <noscript><p class="note">{ words.app_needs_js }</p></noscript>
            <p class="needs-script hint">{ words.loading }</p>
            <p class="boot-failed problem">{ words.boot_failed }</p>
        </div>
    }
}
