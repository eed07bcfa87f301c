//! The root: state, address, language and time, given to every page.

use std::ops::Deref;
use std::rc::Rc;

use doorstep_client_api::door::{Door, House, PageData};
use doorstep_client_api::view::{Command, Outcome, Problem};
use doorstep_public_page::{Lang, Look, Module};
use doorstep_texts::{MemberTexts, Texts, VisitorTexts};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::around::around;
use crate::piece::{Here, Piece, PieceProps, State};
use crate::route::Route;
use crate::services::port::Port;
use crate::services::{clock, document, history, panic, shelf};
use crate::state::{Action, Model};

/// What one of the two programs has.
pub(crate) struct Pages {
    /// Which it is.
    pub(crate) module: Module,
    /// Draws the page in front.
    pub(crate) page: fn(&App) -> Html,
    /// Takes a language in as it was loaded. False: it is of another version.
    pub(crate) speak: fn(Lang, String) -> bool,
    /// What that page is called; none where the name of the house is enough.
    pub(crate) title: fn(&App) -> Option<String>,
}

/// Takes over the document.
pub(crate) fn run(pages: &'static Pages) {
    panic::report_place_only();
    if !document::take_language(pages.speak) {
        return document::say_boot_failed();
    }
    if let Some(place) = document::app_root() {
        let draw = Rc::new(move |here: &Here| root(here, pages));
        yew::Renderer::<Piece>::with_root_and_props(place, PieceProps { draw }).render();
    }
}

/// What every page gets.
#[derive(Clone)]
pub(crate) struct App(Rc<Inside>);

/// See [`App`].
pub(crate) struct Inside {
    /// The program.
    pub(crate) pages: &'static Pages,
    /// What the engine told.
    pub(crate) model: State<Model>,
    /// The way to the engine.
    pub(crate) port: Rc<Port>,
    /// The page in front.
    pub(crate) route: State<Route>,
    /// Language and colours.
    pub(crate) look: State<Look>,
    /// Milliseconds since the UNIX epoch, a few seconds old at most.
    pub(crate) now: u64,
    /// The provider.
    pub(crate) house: House,
    /// The room the document was served for.
    pub(crate) door: Option<Door>,
    /// An engine has something to do in this browser.
    pub(crate) active: bool,
}

impl Deref for App {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl App {
    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.look.lang
    }

    /// What both modules say, in this language.
    pub(crate) fn texts(&self) -> &'static Texts {
        Texts::of(self.look.lang)
    }

    /// What is said to visitors; nothing in the other module.
    pub(crate) fn visitor_texts(&self) -> &'static VisitorTexts {
        VisitorTexts::of(self.look.lang)
    }

    /// What is said to members; nothing in the other module.
    pub(crate) fn member_texts(&self) -> &'static MemberTexts {
        MemberTexts::of(self.look.lang)
    }

    /// Address of the chat of a room.
    pub(crate) fn room_path(&self, uri: &str) -> String {
        Route::room(uri, &self.house.domain).path()
    }

    /// Something happened.
    pub(crate) fn tell(&self, action: Action) {
        self.model.update(|model| model.after(action));
    }

    /// For a button that sends a command.
    pub(crate) fn sends(&self, command: Command) -> Callback<Event> {
        let app = self.clone();
        Callback::from(move |_: Event| {
            app.port.send(command.clone());
        })
    }

    /// Goes to another page.
    pub(crate) fn go(&self, to: Route) {
        go(self.pages, &self.route, to);
    }

    /// Changes language and colours. A language that cannot be fetched changes nothing.
    pub(crate) fn set_look(&self, new: Look) {
        let (look, pages) = (self.look.clone(), self.pages);
        spawn_local(async move {
            if new.lang == look.lang || document::load_language(pages.module, new.lang, pages.speak).await {
                document::set_look(&new);
                look.set(new);
            }
        });
    }

    /// She has an account here, under this handle.
    pub(crate) fn handle(&self) -> Option<&String> {
        self.model.home.as_ref()?.me.as_ref()?.handle.as_ref()
    }
}

/// A page of the other module is another document: the browser loads it.
fn go(pages: &Pages, route: &State<Route>, to: Route) {
    let path = to.path();
    if Module::of(&path) == pages.module {
        history::put(&path, false);
        route.set(to);
    } else {
        document::load(&path);
    }
}

/// A command that was sent from a place, and what became of it.
#[derive(Clone)]
pub(crate) struct Asked {
    id: State<Option<String>>,
    /// Not answered yet.
    pub(crate) busy: bool,
    /// Refused.
    pub(crate) problem: Option<Problem>,
    /// Done.
    pub(crate) outcome: Option<Outcome>,
}

