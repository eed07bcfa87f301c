//! The pages of the app by their addresses. The table itself is [`doorstep_public_page::route::Route`], which the
//! provider reads too; here is what stands behind a `#`, which only the page reads.

pub(crate) use doorstep_public_page::route::Route;
use yew_router::Routable as _;

/// URI of the provider's own room `slug`.
pub(crate) fn local_room(domain: &str, slug: &str) -> String {
    format!("mimi://{domain}/r/{slug}")
}

/// Address of the public page of a room of another hub, read through this provider: `/at#{host}/r/{slug}`.
pub(crate) fn at_path(uri: &str) -> String {
    [&Route::At.to_path(), "#", uri.trim_start_matches("mimi://")].concat()
}

/// The room that stands behind the `#` of such an address, which may have been escaped on its way.
pub(crate) fn room_behind_hash(hash: &str) -> String {
    let room = decode(hash.trim_start_matches('#'));
    ["mimi://", room.trim_start_matches("mimi://")].concat()
}

/// Where somebody is asked who has the address `contact` (`bob@b.example`), or anybody: path and fragment.
pub(crate) fn connect_path(contact: &str) -> String {
    let path = Route::Connect.to_path();
    if contact.is_empty() { path } else { [&path, "#", contact].concat() }
}

/// What stands behind the `#` of such an address (path, query and fragment), which a program on the way may have turned
/// into `%23`. None: the address of another page.
pub(crate) fn behind_connect(address: &str) -> Option<String> {
    let rest = decode(address.strip_prefix(&Route::Connect.to_path())?);
    let (before, contact) = rest.split_once('#').unwrap_or((&rest, ""));
    let query = before.strip_prefix('/').unwrap_or(before);
    (query.is_empty() || query.starts_with('?')).then(|| contact.to_owned())
}

/// Undoes percent-encoding; what is none stays.
pub(crate) fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_of_another_hub_comes_back_from_its_address() {
        let room = "mimi://b.example/r/far";
        let address = at_path(room);
        assert_eq!(address, "/at#b.example/r/far");
        assert_eq!(room_behind_hash(address.trim_start_matches("/at")), room);
        assert_eq!(room_behind_hash("#mimi%3A%2F%2Fb.example%2Fr%2Ffar"), room);
    }

    #[test]
    fn whom_to_ask_comes_back_from_an_address() {
        assert_eq!(connect_path("bob@b.example"), "/connect#bob@b.example");
        for address in [
            "/connect#bob@b.example",
            "/connect/#bob%40b.example",
            "/connect%23bob@b.example",
            "/connect?x#bob@b.example",
        ] {
            assert_eq!(behind_connect(address).as_deref(), Some("bob@b.example"), "{address}");
        }
        for address in ["/connect", "/connect/", "/connect#", "/connect?x"] {
            assert_eq!(behind_connect(address).as_deref(), Some(""), "{address}");
        }
        assert_eq!(connect_path(""), "/connect");
        for address in ["/", "/connected#bob@b.example", "/rooms#x", "/connect/bob"] {
            assert_eq!(behind_connect(address), None, "{address}");
        }
    }

    #[test]
    fn broken_escapes_are_kept_as_they_are() {
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }
}
