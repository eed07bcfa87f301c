//! The one spelling of a `mimi:` URI, and its parts.

use super::{MAX_URI_LEN, ProviderDomain, UriError};

pub(super) const SCHEME: &str = "mimi://";

/// Brings a URI to its canonical spelling.
pub(super) fn canonical(text: &str) -> Result<String, UriError> {
    if text.len() > MAX_URI_LEN {
        return Err(UriError::TooLong);
    }
    let scheme = text.get(..SCHEME.len()).ok_or(UriError::Scheme)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(UriError::Scheme);
    }
    let rest = text.get(SCHEME.len()..).ok_or(UriError::Scheme)?;
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, path),
        None => (rest, ""),
    };
    let host: ProviderDomain = strip_port(authority)?.parse()?;
    let mut uri = String::with_capacity(text.len());
    uri.push_str(SCHEME);
    uri.push_str(host.as_str());
    if !path.is_empty() {
        for segment in path.strip_suffix('/').unwrap_or(path).split('/') {
            uri.push('/');
            add_segment(segment, &mut uri)?;
        }
    }
    Ok(uri)
}

/// The port is no part of a provider's name (mimi-protocol-06 §5.1).
fn strip_port(authority: &str) -> Result<&str, UriError> {
    match authority.rsplit_once(':') {
        None => Ok(authority),
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => Ok(host),
        Some(_) => Err(UriError::Host),
    }
}

/// Checks one path segment and decodes what need not be percent-encoded.
pub(super) fn canonical_segment(segment: &str) -> Result<String, UriError> {
    let mut out = String::with_capacity(segment.len());
    add_segment(segment, &mut out)?;
    Ok(out)
}

/// The same, put behind the beginning of a URI.
fn add_segment(segment: &str, uri: &mut String) -> Result<(), UriError> {
    // As it is nearly always: nothing has to be decoded.
    if segment.bytes().all(is_plain) {
        return push_segment(segment, uri);
    }
    let mut out = String::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (bytes.next().ok_or(UriError::Path)?, bytes.next().ok_or(UriError::Path)?);
            let value = (hex(high)? << 4) | hex(low)?;
            if is_unreserved(value) {
                out.push(char::from(value));
            } else {
                out.push('%');
                out.push(char::from(high.to_ascii_uppercase()));
                out.push(char::from(low.to_ascii_uppercase()));
            }
        } else if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            return Err(UriError::Path);
        }
    }
    push_segment(&out, uri)
}

fn push_segment(segment: &str, uri: &mut String) -> Result<(), UriError> {
    if matches!(segment, "" | "." | "..") {
        return Err(UriError::Path);
    }
    uri.push_str(segment);
    Ok(())
}

/// What stands in a path as it is.
fn is_plain(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hex(byte: u8) -> Result<u8, UriError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(UriError::Path),
    }
}

/// Host and path of a URI in canonical spelling.
pub(super) fn split(uri: &str) -> (&str, &str) {
    let rest = uri.strip_prefix(SCHEME).unwrap_or(uri);
    rest.split_once('/').unwrap_or((rest, ""))
}

/// A UUID as we write it: lower case, with hyphens.
pub(super) fn uuid_text(bytes: [u8; 16]) -> String {
    uuid::Uuid::from_bytes(bytes).hyphenated().to_string()
}

/// Reads a UUID, only as we write it.
pub(super) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let bytes = uuid::Uuid::try_parse(text).ok()?.into_bytes();
    (uuid_text(bytes) == text).then_some(bytes)
}
