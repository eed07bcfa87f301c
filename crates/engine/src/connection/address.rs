//! Addresses of people, as they are written, pasted and scanned.

use doorstep_wire::{ProviderDomain, UserUri};

/// The account that is meant: `bob@b.example`, `im:bob@b.example`, `mimi://b.example/u/bob`, the address of a page with one of
/// them behind its `#`, or a handle of the own provider alone. Spaces, marks that nobody sees and a sentence's end around it
/// are passed over.
pub(crate) fn account(text: &str, own: &ProviderDomain) -> Option<UserUri> {
    let text = behind_page(trimmed(text));
    let text = trimmed(text);
    if text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mimi://")) {
        let user: UserUri = text.to_lowercase().parse().ok()?;
        return user.handle().is_some().then_some(user);
    }
    let text = match text.get(..3) {
        Some(scheme) if scheme.eq_ignore_ascii_case("im:") => text.get(3..)?,
        _ => text.strip_prefix('@').unwrap_or(text),
    };
    let text = text.replace("%40", "@").to_lowercase();
    let (handle, domain) = match text.rsplit_once('@') {
        Some((handle, domain)) => (handle, domain.parse().ok()?),
        None => (text.as_str(), own.clone()),
    };
    if handle.contains('@') {
        return None;
    }
    let user = UserUri::account(&domain, handle).ok()?;
    // In its one spelling, or it is nobody's.
    (user.handle() == Some(handle)).then_some(user)
}

/// `bob@b.example`
pub(crate) fn shown(user: &UserUri) -> String {
    format!("{}@{}", user.handle().unwrap_or_default(), user.host())
}

fn behind_page(text: &str) -> &str {
    // No address of a person has a `#` in it: which page's it is does not matter.
    let marks = ["#", "%23"].into_iter();
    let mut behind = marks.filter_map(|mark| text.rsplit_once(mark)).map(|(_, behind)| behind);
    behind.next().unwrap_or(text)
}

fn trimmed(text: &str) -> &str {
    let is_around = |char: char| {
        char.is_whitespace()
            || matches!(char, '<' | '>' | '"' | '\'' | '(' | ')' | ',' | ';' | '.' | '!' | '?')
            || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.trim_matches(is_around)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_every_spelling() {
        let own = "a.example".parse().unwrap();
        let bob: UserUri = "mimi://b.example/u/bob".parse().unwrap();
        for text in [
            "bob@b.example",
            " Bob@B.example. ",
            "im:bob@b.example",
            "mimi://b.example/u/bob",
            "MIMI://B.example/u/bob",
            "<bob@b.example>",
            "\u{202a}bob@b.example\u{202c}",
            "@bob@b.example",
            "bob%40b.example",
            "https://app.example/connect#bob@b.example",
            "https://app.example/connect/#bob%40b.example",
            "https://app.example/connect%23bob@b.example",
            "https://app.example/connect#mimi://b.example/u/bob",
        ] {
            assert_eq!(account(text, &own).as_ref(), Some(&bob), "{text}");
        }
        assert_eq!(account("bob", &own).unwrap().as_str(), "mimi://a.example/u/bob");
        assert_eq!(shown(&bob), "bob@b.example");
    }

    #[test]
    fn what_is_no_address_is_nobodys() {
        let own = "a.example".parse().unwrap();
        for text in [
            "",
            "   ",
            "@",
            "a@b@c",
            "bob@",
            "p@b.example",
            "bob smith",
            "bob/x@b.example",
            "mimi://b.example/p/1b4e28ba-2fa1-4d1e-883f-0016d3cca427",
            "mimi://b.example/r/club",
            "https://app.example/connect",
            "bob@b_example!",
            "\u{1f600}",
            "mimi:/\u{e4}",
            "i\u{e4}:bob",
        ] {
            assert_eq!(account(text, &own), None, "{text}");
        }
    }
}
