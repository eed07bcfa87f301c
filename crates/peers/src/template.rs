//! URI templates of a directory (RFC 6570, level 1), each with one variable.

use doorstep_wire::ProviderDomain;
use http::Uri;
use http::uri::{PathAndQuery, Scheme};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::authority::host_and_port;

/// Longest template, and longest URI made of one, in bytes.
const LONGEST: usize = 4_096;

/// What is percent-encoded in a value: all but letters, digits and these (RFC 6570 §3.2.2).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `https://HOST[:PORT]` and a path with one variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Template {
    host: ProviderDomain,
    port: u16,
    before: String,
    variable: String,
    after: String,
}

/// Where a request goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// A name, never an address.
    pub(crate) host: ProviderDomain,
    pub(crate) port: u16,
    pub(crate) path: PathAndQuery,
}

impl Template {
    /// `None`: not over `https`, an address instead of a name, a name before the host, a fragment, no variable or several, or
    /// a variable that is not in the path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (before, behind) = text.split_once('{').filter(|_| text.len() <= LONGEST)?;
        let (variable, after) = behind.split_once('}')?;
        let literal = |text: &str| !text.contains(['{', '}', '#', '\\']);
        let name = variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !variable.is_empty();
        if !name || !literal(before) || !literal(after) {
            return None;
        }
        let start: Uri = before.parse().ok()?;
        // The same text again: nothing was supplied, left out or spelt otherwise.
        if start.scheme() != Some(&Scheme::HTTPS) || format!("{start}") != before {
            return None;
        }
        let (host, port) = host_and_port(start.authority()?)?;
        let template = Self {
            host: host.parse().ok()?,
            port: port.or(Some(443)).filter(|port| *port != 0)?,
            before: start.path_and_query()?.as_str().to_owned(),
            variable: variable.to_owned(),
            after: after.to_owned(),
        };
        template.expand("x").map(|_| template)
    }

    /// The name of its variable.
    pub(crate) fn variable(&self) -> &str {
        &self.variable
    }

    /// With `value` for its variable; everything but letters, digits and `-._~` is percent-encoded.
    pub(crate) fn expand(&self, value: &str) -> Option<Place> {
        let path = format!("{}{}{}", self.before, utf8_percent_encode(value, RESERVED), self.after);
        let path = path.parse().ok().filter(|_| path.len() <= LONGEST)?;
        Some(Place { host: self.host.clone(), port: self.port, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_encoded_whole() {
        let template = Template::parse("https://mimi.a.example:8448/v1/update{roomId}?x=1").unwrap();
        assert_eq!(template.variable(), "roomId");
        let place = template.expand("mimi://hub.example/r/a~b c/ü%").unwrap();
        assert_eq!((place.host.as_str(), place.port), ("mimi.a.example", 8448));
        assert_eq!(place.path, "/v1/updatemimi%3A%2F%2Fhub.example%2Fr%2Fa~b%20c%2F%C3%BC%25?x=1");
        assert_eq!(Template::parse("https://a.example/{x}").unwrap().expand("a").unwrap().port, 443);
        assert!(template.expand(&"x".repeat(LONGEST)).is_none());
    }

    #[test]
    fn what_is_no_template_is_none() {
        for text in [
            "",
            "http://a.example/{x}",
            "HTTPS://a.example/{x}",
            "https://192.0.2.1/{x}",
            "https://[2001:db8::1]/{x}",
            "https://u@a.example/{x}",
            "https://u:p@a.example/{x}",
            "https://u@a.example:1/{x}",
            "https://a.example",
            "https://a.example/x",
            "https://a.example/{x}/{y}",
            "https://{x}/a",
            "https://a.example{x}/a",
            "https://a.example:84{x}/a",
            "https://{x}.example/{x}",
            "https://a.example/{+x}",
            "https://a.example/{x,y}",
            "https://a.example/{}",
            "https://a.example/{x",
            "https://a.example/x}{y}",
            "https://a.example/{x}#y",
            "https://a.example/ {x}",
            "https://a.example/\r\n{x}",
            "https://a.example\\@b.example/{x}",
            "https://a.example:0/{x}",
            "https://a.example:70000/{x}",
            "https://a.example:/{x}",
            "https:///{x}",
            "//a.example/{x}",
        ] {
            assert_eq!(Template::parse(text), None, "{text:?}");
        }
        assert!(Template::parse(&format!("https://a.example/{}{{x}}", "a".repeat(LONGEST))).is_none());
    }
}
