//! How a catalogue is declared.

/// Declares a catalogue: a struct of sentences of which every language gives all, or does not compile.
macro_rules! catalogue {
    ($(#[$meta:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name {
            $(
                #[doc = concat!("The sentence `", stringify!($field), "`.")]
                pub $field: &'static str,
            )*
        }

        impl $name {
            /// All sentences by name.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field)),*]
            }

            /// Nothing in any sentence: what a browser has before it loaded a language.
            pub(crate) const fn empty() -> Self {
                Self { $($field: ""),* }
            }

            /// How many sentences there are.
            pub(crate) const COUNT: usize = [$(stringify!($field)),*].len();

            /// Takes the sentences off the front of the lines of a file.
            pub(crate) fn take(&mut self, lines: &mut core::str::Split<'static, char>) {
                $($crate::catalogue::line(lines, &mut self.$field);)*
            }
        }
    };
}

pub(crate) use catalogue;

/// Puts the next line into its place. Not inlined, and nothing is handed back: it is called once for every sentence.
#[inline(never)]
pub(crate) fn line(lines: &mut core::str::Split<'static, char>, place: &mut &'static str) {
    *place = lines.next().unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{Lang, Texts};

    fn slots(template: &str) -> BTreeSet<char> {
        let chars: Vec<char> = template.chars().collect();
        chars.windows(3).filter(|w| w[0] == '{' && w[2] == '}').map(|w| w[1]).collect()
    }

    fn all(lang: Lang) -> Vec<(&'static str, &'static str)> {
        [lang.words().all(), Texts::of(lang).all()].concat()
    }

    #[test]
    fn every_language_fills_the_same_slots() {
        for lang in Lang::ALL {
            for ((name, english), (_, other)) in all(Lang::En).into_iter().zip(all(lang)) {
                assert_eq!(slots(english), slots(other), "{name} in {}", lang.tag());
                assert_eq!(english.matches('|').count(), other.matches('|').count(), "{name} in {}", lang.tag());
                assert!(!other.is_empty(), "{name} in {}", lang.tag());
            }
        }
    }
}
