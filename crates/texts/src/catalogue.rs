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
            pub(crate) fn read(lines: &mut core::str::Split<'static, char>) -> Self {
                let mut read = Self::empty();
                $($crate::catalogue::line(lines, &mut read.$field);)*
                read
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
