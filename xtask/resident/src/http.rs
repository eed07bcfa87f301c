//! Requests to the provider.

use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::{
    ISSUE_ACCOUNT, ISSUE_PSEUDONYM, OCTET_STREAM, REASON_HEADER, RENEW_ACCOUNT, RENEW_PSEUDONYM,
};
use doorstep_engine::Method;
use doorstep_engine::step::Bearer;
use ureq::{Agent, RequestBuilder};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer.
const MOST: u64 = 64 << 20;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Why something was refused.
    pub reason: Option<String>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// As sent.
    pub body: Vec<u8>,
}

/// Sends one request.
///
/// # Errors
/// The provider cannot be reached, or what it says is no HTTP.
pub fn send(provider: &str, method: Method, path: &str, body: &[u8], bearer: Option<&Bearer>) -> Result<Answer> {
    let url = format!("http://{provider}{path}");
    let token = bearer.map(|Bearer(token)| format!("Bearer {}", URL_SAFE_NO_PAD.encode(token)));
    let sent = match method {
        Method::Get => with_token(agent().get(url), token).call(),
        Method::Post => with_token(agent().post(url), token).content_type(media_type(path)).send(body),
    };
    let mut answer = sent.with_context(|| format!("no answer of {provider}"))?;
    let field = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    Ok(Answer {
        status: answer.status().as_u16(),
        reason: field(REASON_HEADER).map(str::to_owned),
        retry_after: field("retry-after").and_then(|value| value.parse().ok()),
        body: answer.body_mut().with_config().limit(MOST).read_to_vec()?,
    })
}

/// The one client of this program. Any status is an answer, and a redirection is followed by nobody.
fn agent() -> &'static Agent {
    static AGENT: LazyLock<Agent> = LazyLock::new(|| {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None);
        config.timeout_global(Some(PATIENCE)).build().into()
    });
    &AGENT
}

fn with_token<B>(request: RequestBuilder<B>, token: Option<String>) -> RequestBuilder<B> {
    match token {
        Some(token) => request.header("authorization", token),
        None => request,
    }
}

/// Tokens are asked for in CBOR, everything else is TLS presentation language.
fn media_type(path: &str) -> &'static str {
    match path {
        ISSUE_PSEUDONYM | RENEW_PSEUDONYM | ISSUE_ACCOUNT | RENEW_ACCOUNT => "application/cbor",
        _ => OCTET_STREAM,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// What is heard of a request when it is answered so.
    fn exchange(answer: &'static str, bearer: Option<&Bearer>) -> (String, Result<Answer>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let provider = listener.local_addr().unwrap().to_string();
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"question") {
                let mut bytes = [0; 1_024];
                let count = stream.read(&mut bytes).unwrap();
                request.extend_from_slice(&bytes[..count]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        });
        let got = send(&provider, Method::Post, "/client/v1/register", b"question", bearer);
        (heard.join().unwrap(), got)
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let (heard, answer) = exchange(
            "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nDoorstep-Reason: too-often\r\nContent-Length: 3\r\n\r\n\r\nx",
            Some(&Bearer([7; 32])),
        );
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.retry_after), (429, Some(7)));
        assert_eq!(answer.reason.as_deref(), Some("too-often"));
        assert_eq!(answer.body, b"\r\nx");
        let heard = heard.to_lowercase();
        assert!(heard.starts_with("post /client/v1/register http/1.1\r\n"), "{heard}");
        assert!(heard.contains("content-type: application/octet-stream\r\n"), "{heard}");
        assert!(heard.contains("authorization: bearer bwch"), "{heard}");
    }

    #[test]
    fn a_redirection_is_not_followed() {
        let (_, answer) = exchange("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", None);
        assert_eq!(answer.unwrap().status, 302);
    }

    #[test]
    fn what_is_no_http_is_no_answer() {
        assert!(exchange("HTTP/1.1 200 OK\r\n", None).1.is_err());
    }

    #[test]
    fn tokens_are_asked_for_in_cbor() {
        assert_eq!(media_type("/pseudonym/v1/issue"), "application/cbor");
        assert_eq!(media_type("/client/v1/register"), "application/octet-stream");
    }
}
