//! The figures, and how they grow.

use std::io::{Result, Write};

use crate::contest::{Costs, NAMES};

/// All figures.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<(usize, [Costs; 4])>,
}

type Column = (&'static str, usize, fn(&Costs) -> &[f64]);

const COLUMNS: [Column; 9] = [
    ("hub, ms", 2, |costs| &costs.hub.wall),
    ("hub, CPU ms", 2, |costs| &costs.hub.work),
    ("hub writes, B", 0, |costs| &costs.written),
    ("download, B", 0, |costs| &costs.download),
    ("join, ms", 2, |costs| &costs.join.wall),
    ("join, CPU ms", 2, |costs| &costs.join.work),
    ("credentials, ms", 2, |costs| &costs.verify.wall),
    ("credentials, CPU ms", 2, |costs| &costs.verify.work),
    ("commit, B", 0, |costs| &costs.commit),
];

impl Table {
    pub(crate) fn add(&mut self, members: usize, costs: [Costs; 4]) {
        self.rows.push((members, costs));
    }

    /// One block per contestant, the growth from the size before in brackets, and the doorstep's times as shares of the
    /// comparison's.
    pub(crate) fn print(&self, out: &mut impl Write) -> Result<()> {
        writeln!(out, "Middle of several rounds, everybody in turn; in brackets how many times the room before.")?;
        for (place, name) in NAMES.iter().enumerate() {
            write!(out, "\n{name}\n{:>8}", "members")?;
            for (heading, ..) in COLUMNS {
                write!(out, " {heading:>20}")?;
            }
            writeln!(out)?;
            let mut before: Option<&Costs> = None;
            for (members, costs) in &self.rows {
                let Some(costs) = costs.get(place) else { continue };
                write!(out, "{members:>8}")?;
                for (_, digits, of) in COLUMNS {
                    write!(out, " {:>20}", figure(of(costs), before.map(of), digits))?;
                }
                writeln!(out)?;
                before = Some(costs);
            }
        }
        writeln!(out, "\ndoorstep, MLS alone, as a share of openmls by CPU time, middle of the rounds")?;
        writeln!(
            out,
            "{:>8} {:>17} {:>18} {:>17} {:>18}",
            "members", "hub, small names", "join, small names", "hub, as ours", "join, as ours"
        )?;
        for (members, [_, alone, small, large]) in &self.rows {
            write!(out, "{members:>8}")?;
            for (other, width) in [(small, 17), (large, 17)] {
                write!(
                    out,
                    " {:>width$.2} {:>18.2}",
                    share(&alone.hub.work, &other.hub.work),
                    share(&alone.join.work, &other.join.work)
                )?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The middle, with the growth from `before`.
fn figure(values: &[f64], before: Option<&[f64]>, digits: usize) -> String {
    let Some(value) = middle(values) else { return "–".to_owned() };
    match before.and_then(middle) {
        Some(before) if before > 0.0 => format!("{value:.digits$} (×{:.1})", value / before),
        _ => format!("{value:.digits$}        "),
    }
}

/// The middle of what each round says for itself: what slows a round down slows both.
fn share(ours: &[f64], theirs: &[f64]) -> f64 {
    let shares: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
    middle(&shares).unwrap_or(f64::NAN)
}

fn middle(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}
