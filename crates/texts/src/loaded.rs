//! What a module of the app says in one language as a file: a sentence per line, in the order in which they are declared.

use core::str::Split;

use crate::{Lang, MemberTexts, Texts, VisitorTexts, Words};

/// The file of a language for visitors.
#[cfg(not(target_arch = "wasm32"))]
pub fn visitor_file(lang: Lang) -> String {
    file([lang.words().all(), VisitorTexts::of(lang).all()].concat())
}

/// The file of a language for members.
#[cfg(not(target_arch = "wasm32"))]
pub fn members_file(lang: Lang) -> String {
    file(MemberTexts::of(lang).all())
}

#[cfg(not(target_arch = "wasm32"))]
fn file(all: Vec<(&'static str, &'static str)>) -> String {
    all.into_iter().map(|(_, sentence)| sentence).collect::<Vec<_>>().join("\n")
}

// What is empty is made when this is compiled, and copied: code that puts nothing into each place is longer.

/// Takes [`visitor_file`] in. It stays as long as the page; false: it is not one of this version.
pub fn load_visitor(lang: Lang, file: String) -> bool {
    let Some(mut lines) = lines(file, Words::COUNT + VisitorTexts::COUNT) else { return false };
    let kept: &'static mut (Words, VisitorTexts) =
        Box::leak(Box::new(const { (Words::empty(), VisitorTexts::empty()) }));
    kept.0.take(&mut lines);
    kept.1.take(&mut lines);
    keep(lang, Kept { texts: Some(&kept.1), words: Some(&kept.0), visitor: Some(&kept.1), members: None });
    true
}

/// Takes [`members_file`] in. It stays as long as the page; false: it is not one of this version.
pub fn load_members(lang: Lang, file: String) -> bool {
    let Some(mut lines) = lines(file, MemberTexts::COUNT) else { return false };
    let kept: &'static mut MemberTexts = Box::leak(Box::new(const { MemberTexts::empty() }));
    kept.take(&mut lines);
    keep(lang, Kept { texts: Some(kept), words: None, visitor: None, members: Some(kept) });
    true
}

/// The lines of a file that has this many.
fn lines(file: String, count: usize) -> Option<Split<'static, char>> {
    (file.split('\n').count() == count).then(|| String::leak(file).split('\n'))
}

/// Everything is compiled in.
#[cfg(not(target_arch = "wasm32"))]
fn keep(_: Lang, _: Kept) {}

#[cfg(target_arch = "wasm32")]
use in_browser::keep;
#[cfg(target_arch = "wasm32")]
pub(crate) use in_browser::kept;

/// The catalogues of one language that were loaded.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) texts: Option<&'static Texts>,
    pub(crate) words: Option<&'static Words>,
    pub(crate) visitor: Option<&'static VisitorTexts>,
    pub(crate) members: Option<&'static MemberTexts>,
}

#[cfg(target_arch = "wasm32")]
mod in_browser {
    use std::cell::Cell;

    use super::Kept;
    use crate::Lang;

    const NONE: Kept = Kept { texts: None, words: None, visitor: None, members: None };

    thread_local! {
        static KEPT: Cell<[Kept; Lang::ALL.len()]> = const { Cell::new([NONE; Lang::ALL.len()]) };
    }

    pub(super) fn keep(lang: Lang, catalogues: Kept) {
        let mut kept = KEPT.get();
        if let Some(place) = kept.get_mut(lang as usize) {
            *place = catalogues;
        }
        KEPT.set(kept);
    }

    /// The catalogues of a language, or of the one that was loaded. The app draws nothing before it has one.
    pub(crate) fn kept(lang: Lang) -> Kept {
        let kept = KEPT.get();
        let wanted = kept.get(lang as usize).filter(|kept| kept.texts.is_some());
        wanted.or_else(|| kept.iter().find(|kept| kept.texts.is_some())).copied().unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_survives_its_files() {
        for lang in Lang::ALL {
            let count = Words::COUNT + VisitorTexts::COUNT;
            let (mut words, mut visitor) = (Words::empty(), VisitorTexts::empty());
            let mut rest = lines(visitor_file(lang), count).expect("its own file");
            words.take(&mut rest);
            visitor.take(&mut rest);
            assert_eq!(words.all(), lang.words().all(), "{}", lang.tag());
            assert_eq!(visitor.all(), VisitorTexts::of(lang).all(), "{}", lang.tag());
            let mut members = MemberTexts::empty();
            members.take(&mut lines(members_file(lang), MemberTexts::COUNT).expect("its own file"));
            assert_eq!(members.all(), MemberTexts::of(lang).all(), "{}", lang.tag());
        }
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        for (load, file) in
            [(load_visitor as fn(Lang, String) -> bool, visitor_file(Lang::En)), (load_members, members_file(Lang::En))]
        {
            assert!(load(Lang::En, file.clone()));
            assert!(!load(Lang::En, format!("{file}\none more")));
            assert!(!load(Lang::En, file.rsplit_once('\n').expect("lines").0.to_owned()));
            assert!(!load(Lang::En, String::new()));
        }
    }
}
