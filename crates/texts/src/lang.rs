//! The languages the catalogue is written in, and which one a visitor gets.

/// A language of the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Lang {
    /// All of them, in the order a menu shows them.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Fr];

    /// BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    /// What its own speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Fr => "Français",
        }
    }

    /// `ltr` or `rtl`, as in `<html dir>`.
    pub fn dir(self) -> &'static str {
        match self {
            Self::En | Self::De | Self::Fr => "ltr",
        }
    }

    /// The language of a BCP 47 tag, by its primary subtag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The best match for an `Accept-Language` header (RFC 9110 §12.5.4); English when none fits.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for range in accept_language.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(Self::from_tag) else { continue };
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang).unwrap_or_default()
    }

    /// Which of a template's plural forms (see [`crate::text::count`]) goes with `n`.
    pub fn plural_form(self, n: u64) -> usize {
        match self {
            Self::En | Self::De => usize::from(n != 1),
            Self::Fr => usize::from(n > 1),
        }
    }
}

/// A weight `0`, `0.8`, `1.000` in thousandths; what is no weight counts as nothing.
fn thousandths(text: &str) -> u16 {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    match whole {
        "1" => 1000,
        "0" => {
            let mut value = 0;
            let mut unit = 100;
            for digit in part.chars().take(3) {
                let Some(digit) = digit.to_digit(10).and_then(|d| u16::try_from(d).ok()) else { return 0 };
                value += digit * unit;
                unit /= 10;
            }
            value
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Lang::negotiate("nl, de-CH;q=0.9, en;q=0.8"), Lang::De);
        assert_eq!(Lang::negotiate("en;q=0.2, fr;q=0.35"), Lang::Fr);
        assert_eq!(Lang::negotiate("de;q=0, en;q=0.1"), Lang::En);
    }

    #[test]
    fn without_a_match_it_is_english() {
        for header in ["", "nl", "*", ";;;,,,q=1", "de;q=x"] {
            assert_eq!(Lang::negotiate(header), Lang::En, "{header:?}");
        }
    }

    #[test]
    fn one_is_singular_and_french_counts_nothing_as_singular() {
        assert_eq!([0, 1, 2].map(|n| Lang::De.plural_form(n)), [1, 0, 1]);
        assert_eq!([0, 1, 2].map(|n| Lang::Fr.plural_form(n)), [0, 0, 1]);
    }
}
