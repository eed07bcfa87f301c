//! A run of several steps: says what is going on, how long it took, and how it ended.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Steps done one after the other; the first failure ends the run.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    passed: Vec<(String, Duration)>,
    /// What was left out, and why.
    skipped: Vec<String>,
}

impl Steps {
    /// Runs one.
    ///
    /// # Errors
    /// The step's own, after the closing lines were printed.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n==> {name}");
        let start = Instant::now();
        let ended = work();
        let took = start.elapsed();
        match ended {
            Ok(value) => {
                println!("<== {name}: good, {:.0} s", took.as_secs_f32());
                self.passed.push((name.to_owned(), took));
                Ok(value)
            }
            Err(error) => {
                println!("<== {name}: FAILED, {:.0} s\n{error:#}", took.as_secs_f32());
                self.table();
                println!("steps: {} passed, 1 failed", self.passed.len());
                bail!("{name} failed");
            }
        }
    }

    /// Leaves one out; it is said at once and again at the end.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        let line = format!("{name} was left out: {why}");
        println!("\n==> {line}");
        self.skipped.push(line);
    }

    /// Ends a good run.
    pub(crate) fn close(self) {
        self.table();
        println!("steps: {} passed, 0 failed", self.passed.len());
    }

    /// What the time went into.
    fn table(&self) {
        println!();
        for (name, took) in &self.passed {
            println!("{name:<24} {:>6}", minutes(*took));
        }
        println!("{:<24} {:>6}", "all", minutes(self.passed.iter().map(|(_, took)| *took).sum()));
        for line in &self.skipped {
            println!("{line}");
        }
        println!();
    }
}

/// Minutes and seconds.
fn minutes(time: Duration) -> String {
    let seconds = time.as_secs_f32().round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::minutes;

    #[test]
    fn times_are_told_in_minutes_and_whole_seconds() {
        assert_eq!(minutes(Duration::from_millis(61_600)), "1:02");
        assert_eq!(minutes(Duration::from_millis(59_600)), "1:00");
        assert_eq!(minutes(Duration::ZERO), "0:00");
    }
}
