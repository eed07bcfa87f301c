//! Knots of files: files of the engine that reach each other by calls, so that none of them can be read alone.
//!
//! Read from the words of the sources, not by a compiler: a call is a name with a bracket behind it, and it goes to every
//! file that defines a function of that name which the caller may call, unless what stands before the name says which.
//! Calls of functions without `self` that belong to a type (`Type::new()`) do not count: they make a value and tell it
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};

use super::sources::collect;
use crate::place::Place;

/// Where the engine is.
const ENGINE: &str = "crates/engine/src";
/// Files that a knot may have.
const MOST: usize = 3;

/// What was counted.
pub(super) struct Counted {
    pub(super) files: usize,
    /// Files in the largest knot; one: no file calls itself by way of another.
    pub(super) largest: usize,
}

/// The files of the engine do not call each other in circles.
///
/// # Errors
/// A source file cannot be read.
pub(super) fn check(place: &Place, wrong: &mut Vec<String>) -> Result<Counted> {
    let folder = place.root().join(ENGINE);
    let mut paths = Vec::new();
    collect(&folder, &mut paths)?;
    let mut sources = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
        if !name.contains("test") {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            sources.push((name, text));
        }
    }
    let files = sources.len();
    let knots = knots(&sources);
    for knot in knots.iter().filter(|knot| knot.len() > MOST) {
        let names: Vec<_> = knot.iter().copied().collect();
        wrong.push(format!("{} files of {ENGINE} call each other in a knot: {}", names.len(), names.join(", ")));
    }
    Ok(Counted { files, largest: knots.iter().map(BTreeSet::len).max().unwrap_or(1) })
}

/// Sets of two or more files each of which reaches all others of the set by calls.
fn knots(sources: &[(String, String)]) -> BTreeSet<BTreeSet<&str>> {
    let calls = calls(sources);
    let reached: BTreeMap<&str, BTreeSet<&str>> = calls.keys().map(|file| (*file, reach(&calls, file))).collect();
    let mut knots = BTreeSet::new();
    for (file, to) in &reached {
        let there_and_back = |other: &&str| reached.get(other).is_some_and(|back| back.contains(file));
        let knot: BTreeSet<&str> = to.iter().copied().filter(|other| there_and_back(other)).collect();
        if knot.len() > 1 {
            knots.insert(knot);
        }
    }
    knots
}

/// The files that one reaches by calls, however many.
fn reach<'a>(calls: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&str> = calls.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(calls.get(file).into_iter().flatten().copied());
        }
    }
    found
}

/// File → the other files that it calls.
fn calls(sources: &[(String, String)]) -> BTreeMap<&str, BTreeSet<&str>> {
    let files: Vec<File> = sources.iter().map(|(name, text)| File::read(name, text)).collect();
    let defined: Vec<&Function> = files.iter().flat_map(|file| &file.functions).collect();
    let owners: BTreeSet<&str> = defined.iter().filter_map(|function| function.of).collect();
    let mut types: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, named) in files.iter().flat_map(|file| file.typed.iter().copied()) {
        if owners.contains(named) {
            types.entry(name).or_default().insert(named);
        }
    }
    let is_module = |word: &str| files.iter().any(|file| stem(file.name) == word);
    let mut found = BTreeMap::new();
    for file in &files {
        let to: &mut BTreeSet<&str> = found.entry(file.name).or_default();
        for call in &file.calls {
            let meant = defined.iter().filter(|function| function.name == call.name && function.is_open_to(file.name));
            let meant = meant.filter(|function| match &call.on {
                On::Nothing => function.of.is_none() && file.imported.contains(call.name),
                On::Path(module) if is_module(module) => function.of.is_none() && stem(function.file) == *module,
                On::Path(named) => function.takes_self && function.of == Some(*named),
                On::Own(owner) => function.takes_self && function.of == Some(*owner),
                On::Value(name) => {
                    function.takes_self
                        && types.get(name).is_none_or(|types| function.of.is_some_and(|of| types.contains(of)))
                }
                On::Anything => function.takes_self,
            });
            let meant: BTreeSet<&str> = meant.map(|function| function.file).collect();
            if !meant.contains(file.name) {
                to.extend(meant);
            }
        }
    }
    found
}

/// The last part of a file's name: what its module is called.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".rs").unwrap_or(name)
}

/// A function that is defined somewhere.
struct Function<'a> {
    file: &'a str,
    name: &'a str,
    /// The type it belongs to.
    of: Option<&'a str>,
    takes_self: bool,
    is_public: bool,
}

