//! The code of a join link in an address. It stands behind the `#`, where no browser sends it; programs that links pass
//! through on their way turn the `#` into `%23`, hang things onto the address, or put one address into another.

use doorstep_page_api::view::LinkText;
use yew_router::Routable as _;

use crate::route::{Route, decode};

/// Where a link with this code is opened: path and fragment.
pub(crate) fn address(code: &str) -> String {
    [&Route::Join.to_path(), "#", code].concat()
}

/// What the address (path, query and fragment) of a page says as an invitation, maybe nothing. None: the address of
/// another page.
pub(crate) fn read(address: &str) -> Option<LinkText> {
    let rest = address.strip_prefix(&Route::Join.to_path())?;
    if !(rest.is_empty() || rest.starts_with(['/', '?', '#', '%'])) {
        return None;
    }
    let mut text = rest.to_owned();
    // Each program on the way may have escaped it once more.
    for _ in 0..4 {
        let decoded = decode(&text);
        if decoded == text {
            break;
        }
        text = decoded;
    }
    // The last `#` stands before the code, also in a `web+mimi:` link inside the address.
    let code = match text.rsplit_once('#') {
        Some((_, code)) => code,
        None => text.trim_start_matches(['/', '?']).trim_start_matches("link="),
    };
    let end = code.find(['&', '?']).unwrap_or(code.len());
    Some(LinkText::from(code.get(..end).unwrap_or_default().trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "pwABAXgfbWltaTovL2EuZXhhbXBsZS9y-_c";

    #[test]
    fn a_code_is_found_however_it_was_spoilt() {
        for around in [
            "/j#*",
            "/j/#*",
            "/j%23*",
            "/j/%23*",
            "/j%2523*",
            "/j?%23*",
            "/j?*",
            "/j/*",
            "/j?fbclid=abc#*",
            "/j#*?utm_source=x",
            "/j#*&utm_source=x",
            "/j#*%20",
            "/j#web%2Bmimi%3Aj%23*",
            "/j#web+mimi:j#*",
            "/j?link=web%2Bmimi%3Aj%23*",
            "/j#https%3A%2F%2Fa.example%2Fj%23*",
        ] {
            let address = around.replace('*', CODE);
            assert_eq!(read(&address), Some(LinkText::from(CODE)), "{address}");
        }
    }

    #[test]
    fn without_a_code_there_is_nothing_in_it() {
        for address in ["/j", "/j/", "/j#", "/j?", "/j%23"] {
            assert_eq!(read(address), Some(LinkText::from("")), "{address}");
        }
    }

    #[test]
    fn other_pages_are_no_links() {
        for address in ["/", "/jx", "/join", "/rooms#x", "/r/j%23x"] {
            assert_eq!(read(address), None, "{address}");
        }
    }

    #[test]
    fn something_else_stays_what_it_is() {
        assert_eq!(read("/j#https://evil.example/x"), Some(LinkText::from("https://evil.example/x")));
    }
}