impl Asked {
    /// Id of the command, once there is one.
    pub(crate) fn id(&self) -> Option<&String> {
        self.id.as_ref()
    }

    /// For a place that sends commands one at a time.
    pub(crate) fn at(here: &Here, app: &App) -> Self {
        let id = here.state("asked", || None::<String>);
        Self::of(id, app)
    }

    /// For a place that sends commands of several sorts, each one at a time.
    pub(crate) fn named(here: &Here, app: &App, name: &'static str) -> Self {
        let id = here.state(name, || None::<String>);
        Self::of(id, app)
    }

    fn of(id: State<Option<String>>, app: &App) -> Self {
        let answer = id.as_ref().and_then(|id| app.model.answers.get(id)).cloned();
        let busy = id.is_some() && answer.is_none();
        let (outcome, problem) = match answer {
            Some(Ok(outcome)) => (Some(outcome), None),
            Some(Err(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        Self { busy, problem, outcome, id }
    }

    /// Sends a command.
    pub(crate) fn send(&self, app: &App, command: Command) {
        self.id.set(Some(app.port.send(command)));
    }

    /// For a button that sends a command.
    pub(crate) fn sends(&self, app: &App, command: Command) -> Callback<Event> {
        let (app, asked) = (app.clone(), self.clone());
        Callback::from(move |_: Event| asked.send(&app, command.clone()))
    }

    /// Why the command was refused, in a sentence.
    pub(crate) fn sentence(&self, app: &App) -> Option<String> {
        use crate::text::Sentences;
        self.problem.as_ref().map(|problem| app.texts().problem(problem))
    }

    /// Goes to the room that came of the command.
    pub(crate) fn follow(&self, here: &Here, app: &App) {
        let (outcome, app) = (self.outcome.clone(), app.clone());
        here.when_changed("outcome", self.outcome.clone(), move || {
            if let Some(Outcome::Room { room }) = outcome {
                app.go(Route::room(&room, &app.house.domain));
            }
        });
    }
}

/// Draws the app.
fn root(here: &Here, pages: &'static Pages) -> Html {
    let model = here.state("model", Model::default);
    // Before the address is read: it is replaced.
    let parcel = here.state("parcel", history::take_parcel);
    let route = here.state("route", || Route::parse(&history::current()));
    let look = here.state("look", document::look);
    let now = here.state("now", clock::now);
    let data = here.state("data", || document::page_data().unwrap_or_else(|| PageData::House(unknown_house())));
    let (house, door) = match &*data {
        PageData::House(house) | PageData::NoRoom(house) => (house.clone(), None),
        PageData::Door(house, door) => (house.clone(), Some(door.clone())),
    };
    let port = here.state("port", || {
        let model = model.clone();
        Port::open(house.domain.clone(), (*parcel).clone(), move |action| model.update(|now| now.after(action)))
    });
    let active = here.state("active", || parcel.is_some() || shelf::is_active());

    let begin = {
        let (here, route, now, port, active) = (here.clone(), route.clone(), now.clone(), port.clone(), *active);
        move || {
            here.state("listeners", move || {
                let stepped = route.clone();
                let step = history::on_step(move |path| {
                    if Module::of(path) == pages.module {
                        stepped.set(Route::parse(path));
                    } else {
                        document::reload();
                    }
                });
                let link = document::on_link(move |path| {
                    let ours = Module::of(path) == pages.module;
                    if ours {
                        go(pages, &route, Route::parse(path));
                    }
                    ours
                });
                let interval = clock::Interval::new(15_000, move || now.set(clock::now()));
                (step, link, interval)
            });
            if active {
                port.start();
            }
            document::set_ready();
        }
    };
    let first = here.state("first", || std::cell::Cell::new(true));
    let follow = {
        let (port, room, first) = (port.clone(), route.room_uri(&house.domain), first.clone());
        move || {
            port.follow(room);
            if !first.replace(false) {
                document::arrive();
            }
        }
    };
    here.when_changed("begun", (), begin);
    here.when_changed("followed", (*route).clone(), follow);

    around(
        here,
        &App(Rc::new(Inside {
            pages,
            active: *active || model.home.is_some() || !model.asked.is_empty(),
            port: (*port).clone(),
            now: *now,
            route,
            look,
            house,
            door,
            model,
        })),
    )
}

/// A document without data names at least the provider.
fn unknown_house() -> House {
    let domain = document::meta("doorstep-domain").unwrap_or_default();
    House { name: domain.clone(), domain, rooms: Vec::new(), sign_up: false, guests: false }
}