impl Function<'_> {
    /// What is private can be called by its own file, and by those of modules within it.
    fn is_open_to(&self, file: &str) -> bool {
        let within = self.file.strip_suffix(".rs").unwrap_or(self.file);
        let inside = |rest: &str| rest.starts_with('/');
        self.is_public || self.file == file || file.strip_prefix(within).is_some_and(inside)
    }
}

/// A name with a bracket behind it.
struct Call<'a> {
    name: &'a str,
    on: On<'a>,
}

/// What stands before the name of a function that is called.
enum On<'a> {
    /// Nothing.
    Nothing,
    /// `word::`
    Path(&'a str),
    /// `self.`, in an `impl` of this type.
    Own(&'a str),
    /// `word.`
    Value(&'a str),
    /// A dot behind something else than a word.
    Anything,
}

/// What is to be known of a source file.
struct File<'a> {
    name: &'a str,
    functions: Vec<Function<'a>>,
    calls: Vec<Call<'a>>,
    /// Words that stand behind `use`.
    imported: BTreeSet<&'a str>,
    /// Fields and arguments with the types they are said to have.
    typed: Vec<(&'a str, &'a str)>,
}

impl<'a> File<'a> {
    fn read(name: &'a str, text: &'a str) -> Self {
        let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
        let words = words(text);
        let at = |place: usize| words.get(place).copied().unwrap_or_default();
        let before = |place: usize, by: usize| place.checked_sub(by).map_or("", at);
        let mut file =
            Self { name, functions: Vec::new(), calls: Vec::new(), imported: BTreeSet::new(), typed: Vec::new() };
        let (mut depth, mut owner): (usize, Option<&str>) = (0, None);
        for (place, word) in words.iter().copied().enumerate() {
            match word {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    owner = owner.filter(|_| depth > 0);
                }
                // Not where it stands for the type of an argument or a value.
                "impl" if depth == 0 && matches!(before(place, 1), "" | "}" | ";" | "]") => {
                    owner = owner_of(&words, place);
                }
                "use" if depth == 0 => {
                    let path = words.iter().skip(place).take_while(|word| **word != ";");
                    file.imported.extend(path.copied().filter(|word| is_name(word)));
                }
                "fn" => {
                    let takes_self = takes_self(&words, place + 2);
                    let is_public = is_public(&words, place);
                    file.functions.push(Function { file: name, name: at(place + 1), of: owner, takes_self, is_public });
                }
                ":" if is_name(before(place, 1)) => {
                    let mut kind = words.iter().skip(place + 1).copied();
                    let kind = kind.find(|word| is_name(word) && *word != "mut").unwrap_or_default();
                    file.typed.push((before(place, 1), kind));
                }
                _ if is_name(word) && at(place + 1) == "(" && before(place, 1) != "fn" => {
                    let on = match (before(place, 1), before(place, 2), owner) {
                        ("::", path, _) => On::Path(path),
                        (".", "self", Some(owner)) if before(place, 3) != "." => On::Own(owner),
                        (".", value, _) if is_name(value) => On::Value(value),
                        (".", ..) => On::Anything,
                        _ => On::Nothing,
                    };
                    file.calls.push(Call { name: word, on });
                }
                _ => {}
            }
        }
        file
    }
}

/// The type of an `impl`: the last name before its bracket that is not an argument of another.
fn owner_of<'a>(words: &[&'a str], place: usize) -> Option<&'a str> {
    let (mut angles, mut owner) = (0_usize, None);
    for word in words.iter().skip(place + 1).copied().take_while(|word| !matches!(*word, "{" | "where")) {
        match word {
            "<" => angles += 1,
            ">" => angles = angles.saturating_sub(1),
            _ if angles == 0 && is_name(word) && word != "for" => owner = Some(word),
            _ => {}
        }
    }
    owner
}

/// Whether the first argument behind the name of a function is `self`, whatever its sort.
fn takes_self(words: &[&str], place: usize) -> bool {
    let arguments = words.iter().skip(place).skip_while(|word| **word != "(").skip(1);
    arguments.copied().find(|word| is_name(word) && *word != "mut") == Some("self")
}

