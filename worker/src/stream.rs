//! The event stream: a request whose answer does not end. It says only that there is something new.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use bytes::Bytes;
use doorstep_client_api::http::EVENTS;
use doorstep_engine::{Bearer, Input};
use futures::{StreamExt as _, stream};
use gloo_net::http::Request;
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;
use wasm_streams::ReadableStream;
use web_sys::{AbortController, AbortSignal};

use crate::events::events;
use crate::inbox::Inbox;
use crate::request::to_provider;
use crate::timer::within;

/// The provider says something every 20 s; after this silence the stream is dead, milliseconds.
const SILENCE: u32 = 65_000;

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
                let hear = |input| {
                    if wanted.get() {
                        inbox.put(input);
                    }
                };
                let end = listen(&bearer, &abort.signal(), hear).await;
                // A connection that was cut says nothing, and is not closed by that.
                abort.abort();
                hear(Input::StreamDown { unauthorized: matches!(end, End::Unauthorized) });
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

async fn listen(bearer: &Bearer, signal: &AbortSignal, hear: impl Fn(Input)) -> End {
    let asking = to_provider(Request::get(EVENTS), Some(bearer), signal).send();
    let Some(Ok(answer)) = within(SILENCE, asking).await else { return End::Closed };
    match answer.status() {
        200 => {}
        401 => return End::Unauthorized,
        _ => return End::Closed,
    }
    let Some(body) = answer.body() else { return End::Closed };
    hear(Input::StreamUp);
    let body = ReadableStream::from_raw(body).into_stream();
    let pieces = stream::unfold(body, |mut body| async {
        let piece = within(SILENCE, body.next()).await??.ok()?;
        Some((Bytes::from(Uint8Array::new(&piece).to_vec()), body))
    });
    let mut events = pin!(events(pieces));
    while events.next().await.is_some() {
        hear(Input::Wake);
    }
    End::Closed
}
