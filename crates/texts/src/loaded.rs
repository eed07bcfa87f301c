//! Both catalogues of one language as a file: a sentence per line, in the order in which they are declared.

use crate::{Lang, Texts, Words};

/// The file of a language.
#[cfg(not(target_arch = "wasm32"))]
pub fn file(lang: Lang) -> String {
    let all = lang.words().all().into_iter().chain(Texts::of(lang).all());
    all.map(|(_, sentence)| sentence).collect::<Vec<_>>().join("\n")
}

/// Takes the file of a language in. It stays as long as the page; false: it is not one of this version.
pub fn load(lang: Lang, file: String) -> bool {
    match read(file) {
        Some((words, texts)) => {
            keep(lang, words, texts);
            true
        }
        None => false,
    }
}

fn read(file: String) -> Option<(Words, Texts)> {
    if file.split('\n').count() != Words::COUNT + Texts::COUNT {
        return None;
    }
    let mut lines = String::leak(file).split('\n');
    Some((Words::read(&mut lines), Texts::read(&mut lines)))
}

#[cfg(target_arch = "wasm32")]
use in_browser::keep;
#[cfg(target_arch = "wasm32")]
pub(crate) use in_browser::kept;

/// Everything is compiled in.
#[cfg(not(target_arch = "wasm32"))]
fn keep(_: Lang, _: Words, _: Texts) {}

#[cfg(target_arch = "wasm32")]
mod in_browser {
    use std::cell::Cell;

    use crate::{Lang, Texts, Words};

    /// Both catalogues of one language.
    pub(crate) type Kept = (Words, Texts);

    thread_local! {
        static KEPT: Cell<[Option<&'static Kept>; Lang::ALL.len()]> = const { Cell::new([None; Lang::ALL.len()]) };
    }

    pub(super) fn keep(lang: Lang, words: Words, texts: Texts) {
        let mut kept = KEPT.get();
        if let Some(place) = kept.get_mut(lang as usize) {
            *place = Some(Box::leak(Box::new((words, texts))));
        }
        KEPT.set(kept);
    }

    /// The catalogues of a language, or of the one that was loaded. The app draws nothing before it has one.
    pub(crate) fn kept(lang: Lang) -> Option<&'static Kept> {
        let kept = KEPT.get();
        kept.get(lang as usize).copied().flatten().or_else(|| kept.into_iter().flatten().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_survives_its_file() {
        for lang in Lang::ALL {
            let (words, texts) = read(file(lang)).expect("its own file");
            assert_eq!(words.all(), lang.words().all(), "{}", lang.tag());
            assert_eq!(texts.all(), Texts::of(lang).all(), "{}", lang.tag());
        }
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        let file = file(Lang::En);
        assert!(!load(Lang::En, format!("{file}\none more")));
        assert!(!load(Lang::En, file.rsplit_once('\n').expect("lines").0.to_owned()));
        assert!(!load(Lang::En, String::new()));
    }
}
