//! What the document carries: the provider and, on the page of a room, the room.

use std::rc::Rc;

use doorstep_client_api::door::{Door, House, PageData};
use yew::prelude::*;

use crate::services::document;

/// What the document was served with. It does not change as long as the document stays.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Served {
    /// The provider.
    pub(crate) house: Rc<House>,
    /// The room the document was served for.
    pub(crate) door: Option<Rc<Door>>,
}

impl Served {
    fn read() -> Self {
        let (house, door) = match document::page_data() {
            Some(PageData::House(house) | PageData::NoRoom(house)) => (house, None),
            Some(PageData::Door(house, door)) => (house, Some(Rc::new(door))),
            None => (unknown_house(), None),
        };
        Self { house: Rc::new(house), door }
    }
}

/// A document without data names at least the provider.
fn unknown_house() -> House {
    let domain = document::meta("doorstep-domain").unwrap_or_default();
    House { name: domain.clone(), domain, rooms: Vec::new(), sign_up: false, guests: false }
}

/// Properties of [`ServedProvider`].
#[derive(PartialEq, Properties)]
pub(crate) struct ServedProviderProps {
    pub(crate) children: Html,
}

/// Gives what the document carries to everything inside.
#[component]
pub(crate) fn ServedProvider(props: &ServedProviderProps) -> Html {
    let served = use_memo((), |()| Served::read());
    html! { <ContextProvider<Served> context={(*served).clone()}>{ props.children.clone() }</ContextProvider<Served>> }
}

/// What the document was served with.
#[hook]
pub(crate) fn use_served() -> Served {
    use_context::<Served>().unwrap_or_else(Served::read)
}
