//! Requests to the own provider.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::{OCTET_STREAM, REASON_HEADER};
use doorstep_engine::{Bearer, Input, Method};
use gloo_net::Error;
use gloo_net::http::{Request, RequestBuilder};
use js_sys::Uint8Array;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect};

/// How long a request may take, milliseconds.
const PATIENCE: u32 = 60_000;

/// Sends a request and reads the answer.
pub(crate) async fn send(id: u64, method: Method, path: &str, body: &[u8], bearer: Option<&Bearer>) -> Input {
    exchange(id, method, path, body, bearer).await.unwrap_or(Input::HttpFailed { id })
}

async fn exchange(id: u64, method: Method, path: &str, body: &[u8], bearer: Option<&Bearer>) -> Result<Input, Error> {
    let signal = AbortSignal::timeout_with_u32(PATIENCE);
    let request = match method {
        Method::Get => to_provider(Request::get(path), bearer, &signal).build()?,
        Method::Post => to_provider(Request::post(path), bearer, &signal)
            .header("content-type", OCTET_STREAM)
            .body(Uint8Array::from(body))?,
    };
    let answer = request.send().await?;
    let reason = answer.headers().get(REASON_HEADER);
    let retry_after = answer.headers().get("retry-after").and_then(|seconds| seconds.trim().parse().ok());
    Ok(Input::HttpDone { id, status: answer.status(), reason, retry_after, body: answer.binary().await? })
}

/// A request of a session, if there is one, as all are sent to the own provider: no cookies, no cache, no redirects to
/// elsewhere.
pub(crate) fn to_provider(request: RequestBuilder, bearer: Option<&Bearer>, signal: &AbortSignal) -> RequestBuilder {
    let request = request
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(signal));
    match bearer {
        Some(Bearer(token)) => request.header("authorization", &format!("Bearer {}", URL_SAFE_NO_PAD.encode(token))),
        None => request,
    }
}
