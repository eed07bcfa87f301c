//! What `https://DOMAIN/.well-known/mimi-protocol-directory` says (mimi-protocol-06 §5.1).

use std::collections::HashMap;
use std::time::Duration;

use doorstep_wire::ProviderDomain;
use headers::{CacheControl, Header as _};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};

use crate::Endpoint;
use crate::template::{Place, Template};

/// Where the directory is at a provider's domain.
pub const PATH: &str = "/.well-known/mimi-protocol-directory";

/// The templates of another provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Directory(HashMap<Endpoint, Template>);

impl Directory {
    /// `None`: it is no JSON object, or one of the members we know is not a template we may follow. What we do not know is
    /// passed over.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let all: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let nothing = Map::new();
        let ours = match all.get("doorstep") {
            Some(ours) => ours.as_object()?,
            None => &nothing,
        };
        let mut templates = HashMap::new();
        for endpoint in Endpoint::ALL {
            let member = if endpoint.is_ours() { ours.get(endpoint.name()) } else { all.get(endpoint.name()) };
            if let Some(value) = member {
                templates.insert(endpoint, Template::parse(value.as_str()?)?);
            }
        }
        Some(Self(templates))
    }

    /// Where `endpoint` is for `subject`; `None`: not offered.
    ///
    /// The draft's text names the variables of the consent endpoints otherwise than its example, after the provider that is
    /// asked: such a one has its domain.
    pub(crate) fn place(&self, endpoint: Endpoint, subject: &str, of: &ProviderDomain) -> Option<Place> {
        let template = self.0.get(&endpoint)?;
        match (endpoint, template.variable()) {
            (_, variable) if variable == endpoint.variable() => template.expand(subject),
            (Endpoint::RequestConsent, "targetDomain") | (Endpoint::UpdateConsent, "requesterDomain") => {
                template.expand(of.as_str())
            }
            _ => None,
        }
    }
}

/// How long it says that it is good for; zero where it does not.
pub(crate) fn max_age(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    // Directives are the same in capitals (RFC 9111 §5.2), which the reader does not know.
    let values: Vec<_> = values.flat_map(|value| HeaderValue::from_str(&value.to_ascii_lowercase())).collect();
    let control = CacheControl::decode(&mut values.iter()).ok();
    let control = control.filter(|control| !control.no_store() && !control.no_cache());
    control.and_then(|control| control.max_age()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of() -> ProviderDomain {
        "a.example".parse().unwrap()
    }

    #[test]
    fn the_drafts_members_and_ours_are_found_where_they_belong() {
        let directory = Directory::parse(
            br#"{
            "update": "https://mimi.a.example/v1/update{roomId}",
            "requestConsent": "https://mimi.a.example/v1/requestConsent/{targetDomain}",
            "updateConsent": "https://mimi.a.example/v1/updateConsent/{requesterUser}",
            "notify": "https://mimi.a.example/v1/notify/{somethingElse}",
            "hubKeys": "https://mimi.a.example/v1/hubKeys/{domain}",
            "proxyDownload": "http://unknown to us",
            "doorstep": { "restored": "https://a.example:8448/restored/{roomId}", "more": 1 },
            "doorstep.pseudonym": { "linkage": "issuer-known" }
        }"#,
        )
        .unwrap();
        let path = |endpoint, subject| directory.place(endpoint, subject, &of()).map(|place| place.path.to_string());
        assert_eq!(path(Endpoint::Update, "r").as_deref(), Some("/v1/updater"));
        assert_eq!(path(Endpoint::RequestConsent, "u").as_deref(), Some("/v1/requestConsent/a.example"));
        assert_eq!(path(Endpoint::UpdateConsent, "u").as_deref(), Some("/v1/updateConsent/u"));
        assert_eq!(path(Endpoint::Restored, "r").as_deref(), Some("/restored/r"));
        assert_eq!(path(Endpoint::Notify, "r"), None, "another variable");
        assert_eq!(path(Endpoint::HubKeys, "d"), None, "ours is not among the draft's");
        assert_eq!(path(Endpoint::KeyMaterial, "u"), None);
    }

    /// The example of docs/PROTOCOL.md has a template for everything that a provider can be asked.
    #[test]
    fn the_protocol_page_shows_a_whole_directory() {
        let page = include_str!("../../../docs/PROTOCOL.md");
        let blocks = page.split("```json\n").skip(1).filter_map(|rest| rest.split_once("```"));
        let block = blocks.map(|(block, _)| block).find(|block| block.contains("\"keyMaterial\"")).unwrap();
        let directory = Directory::parse(block.as_bytes()).unwrap();
        for endpoint in Endpoint::ALL {
            assert!(directory.place(endpoint, "x", &of()).is_some(), "{endpoint:?}");
        }
    }

    #[test]
    fn a_directory_with_one_bad_template_is_none() {
        for body in [
            &b""[..],
            b"<html>",
            b"[]",
            b"{",
            b"{} {}",
            br#"{"update": 1}"#,
            br#"{"update": "http://a.example/{roomId}"}"#,
            br#"{"update": "https://192.0.2.1/{roomId}"}"#,
            br#"{"doorstep": 1}"#,
            br#"{"doorstep": {"door": "ftp://a.example/{roomId}"}}"#,
        ] {
            assert_eq!(Directory::parse(body), None, "{}", String::from_utf8_lossy(body));
        }
        assert!(Directory::parse(b"{}").is_some());
    }

    #[test]
    fn an_age_is_read_from_the_header() {
        let age = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(text));
            max_age(&headers).as_secs()
        };
        assert_eq!(age("public, Max-Age=300"), 300);
        assert_eq!(age("max-age=300, no-store"), 0);
        assert_eq!(age("max-age=-1"), 0);
        assert_eq!(age("max-age=99999999999999999999"), 0);
        assert_eq!(age("s-maxage=5"), 0);
        assert_eq!(max_age(&HeaderMap::new()), Duration::ZERO);
    }
}
