//! Bodies that go back.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_client_api::http::OCTET_STREAM;
use doorstep_wire::Refusal;
use tls_codec::Serialize;

use crate::error::{ApiError, REASON};
use crate::extract::CBOR;

/// A struct in TLS presentation language; nothing of it may be cached.
pub(crate) fn tls(value: &impl Serialize) -> Result<Response, ApiError> {
    let bytes = value.tls_serialize_detached().map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(octets(bytes, None))
}

/// Bytes that are a struct already, with the word for a refusal.
pub(crate) fn octets(bytes: Vec<u8>, reason: Option<Refusal>) -> Response {
    let mut response = body(bytes, OCTET_STREAM, "no-store");
    if let Some(reason) = reason {
        say_why(&mut response, &reason);
    }
    response
}

/// Puts the word for a refusal into the head of an answer.
pub(crate) fn say_why(response: &mut Response, refusal: &Refusal) {
    if let Ok(word) = HeaderValue::from_str(refusal.word()) {
        response.headers_mut().insert(REASON, word);
    }
}

/// CBOR for one client only.
pub(crate) fn cbor(bytes: Vec<u8>) -> Response {
    body(bytes, CBOR, "no-store")
}

/// CBOR that everybody may know.
pub(crate) fn public_cbor(bytes: Vec<u8>) -> Response {
    body(bytes, CBOR, "public, max-age=300")
}

/// JSON that changes when it likes.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(value).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(body(bytes, "application/json", "no-cache"))
}

/// Nothing more to say.
pub(crate) fn done() -> Response {
    empty(StatusCode::OK)
}

/// Received (mimi-protocol-06 §5.8).
pub(crate) fn created() -> Response {
    empty(StatusCode::CREATED)
}

fn empty(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

fn body(bytes: Vec<u8>, media_type: &'static str, cache: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
