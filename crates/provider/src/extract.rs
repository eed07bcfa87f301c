//! What handlers take out of a request: who asks, and the bytes.

use std::convert::Infallible;
use std::error::Error;
use std::iter::successors;
use std::net::{IpAddr, SocketAddr};

use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::OCTET_STREAM;
use doorstep_hub::store::{Client, Store};
use doorstep_wire::{Refusal, RoomUri};
use headers::authorization::Bearer;
use headers::{Authorization, ContentType, HeaderMapExt as _};
use http_body_util::LengthLimitError;
use mime::Mime;
use sha2::{Digest, Sha256};
use tower_http::timeout::TimeoutError;

use crate::app::Shared;
use crate::error::ApiError;

/// Media type of CBOR bodies.
pub(crate) const CBOR: &str = "application/cbor";

/// The client of the request's session, counted against its bucket.
pub(crate) struct Session(pub(crate) Client);

impl<S: Store> FromRequestParts<Shared<S>> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or(ApiError::Unauthorized(Refusal::NoSession))?;
        let now = app.now();
        let client =
            app.store.session(token_hash(&token), now).await?.ok_or(ApiError::Unauthorized(Refusal::SessionEnded))?;
        if client.handle.is_none() && !app.config.guests {
            return Err(ApiError::Forbidden(Refusal::NoGuests));
        }
        app.clients.take(client.id).map_err(ApiError::TooOften)?;
        Ok(Self(client))
    }
}

/// How a session is kept: the store never sees the token.
pub(crate) fn token_hash(token: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn bearer(headers: &HeaderMap) -> Option<[u8; 32]> {
    let Authorization(bearer) = headers.typed_get::<Authorization<Bearer>>()?;
    URL_SAFE_NO_PAD.decode(bearer.token().trim_end_matches('=')).ok()?.try_into().ok()
}

/// Where a request comes from; none for this machine itself, whose tests and demos are many visitors.
pub(crate) struct From(pub(crate) Option<IpAddr>);

impl<S: Store> FromRequestParts<Shared<S>> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared<S>) -> Result<Self, Infallible> {
        if app.config.behind_proxy {
            return Ok(Self(client_ip::rightmost_x_forwarded_for(&parts.headers).ok()));
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
        read(request, app.config.limits.body).await.map(Self)
    }
}

/// A body that carries a group: at most [`crate::config::Limits::handshake_body`] bytes.
pub(crate) struct GroupOctets(pub(crate) Vec<u8>);

impl<S: Store> FromRequest<Shared<S>> for GroupOctets {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared<S>) -> Result<Self, ApiError> {
        is_of(&request, &[OCTET_STREAM])?;
        read(request, app.config.limits.handshake_body).await.map(Self)
    }
}

/// A body in CBOR.
pub(crate) struct Cbor(pub(crate) Vec<u8>);

impl<S: Store> FromRequest<Shared<S>> for Cbor {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared<S>) -> Result<Self, ApiError> {
        is_of(&request, &[CBOR, OCTET_STREAM])?;
        read(request, app.config.limits.body).await.map(Self)
    }
}

fn is_of(request: &Request, types: &[&str]) -> Result<(), ApiError> {
    let media_type = request.headers().typed_get::<ContentType>().map(Mime::from).ok_or(ApiError::MediaType)?;
    if types.contains(&media_type.essence_str()) { Ok(()) } else { Err(ApiError::MediaType) }
}

/// The whole body, if it is not too long and does not take too long ([`crate::middleware`]).
async fn read(request: Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    let body = request.into_body();
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::TooLarge);
    }
    match to_bytes(body, limit).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_by::<LengthLimitError>(&error) => Err(ApiError::TooLarge),
        Err(error) if is_by::<TimeoutError>(&error) => Err(ApiError::TooSlow),
        Err(_) => Err(ApiError::Malformed("the body broke off")),
    }
}

/// Whether an error goes back to one of this sort.
fn is_by<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (**error).source()).any(|error| error.is::<E>())
}
