//! One log line and one count per request. Neither has an address, a room, a user or a key in it: the path is the
//! route's pattern, never what was put into it.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Span;

fn route(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str)
}

/// What every line about a request says of it.
pub(crate) fn span(request: &Request) -> Span {
    tracing::info_span!("request", route = route(request), method = request.method().as_str())
}

/// Logs how a request was answered, and after what time.
pub(crate) fn answered(response: &Response<Body>, took: Duration, _: &Span) {
    tracing::info!(status = response.status().as_u16(), ms = took.as_secs_f64() * 1_000.0, "request");
}

/// Counts a request.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let (route, method) = (route(&request).to_owned(), request.method().as_str().to_owned());
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("doorstep_requests_total", "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    metrics::histogram!("doorstep_request_seconds", "route" => route).record(start.elapsed().as_secs_f64());
    response
}

/// The process's one recorder; a second provider in the same process counts into the same.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}
