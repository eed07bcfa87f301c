//! What every request at the listener must show before the router sees it.

use doorstep_wire::{ProviderDomain, Refusal};
use http::header::{FROM, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, StatusCode};
use rustls::pki_types::CertificateDer;

use crate::authority::host_and_port;
use crate::{Lists, PeerName, proof};

/// What a connection has shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// SNI.
    pub(crate) asked_for: Option<String>,
    /// The other side's certificate, of a root we trust.
    pub(crate) certificate: Option<CertificateDer<'static>>,
}

/// Why a request goes no further.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Denial {
    pub(crate) status: StatusCode,
    pub(crate) reason: Refusal,
}

const ANOTHER: Denial = Denial { status: StatusCode::MISDIRECTED_REQUEST, reason: Refusal::AnotherDomain };
const FROM_MISMATCH: Denial = Denial { status: StatusCode::FORBIDDEN, reason: Refusal::FromMismatch };
const NOT_ALLOWED: Denial = Denial { status: StatusCode::FORBIDDEN, reason: Refusal::ProviderNotAllowed };

/// Lets a request for `own` through, with the name of its sender if a certificate was shown.
///
/// * SNI, if there is one, the authority of the request's URI, if it has one, and `Host` are our domain; the port is not
///   looked at (mimi-protocol-06 §5.1).
/// * With a certificate, `From` is `mimi@` and a domain that the certificate lists, to which the operator lets us speak.
///   Without one the sender is a stranger, whatever `From` says.
pub(crate) fn admit(
    parts: &Parts,
    shown: &Shown,
    own: &ProviderDomain,
    lists: &Lists,
) -> Result<Option<PeerName>, Denial> {
    let sni = shown.asked_for.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(own.as_str()));
    let uri = parts.uri.authority().is_none_or(|authority| is_own(authority, own));
    let host = only(&parts.headers, &HOST).and_then(|host| host.parse().ok()).is_some_and(|host| is_own(&host, own));
    if !(sni && uri && host) {
        return Err(ANOTHER);
    }
    let Some(certificate) = &shown.certificate else { return Ok(None) };
    let from = only(&parts.headers, &FROM).and_then(|from| from.strip_prefix("mimi@"));
    let domain: ProviderDomain = from.and_then(|domain| domain.parse().ok()).ok_or(FROM_MISMATCH)?;
    if !proof::proves(certificate, &domain) {
        return Err(FROM_MISMATCH);
    }
    if lists.admit(&domain) { Ok(Some(PeerName(domain))) } else { Err(NOT_ALLOWED) }
}

fn is_own(authority: &Authority, own: &ProviderDomain) -> bool {
    host_and_port(authority).is_some_and(|(host, _)| host.eq_ignore_ascii_case(own.as_str()))
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn verdict(uri: &str, headers: &[(&str, &str)], sni: Option<&str>) -> Result<Option<PeerName>, Denial> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let shown = Shown { asked_for: sni.map(str::to_owned), certificate: None };
        let parts = request.body(()).unwrap().into_parts().0;
        admit(&parts, &shown, &"a.example".parse().unwrap(), &Lists::default())
    }

    #[test]
    fn a_request_for_another_domain_is_misdirected() {
        for (uri, host, sni) in [
            ("/x", "a.example", Some("a.example")),
            ("/x", "A.Example:8448", None),
            ("https://a.example:1/x", "a.example", None),
        ] {
            assert_eq!(verdict(uri, &[("host", host)], sni), Ok(None), "{uri} {host} {sni:?}");
        }
        for (uri, host, sni) in [
            ("/x", "b.example", Some("a.example")),
            ("/x", "a.example", Some("b.example")),
            ("https://b.example/x", "a.example", None),
            ("https://u@a.example/x", "a.example", None),
            ("/x", "a.example.b.example", None),
            ("/x", "a.example:x", None),
            ("/x", "", None),
        ] {
            assert_eq!(verdict(uri, &[("host", host)], sni), Err(ANOTHER), "{uri} {host} {sni:?}");
        }
        assert_eq!(verdict("/x", &[], None), Err(ANOTHER));
        assert_eq!(verdict("/x", &[("host", "a.example"), ("host", "a.example")], None), Err(ANOTHER));
    }

    #[test]
    fn without_a_certificate_from_proves_nothing() {
        assert_eq!(verdict("/x", &[("host", "a.example"), ("from", "mimi@b.example")], None), Ok(None));
    }
}
