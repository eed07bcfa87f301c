//! The engine: what it told, and the way to it.

use std::ops::Deref;
use std::rc::Rc;

use doorstep_page_api::view::Command;
use yew::prelude::*;

use super::use_served;
use crate::services::port::Port;
use crate::services::shelf;
use crate::state::{Action, Drawn, Model};

/// What the engine told, and the way to it. It reads as the [`Model`].
#[derive(Clone)]
pub(crate) struct Engine {
    model: Drawn,
    dispatcher: UseReducerDispatcher<Drawn>,
    port: Rc<Port>,
    active: bool,
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model && Rc::ptr_eq(&self.port, &other.port) && self.active == other.active
    }
}

impl Deref for Engine {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}

impl Engine {
    /// An engine has something to do in this browser: it had before, or something was asked of it. One that only makes
    /// ready what may be wanted does not count.
    pub(crate) fn is_active(&self) -> bool {
        self.active || self.acted
    }

    /// Sends a command, which is on disk when this returns, unless it is secret. Gives its id.
    pub(crate) fn send(&self, command: Command) -> String {
        self.port.send(command)
    }

    /// For a button that sends a command.
    pub(crate) fn sends(&self, command: Command) -> Callback<MouseEvent> {
        let port = self.port.clone();
        Callback::from(move |_: MouseEvent| drop(port.send(command.clone())))
    }

    /// Something happened in the page.
    pub(crate) fn tell(&self, action: Action) {
        self.dispatcher.dispatch(action);
    }

    /// Follows a room, or none.
    pub(crate) fn follow(&self, room: Option<String>) {
        self.port.follow(room);
    }

    /// Makes ready what a knock at this room will take, under the name the page shows.
    pub(crate) fn prepare(&self, room: String, pseudonym: String) {
        self.port.prepare(room, pseudonym);
    }

    /// The handle of the account in this browser.
    pub(crate) fn handle(&self) -> Option<&String> {
        self.home.as_ref()?.me.as_ref()?.handle.as_ref()
    }
}

/// Properties of [`EngineProvider`].
#[derive(PartialEq, Properties)]
pub(crate) struct EngineProviderProps {
    /// Who moves into this browser.
    pub(crate) parcel: Option<AttrValue>,
    pub(crate) children: Html,
}

/// Gives the engine to everything inside, and starts it where it has something to do.
#[component]
pub(crate) fn EngineProvider(props: &EngineProviderProps) -> Html {
    let served = use_served();
    let model = use_reducer(Drawn::default);
    let port = {
        let (dispatcher, parcel) = (model.dispatcher(), props.parcel.as_ref().map(ToString::to_string));
        use_memo((), move |()| {
            Port::open(served.house.domain.clone(), parcel, move |action| dispatcher.dispatch(action))
        })
    };
    let active = {
        let moves_in = props.parcel.is_some();
        use_memo((), move |()| moves_in || shelf::is_active())
    };
    {
        let (port, active) = (port.clone(), *active);
        use_effect_with((), move |()| {
            if active {
                port.start();
            }
        });
    }
    let context =
        Engine { model: (*model).clone(), dispatcher: model.dispatcher(), port: (*port).clone(), active: *active };
    html! { <ContextProvider<Engine> {context}>{ props.children.clone() }</ContextProvider<Engine>> }
}

/// The engine.
///
/// # Panics
/// Outside of [`EngineProvider`], which stands around everything.
#[hook]
#[allow(clippy::expect_used)]
pub(crate) fn use_engine() -> Engine {
    use_context::<Engine>().expect("EngineProvider stands around everything")
}
