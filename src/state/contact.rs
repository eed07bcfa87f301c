//! What somebody writes, pastes or scans who means an account: found in it, and brought to the one spelling that is sent on.

use super::code::after;
use crate::route::{Route, decode};
use crate::services::web_address::domain_of;
use yew_router::Routable as _;

/// Characters of a handle at most, at whatever provider.
const HANDLE: usize = 64;

/// The account that is meant, as `bob@b.example`; a name alone is one of the provider `domain`. None: no account is meant.
pub(crate) fn contact(text: &str, domain: &str) -> Option<String> {
    let text = readable(text);
    if let Some(found) = pieces(&text).find_map(|piece| linked(piece).or_else(|| written(piece))) {
        return Some(found);
    }
    let mut pieces = pieces(&text);
    let only = pieces.next().filter(|_| pieces.next().is_none())?;
    Some([&handle(only)?, "@", domain].concat())
}

/// The account of an address that says by itself that it is one: whatever stands around it, and whosever page it opens.
pub(crate) fn contact_link(text: &str) -> Option<String> {
    pieces(&readable(text)).find_map(linked)
}

/// Without escapes, of which each program on the way may have added some, and without what nobody sees.
fn readable(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let decoded = decode(&text);
        if decoded == text {
            break;
        }
        text = decoded;
    }
    text.chars().filter(|c| !is_unseen(*c)).map(narrow).collect()
}

/// Marks of writing direction, joiners, variation selectors, control characters.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// A wide character of an East Asian keyboard as the one that is meant.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3002}' => '.',
        _ => c,
    }
}

/// What could be an address: between blanks, brackets, quotation marks, commas, without punctuation around it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphanumeric() || "@.-_+~:/#?&=%".contains(c);
    let first = |c: char| c.is_alphanumeric() || "@/#".contains(c);
    let last = |c: char| c.is_alphanumeric() || "@-_/".contains(c);
    let trimmed = move |piece: &str| -> (usize, usize) {
        let start = piece.find(first).unwrap_or(piece.len());
        let end = piece.rfind(last).and_then(|at| Some(at + piece.get(at..)?.chars().next()?.len_utf8()));
        (start, end.unwrap_or(start))
    };
    let pieces = text.split(move |c: char| !inside(c)).map(move |piece| {
        let (start, end) = trimmed(piece);
        piece.get(start..end).unwrap_or_default()
    });
    pieces.filter(|piece| !piece.is_empty())
}

/// `…/connect#bob@b.example`, `#bob@b.example`, `im:bob@b.example`, `mimi://b.example/u/bob`.
fn linked(piece: &str) -> Option<String> {
    let Some((before, behind)) = piece.rsplit_once('#') else { return named(piece) };
    let path = before.split('?').next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
    let ours = path.is_empty() || path.ends_with(&Route::Connect.to_path());
    let meant = behind.split(['?', '&']).next().unwrap_or_default();
    ours.then(|| named(meant).or_else(|| written(meant))).flatten()
}

/// An account by its URI.
fn named(piece: &str) -> Option<String> {
    match after(piece, "mimi://") {
        Some(rest) => {
            let (host, user) = rest.split_once("/u/")?;
            account(user.trim_end_matches('/'), host)
        }
        None => written(after(piece, "im:")?),
    }
}

/// `bob@b.example`.
fn written(piece: &str) -> Option<String> {
    let (user, host) = piece.split(['?', '&']).next()?.rsplit_once('@')?;
    account(user, host)
}

fn account(user: &str, host: &str) -> Option<String> {
    Some([&handle(user)?, "@", &domain_of(host.trim_end_matches(['.', '_']))?].concat())
}

