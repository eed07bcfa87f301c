//! How sentences of the catalogue are put together. A sentence is a template: `{0}`, `{1}` are replaced by what is
//! given; `|` separates plural forms in the order of [`Lang::plural_form`].

use crate::Lang;

/// A piece of a template.
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A place for the value of this number.
    Slot(usize),
}

/// Fills `{0}`, `{1}`, … with texts. A number without a text stays empty.
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    each_piece(template, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Slot(slot) => out.push_str(values.get(slot).copied().unwrap_or_default()),
    });
    out
}

/// Picks the plural form for `n` and fills `{0}` with it.
pub fn count(lang: Lang, template: &str, n: u64) -> String {
    let mut forms = template.split('|');
    let last = forms.clone().next_back().unwrap_or_default();
    let form = forms.nth(lang.plural_form(n)).unwrap_or(last);
    fill(form, &[&n.to_string()])
}

/// Hands out the pieces of a template in their order.
pub fn each_piece<'a>(template: &'a str, mut take: impl FnMut(Piece<'a>)) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let slot = after.split_once('}').and_then(|(number, tail)| Some((number.parse().ok()?, tail)));
        match slot {
            Some((slot, tail)) => {
                take(Piece::Text(before));
                take(Piece::Slot(slot));
                rest = tail;
            }
            None => break,
        }
    }
    take(Piece::Text(rest));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_in_any_order() {
        assert_eq!(fill("{1} before {0}, {1}", &["a", "b"]), "b before a, b");
    }

    #[test]
    fn what_is_given_is_not_read_as_a_template() {
        assert_eq!(fill("<{0}>", &["{0} {1}"]), "<{0} {1}>");
    }

    #[test]
    fn braces_without_a_number_are_text() {
        assert_eq!(fill("a {b} {0}", &["c"]), "a {b} {0}");
    }

    #[test]
    fn the_plural_form_follows_the_number() {
        assert_eq!(count(Lang::En, "{0} person|{0} people", 1), "1 person");
        assert_eq!(count(Lang::En, "{0} person|{0} people", 0), "0 people");
        assert_eq!(count(Lang::En, "no forms {0}", 7), "no forms 7");
    }
}
