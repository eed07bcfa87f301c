//! Paths stand in the tables of paths and nowhere else.

use anyhow::Result;

use super::graph::Graph;
use super::sources::{code_of, literals};
use crate::place::Place;

/// Pages; the client API and the app's files; what else a provider serves; and where every provider has its directory.
const TABLES: [&str; 4] = [
    "crates/public-page/src/route.rs",
    "crates/client-api/src/http.rs",
    "crates/provider/src/paths.rs",
    "crates/peers/src/directory.rs",
];

/// Parts of URIs, which look like paths.
const PARTS_OF_URIS: [&str; 3] = ["/p/", "/r/", "/u/"];
/// What the system tells, for whoever measures.
const SYSTEM: &str = "/proc/";

/// # Errors
/// A source file cannot be read.
pub(super) fn scan(place: &Place, graph: &Graph, wrong: &mut Vec<String>) -> Result<()> {
    code_of(place, graph, |_, file, number, line| {
        if TABLES.contains(&file) || file.ends_with("tests.rs") {
            return;
        }
        for path in literals(line).filter(|literal| is_path(literal)) {
            wrong.push(format!("{file}:{number} says \"{path}\": paths stand in {}", TABLES.join(", ")));
        }
    })
}

fn is_path(literal: &str) -> bool {
    let is_whole =
        literal.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '.'));
    let has_beginning = ["/client/v1/", "/mimi/v1/"].iter().any(|beginning| literal.contains(beginning));
    (is_whole || has_beginning) && !PARTS_OF_URIS.contains(&literal) && !literal.starts_with(SYSTEM)
}

#[cfg(test)]
mod tests {
    use super::is_path;

    #[test]
    fn paths_are_told_from_other_texts() {
        for path in ["/rooms", "/.well-known/x", "/at#", "{url}/client/v1/issuerKeys/{domain}"] {
            assert!(is_path(path), "{path}");
        }
        for other in ["/", "/p/", "text/html", "mimi://{domain}/r/{key}", "//", ""] {
            assert!(!is_path(other), "{other}");
        }
    }
}
