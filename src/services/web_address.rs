//! Addresses of the web, read as the browser itself reads them.

/// What is asked of an `http:` or `https:` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebAddress {
    /// Host, with its port unless it is the scheme's own; IDNs in their ASCII form.
    pub(crate) host: String,
    /// Host without a port.
    pub(crate) name: String,
    /// Somebody's name or password stands in it.
    pub(crate) has_user: bool,
}

impl WebAddress {
    /// None: no such address.
    #[cfg(target_family = "wasm")]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let url = web_sys::Url::new(text).ok()?;
        matches!(url.protocol().as_str(), "http:" | "https:").then(|| Self {
            host: url.host(),
            name: url.hostname(),
            has_user: !(url.username().is_empty() && url.password().is_empty()),
        })
    }

    /// None: no such address. Where there is no browser, in tests, by the reader of the same standard that servers use.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let name = url.host_str()?.to_owned();
        matches!(url.scheme(), "http" | "https").then(|| Self {
            host: url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}")),
            name,
            has_user: !(url.username().is_empty() && url.password().is_none()),
        })
    }
}

/// Host (with its port, on this machine) and origin of the provider that somebody typed: a domain, or any address there.
pub(crate) fn provider_of(typed: &str) -> Option<(String, String)> {
    let text = typed.trim();
    // Of a `mimi:` address, or any other, the host is what counts.
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let WebAddress { host, name, has_user } = WebAddress::read(&["https://", rest].concat())?;
    let scheme = if is_here(&name) { "http://" } else { "https://" };
    (is_domain(&name) && !has_user).then(|| (host.clone(), [scheme, &host].concat()))
}

/// The domain that somebody wrote, perhaps with a port, and nothing else: in small letters, IDNs in their ASCII form.
pub(crate) fn domain_of(written: &str) -> Option<String> {
    let plain = written.chars().all(|c| c.is_alphanumeric() || "-.:".contains(c));
    let address = plain.then(|| WebAddress::read(&["https://", written].concat())).flatten()?;
    is_domain(&address.name).then_some(address.name)
}

/// A name of this machine.
fn is_here(name: &str) -> bool {
    name.rsplit('.').next() == Some("localhost")
}

/// Other machines have names with a dot in them, and not only digits at the end.
fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| !(label.is_empty() || label.starts_with('-') || label.ends_with('-'));
    let last = name.rsplit('.').next().unwrap_or_default();
    name.split('.').all(is_label) && (is_here(name) || name.contains('.')) && last.parse::<u32>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_or_an_address_there_is_understood() {
        for (typed, expected) in [
            ("c.example", "https://c.example"),
            (" C.Example ", "https://c.example"),
            ("https://c.example/r/room?x#y", "https://c.example"),
            ("mimi://c.example", "https://c.example"),
            ("b.localhost:8401", "http://b.localhost:8401"),
            ("münchen.example", "https://xn--mnchen-3ya.example"),
        ] {
            assert_eq!(provider_of(typed).map(|(_, origin)| origin).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_none_is_not() {
        for typed in [
            "",
            "c",
            "a b.example",
            "192.0.2.1",
            "[2001:db8::1]",
            "-a.example",
            "a..example",
            "u@c.example",
            "c.example:x",
            "javascript:alert(1)",
        ] {
            assert_eq!(provider_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn who_stands_before_the_host_is_not_the_host() {
        let address = WebAddress::read("https://good.example:8080@evil.example/").unwrap();
        assert_eq!((address.host.as_str(), address.has_user), ("evil.example", true));
        assert_eq!(WebAddress::read("mimi://a.example/r/x"), None);
    }
}
