//! `/r/{slug}` and `/at#{room}`: the public page of a room, with a live way in.

use std::rc::Rc;

use doorstep_client_api::door::Door;
use doorstep_public_page::door_page::DoorPage;
use doorstep_public_page::icon::{Icon, icon};
use doorstep_public_page::no_room_page::NoRoomPage;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::loading::Loading;
use crate::components::way_into::WayInto;
use crate::hooks::{use_look, use_served, use_title};
use crate::services::http::{self, Unreachable};

/// What is known of a room that was asked for.
type Found = Result<Option<Rc<Door>>, Unreachable>;

/// Properties of [`DoorAt`].
#[derive(PartialEq, Properties)]
pub(crate) struct DoorAtProps {
    /// Room URI.
    pub(crate) room: AttrValue,
}

/// The public page of a room: from the document, or fetched.
#[component]
pub(crate) fn DoorAt(props: &DoorAtProps) -> Html {
    let (look, served) = (use_look(), use_served());
    let found = {
        let served = served.door.clone().filter(|door| door.room == props.room.as_str());
        use_state(|| served.map(|door| Ok(Some(door))))
    };
    let fetch = {
        let (found, room) = (found.clone(), props.room.clone());
        move || {
            let (found, room) = (found.clone(), room.clone());
            spawn_local(async move {
                let door: Found = http::door_of(&room).await.map(|door| door.map(Rc::new));
                found.set(Some(door));
            });
        }
    };
    {
        let (missing, fetch) = (found.is_none(), fetch.clone());
        use_effect_with((), move |()| {
            if missing {
                fetch();
            }
        });
    }
    let name = match &*found {
        Some(Ok(Some(door))) => door.name.clone(),
        _ => String::new(),
    };
    use_title(&name);
    let texts = look.texts();
    match &*found {
        Some(Ok(Some(door))) => html! {
            <DoorPage lang={look.lang()} door={door.clone()}><WayInto door={door.clone()} /></DoorPage>
        },
        Some(Ok(None)) => html! { <NoRoomPage lang={look.lang()} house={served.house.name.clone()} /> },
        Some(Err(Unreachable)) => html! {
            <div class="letter">
                <h1 tabindex="-1">{ texts.unreachable_title }</h1>
                <p role="alert">{ texts.unreachable }</p>
                <button onclick={move |_: MouseEvent| fetch()}>{ icon(Icon::Again) }{ texts.try_now }</button>
            </div>
        },
        None => html! { <div class="letter"><Loading /></div> },
    }
}
