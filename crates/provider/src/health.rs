//! `/healthz` and `/metrics`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_hub::store::Store;

use crate::app::Shared;
use crate::error::ApiError;
use crate::observe;

/// `GET /healthz`: 200 while the database answers.
pub(crate) async fn healthz<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    app.store.ping().await.map_err(|_| ApiError::Busy(5))?;
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], "ok\n").into_response())
}

/// `GET /metrics`: Prometheus text.
pub(crate) async fn metrics<S: Store>(State(app): State<Shared<S>>) -> Result<Response, ApiError> {
    let recorder = app.config.metrics.then(observe::recorder).flatten().ok_or(ApiError::NotFound)?;
    metrics::gauge!("doorstep_event_streams").set(count(app.wakes.sweep()));
    metrics::gauge!("doorstep_warm_rooms").set(count(app.rooms.count()));
    recorder.run_upkeep();
    let text = [(header::CONTENT_TYPE, "text/plain; version=0.0.4"), (header::CACHE_CONTROL, "no-store")];
    Ok((text, recorder.render()).into_response())
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
