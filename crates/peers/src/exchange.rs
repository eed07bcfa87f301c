//! One request and its whole answer.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, FROM, HOST, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::errand::{REASON_HEADER, RECIPIENTS_HEADER};
use crate::{Errand, PeerError, Reply};

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The errand as a request of `from` to `host`; the path is put in where it is sent.
pub(crate) fn request(
    errand: Errand,
    from: &HeaderValue,
    host: &HeaderValue,
) -> Result<Request<Full<Bytes>>, PeerError> {
    let Errand { endpoint, subject: _, recipients, body } = errand;
    let (method, body) = if endpoint.is_read() { (Method::GET, Bytes::new()) } else { (Method::POST, body) };
    let mut request = bare(method, body, from, host);
    let headers = request.headers_mut();
    if !endpoint.is_read() {
        headers.insert(CONTENT_TYPE, OCTETS);
    }
    if let Some(recipients) = recipients {
        // URIs are ASCII; what is none names nobody the peer could know.
        let value = HeaderValue::from_str(&recipients).map_err(|_| PeerError::NotOffered)?;
        headers.insert(RECIPIENTS_HEADER, value);
    }
    Ok(request)
}

/// A request for the directory.
pub(crate) fn question(from: &HeaderValue, host: &HeaderValue) -> Request<Full<Bytes>> {
    let mut request = bare(Method::GET, Bytes::new(), from, host);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

fn bare(method: Method, body: Bytes, from: &HeaderValue, host: &HeaderValue) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    request.headers_mut().insert(HOST, host.clone());
    request.headers_mut().insert(FROM, from.clone());
    request
}

/// Reads an answer to its end, of at most `most` bytes.
pub(crate) async fn whole(response: Response<Incoming>, most: usize) -> Result<(HeaderMap, Reply), PeerError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, most)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { PeerError::TooLong } else { PeerError::Unreachable })?;
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let reply = Reply {
        status: head.status.as_u16(),
        reason: text(REASON_HEADER).map(str::to_owned),
        retry_after: text(RETRY_AFTER.as_str()).and_then(|value| seconds(value, SystemTime::now())),
        body: body.to_bytes(),
    };
    Ok((head.headers, reply))
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
fn seconds(value: &str, now: SystemTime) -> Option<u32> {
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        return Some(value.parse().unwrap_or(u32::MAX));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let left = until.duration_since(now).unwrap_or_default();
    Some(u32::try_from(left.as_secs()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_wait_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Thu, 26 Nov 2026 01:00:00 GMT").unwrap();
        assert_eq!(seconds("120", now), Some(120));
        assert_eq!(seconds("99999999999", now), Some(u32::MAX));
        assert_eq!(seconds("Thu, 26 Nov 2026 01:02:00 GMT", now), Some(120));
        assert_eq!(seconds("Thu, 26 Nov 2026 00:02:00 GMT", now), Some(0));
        for nonsense in ["", "-1", "1.5", "soon"] {
            assert_eq!(seconds(nonsense, now), None);
        }
    }
}
