//! The figures, and how they grow.

use std::fs;
use std::io::{Result, Write};
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::Figures;
use crate::idle::Memory;

/// What the columns are, and how busy the machine is: figures of a busy one compare with nothing.
pub(crate) fn head(out: &mut impl Write, rounds: usize) -> Result<()> {
    writeln!(
        out,
        "messages: four people of the hub's provider, {rounds} each, all at once; commits: {rounds}, one after the other;"
    )?;
    writeln!(
        out,
        "answer: of the hub to one of them; shown: {rounds} messages, one at a time, from the command in one engine to the view"
    )?;
    writeln!(
        out,
        "of another one, a follower. Everybody's engine runs on this machine too. In brackets how many times the line before."
    )?;
    load(out)
}

/// How many programs want to run, and how many can.
pub(crate) fn load(out: &mut impl Write) -> Result<()> {
    let average = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let average = average.split(' ').next().unwrap_or_default();
    let processors = available_parallelism().map_or(1, NonZero::get);
    writeln!(out, "load of this machine: {average} on {processors} processors")
}

/// Heading and figure.
type Column = (&'static str, fn(&Figures) -> f64);

/// One line per room; in brackets how many times the line before.
pub(crate) fn rooms(out: &mut impl Write, title: &str, figures: &[Figures]) -> Result<()> {
    let columns: [Column; 8] = [
        ("messages/s", |figures| figures.messages),
        ("answer p50, ms", |figures| percentile(&figures.message, 50)),
        ("answer p95, ms", |figures| percentile(&figures.message, 95)),
        ("commits/s", |figures| figures.commits),
        ("answer p50, ms", |figures| percentile(&figures.commit, 50)),
        ("answer p95, ms", |figures| percentile(&figures.commit, 95)),
        ("shown p50, ms", |figures| percentile(&figures.under_way, 50)),
        ("shown p95, ms", |figures| percentile(&figures.under_way, 95)),
    ];
    write!(out, "\n{title}\n{:>9}", "followers")?;
    for (heading, _) in columns {
        write!(out, " {heading:>17}")?;
    }
    writeln!(out)?;
    let mut before: Option<&Figures> = None;
    for line in figures {
        write!(out, "{:>9}", line.followers)?;
        for (_, of) in columns {
            let growth = before.map_or_else(String::new, |before| format!(" (x{:.2})", of(line) / of(before)));
            write!(out, " {:>17}", format!("{:.1}{growth}", of(line)))?;
        }
        writeln!(out)?;
        before = Some(line);
    }
    Ok(())
}

/// One line per number of streams.
pub(crate) fn memory(out: &mut impl Write, figures: &[Memory]) -> Result<()> {
    writeln!(out, "\nidle event streams, eight to a client")?;
    writeln!(out, "{:>9} {:>17} {:>24}", "streams", "process, MiB", "per stream more, KiB")?;
    let mut before: Option<&Memory> = None;
    for line in figures {
        let each = before.map(|before| {
            let more = line.bytes as f64 - before.bytes as f64;
            more / (line.streams - before.streams).max(1) as f64 / 1024.0
        });
        let each = each.map_or_else(String::new, |each| format!("{each:.1}"));
        writeln!(out, "{:>9} {:>17.1} {each:>24}", line.streams, line.bytes as f64 / 1_048_576.0)?;
        before = Some(line);
    }
    Ok(())
}

/// Milliseconds; the value that so many percent do not exceed.
fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort();
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let times: Vec<Duration> = (1..=20).rev().map(Duration::from_millis).collect();
        assert_eq!([50, 95, 100].map(|percent| percentile(&times, percent)), [10.0, 19.0, 20.0]);
        assert!(percentile(&[], 50).is_nan());
    }
}
