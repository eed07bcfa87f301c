//! The tab that owns the engine. All tabs ask for one Web Lock; the one that gets it runs the worker until it closes,
//! then the next one does.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Worker, WorkerOptions, WorkerType};

use super::document::meta;
use super::listener::Listener;

/// Why there can be no engine in this tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoEngine {
    /// Not a secure context: no locks, no cryptography.
    NotSecure,
    /// The document names no worker, or it cannot be started.
    NoWorker,
}

/// Asks for the lock and runs the engine when it is granted. The lock is kept until the tab goes.
///
/// # Errors
/// [`NoEngine::NotSecure`].
pub(crate) fn run_engine(domain: String, on_failure: impl Fn(NoEngine) + 'static) -> Result<(), NoEngine> {
    let navigator = web_sys::window().map(|window| window.navigator()).ok_or(NoEngine::NotSecure)?;
    // In a context that is not secure the property is not there at all. web-sys still calls its bindings unstable.
    let locks = Reflect::get(&navigator, &JsValue::from("locks")).map_err(|_| NoEngine::NotSecure)?;
    let request =
        Reflect::get(&locks, &JsValue::from("request")).ok().and_then(|request| request.dyn_into::<Function>().ok());
    let request = request.ok_or(NoEngine::NotSecure)?;
    let on_failure: Rc<dyn Fn(NoEngine)> = Rc::new(on_failure);
    let running: Rc<RefCell<Option<Running>>> = Rc::default();
    let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_lock| {
        let started = Running::start(&domain, on_failure.clone());
        if started.is_none() {
            on_failure(NoEngine::NoWorker);
        }
        *running.borrow_mut() = started;
        Promise::new(&mut |_resolve: Function, _reject: Function| {})
    });
    let asked = request.call2(&locks, &JsValue::from("doorstep-engine"), granted.as_ref());
    granted.forget();
    asked.map(drop).map_err(|_| NoEngine::NotSecure)
}

struct Running {
    _worker: Worker,
    _error: Listener,
}

impl Running {
    fn start(domain: &str, on_failure: Rc<dyn Fn(NoEngine)>) -> Option<Self> {
        let url = meta("doorstep-worker")?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // The worker reads its own name: the provider whose engine it is.
        options.set_name(domain);
        let worker = Worker::new_with_options(&url, &options).ok()?;
        let error = Listener::new(&worker, "error", move |_| on_failure(NoEngine::NoWorker));
        Some(Self { _worker: worker, _error: error })
    }
}
