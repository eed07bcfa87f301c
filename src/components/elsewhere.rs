//! “I have a provider”: on with the same room, or the same link, in the app of one's own provider. Which one that is stays
//! in this browser.

use doorstep_public_page::elsewhere::{Elsewhere, elsewhere as part};
use yew::prelude::*;

use crate::app::App;
use crate::piece::{Here, piece};
use crate::services::{document, field, shelf};

/// The part under a way in. `room`: its URI, or nothing; `path`: what to open there.
pub(crate) fn elsewhere(app: &App, room: &str, path: String) -> Html {
    let (app, room) = (app.clone(), room.to_owned());
    piece("elsewhere", move |here| draw(here, &app, &room, &path))
}

fn draw(here: &Here, app: &App, room: &str, path: &str) -> Html {
    let known = here.state("known", shelf::home);
    let provider = here.state("provider", shelf::home);
    let wrong = here.state("wrong", || false);
    let on_provider = {
        let (provider, wrong) = (provider.clone(), wrong.clone());
        Callback::from(move |event: Event| {
            provider.set(field::text(&event));
            wrong.set(false);
        })
    };
    let on_go = {
        let (provider, wrong, path) = (provider.clone(), wrong.clone(), path.to_owned());
        Callback::from(move |event: Event| {
            event.prevent_default();
            match origin(&provider) {
                Some((host, origin)) => {
                    shelf::set_home(&host);
                    document::load(&[&origin, path.as_str()].concat());
                }
                None => wrong.set(true),
            }
        })
    };
    let words = app.lang().words();
    part(
        words,
        Elsewhere {
            room,
            provider: (*provider).clone(),
            known: !known.is_empty(),
            wrong: *wrong,
            on_provider: Some(on_provider),
            on_go: Some(on_go),
        },
    )
}

/// Host (with its port, on this machine) and origin of what somebody typed: a domain, or any address there.
fn origin(typed: &str) -> Option<(String, String)> {
    let text = typed.trim().to_ascii_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte > 0x7f)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Other machines have names with a dot in them, and not only digits at the end.
    let last = host.rsplit('.').next().unwrap_or_default();
    let here = last == "localhost";
    let is_host = host.split('.').all(is_label) && (here || host.contains('.')) && last.parse::<u32>().is_err();
    let is_port = port.is_empty() != authority.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit());
    let scheme = if here { "http://" } else { "https://" };
    (is_host && is_port).then(|| (authority.to_owned(), [scheme, authority].concat()))
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn a_domain_or_an_address_there_is_understood() {
        for (typed, expected) in [
            ("c.example", "https://c.example"),
            (" C.Example ", "https://c.example"),
            ("https://c.example/r/room?x#y", "https://c.example"),
            ("mimi://c.example", "https://c.example"),
            ("b.localhost:8401", "http://b.localhost:8401"),
            ("münchen.example", "https://münchen.example"),
        ] {
            assert_eq!(origin(typed).map(|(_, origin)| origin).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_none_is_not() {
        for typed in [
            "",
            "c",
            "a b.example",
            "192.0.2.1",
            "-a.example",
            "a..example",
            "u@c.example",
            "c.example:x",
            "c.example:",
            "javascript:alert(1)",
        ] {
            assert_eq!(origin(typed), None, "{typed}");
        }
    }
}
