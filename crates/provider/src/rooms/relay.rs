//! What a client of this provider asks of another one: carried there and back. The other one judges.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use doorstep_client_api::http::OCTET_STREAM;
use doorstep_hub::store::Store;
use doorstep_peers::{Endpoint, Errand, PeerError, Reply};
use doorstep_wire::{ProviderDomain, Refusal, RoomUri};

use crate::answers::say_why;
use crate::app::App;
use crate::error::ApiError;

/// Asks the hub of a room, and shows the client what it says.
pub(super) async fn pass<S: Store>(
    app: &App<S>,
    endpoint: Endpoint,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    shown(ask(app, endpoint, room, body).await?)
}

/// Asks the hub of a room.
pub(super) async fn ask<S: Store>(
    app: &App<S>,
    endpoint: Endpoint,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Reply, ApiError> {
    send(app, &room.host(), endpoint, room.to_string(), body).await
}

/// Asks a provider.
pub(super) async fn send<S: Store>(
    app: &App<S>,
    peer: &ProviderDomain,
    endpoint: Endpoint,
    subject: String,
    body: Vec<u8>,
) -> Result<Reply, ApiError> {
    let errand = Errand { endpoint, subject, recipients: None, body: body.into() };
    app.peers.send(peer, errand).await.map_err(|error| {
        tracing::debug!(%error, ?endpoint, "an errand was not carried out");
        match error {
            PeerError::NotAllowed => ApiError::Forbidden(Refusal::ProviderNotAllowed),
            PeerError::NoDirectory | PeerError::NotOffered => ApiError::Forbidden(Refusal::ProviderUnknown),
            PeerError::NotItself => ApiError::Elsewhere(Refusal::ProviderNotItself, 60),
            PeerError::Unreachable | PeerError::TooLong => ApiError::Elsewhere(Refusal::ProviderUnreachable, 2),
        }
    })
}

/// The hub's answer for the client: its status as far as the client API has it, its word, its body.
pub(super) fn shown(reply: Reply) -> Result<Response, ApiError> {
    let Reply { status, reason, retry_after, body } = reply;
    let after = u64::from(retry_after.unwrap_or(10));
    let status = match status {
        200 | 201 | 400 | 403 | 404 | 409 | 413 => status,
        429 => return Err(ApiError::TooOften(after)),
        503 => return Err(ApiError::Busy(after)),
        _ => return Err(ApiError::Elsewhere(Refusal::ProviderFailed, after)),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| ApiError::Internal(error.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(OCTET_STREAM));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(refusal) = reason.as_deref().and_then(Refusal::heard) {
        say_why(&mut response, &refusal);
    }
    Ok(response)
}
