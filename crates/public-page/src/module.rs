//! Which of the two modules of the page app draws a page. Most people who come to a door never get to the pages behind
//! it: they do not fetch what draws those. From a page of one module to a page of the other it is a whole document.

/// A module of the page app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Before anybody is known: home, doors, join links, scanning, what is nowhere.
    Visitor,
    /// Everything behind the doors.
    Members,
}

impl Module {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Visitor, Self::Members];

    /// The module for the page at a path, whatever follows it.
    pub fn of(path: &str) -> Self {
        match path.split(['/', '?', '#']).nth(1) {
            Some("new" | "requests" | "rooms" | "settings" | "account" | "move-in") => Self::Members,
            _ => Self::Visitor,
        }
    }

    /// What files and documents call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Members => "members",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Module;

    #[test]
    fn doors_and_links_are_for_visitors_and_what_is_behind_them_for_members() {
        for path in ["", "/", "/r/rooms", "/j", "/j#rooms", "/j%23x", "/scan", "/nowhere", "/?rooms", "/#/rooms"] {
            assert_eq!(Module::of(path), Module::Visitor, "{path}");
        }
        for path in ["/rooms", "/rooms/x", "/new?x", "/requests#x", "/settings", "/account", "/move-in"] {
            assert_eq!(Module::of(path), Module::Members, "{path}");
        }
    }
}
