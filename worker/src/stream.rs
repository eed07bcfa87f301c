//! The event stream: a fetch that does not end. It says only that there is something new.

use std::cell::Cell;
use std::rc::Rc;

use doorstep_engine::{Bearer, Input};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit};

use crate::event_lines::EventLines;
use crate::inbox::Inbox;
use crate::request::{fetch, headers};
use crate::scope::scope;

/// The path of the stream, `doorstep_client_api::http::EVENTS`.
const EVENTS: &str = "/client/v1/events";
/// The provider says something every 20 s; after this silence the stream is dead, milliseconds.
const SILENCE: i32 = 65_000;

/// An open stream. Dropping it closes it without a word to the engine.
pub(crate) struct Stream {
    abort: AbortController,
    wanted: Rc<Cell<bool>>,
}

impl Stream {
    /// Opens the stream.
    pub(crate) fn open(bearer: Bearer, inbox: Inbox) -> Option<Self> {
        let abort = AbortController::new().ok()?;
        let wanted = Rc::new(Cell::new(true));
        spawn_local({
            let (abort, wanted) = (abort.clone(), wanted.clone());
            async move {
                let end = read(&bearer, &abort, &inbox, &wanted).await;
                if wanted.get() {
                    inbox.put(Input::StreamDown { unauthorized: matches!(end, Ok(End::Unauthorized)) });
                }
            }
        });
        Some(Self { abort, wanted })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.wanted.set(false);
        self.abort.abort();
    }
}

enum End {
    Unauthorized,
    Closed,
}

async fn read(bearer: &Bearer, abort: &AbortController, inbox: &Inbox, wanted: &Cell<bool>) -> Result<End, JsValue> {
    let mut watch = Watch::start(abort);
    let init = RequestInit::new();
    let answer = fetch(EVENTS, &init, &headers(Some(bearer))?, &abort.signal()).await?;
    match answer.status() {
        200 => {}
        401 => return Ok(End::Unauthorized),
        _ => return Ok(End::Closed),
    }
    let Some(body) = answer.body() else { return Ok(End::Closed) };
    if wanted.get() {
        inbox.put(Input::StreamUp);
    }
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let mut lines = EventLines::default();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        watch.again();
        if Reflect::get(&piece, &JsValue::from("done"))?.is_truthy() {
            return Ok(End::Closed);
        }
        let bytes = Uint8Array::new(&Reflect::get(&piece, &JsValue::from("value"))?).to_vec();
        if lines.take(&bytes) && wanted.get() {
            inbox.put(Input::Wake);
        }
    }
}

/// Ends the stream after a long silence: a connection that was cut says nothing.
struct Watch {
    end: Closure<dyn FnMut()>,
    running: Option<i32>,
}

impl Watch {
    fn start(abort: &AbortController) -> Self {
        let abort = abort.clone();
        let mut watch = Self { end: Closure::new(move || abort.abort()), running: None };
        watch.again();
        watch
    }

    fn again(&mut self) {
        self.stop();
        self.running = scope().and_then(|scope| {
            scope.set_timeout_with_callback_and_timeout_and_arguments_0(self.end.as_ref().unchecked_ref(), SILENCE).ok()
        });
    }

    fn stop(&mut self) {
        if let (Some(id), Some(scope)) = (self.running.take(), scope()) {
            scope.clear_timeout_with_handle(id);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop();
    }
}
