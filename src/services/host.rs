//! The tab that owns the engine. All tabs ask for one Web Lock; the one that gets it runs the worker until it closes,
//! then the next one does.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{StorageManager, Worker, WorkerOptions, WorkerType};

use super::document::meta;

/// Why there can be no engine in this tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoEngine {
    /// Not a secure context: no locks, no cryptography.
    NotSecure,
    /// The document names no worker, or it cannot be started.
    NoWorker,
    /// The worker ended by itself: another engine has the database.
    Another,
}

/// This tab's claim to run the engine, granted or not.
#[derive(Clone, Default)]
pub(crate) struct Host(Rc<RefCell<Option<Running>>>);

impl Host {
    /// Ends the engine, if it runs in this tab, and lets another tab have the lock. This tab does not ask again before
    /// it is loaded anew. Says whether it ran here.
    pub(crate) fn stop(&self) -> bool {
        let Some(running) = self.end() else { return false };
        // Whoever has the lock next must have heard by then whose engine stopped, or it would end its own.
        Timeout::new(RELEASE_AFTER, move || running.release_lock()).forget();
        true
    }

    /// Ends the engine, if it runs in this tab, at once: the page is being left. The browser may keep the page and show
    /// it again, with whatever runs in it; by then another tab has the lock.
    pub(crate) fn leave(&self) {
        if let Some(running) = self.end() {
            running.release_lock();
        }
    }

    fn end(&self) -> Option<Running> {
        let running = self.0.borrow_mut().take()?;
        running.worker.terminate();
        Some(running)
    }
}

/// Milliseconds after which an engine that stopped lets go of the lock.
const RELEASE_AFTER: u32 = 1_000;

/// Calls `leave` when the page is left, whether or not the browser keeps it, and loads the page again when the browser
/// shows one that it had kept: what ran in it was ended, and what it knows is old.
pub(crate) fn on_leave(leave: impl Fn() + 'static) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let left = EventListener::new(&window, "pagehide", move |_| leave());
    let shown = EventListener::new(&window, "pageshow", |event| {
        if Reflect::get(event, &JsValue::from("persisted")).is_ok_and(|persisted| persisted.is_truthy()) {
            super::document::reload();
        }
    });
    vec![left, shown]
}

/// Asks for the lock and runs the engine when it is granted. The lock is kept until the tab goes or the engine stops.
///
/// # Errors
/// [`NoEngine::NotSecure`].
pub(crate) fn run_engine(name: String, on_failure: impl Fn(NoEngine) + 'static) -> Result<Host, NoEngine> {
    let navigator = web_sys::window().map(|window| window.navigator()).ok_or(NoEngine::NotSecure)?;
    // In a context that is not secure the property is not there at all. web-sys still calls its bindings unstable.
    let locks = Reflect::get(&navigator, &JsValue::from("locks")).map_err(|_| NoEngine::NotSecure)?;
    let request =
        Reflect::get(&locks, &JsValue::from("request")).ok().and_then(|request| request.dyn_into::<Function>().ok());
    let request = request.ok_or(NoEngine::NotSecure)?;
    let on_failure: Rc<dyn Fn(NoEngine)> = Rc::new(on_failure);
    let host = Host::default();
    let running = host.0.clone();
    let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_lock| {
        let (running, name, on_failure) = (running.clone(), name.clone(), on_failure.clone());
        Promise::new(
            &mut move |release: Function, _: Function| match Running::start(&name, release, on_failure.clone()) {
                Some(started) => *running.borrow_mut() = Some(started),
                None => on_failure(NoEngine::NoWorker),
            },
        )
    });
    let asked = request.call2(&locks, &JsValue::from("doorstep-engine"), granted.as_ref());
    granted.forget();
    asked.map(|_| host).map_err(|_| NoEngine::NotSecure)
}

struct Running {
    worker: Worker,
    release: Function,
    _error: EventListener,
    _message: EventListener,
}

impl Running {
    fn release_lock(&self) {
        drop(self.release.call0(&JsValue::UNDEFINED));
    }

    fn start(name: &str, release: Function, on_failure: Rc<dyn Fn(NoEngine)>) -> Option<Self> {
        let url = meta("doorstep-worker")?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // The worker reads its own name: the provider whose engine it is, and who moves in.
        options.set_name(name);
        let worker = Worker::new_with_options(&url, &options).ok()?;
        let error = EventListener::new(&worker, "error", {
            let on_failure = on_failure.clone();
            move |_| on_failure(NoEngine::NoWorker)
        });
        // All that an engine has to say to its own page alone is that it ends, because there is a newer one.
        let message = EventListener::new(&worker, "message", move |_| on_failure(NoEngine::Another));
        Some(Self { worker, release, _error: error, _message: message })
    }
}

/// Asks the browser not to clear away what is kept here when it runs short of space.
pub(crate) fn keep_storage() {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return };
    // In a context that is not secure the property is not there at all.
    let storage = Reflect::get(&navigator, &JsValue::from("storage")).ok();
    if let Some(storage) = storage.and_then(|storage| storage.dyn_into::<StorageManager>().ok()) {
        let _ = storage.persist();
    }
}
