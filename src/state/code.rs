//! What a text is that somebody scanned, pasted or typed: a join link of ours, a page of ours, or something else, which is
//! named and never opened.

use yew_router::Routable as _;

use super::contact::contact_link;
use crate::invite;
use crate::route::Route;
use crate::services::web_address::WebAddress;

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A join link. What stands behind its `#`: base64url of an invite (docs/PROTOCOL.md, "Invite").
    Invite(String),
    /// The address of an account, whosever page it would open: `bob@b.example`.
    Contact(String),
    /// The public page of a room of this provider: its path.
    Door(String),
    /// A web address of somebody else; its host as the browser reads it, without what may stand before an `@` to mislead.
    Web(String),
    /// An address for another app; its scheme.
    App(String),
    /// Anything else.
    Plain,
}

/// Tells what `text` is, seen from the pages of `origin` (`https://a.example`).
pub(crate) fn code(text: &str, origin: &str) -> Code {
    let text = text.trim();
    if let Some(invite) = text.split_whitespace().find_map(|piece| invite(piece, origin)) {
        return Code::Invite(invite);
    }
    if bare(text) {
        return Code::Invite(text.to_owned());
    }
    if let Some(contact) = contact_link(text) {
        return Code::Contact(contact);
    }
    if let Some(path) =
        after(text, origin).filter(|path| path.starts_with(&Route::Door { slug: String::new() }.to_path()))
    {
        return Code::Door(path.to_owned());
    }
    let Some((scheme, _)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Code::Plain;
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => WebAddress::read(text).map_or(Code::Plain, |address| Code::Web(address.host)),
        scheme => Code::App(scheme.to_owned()),
    }
}

/// The invite of a whole link: of this origin, or for whatever app knows `web+mimi:`.
fn invite(link: &str, origin: &str) -> Option<String> {
    let invite = match after(link, "web+mimi:") {
        Some(rest) => invite::read(&["/", rest.trim_start_matches('/')].concat()),
        None => invite::read(after(link, origin)?),
    };
    invite.map(|text| text.0).filter(|text| !text.is_empty())
}

/// An invite without anything around it: base64url of a CBOR map of 4 to 11 entries that begins with `0: 1, 1:`, and long
/// enough for what has to be in it.
fn bare(text: &str) -> bool {
    let start = matches!(text.as_bytes(), [b'p' | b'q', b'A' | b'Q' | b'g' | b'w', b'A', b'B', ..]);
    start && text.len() > 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What stands behind `start`, in whatever letters that is written.
pub(super) fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(start.len())?;
    (!start.is_empty() && head.eq_ignore_ascii_case(start)).then_some(tail)
}

/// RFC 3986 §3.1. One letter is a drive, a single word with a colon more often than not a note.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://a.example";

    /// `{0: 1, 1: "mimi://a.example/r/club", 2: h'…'}` and so on, as far as this file looks at it.
    fn an_invite() -> String {
        format!("pAABAXgXbWltaTovL2EuZXhhbXBsZS9yL2NsdWI{}-_", "A".repeat(64))
    }

    #[test]
    fn a_link_of_ours_is_known_however_it_comes() {
        let invite = an_invite();
        for text in [
            format!("https://a.example/j#{invite}"),
            format!("https://a.example/j%23{invite}"),
            format!("HTTPS://A.example/j#{invite}\n"),
            format!("web+mimi:j#{invite}"),
            format!("Web+Mimi:j%23{invite}"),
            format!("  {invite} "),
            format!("Come in: https://a.example/j#{invite} (until Sunday)"),
            format!("https://a.example/j#{invite}\nSee you there"),
        ] {
            assert_eq!(code(&text, ORIGIN), Code::Invite(invite.clone()), "{text:?}");
        }
    }

    #[test]
    fn a_link_that_looks_like_ours_is_not() {
        let invite = an_invite();
        for (text, host) in [
            (format!("https://b.example/j#{invite}"), "b.example"),
            (format!("http://a.example/j#{invite}"), "a.example"),
            (format!("https://a.example.evil.example/j#{invite}"), "a.example.evil.example"),
            (format!("https://a.example@evil.example/j#{invite}"), "evil.example"),
            (format!("https://a.example:444/j#{invite}"), "a.example:444"),
            ("https://a.example/j#".to_owned(), "a.example"),
            ("https://a.example/settings".to_owned(), "a.example"),
        ] {
            assert_eq!(code(&text, ORIGIN), Code::Web(host.into()), "{text:?}");
        }
    }

    #[test]
    fn the_door_of_a_room_here_is_a_page_of_ours() {
        assert_eq!(code("https://a.example/r/club ", ORIGIN), Code::Door("/r/club".into()));
        assert_eq!(code("https://b.example/r/club", ORIGIN), Code::Web("b.example".into()));
    }

    #[test]
    fn the_address_of_an_account_is_taken_from_the_page_of_any_house() {
        for text in [
            "https://a.example/connect#bob@b.example",
            "https://b.example/connect#bob@b.example",
            "Hello: https://b.example/connect%23bob%40b.example.",
            "im:bob@b.example",
            "mimi://b.example/u/bob",
        ] {
            assert_eq!(code(text, ORIGIN), Code::Contact("bob@b.example".into()), "{text:?}");
        }
        assert_eq!(code("https://b.example/connect#", ORIGIN), Code::Web("b.example".into()));
        assert_eq!(code("bob@b.example", ORIGIN), Code::Plain);
    }

    #[test]
    fn anything_else_is_named() {
        for (text, expected) in [
            ("HTTP://Example.ORG:8080/?q#f", Code::Web("example.org:8080".into())),
            ("https://good.example\\@evil.example", Code::Web("good.example".into())),
            ("WIFI:S:home;T:WPA;P:secret;;", Code::App("wifi".into())),
            ("mailto:a@b.example", Code::App("mailto".into())),
            ("javascript:alert(1)", Code::App("javascript".into())),
            ("web+mimi:j#", Code::App("web+mimi".into())),
            ("just a note", Code::Plain),
            ("", Code::Plain),
            ("ä:b", Code::Plain),
            ("4006381333931", Code::Plain),
            (&"A".repeat(200), Code::Plain),
        ] {
            assert_eq!(code(text, ORIGIN), expected, "{text:?}");
        }
    }

    #[test]
    fn an_invite_has_a_beginning_and_a_length() {
        let invite = an_invite();
        for text in [&invite[1..], &invite[..80], &invite.replace('-', "+")] {
            assert_eq!(code(text, ORIGIN), Code::Plain, "{text:?}");
        }
    }
}
