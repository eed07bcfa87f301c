//! The only place with our URLs.

use doorstep_client_api::view::LinkText;

use crate::invite;

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/`
    Home,
    /// `/new`
    New,
    /// `/r/{slug}`: the public page of a room.
    Door(String),
    /// `/requests`
    Requests,
    /// `/rooms`
    Rooms,
    /// `/rooms/{key}`: the slug of a room of this provider, or a whole room URI, percent-encoded.
    Room(String),
    /// `/settings`
    Settings,
    /// `/account`
    Account,
    /// `/scan`
    Scan,
    /// `/j#{code}`: where a join link is opened. The code is a secret.
    Join(LinkText),
    /// `/at#{host}/r/{slug}`: the public page of a room of another hub, read through this provider. What stands behind the
    /// `#` is the room's URI without its scheme.
    At(String),
    /// Anything else.
    Unknown,
}

impl Route {
    /// Reads a path; query and fragment are none of its business, but for [`Self::Join`].
    pub(crate) fn parse(path: &str) -> Self {
        if let Some(text) = invite::read(path) {
            return Self::Join(text);
        }
        if let Some(room) = path.strip_prefix(AT) {
            return Self::At(["mimi://", decode(room).trim_start_matches("mimi://")].concat());
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let route = match (parts.next(), parts.next()) {
            (None, _) => Self::Home,
            (Some("new"), None) => Self::New,
            (Some("requests"), None) => Self::Requests,
            (Some("rooms"), None) => Self::Rooms,
            (Some("settings"), None) => Self::Settings,
            (Some("account"), None) => Self::Account,
            (Some("scan"), None) => Self::Scan,
            (Some("r"), Some(slug)) => Self::Door(decode(slug)),
            (Some("rooms"), Some(key)) => Self::Room(decode(key)),
            _ => Self::Unknown,
        };
        if parts.next().is_some() { Self::Unknown } else { route }
    }

    /// The path of this page.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/".to_owned(),
            Self::New => "/new".to_owned(),
            Self::Door(slug) => format!("/r/{}", encode(slug)),
            Self::Requests => "/requests".to_owned(),
            Self::Rooms => "/rooms".to_owned(),
            Self::Room(key) => format!("/rooms/{}", encode(key)),
            Self::Settings => "/settings".to_owned(),
            Self::Account => "/account".to_owned(),
            Self::Scan => "/scan".to_owned(),
            Self::At(uri) => at_path(uri),
            Self::Join(text) if text.0.is_empty() => invite::PATH.to_owned(),
            Self::Join(text) => format!("{}#{}", invite::PATH, text.0),
        }
    }

    /// The chat of a room, seen from the provider `domain`.
    pub(crate) fn room(uri: &str, domain: &str) -> Self {
        let own =
            uri.strip_prefix("mimi://").and_then(|rest| rest.strip_prefix(domain)).and_then(|r| r.strip_prefix("/r/"));
        Self::Room(own.unwrap_or(uri).to_owned())
    }

    /// The room URI of a [`Self::Room`], seen from the provider `domain`.
    pub(crate) fn room_uri(&self, domain: &str) -> Option<String> {
        match self {
            Self::Room(key) if key.starts_with("mimi://") => Some(key.clone()),
            Self::Room(key) => Some(local_room(domain, key)),
            _ => None,
        }
    }
}

/// Where the public page of a room of another hub is read.
const AT: &str = "/at#";

/// Path of [`Route::At`] for a room.
pub(crate) fn at_path(uri: &str) -> String {
    [AT, uri.trim_start_matches("mimi://")].concat()
}

/// URI of the provider's own room `slug`.
pub(crate) fn local_room(domain: &str, slug: &str) -> String {
    format!("mimi://{domain}/r/{slug}")
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes percent-encoding; what is none stays.
pub(crate) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let escaped = (byte == b'%').then(|| Some(16 * hex(ahead.next())? + hex(ahead.next())?)).flatten();
        match escaped {
            Some(value) => {
                out.push(value);
                bytes = ahead;
            }
            None => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: Option<u8>) -> Option<u8> {
    char::from(digit?).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_an_address_that_leads_back_to_it() {
        for route in [
            Route::Home,
            Route::New,
            Route::Door("clubhouse".into()),
            Route::Requests,
            Route::Rooms,
            Route::Room("clubhouse".into()),
            Route::Room("mimi://b.example/r/päivä".into()),
            Route::Settings,
            Route::Account,
            Route::Scan,
            Route::At("mimi://b.example/r/far".into()),
            Route::Join("".into()),
            Route::Join("pwABAXgf-_".into()),
        ] {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn what_is_no_page_is_unknown() {
        for path in ["/r", "/r/a/b", "/rooms/a/b", "/new/x", "/admin", "/r/a/b/c"] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn broken_escapes_are_kept_as_they_are() {
        assert_eq!(Route::parse("/r/%zz%4"), Route::Door("%zz%4".into()));
        assert_eq!(Route::parse("/r/%ff?x#y"), Route::Door("\u{fffd}".into()));
    }

    #[test]
    fn a_room_of_another_provider_keeps_its_whole_address() {
        let route = Route::room("mimi://b.example/r/x", "a.example");
        assert_eq!(route.path(), "/rooms/mimi%3A%2F%2Fb.example%2Fr%2Fx");
        assert_eq!(route.room_uri("a.example").as_deref(), Some("mimi://b.example/r/x"));
        assert_eq!(Route::room("mimi://a.example/r/x", "a.example").path(), "/rooms/x");
        assert_eq!(Route::Room("x".into()).room_uri("a.example").as_deref(), Some("mimi://a.example/r/x"));
    }
}
