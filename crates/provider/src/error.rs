//! Every status but success, in one place.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_client_api::http::REASON_HEADER;
use doorstep_hub::HubError;
use doorstep_hub::store::StoreError;
use doorstep_wire::Refusal;

use crate::answers;

/// [`REASON_HEADER`] as a name.
pub(crate) const REASON: HeaderName = HeaderName::from_static(REASON_HEADER);

/// Why a request got no answer of its own. The body is always empty.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// Not a request of this API (400).
    Malformed(&'static str),
    /// No session, an old one, or a proof that does not hold (401).
    Unauthorized(Refusal),
    /// Not for this client (403).
    Forbidden(Refusal),
    /// There is no such thing, or none for the caller (404). Never says why.
    NotFound,
    /// Somebody else has it (409).
    Conflict(Refusal),
    /// More bytes than allowed (413).
    TooLarge,
    /// Another media type (415).
    MediaType,
    /// The body came too slowly (408).
    TooSlow,
    /// Too often (429): seconds until the next try makes sense.
    TooOften(u64),
    /// Not now (503): seconds until the next try makes sense.
    Busy(u64),
    /// Another provider that is needed for this does not answer as it should (503): how, and seconds until the next
    /// try makes sense.
    Elsewhere(Refusal, u64),
    /// Our fault (500). What went wrong is for the log.
    Internal(String),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        use std::error::Error as _;
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        Self::Internal(format!("{error}: {source}"))
    }
}

impl From<HubError> for ApiError {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Malformed(what) => Self::Malformed(what),
            HubError::NotYours => Self::Forbidden(Refusal::NotYours),
            HubError::Unproven(refusal) => Self::Forbidden(refusal),
            HubError::TooLarge => Self::TooLarge,
            HubError::NotFound => Self::NotFound,
            HubError::Retry { after_seconds } => Self::Busy(u64::from(after_seconds)),
            HubError::Internal(what) => Self::Internal(what),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, reason, after) = match self {
            Self::Malformed(what) => {
                tracing::debug!(what, "malformed request");
                (StatusCode::BAD_REQUEST, Some(Refusal::Malformed), None)
            }
            Self::Unauthorized(reason) => (StatusCode::UNAUTHORIZED, Some(reason), None),
            Self::Forbidden(reason) => (StatusCode::FORBIDDEN, Some(reason), None),
            Self::NotFound => (StatusCode::NOT_FOUND, None, None),
            Self::Conflict(reason) => (StatusCode::CONFLICT, Some(reason), None),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Some(Refusal::TooLarge), None),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Some(Refusal::MediaType), None),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, Some(Refusal::TooSlow), None),
            Self::TooOften(after) => (StatusCode::TOO_MANY_REQUESTS, Some(Refusal::TooOften), Some(after)),
            Self::Busy(after) => (StatusCode::SERVICE_UNAVAILABLE, Some(Refusal::TryAgain), Some(after)),
            Self::Elsewhere(reason, after) => (StatusCode::SERVICE_UNAVAILABLE, Some(reason), Some(after)),
            Self::Internal(what) => {
                tracing::error!(what, "internal error");
                (StatusCode::INTERNAL_SERVER_ERROR, None, None)
            }
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        if let Some(reason) = reason {
            answers::say_why(&mut response, &reason);
        }
        if let Some(after) = after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.max(1)));
        }
        response
    }
}
