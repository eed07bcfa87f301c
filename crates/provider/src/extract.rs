//! What handlers take out of a request: who asks, and the bytes.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::OCTET_STREAM;
use doorstep_hub::store::{Client, Store};
use doorstep_wire::RoomUri;
use futures::StreamExt as _;
use sha2::{Digest, Sha256};

use crate::app::Shared;
use crate::error::ApiError;

/// Media type of CBOR bodies.
pub(crate) const CBOR: &str = "application/cbor";

/// The client of the request's session, counted against its bucket.
pub(crate) struct Session(pub(crate) Client);

impl<S: Store> FromRequestParts<Shared<S>> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or(ApiError::Unauthorized("no-session"))?;
        let now = app.now();
        let client =
            app.store.session(token_hash(&token), now).await?.ok_or(ApiError::Unauthorized("session-ended"))?;
        if client.handle.is_none() && !app.config.guests {
            return Err(ApiError::Forbidden("no-guests"));
        }
        app.clients.take(client.id, now).map_err(ApiError::TooOften)?;
        Ok(Self(client))
    }
}

/// How a session is kept: the store never sees the token.
pub(crate) fn token_hash(token: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn bearer(headers: &HeaderMap) -> Option<[u8; 32]> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return None;
    }
    URL_SAFE_NO_PAD.decode(token.trim_end_matches('=')).ok()?.try_into().ok()
}

/// Where a request comes from; none for this machine itself, whose tests and demos are many visitors.
pub(crate) struct From(pub(crate) Option<IpAddr>);

impl<S: Store> FromRequestParts<Shared<S>> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, Infallible> {
        if app.config.behind_proxy {
            let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
            let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
            return Ok(Self(last.and_then(|address| address.trim().parse().ok())));
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
        Ok(Self(peer.filter(|peer| !peer.is_loopback())))
    }
}

/// A room named in the path, of this hub or of another.
pub(crate) struct RoomPath(pub(crate) RoomUri);

impl<S: Store> FromRequestParts<Shared<S>> for RoomPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| ApiError::NotFound)?;
        RoomUri::from_path(&text).map(Self).map_err(|_| ApiError::NotFound)
    }
}

/// A body of the API: at most [`crate::config::Limits::body`] bytes.
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl<S: Store> FromRequest<Shared<S>> for Octets {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared<S>) -> Result<Self, ApiError> {
        is_of(&request, &[OCTET_STREAM])?;
        read(request, app, app.config.limits.body).await.map(Self)
    }
}

/// A body that carries a group: at most [`crate::config::Limits::handshake_body`] bytes.
pub(crate) struct GroupOctets(pub(crate) Vec<u8>);

impl<S: Store> FromRequest<Shared<S>> for GroupOctets {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared<S>) -> Result<Self, ApiError> {
        is_of(&request, &[OCTET_STREAM])?;
        read(request, app, app.config.limits.handshake_body).await.map(Self)
    }
}

/// A body in CBOR.
pub(crate) struct Cbor(pub(crate) Vec<u8>);

impl<S: Store> FromRequest<Shared<S>> for Cbor {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared<S>) -> Result<Self, ApiError> {
        is_of(&request, &[CBOR, OCTET_STREAM])?;
        read(request, app, app.config.limits.body).await.map(Self)
    }
}

fn is_of(request: &Request, types: &[&str]) -> Result<(), ApiError> {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    if types.iter().any(|known| essence.eq_ignore_ascii_case(known)) { Ok(()) } else { Err(ApiError::MediaType) }
}

/// The whole body, if it is not too long and does not take too long.
async fn read<S: Store>(request: Request, app: &Shared<S>, limit: usize) -> Result<Vec<u8>, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(ApiError::TooLarge);
    }
    let collect = async {
        let mut stream = request.into_body().into_data_stream();
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| ApiError::Malformed("the body broke off"))?;
            if bytes.len() + chunk.len() > limit {
                return Err(ApiError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(app.config.limits.body_time, collect).await.map_err(|_| ApiError::TooSlow)?
}
