//! The root: what every page can ask for by a hook, the router, and which page an address shows.

use doorstep_public_page::frame::Frame;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::nav::Nav;
use crate::components::notes::Notes;
use crate::hooks::{EngineProvider, LookProvider, NowProvider, ServedProvider, use_engine, use_look, use_served};
use crate::invite;
use crate::pages::account::Account;
use crate::pages::chat::Chat;
use crate::pages::connect::Connect;
use crate::pages::door::DoorAt;
use crate::pages::home::Home;
use crate::pages::join::Join;
use crate::pages::new_room::NewRoom;
use crate::pages::requests::Requests;
use crate::pages::rooms::Rooms;
use crate::pages::scan::Scan;
use crate::pages::settings::Settings;
use crate::pages::unknown::Unknown;
use crate::route::{Route, behind_connect, local_room, room_behind_hash};
use crate::services::{address, document};

/// Properties of [`App`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct AppProps {
    /// Who moves into this browser: what stood behind the `#` of `/move-in`.
    pub(crate) parcel: Option<AttrValue>,
}

/// The app.
#[component]
pub(crate) fn App(props: &AppProps) -> Html {
    html! {
        <ServedProvider>
            <LookProvider>
                <NowProvider>
                    <EngineProvider parcel={props.parcel.clone()}>
                        <BrowserRouter><Page /></BrowserRouter>
                    </EngineProvider>
                </NowProvider>
            </LookProvider>
        </ServedProvider>
    }
}

/// What stands around every page, and the page in front.
#[component]
fn Page() -> Html {
    let (engine, look, served) = (use_engine(), use_look(), use_served());
    let route = use_route::<Route>().unwrap_or_default();
    let hash = use_location().map(|location| location.hash().to_owned()).unwrap_or_default();
    {
        let (engine, room) = (engine.clone(), route.room_uri(&served.house.domain));
        use_effect_with(room, move |room| engine.follow(room.clone()));
    }
    {
        let first = use_mut_ref(|| true);
        use_effect_with((route.clone(), hash.clone()), move |_| {
            if first.replace(false) {
                document::set_ready();
            } else {
                document::arrive();
            }
        });
    }
    use_effect_with((), |()| {
        let skip = document::on_skip();
        move || drop(skip)
    });
    let whole_height = matches!(route, Route::Room { .. });
    let nav = html! { <Nav route={route.clone()} /> };
    let notes = html! { <Notes route={route.clone()} /> };
    html! {
        <Frame lang={look.lang()} house={served.house.name.clone()} {nav} {notes} {whole_height}>
            { page(&route, &hash, &served.house.domain) }
        </Frame>
    }
}

/// The page of an address. `hash`: what stands behind its path, from the `#` on.
fn page(route: &Route, hash: &str, domain: &str) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::New => html! { <NewRoom /> },
        Route::Door { slug } => {
            let room = AttrValue::from(local_room(domain, slug));
            html! { <DoorAt key={room.to_string()} room={room.clone()} /> }
        }
        Route::At => {
            let room = AttrValue::from(room_behind_hash(hash));
            html! { <DoorAt key={room.to_string()} room={room.clone()} /> }
        }
        Route::Requests | Route::MoveIn => html! { <Requests /> },
        Route::Rooms => html! { <Rooms /> },
        Route::Room { key } => html! { <Chat key={key.clone()} room_key={key.clone()} /> },
        Route::Settings => html! { <Settings /> },
        Route::Account => html! { <Account /> },
        Route::Scan => html! { <Scan /> },
        // A program on the way may have made a path of what stands behind the `#`: no route of the table, but a link, or
        // the address of somebody.
        Route::Join | Route::Connect | Route::Unknown => {
            let address = address::current();
            match (invite::read(&address), behind_connect(&address)) {
                (Some(link), _) => html! { <Join key={link.0.clone()} link={link.clone()} /> },
                (None, Some(behind)) => html! { <Connect key={behind.clone()} behind={behind.clone()} /> },
                (None, None) => html! { <Unknown /> },
            }
        }
    }
}
