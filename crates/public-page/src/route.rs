//! The one table of paths. The app's router goes by it, the provider serves what stands in it, `robots.txt` is checked
//! against it.

use yew_router::Routable;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// The provider's home page.
    #[at("/")]
    Home,
    /// A new room.
    #[at("/new")]
    New,
    /// The public page of a room.
    #[at("/r/:slug")]
    Door {
        /// Last segment of the room's URI.
        slug: String,
    },
    /// Who asks: knocks, one's own and those at one's rooms, and people who want to talk.
    #[at("/requests")]
    Requests,
    /// Asking somebody whether they want to talk. Whom stands behind the `#`.
    #[at("/connect")]
    Connect,
    /// One's rooms.
    #[at("/rooms")]
    Rooms,
    /// A room from inside.
    #[at("/rooms/:key")]
    Room {
        /// The slug of a room of this provider, or the whole URI of another room.
        key: String,
    },
    /// Settings.
    #[at("/settings")]
    Settings,
    /// The account.
    #[at("/account")]
    Account,
    /// Where codes are scanned.
    #[at("/scan")]
    Scan,
    /// Where a join link is opened. Its code is a secret: it stands behind the `#`, where no browser sends it and this
    /// table does not look.
    #[at("/j")]
    Join,
    /// The public page of a room of another hub, read through this provider. Which room stands behind the `#`.
    #[at("/at")]
    At,
    /// Where somebody moves into this browser. What it takes stands behind the `#`.
    #[at("/move-in")]
    MoveIn,
    /// Anything else.
    #[not_found]
    #[at("/404")]
    Unknown,
}

impl Route {
    /// The chat of a room, seen from the provider `domain`.
    pub fn room(uri: &str, domain: &str) -> Self {
        let own =
            uri.strip_prefix("mimi://").and_then(|rest| rest.strip_prefix(domain)).and_then(|r| r.strip_prefix("/r/"));
        Self::Room { key: own.unwrap_or(uri).to_owned() }
    }

    /// The room URI of a [`Self::Room`], seen from the provider `domain`.
    pub fn room_uri(&self, domain: &str) -> Option<String> {
        match self {
            Self::Room { key } if key.starts_with("mimi://") => Some(key.clone()),
            Self::Room { key } => Some(format!("mimi://{domain}/r/{key}")),
            _ => None,
        }
    }

    /// Search engines may list it. Of everything else there is nothing to see without the app.
    pub fn indexed(&self) -> bool {
        matches!(self, Self::Home | Self::Door { .. })
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_api::http::CLIENT;

    use super::*;

    fn door(slug: &str) -> Route {
        Route::Door { slug: slug.to_owned() }
    }

    fn room(key: &str) -> Route {
        Route::Room { key: key.to_owned() }
    }

    #[test]
    fn every_page_has_an_address_that_leads_back_to_it() {
        for route in [
            Route::Home,
            Route::New,
            door("clubhouse"),
            door("p\u{e4}iv\u{e4} a.b%2F"),
            Route::Requests,
            Route::Connect,
            Route::Rooms,
            room("clubhouse"),
            room("mimi://b.example/r/päivä"),
            Route::Settings,
            Route::Account,
            Route::Scan,
            Route::Join,
            Route::At,
            Route::MoveIn,
            Route::Unknown,
        ] {
            assert_eq!(Route::recognize(&route.to_path()), Some(route));
        }
    }

    #[test]
    fn what_is_no_page_is_unknown() {
        for path in ["/r", "/r/", "/r//", "/r/a/b", "/rooms/a/b", "/new/x", "/admin", "/r/a/b/c", "/j%23x", "/?", "x"] {
            assert_eq!(Route::recognize(path), Some(Route::Unknown), "{path}");
        }
    }

    #[test]
    fn a_slash_too_many_at_the_end_leads_to_the_same_page() {
        for (path, route) in [("", Route::Home), ("/rooms/", Route::Rooms), ("/r/x/", door("x")), ("/j/", Route::Join)]
        {
            assert_eq!(Route::recognize(path), Some(route), "{path}");
        }
    }

    #[test]
    fn broken_escapes_are_kept_as_they_are_and_what_is_no_text_is_unknown() {
        assert_eq!(Route::recognize("/r/%zz%4"), Some(door("%zz%4")));
        assert_eq!(Route::recognize("/r/%ff"), Some(Route::Unknown));
    }

    #[test]
    fn a_room_of_another_provider_keeps_its_whole_address() {
        let route = Route::room("mimi://b.example/r/x", "a.example");
        assert_eq!(route.to_path(), "/rooms/mimi%3A%2F%2Fb.example%2Fr%2Fx");
        assert_eq!(route.room_uri("a.example").as_deref(), Some("mimi://b.example/r/x"));
        assert_eq!(Route::room("mimi://a.example/r/x", "a.example").to_path(), "/rooms/x");
        assert_eq!(room("x").room_uri("a.example").as_deref(), Some("mimi://a.example/r/x"));
        assert_eq!(door("x").room_uri("a.example"), None);
    }

    #[test]
    fn robots_stay_out_of_what_is_not_listed() {
        let robots = include_str!("../../../www/robots.txt");
        let shut: Vec<&str> = robots.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
        for path in Route::routes() {
            let Some(route) = Route::recognize(path).filter(|route| *route != Route::Unknown) else { continue };
            // Whoever draws a preview of a link that was sent asks as a robot does. The document itself says `noindex`.
            let kept_out = !route.indexed() && !matches!(route, Route::Join | Route::At | Route::Connect);
            assert_eq!(shut.iter().any(|start| path.starts_with(start)), kept_out, "{path}");
        }
        for path in shut.into_iter().filter(|path| *path != CLIENT) {
            assert!(Route::recognize(path).is_some_and(|route| route != Route::Unknown), "{path} is no page any more");
        }
    }
}
