//! What is around every request, here and at the listener for other providers: headers that every answer carries, a time
//! in which a body has to have come, one line in the log and one count.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::from_fn;
use tower::ServiceBuilder;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::response::SetMultipleResponseHeadersLayer;
use tower_http::timeout::{DeadlineBody, RequestBodyDeadlineLayer};
use tower_http::trace::TraceLayer;

use crate::config::Config;
use crate::observe;

/// Nothing but our own files, no frames, no forms to elsewhere; scripts only from our own origin, no inline ones, and
/// what becomes a script has to pass the page's `default` trusted-types policy.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

const ALWAYS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Two years.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

/// Puts it around a router.
///
/// No identifier is made for a request: an answer for what is private has to be the same as one for what is not there, to
/// the last header.
pub(crate) fn around<S: Clone + Send + Sync + 'static>(router: Router<S>, config: &Config) -> Router<S> {
    let log = TraceLayer::new_for_http().make_span_with(observe::span).on_response(observe::answered);
    router.layer(
        ServiceBuilder::new()
            .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION, header::COOKIE]))
            .layer(log.on_request(()).on_body_chunk(()).on_eos(()).on_failure(()))
            .layer(from_fn(observe::count))
            .layer(headers(config))
            .layer(RequestBodyDeadlineLayer::new(config.limits.body_time))
            .layer(MapRequestBodyLayer::new(Body::new::<DeadlineBody<Body>>)),
    )
}

fn headers(config: &Config) -> SetMultipleResponseHeadersLayer<Response<Body>> {
    let strict = config.is_https().then_some((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY));
    let all = ALWAYS.into_iter().chain(strict);
    SetMultipleResponseHeadersLayer::overriding(
        all.map(|(name, value)| (name, HeaderValue::from_static(value)).into()).collect(),
    )
}
