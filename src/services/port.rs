//! The page's way to the engine: commands are kept until they are answered, and sent again whenever an engine says that
//! it runs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use doorstep_page_api::view::{Command, Envelope, Event, Problem, Refusal};
use gloo_events::EventListener;

use super::bus::Bus;
use super::host::{Host, NoEngine, keep_storage, on_leave, run_engine};
use super::{entropy, shelf};
use crate::state::Action;

/// Troubles after which the engine is of no use any more: another tab, or this one loaded anew, starts another.
const ENDS: [Refusal; 2] = [Refusal::EngineStopped, Refusal::StorageFailed];

/// The page's way to the engine.
pub(crate) struct Port {
    domain: String,
    parcel: Option<String>,
    bus: Rc<RefCell<Option<Bus>>>,
    followed: Rc<RefCell<Option<String>>>,
    /// Commands that were not answered and are kept in memory alone: those with the code of a link, and preparations.
    secret: Rc<RefCell<Vec<Envelope>>>,
    started: Cell<bool>,
    host: Rc<RefCell<Host>>,
    /// The engine ran in this tab, and stopped.
    over: Rc<Cell<bool>>,
    tell: Rc<dyn Fn(Action)>,
    _leaving: Vec<EventListener>,
}

impl Port {
    /// Opens the channels. `tell` gets everything that happens.
    pub(crate) fn open(domain: String, parcel: Option<String>, tell: impl Fn(Action) + 'static) -> Rc<Self> {
        let tell: Rc<dyn Fn(Action)> = Rc::new(tell);
        let followed: Rc<RefCell<Option<String>>> = Rc::default();
        let bus: Rc<RefCell<Option<Bus>>> = Rc::default();
        let host: Rc<RefCell<Host>> = Rc::default();
        let secret: Rc<RefCell<Vec<Envelope>>> = Rc::default();
        let over: Rc<Cell<bool>> = Rc::default();
        let opened = Bus::open({
            let over = over.clone();
            let (tell, followed, bus, host) = (tell.clone(), followed.clone(), bus.clone(), host.clone());
            let secret = secret.clone();
            move |event| {
                match &event {
                    Event::Ready => {
                        if let Some(bus) = bus.borrow().as_ref() {
                            greet(bus, followed.borrow().clone(), &secret.borrow());
                        }
                    }
                    Event::Done { id, .. } => {
                        secret.borrow_mut().retain(|envelope| envelope.id != *id);
                        shelf::drop_command(id);
                    }
                    Event::Trouble(problem) if ENDS.contains(&problem.code) => {
                        over.set(over.get() || host.borrow().stop());
                    }
                    _ => {}
                }
                // Another tab's engine serves this page too, as long as that tab is open: it still has to be loaded anew.
                if !over.get() || !matches!(event, Event::Ready) {
                    tell(Action::Event(event));
                }
            }
        });
        *bus.borrow_mut() = opened;
        let leaving = on_leave({
            let host = host.clone();
            move || host.borrow().leave()
        });
        let started = Cell::new(false);
        Rc::new(Self { domain, parcel, bus, followed, secret, started, host, over, tell, _leaving: leaving })
    }

    /// What the worker is told by its name: the provider, and who moves in.
    fn engine_name(&self) -> String {
        match &self.parcel {
            Some(parcel) => format!("{}#{parcel}", self.domain),
            None => self.domain.clone(),
        }
    }

    /// Starts the engine, or joins the one of another tab: from now on it has something to do in this browser.
    pub(crate) fn start(&self) {
        shelf::set_active();
        self.run();
    }

    /// Makes ready what a knock at this room will take, under this name. Whoever goes on without knocking has left
    /// nothing that a later page would start an engine for.
    pub(crate) fn prepare(&self, room: String, pseudonym: String) {
        let prepare = Command::Prepare { room, pseudonym: Some(pseudonym) };
        let envelope = Envelope { id: entropy::command_id(), command: prepare };
        // As what is secret: in memory, until it is answered.
        self.secret.borrow_mut().push(envelope.clone());
        if self.started.get() {
            if let Some(bus) = self.bus.borrow().as_ref() {
                bus.post(&envelope);
            }
        } else {
            self.run();
        }
    }

    fn run(&self) {
        if self.started.replace(true) {
            return;
        }
        for envelope in shelf::commands() {
            (self.tell)(Action::Sent(envelope));
        }
        let (tell, host, bus, over) = (self.tell.clone(), self.host.clone(), self.bus.clone(), self.over.clone());
        let failed = move |why: NoEngine| {
            host.borrow().stop();
            over.set(true);
            let code = match why {
                NoEngine::NotSecure => Refusal::NotSecure,
                NoEngine::NoWorker => Refusal::EngineStopped,
                NoEngine::Another => Refusal::AnotherEngine,
            };
            let trouble = Event::Trouble(Problem::new(code));
            // Whatever stopped the engine, it has no word left; this page is the one that hears of it.
            if let (NoEngine::NoWorker, Some(bus)) = (why, bus.borrow().as_ref()) {
                bus.tell_pages(&trouble);
            }
            tell(Action::Event(trouble));
        };
        if self.bus.borrow().is_none() {
            failed(NoEngine::NotSecure);
        } else {
            match run_engine(self.engine_name(), failed.clone()) {
                Ok(host) => *self.host.borrow_mut() = host,
                Err(why) => failed(why),
            }
        }
        if let Some(bus) = self.bus.borrow().as_ref() {
            greet(bus, self.followed.borrow().clone(), &self.secret.borrow());
        }
    }

    /// Follows a room, or none.
    pub(crate) fn follow(&self, room: Option<String>) {
        *self.followed.borrow_mut() = room.clone();
        if self.started.get()
            && let Some(bus) = self.bus.borrow().as_ref()
        {
            bus.post(&hello(room));
        }
    }

    /// Sends a command, which is on disk when this returns, unless it is secret. Gives its id.
    pub(crate) fn send(&self, command: Command) -> String {
        let envelope = Envelope { id: entropy::command_id(), command };
        if shelf::keep_command(&envelope) {
            keep_storage();
        }
        if envelope.command.is_secret() {
            self.secret.borrow_mut().push(envelope.clone());
        }
        (self.tell)(Action::Sent(envelope.clone()));
        shelf::set_active();
        if self.started.get() {
            if let Some(bus) = self.bus.borrow().as_ref() {
                bus.post(&envelope);
            }
        } else {
            self.start();
        }
        envelope.id
    }
}

/// Asks for all views and repeats what was not answered.
fn greet(bus: &Bus, room: Option<String>, secret: &[Envelope]) {
    bus.post(&hello(room));
    for envelope in shelf::commands().iter().chain(secret) {
        bus.post(envelope);
    }
}

fn hello(room: Option<String>) -> Envelope {
    Envelope { id: entropy::command_id(), command: Command::Hello { room } }
}
