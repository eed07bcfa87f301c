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
    fn broken_escapes_are_kept_as_they_are() {
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }
}
