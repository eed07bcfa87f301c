//! How a visitor wants pages to look: language and colours. Chosen in the settings and kept in two cookies without
//! anything personal in them (`lang=de`, `theme=dark`), so that the server's first bytes are right and nothing flickers.

use crate::Lang;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    Auto,
    /// Light paper.
    Light,
    /// Dark paper.
    Dark,
}

impl Theme {
    /// Value of the cookie and of `<html data-theme>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Back from [`Self::tag`].
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.tag() == tag)
    }
}

/// Language and colours of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Language.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
}

impl Look {
    /// What a request asks for: the cookies first, then the browser's languages.
    pub fn from_headers(accept_language: Option<&str>, cookie: Option<&str>) -> Self {
        let cookie = cookie.unwrap_or_default();
        let lang = cookie_value(cookie, "lang").and_then(Lang::from_tag);
        let theme = cookie_value(cookie, "theme").and_then(Theme::from_tag);
        Self {
            lang: lang.unwrap_or_else(|| Lang::negotiate(accept_language.unwrap_or_default())),
            theme: theme.unwrap_or_default(),
        }
    }
}

/// The value of one cookie in a `Cookie` header or in `document.cookie`.
pub fn cookie_value<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_language_goes_before_the_browsers() {
        let look = Look::from_headers(Some("fr"), Some("a=b; lang=de; theme=dark"));
        assert_eq!(look, Look { lang: Lang::De, theme: Theme::Dark });
    }

    #[test]
    fn nonsense_in_cookies_is_passed_over() {
        let look = Look::from_headers(Some("fr"), Some("lang=\"><script>; theme=; ;;=; theme"));
        assert_eq!(look, Look { lang: Lang::Fr, theme: Theme::Auto });
    }
}
