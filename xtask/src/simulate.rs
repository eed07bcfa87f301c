//! `cargo xtask simulate`: the stories of `tests/tests/whole/simulation.rs` for as many seeds as there is time for.

use std::ops::Range;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::place::Place;
use crate::program;

/// Which stories.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Seeds of the stories, the second one left out: 300..5000. One number is one story.
    #[arg(long, value_parser = range)]
    seeds: Range<u64>,
    /// Only the stories with a few people, or only those with twenty: what their names begin with.
    #[arg(long, default_value = "")]
    only: String,
}

/// # Errors
/// The tests cannot be built, or a story does not end well; it is told then.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let Range { start, end } = options.seeds;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(place.root()).env("DOORSTEP_SEEDS", format!("{start}..{end}"));
    // Of the whole workspace, as in `cargo xtask test`: what that compiled is not compiled again.
    cargo.args(["test", "--workspace", "--locked", "--test", "whole", "--"]);
    cargo.args([&format!("simulation::{}", options.only), "--nocapture", "--test-threads=1"]);
    program::run(&mut cargo)
}

fn range(text: &str) -> Result<Range<u64>> {
    let number = |text: &str| text.trim().parse::<u64>().with_context(|| format!("{text:?} is no number"));
    let range = match text.split_once("..") {
        Some((start, end)) => number(start)?..number(end)?,
        None => {
            let seed = number(text)?;
            seed..seed.checked_add(1).context("there is no seed after it")?
        }
    };
    ensure!(!range.is_empty(), "{text} are no seeds");
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn seeds_are_a_range_or_one() {
        assert_eq!(range("300..5000").unwrap(), 300..5000);
        assert_eq!(range("17").unwrap(), 17..18);
        for wrong in ["", "..", "5..5", "7..5", "1..x", "-1..3", "18446744073709551615"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
