//! Wake-ups: the newest seq of a mailbox, and nothing else.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use doorstep_hub::store::Store;
use futures::{Stream, StreamExt as _, stream};
use tokio::sync::watch;

use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::Session;

const HEARTBEAT: Duration = Duration::from_secs(20);
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// `GET /client/v1/events`. The stream ends when the provider stops.
pub(super) async fn stream<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
) -> Result<Response, ApiError> {
    let wakes = app.wakes.subscribe(client.id, app.config.limits.streams).ok_or(ApiError::TooOften(60))?;
    let newest = app.store.newest(client.id).await?;
    let events = seqs(newest, wakes).map(|seq| Ok::<_, Infallible>(Event::default().data(seq.to_string())));
    let stop = app.stop.clone();
    let events = events.take_until(async move { stop.cancelled().await });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// The first seq at once, then each new one; a slow reader gets the newest only.
fn seqs(first: u64, wakes: watch::Receiver<u64>) -> impl Stream<Item = u64> {
    stream::once(async move { first }).chain(stream::unfold(wakes, |mut wakes| async move {
        wakes.changed().await.ok()?;
        let seq = *wakes.borrow_and_update();
        Some((seq, wakes))
    }))
}
