//! The root: state, address, language and time, given to every page as one context.

use std::rc::Rc;

use doorstep_client_api::door::{Door, House, PageData};
use doorstep_client_api::view::{Command, Outcome, Problem};
use doorstep_public_page::link::Navigator;
use doorstep_public_page::{Lang, Look};
use yew::prelude::*;

use crate::components::around::Around;
use crate::pages;
use crate::route::Route;
use crate::services::port::Port;
use crate::services::{clock, document, history, shelf};
use crate::state::Model;
use crate::text::Texts;

/// What every page gets.
#[derive(Clone)]
pub(crate) struct App {
    /// What the engine told.
    pub(crate) model: UseReducerHandle<Model>,
    /// The way to the engine.
    pub(crate) port: Rc<Port>,
    /// The page in front.
    pub(crate) route: Route,
    /// Goes to another page.
    pub(crate) go: Callback<Route>,
    /// Language and colours.
    pub(crate) look: Look,
    /// Changes them.
    pub(crate) set_look: Callback<Look>,
    /// Milliseconds since the UNIX epoch, a few seconds old at most.
    pub(crate) now: u64,
    /// The provider.
    pub(crate) house: House,
    /// The room the document was served for.
    pub(crate) door: Option<Door>,
    /// An engine has something to do in this browser.
    pub(crate) active: bool,
}

impl PartialEq for App {
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model
            && self.route == other.route
            && self.look == other.look
            && self.now == other.now
            && self.house == other.house
            && self.active == other.active
    }
}

impl App {
    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.look.lang
    }

    /// The app's catalogue in this language.
    pub(crate) fn texts(&self) -> &'static Texts {
        Texts::of(self.look.lang)
    }

    /// Address of the chat of a room.
    pub(crate) fn room_path(&self, uri: &str) -> String {
        Route::room(uri, &self.house.domain).path()
    }
}

/// The context. Pages are only ever drawn inside it.
#[hook]
pub(crate) fn use_app() -> Option<App> {
    use_context::<App>()
}

/// A command that was sent from a place, and what became of it.
#[derive(Clone, PartialEq)]
pub(crate) struct Asked {
    id: UseStateHandle<Option<String>>,
    /// Not answered yet.
    pub(crate) busy: bool,
    /// Refused.
    pub(crate) problem: Option<Problem>,
    /// Done.
    pub(crate) outcome: Option<Outcome>,
}

impl Asked {
    /// Sends a command.
    pub(crate) fn send(&self, app: &App, command: Command) {
        self.id.set(Some(app.port.send(command)));
    }
}

/// For a place that sends commands one at a time.
#[hook]
pub(crate) fn use_asked() -> Asked {
    let id = use_state(|| None::<String>);
    let app = use_app();
    let answer = match (&*id, &app) {
        (Some(id), Some(app)) => app.model.answers.get(id).cloned(),
        _ => None,
    };
    Asked {
        busy: id.is_some() && answer.is_none(),
        problem: answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()),
        outcome: answer.and_then(Result::ok),
        id,
    }
}

/// The root component.
#[component(Root)]
pub(crate) fn root() -> Html {
    let model = use_reducer(Model::default);
    // Before the address is read: it is replaced.
    let parcel = use_memo((), |()| history::take_parcel());
    let route = use_state(history::current);
    let look = use_state(document::look);
    let now = use_state(clock::now);
    let data = use_memo((), |()| document::page_data());
    let house = data.as_ref().as_ref().map_or_else(unknown_house, |data| house_of(data).clone());
    let port = use_memo((), |()| {
        let dispatcher = model.dispatcher();
        Port::open(house.domain.clone(), (*parcel).clone(), move |action| dispatcher.dispatch(action))
    });
    let active = use_memo((), |()| parcel.is_some() || shelf::is_active());

    use_effect_with((), {
        let (route, now, port, active) = (route.clone(), now.clone(), port.clone(), active.clone());
        move |()| {
            let step = history::on_step(move |to| route.set(to));
            let interval = clock::Interval::new(15_000, move || now.set(clock::now()));
            if *active {
                port.start();
            }
            document::set_ready();
            move || drop((step, interval))
        }
    });

    let first = use_mut_ref(|| true);
    use_effect_with((*route).clone(), {
        let (port, domain) = (port.clone(), house.domain.clone());
        move |route| {
            port.follow(route.room_uri(&domain));
            if !std::mem::replace(&mut *first.borrow_mut(), false) {
                document::arrive();
            }
        }
    });

    let go = use_callback((), {
        let route = route.setter();
        move |to: Route, ()| {
            history::put(&to, false);
            route.set(to);
        }
    });
    let navigator = Navigator({
        let go = go.clone();
        Callback::from(move |path: String| go.emit(Route::parse(&path)))
    });
    let set_look = use_callback((), {
        let look = look.setter();
        move |new: Look, ()| {
            document::set_look(&new);
            look.set(new);
        }
    });
    let door = match data.as_ref() {
        Some(PageData::Door(_, door)) => Some(door.clone()),
        _ => None,
    };
    let app = App {
        active: *active || model.home.is_some() || !model.asked.is_empty(),
        port: (*port).clone(),
        route: (*route).clone(),
        go,
        look: *look,
        set_look,
        now: *now,
        house,
        door,
        model,
    };
    html! {
        <ContextProvider<Lang> context={app.look.lang}>
            <ContextProvider<Navigator> context={navigator}>
                <ContextProvider<App> context={app.clone()}>
                    <Around>{ page(&app.route) }</Around>
                </ContextProvider<App>>
            </ContextProvider<Navigator>>
        </ContextProvider<Lang>>
    }
}

fn page(route: &Route) -> Html {
    match route {
        Route::Home => html! { <pages::home::Home /> },
        Route::New => html! { <pages::new_room::NewRoom /> },
        Route::Door(slug) => html! { <pages::door::DoorRoute key={slug.clone()} slug={slug.clone()} /> },
        Route::Requests => html! { <pages::requests::Requests /> },
        Route::Rooms => html! { <pages::rooms::Rooms /> },
        Route::Room(key) => html! { <pages::chat::Chat key={key.clone()} /> },
        Route::Settings => html! { <pages::settings::Settings /> },
        Route::Account => html! { <pages::account::Account /> },
        Route::Unknown => html! { <pages::unknown::Unknown /> },
    }
}

fn house_of(data: &PageData) -> &House {
    match data {
        PageData::House(house) | PageData::Door(house, _) | PageData::NoRoom(house) => house,
    }
}

/// A document without data names at least the provider.
fn unknown_house() -> House {
    let domain = document::meta("doorstep-domain").unwrap_or_default();
    House { name: domain.clone(), domain, rooms: Vec::new(), sign_up: false, guests: false }
}