/// A handle as all are written, in small letters; anything that could look like another one is none.
fn handle(text: &str) -> Option<String> {
    let handle = text.trim_start_matches('@').to_ascii_lowercase();
    let good = handle.len() <= HANDLE
        && handle.starts_with(|first: char| first.is_ascii_alphanumeric())
        && handle.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+".contains(&b));
    good.then_some(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: Option<&str> = Some("bob@b.example");

    fn read(text: &str) -> Option<String> {
        contact(text, "a.example")
    }

    #[test]
    fn an_account_is_understood_however_it_is_written() {
        for text in [
            "bob@b.example",
            "  bob@b.example \n",
            "Bob@B.Example",
            "@bob@b.example",
            "bob@b.example.",
            "bob@b.example,",
            "bob@b.example!?",
            "(bob@b.example)",
            "<bob@b.example>",
            "“bob@b.example”",
            "*bob@b.example*",
            "_bob@b.example_",
            "Bob Hale <bob@b.example>",
            "Bob<bob@b.example>",
            "This is me: bob@b.example; write to me",
            "bob%40b.example",
            "bob%2540b.example",
            "bob＠b.example",
            "ｂｏｂ@b。example",
            "\u{200e}bob@b.example\u{200f}",
            "\u{202a}bob@b.example\u{202c}",
            "\u{2068}bob\u{200b}@b.example\u{2069}\u{feff}",
            "im:bob@b.example",
            "IM:Bob@B.EXAMPLE",
            "im:bob@b.example?body=x",
            "mimi://b.example/u/bob",
            "MIMI://B.EXAMPLE/u/bob/",
            "mimi%3A%2F%2Fb.example%2Fu%2Fbob",
            "https://b.example/connect#bob@b.example",
            "https://b.example/connect/#bob@b.example",
            "HTTPS://B.EXAMPLE/CONNECT#BOB@B.EXAMPLE",
            "https://c.example/connect#bob@b.example",
            "https://b.example/connect#bob%40b.example",
            "https://b.example/connect%23bob@b.example",
            "https://b.example/connect%2523bob%2540b.example",
            "https://b.example/connect?utm_source=x#bob@b.example",
            "https://b.example/connect#bob@b.example?utm_source=x",
            "https://b.example/connect#bob@b.example&utm_source=x",
            "https://b.example/connect#bob@b.example.",
            "https://b.example/connect#mimi://b.example/u/bob",
            "https://b.example/connect#im:bob@b.example",
            "b.example/connect#bob@b.example",
            "/connect#bob@b.example",
            "#bob@b.example",
            "[write to me](https://b.example/connect#bob@b.example)",
            "<a href=\"https://b.example/connect#bob@b.example\">Bob</a>",
            "bob@b.example:8443",
        ] {
            assert_eq!(read(text).as_deref(), BOB, "{text:?}");
        }
    }

    #[test]
    fn a_name_alone_is_somebody_here() {
        for text in ["bob", " Bob ", "@bob", "bob.", "\u{200f}bob"] {
            assert_eq!(read(text).as_deref(), Some("bob@a.example"), "{text:?}");
        }
        assert_eq!(contact("bob", "localhost").as_deref(), Some("bob@localhost"));
    }

    #[test]
    fn hosts_are_compared_as_machines_do() {
        for (text, expected) in [
            ("bob@münchen.example", "bob@xn--mnchen-3ya.example"),
            ("bob@localhost", "bob@localhost"),
            ("bob@b.localhost:8401", "bob@b.localhost"),
            ("b.o-b_2+x@b.example", "b.o-b_2+x@b.example"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_account_is_none() {
        for text in [
            "",
            " \u{200b}\u{202e} ",
            "@",
            "#",
            "bob@",
            "@@@",
            "bob@b",
            "bob@192.0.2.1",
            "bob@[2001:db8::1]",
            "bob@-b.example",
            "bob@b..example",
            "bob hale",
            "böb",
            "b\u{43e}b@b.example",
            "bob@b.example/x",
            "https://b.example/r/club",
            "https://b.example/r/club#bob@b.example",
            "https://bob@b.example/",
            "https://b.example/j#pwABAXgfbWltaTovL2EuZXhhbXBsZS9y",
            "mimi://b.example/r/club",
            "mimi://b.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427",
            "mailto:bob@b.example",
            "%zz%4",
            "%ff",
            "-bob@b.example-@",
            &"a".repeat(65),
            &"@".repeat(10_000),
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_what_says_that_it_is_an_account_is_taken_for_one_when_scanned() {
        for text in ["https://b.example/connect#bob@b.example", "im:bob@b.example", "Me: mimi://b.example/u/bob"] {
            assert_eq!(contact_link(text).as_deref(), BOB, "{text:?}");
        }
        for text in ["bob@b.example", "bob", "https://b.example/j#bob@b.example", "WIFI:S:bob@b.example;;", ""] {
            assert_eq!(contact_link(text), None, "{text:?}");
        }
    }

    #[test]
    fn nothing_makes_it_stumble() {
        let parts =
            ["@", "#", "%", "%40", "%23", "é", "\u{202e}", "👋", "/u/", "mimi://", "im:", "/connect", ".", "bob", " "];
        for first in parts {
            for second in parts {
                for third in parts {
                    for fourth in parts {
                        let text = [first, second, third, fourth].concat();
                        let _ = (read(&text), contact_link(&text));
                    }
                }
            }
        }
    }
}
