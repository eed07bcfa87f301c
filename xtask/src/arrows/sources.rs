//! Words in sources. Comments do not count: a crate may well say that it does without something.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::graph::Graph;
use super::rules::{SQL, WORDS};
use crate::place::Place;

/// # Errors
/// A source file cannot be read.
pub(super) fn scan(place: &Place, graph: &Graph, wrong: &mut Vec<String>) -> Result<()> {
    code_of(place, graph, |member, file, number, line| words(member, file, number, line, wrong))
}

/// Hands out each line of code of every crate but this and the tests: crate, file, number, line.
///
/// # Errors
/// A source file cannot be read.
pub(super) fn code_of(place: &Place, graph: &Graph, mut take: impl FnMut(&str, &str, usize, &str)) -> Result<()> {
    for member in graph.members().filter(|member| !matches!(*member, "xtask" | "doorstep-tests")) {
        let Some(folder) = graph.folder(member) else { continue };
        let mut files = Vec::new();
        collect(&folder.join("src"), &mut files)?;
        for file in files {
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let name = file.strip_prefix(place.root()).unwrap_or(&file).display().to_string();
            for (number, line) in code(&text) {
                take(member, &name, number, line);
            }
        }
    }
    Ok(())
}

fn words(member: &str, file: &str, number: usize, line: &str, wrong: &mut Vec<String>) {
    for word in &WORDS {
        let meant = word.not_in.is_empty() || word.not_in.contains(&member);
        let at_home = word.but_in.iter().any(|home| file.starts_with(home));
        if meant && !at_home && contains_word(line, word.word) {
            wrong.push(format!("{file}:{number} says {}: {}", word.word, word.because));
        }
    }
    if !file.starts_with("crates/storage-") && SQL.iter().any(|statement| line.contains(statement)) {
        wrong.push(format!("{file}:{number} contains SQL: only storage-* names SQL"));
    }
}

/// Lines of code with their numbers; comment lines and what follows the test module are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .map(|(number, line)| (number + 1, line.split_once("//").map_or(line, |(code, _)| code)))
}

/// `word` as a path segment of its own, not as the middle of a longer name.
fn contains_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

/// What stands in quotation marks; names of rows, which are bytes, are left out.
pub(super) fn literals(line: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = line.split('"').collect();
    let quoted = (1..parts.len()).step_by(2).filter_map(move |at| {
        let before = parts.get(at - 1)?;
        (!before.ends_with('b')).then(|| parts.get(at).copied()).flatten()
    });
    quoted.collect::<Vec<_>>().into_iter()
}

/// The Rust files in a folder, if it is there.
///
/// # Errors
/// A folder cannot be read.
pub(super) fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{code, contains_word, literals};

    #[test]
    fn comments_may_name_anything() {
        let lines: Vec<_> = code("let a = 1; // axum\n//! axum\nuse axum::Router;").collect();
        assert_eq!(lines, [(1, "let a = 1; "), (2, ""), (3, "use axum::Router;")]);
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_name() {
        assert!(contains_word("use openmls::prelude", "openmls"));
        assert!(!contains_word("doorstep_openmls_x", "openmls"));
        assert!(contains_word("std::time::Instant::now()", "Instant::now"));
    }

    #[test]
    fn literals_are_found_and_names_of_rows_are_not() {
        let line = r#"match word { "left" => f(b"pending", "knock-limit"), _ => left("") }"#;
        assert_eq!(literals(line).collect::<Vec<_>>(), ["left", "knock-limit", ""]);
    }
}
