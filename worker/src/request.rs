//! Requests to the own provider.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_engine::{Bearer, Input, Method};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, Request, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response,
};

use crate::scope::scope;

/// How long a request may take, milliseconds.
const PATIENCE: u32 = 60_000;

/// Sends a request and reads the answer.
pub(crate) async fn send(id: u64, method: Method, path: &str, body: &[u8], bearer: Option<&Bearer>) -> Input {
    exchange(id, method, path, body, bearer).await.unwrap_or(Input::HttpFailed { id })
}

async fn exchange(id: u64, method: Method, path: &str, body: &[u8], bearer: Option<&Bearer>) -> Result<Input, JsValue> {
    let init = RequestInit::new();
    init.set_method(match method {
        Method::Get => "GET",
        Method::Post => "POST",
    });
    let headers = headers(bearer)?;
    if method == Method::Post {
        headers.set("content-type", "application/octet-stream")?;
        init.set_body(&Uint8Array::from(body));
    }
    let answer = fetch(path, &init, &headers, &AbortSignal::timeout_with_u32(PATIENCE)).await?;
    let status = answer.status();
    let reason = answer.headers().get("doorstep-reason")?;
    let retry_after = answer.headers().get("retry-after")?.and_then(|seconds| seconds.trim().parse().ok());
    let body = JsFuture::from(answer.array_buffer()?).await?;
    Ok(Input::HttpDone { id, status, reason, retry_after, body: Uint8Array::new(&body).to_vec() })
}

/// Headers with the session, if there is one.
pub(crate) fn headers(bearer: Option<&Bearer>) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    if let Some(Bearer(token)) = bearer {
        headers.set("authorization", &format!("Bearer {}", URL_SAFE_NO_PAD.encode(token)))?;
    }
    Ok(headers)
}

/// Fetches from the own provider: no cookies, no cache, no redirects to elsewhere.
pub(crate) async fn fetch(
    path: &str,
    init: &RequestInit,
    headers: &Headers,
    signal: &AbortSignal,
) -> Result<Response, JsValue> {
    init.set_headers(headers);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(signal));
    let request = Request::new_with_str_and_init(path, init)?;
    let scope = scope().ok_or(JsValue::NULL)?;
    JsFuture::from(scope.fetch_with_request(&request)).await?.dyn_into()
}
