//! Which features cargo gives a package when one program is built by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::Result;

use super::rules::{NOT_SHIPPED, SHIPPED};
use crate::place::Place;
use crate::program::output;

/// No shipped program has a feature that is for tests.
///
/// # Errors
/// Cargo cannot resolve a program.
pub(super) fn check(place: &Place, wrong: &mut Vec<String>) -> Result<()> {
    for program in SHIPPED {
        // Everything that could be linked in, for every machine; the tests' own dependencies, and what they switch on, are
        // left out, as they are from `cargo build --package`.
        let mut cargo = Command::new("cargo");
        cargo.current_dir(place.root()).args(["tree", "--locked", "--package", program, "--target", "all"]);
        cargo.args(["--edges", "no-dev", "--prefix", "none", "--format", "{p}|{f}"]);
        let tree = String::from_utf8(output(&mut cargo)?)?;
        let features = read(&tree);
        for (package, feature) in NOT_SHIPPED {
            if features.get(package).is_some_and(|has| has.contains(feature)) {
                wrong.push(format!("{program} has the feature {feature} of {package}, which is for tests only"));
            }
        }
    }
    Ok(())
}

/// Package → its features, from lines `name v1.2.3 (folder)|one,two (*)`.
fn read(tree: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let Some((package, features)) = line.split_once('|') else { continue };
        let Some(name) = package.split_whitespace().next() else { continue };
        // `(*)` behind them says that the package stands further up as well.
        let features = features.split_whitespace().next().filter(|word| *word != "(*)").unwrap_or_default();
        found.entry(name).or_default().extend(features.split(',').filter(|feature| !feature.is_empty()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_wherever_a_package_stands() {
        let tree = "\
            doorstep-worker v0.1.0 (/somewhere/worker)|\n\
            doorstep-mls v0.1.0 (/somewhere/crates/mls)|seeded,other\n\
            sha2 v0.10.9|force-soft-compact (*)\n\
            sha2 v0.11.1| (*)\n\
            \n";
        let features = read(tree);
        assert_eq!(features["doorstep-mls"], BTreeSet::from(["other", "seeded"]));
        assert_eq!(features["sha2"], BTreeSet::from(["force-soft-compact"]));
        assert!(features["doorstep-worker"].is_empty());
    }
}
