//! The arrows of `docs/ARCHITECTURE.md`, checked: which crate may depend on which, what must stay out of the crates that
//! run in a browser, which features no shipped program has, which words a crate's sources may not contain, that the
//! files of the engine do not call each other in circles, and that the words for refusals and the paths stand in their tables
//! only.

mod features;
mod graph;
mod knots;
mod paths;
mod refusals;
mod rules;
mod sources;

use anyhow::{Result, bail};

use self::graph::Graph;
use self::knots::Counted;
use crate::place::Place;

/// # Errors
/// An arrow points the wrong way; all of them are listed.
pub(crate) fn run(place: &Place) -> Result<()> {
    let graph = Graph::read(place)?;
    let mut wrong = Vec::new();
    levels(&graph, &mut wrong);
    closures(&graph, &mut wrong);
    owners(&graph, &mut wrong);
    features::check(place, &mut wrong)?;
    sources::scan(place, &graph, &mut wrong)?;
    let Counted { files, largest } = knots::check(place, &mut wrong)?;
    refusals::scan(place, &graph, &mut wrong)?;
    paths::scan(place, &graph, &mut wrong)?;
    if wrong.is_empty() {
        let crates = graph.members().count();
        println!(
            "arrows  {crates} crates, all arrows point down; largest knot in the engine's {files} files: {largest}"
        );
        return Ok(());
    }
    wrong.sort();
    bail!("{} arrows point the wrong way:\n  {}", wrong.len(), wrong.join("\n  "))
}

/// Workspace crates depend only on lower ones.
fn levels(graph: &Graph, wrong: &mut Vec<String>) {
    for member in graph.members() {
        let Some(rule) = rules::house(member) else {
            wrong.push(format!("{member} has no place in the house: give it one in xtask/src/arrows/rules.rs"));
            continue;
        };
        for dependency in graph.direct(member).filter(|name| graph.is_member(name)) {
            if !rule.contains(&dependency) {
                wrong.push(format!("{member} may not depend on {dependency}"));
            }
        }
    }
}

/// What runs in a browser, and the hub, pull in no server, no socket and no page.
fn closures(graph: &Graph, wrong: &mut Vec<String>) {
    for member in rules::PURE {
        for (forbidden, path) in graph.closure(member) {
            if rules::NOT_IN_PURE.contains(&forbidden.as_str()) {
                wrong.push(format!("{member} pulls in {forbidden} ({path})"));
            }
        }
    }
}

/// Each big dependency has its owners; nobody else lists it.
fn owners(graph: &Graph, wrong: &mut Vec<String>) {
    for member in graph.members() {
        for dependency in graph.direct(member) {
            let owned = rules::OWNED.iter().find(|owned| owned.matches(dependency));
            if let Some(owned) = owned.filter(|owned| !owned.by.contains(&member)) {
                wrong.push(format!("{member} lists {dependency}: only {} may", owned.by.join(", ")));
            }
        }
    }
}