/// Whether `pub` stands before a `fn`.
fn is_public(words: &[&str], place: usize) -> bool {
    let before = words.get(..place).unwrap_or_default().iter().rev().copied();
    before.take_while(|word| !matches!(*word, "{" | "}" | ";" | "]")).any(|word| word == "pub")
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::`, and all other signs one by one; no comments, no text in quotes, no lifetimes.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            end_of_quote(rest)
        } else if first == '\'' {
            end_of_character(rest).unwrap_or_else(|| {
                // A lifetime.
                rest.char_indices().skip(1).find(|(_, c)| !part_of_name(*c)).map_or(rest.len(), |(at, _)| at)
            })
        } else if part_of_name(first) {
            rest.find(|c: char| !part_of_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        if !first.is_whitespace() && !matches!(first, '"' | '\'') && !word.starts_with("//") {
            words.push(word);
        }
        rest = after;
    }
    words
}

/// Where a text in quotes ends, its quotes included.
fn end_of_quote(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => {
                signs.next();
            }
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where a character in quotes ends, its quotes included; none: it is none.
fn end_of_character(text: &str) -> Option<usize> {
    let mut signs = text.char_indices().skip(1);
    let (_, sign) = signs.next()?;
    if sign == '\\' {
        signs.next()?;
        return signs.find(|(_, sign)| *sign == '\'').map(|(at, _)| at + 1);
    }
    signs.next().filter(|(_, sign)| *sign == '\'').map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn knots_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources = sources(files);
        let knots = knots(&sources).into_iter();
        knots.map(|knot| knot.into_iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn files_that_call_each_other_in_a_circle_are_a_knot() {
        let files = [
            ("engine.rs", "impl Engine { pub fn step(&mut self) { self.knock(); } }"),
            ("knock.rs", "impl Engine { pub(crate) fn knock(&mut self) { self.join(1); } }"),
            ("room/join.rs", "impl Engine { pub(crate) fn join(&mut self, n: u8) { chat::say(self); } }"),
            ("chat.rs", "pub(crate) fn say(engine: &mut Engine) { engine.knock(); }"),
        ];
        assert_eq!(knots_of(&files), [["chat.rs", "knock.rs", "room/join.rs"]]);
    }

    #[test]
    fn calls_that_go_down_only_are_none() {
        let files = [
            ("engine.rs", "impl Engine { pub fn step(&mut self) { knock::knock(&mut self.cx); self.looks.pump(); } }"),
            ("knock.rs", "use crate::queue::enqueue;\npub fn knock(cx: &mut Context) { enqueue(cx); }"),
            ("looks.rs", "impl Looks { pub fn pump(&mut self) { pump(); } }\nfn pump() {}"),
            ("queue.rs", "pub fn enqueue(cx: &mut Context) { cx.tell(); }"),
            ("context.rs", "impl Context { pub fn tell(&mut self) {} }"),
        ];
        assert_eq!(knots_of(&files), Vec::<Vec<String>>::new());
    }

    #[test]
    fn what_stands_before_a_name_says_which_of_several_is_meant() {
        let parts = [
            ("a.rs", "pub struct A { b: B }\nimpl A { pub fn pump(&mut self) { self.b.pump(); } }"),
            ("b.rs", "impl B { pub fn pump(&mut self) { self.other(); } fn other(&self) {} }"),
            ("c.rs", "impl C { pub fn other(&self) { thing().pump(); } }"),
        ];
        assert_eq!(knots_of(&parts), Vec::<Vec<String>>::new(), "a calls b, and c may call both");
        let unsaid = [
            ("a.rs", "impl A { pub fn pump(&mut self) { self.list.first().other(); } }"),
            ("c.rs", "impl C { pub fn other(&self) { thing().pump(); } }"),
        ];
        assert_eq!(knots_of(&unsaid), [["a.rs", "c.rs"]]);
    }

    #[test]
    fn private_functions_constructors_comments_texts_and_tests_are_no_calls_into_a_file() {
        let files = [
            ("a.rs", "pub fn a() { b::b(); }\nimpl A { pub fn new() -> Self { A } fn take(&mut self) {} }"),
            (
                "b.rs",
                "pub fn b() { A::new(); list.take(); // a::a()\n\"a::a()\"; }\n#[cfg(test)]\nmod tests { a::a(); }",
            ),
        ];
        assert_eq!(knots_of(&files), Vec::<Vec<String>>::new());
        let within =
            [("a.rs", "fn hidden() {}\npub fn a() { inner::b(); }"), ("a/inner.rs", "pub fn b() { a::hidden(); }")];
        assert_eq!(knots_of(&within), [["a.rs", "a/inner.rs"]]);
    }

    #[test]
    fn sources_are_read_word_by_word() {
        let read = words("a::b('x', '\\'', \"\\\"(\", &'a mut c, &'b mut c) // d");
        assert_eq!(read, ["a", "::", "b", "(", ",", ",", ",", "&", "mut", "c", ",", "&", "mut", "c", ")"]);
    }
}
