//! Requests to the provider: one connection each, HTTP/1.0, so that the end of the body is the end of the connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::{OCTET_STREAM, REASON_HEADER};
use doorstep_engine::Method;
use doorstep_engine::step::Bearer;

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
    let mut stream = TcpStream::connect(provider).with_context(|| format!("no provider at {provider}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let verb = match method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut head = format!("{verb} {path} HTTP/1.0\r\nHost: {provider}\r\n");
    if method == Method::Post {
        head.push_str(&format!("Content-Type: {}\r\nContent-Length: {}\r\n", media_type(path), body.len()));
    }
    if let Some(Bearer(token)) = bearer {
        head.push_str(&format!("Authorization: Bearer {}\r\n", URL_SAFE_NO_PAD.encode(token)));
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// Tokens are asked for in CBOR, everything else is TLS presentation language.
fn media_type(path: &str) -> &'static str {
    if path.ends_with("/issue") || path.ends_with("/renew") { "application/cbor" } else { OCTET_STREAM }
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").context("no HTTP head")?;
    let (head, body) = bytes.split_at(end);
    let head = String::from_utf8_lossy(head);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no HTTP status")?;
    let field = |wanted: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    Ok(Answer {
        status,
        reason: field(REASON_HEADER),
        retry_after: field("retry-after").and_then(|value| value.parse().ok()),
        body: body.get(4..).unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{media_type, parse};

    #[test]
    fn an_answer_is_taken_apart() {
        let answer =
            parse(b"HTTP/1.0 429 Too Many\r\nRetry-After: 7\r\nDoorstep-Reason: too-often\r\n\r\n\r\nx").unwrap();
        assert_eq!((answer.status, answer.retry_after), (429, Some(7)));
        assert_eq!(answer.reason.as_deref(), Some("too-often"));
        assert_eq!(answer.body, b"\r\nx");
        assert!(parse(b"HTTP/1.0 200 OK\r\n").is_err());
    }

    #[test]
    fn tokens_are_asked_for_in_cbor() {
        assert_eq!(media_type("/pseudonym/v1/issue"), "application/cbor");
        assert_eq!(media_type("/client/v1/register"), "application/octet-stream");
    }
}
