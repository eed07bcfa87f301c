//! What the pages say in one language as a file: a sentence per line, in the order in which they are declared.

use crate::{Lang, Texts, Words};

/// The file of a language.
#[cfg(not(target_arch = "wasm32"))]
pub fn file(lang: Lang) -> String {
    let all = [lang.words().all(), Texts::of(lang).all()].concat();
    all.into_iter().map(|(_, sentence)| sentence).collect::<Vec<_>>().join("\n")
}

/// Takes [`file`] in. It stays as long as the page; false: it is not one of this version.
pub fn load(lang: Lang, file: String) -> bool {
    if file.split('\n').count() != Words::COUNT + Texts::COUNT {
        return false;
    }
    let mut lines = String::leak(file).split('\n');
    // What is empty is made when this is compiled, and copied: code that puts nothing into each place is longer.
    let kept: &'static mut (Words, Texts) = Box::leak(Box::new(const { (Words::empty(), Texts::empty()) }));
    kept.0.take(&mut lines);
    kept.1.take(&mut lines);
    keep(lang, kept);
    true
}

/// The catalogues of one language.
type Kept = &'static (Words, Texts);

/// Everything is compiled in.
#[cfg(not(target_arch = "wasm32"))]
fn keep(_: Lang, _: Kept) {}

#[cfg(target_arch = "wasm32")]
use in_browser::keep;
#[cfg(target_arch = "wasm32")]
pub(crate) use in_browser::kept;

#[cfg(target_arch = "wasm32")]
mod in_browser {
    use std::cell::Cell;

    use super::Kept;
    use crate::{Lang, Texts, Words};

    static NONE: (Words, Texts) = (Words::empty(), Texts::empty());

    thread_local! {
        static KEPT: Cell<[Option<Kept>; Lang::ALL.len()]> = const { Cell::new([None; Lang::ALL.len()]) };
    }

    pub(super) fn keep(lang: Lang, catalogues: Kept) {
        let mut kept = KEPT.get();
        if let Some(place) = kept.get_mut(lang as usize) {
            *place = Some(catalogues);
        }
        KEPT.set(kept);
    }

    /// The catalogues of a language, or of the one that was loaded. The app draws nothing before it has one.
    pub(crate) fn kept(lang: Lang) -> Kept {
        let kept = KEPT.get();
        let wanted = kept.get(lang as usize).copied().flatten();
        wanted.or_else(|| kept.into_iter().flatten().next()).unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_survives_its_file() {
        for lang in Lang::ALL {
            let (mut words, mut texts) = (Words::empty(), Texts::empty());
            let file = String::leak(file(lang));
            let mut lines = file.split('\n');
            words.take(&mut lines);
            texts.take(&mut lines);
            assert_eq!(lines.next(), None, "{}", lang.tag());
            assert_eq!(words.all(), lang.words().all(), "{}", lang.tag());
            assert_eq!(texts.all(), Texts::of(lang).all(), "{}", lang.tag());
        }
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        let file = file(Lang::En);
        assert!(load(Lang::En, file.clone()));
        assert!(!load(Lang::En, format!("{file}\none more")));
        assert!(!load(Lang::En, file.rsplit_once('\n').expect("lines").0.to_owned()));
        assert!(!load(Lang::En, String::new()));
    }
}
