//! A run of several steps: says what is going on, how long it took, and how it ended.

use std::time::Instant;

use anyhow::{Result, bail};

/// Steps done one after the other; the first failure ends the run.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    passed: u32,
}

impl Steps {
    /// Runs one.
    ///
    /// # Errors
    /// The step's own, after the closing line was printed.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n==> {name}");
        let start = Instant::now();
        match work() {
            Ok(value) => {
                println!("<== {name}: good, {:.0} s", start.elapsed().as_secs_f32());
                self.passed += 1;
                Ok(value)
            }
            Err(error) => {
                println!("<== {name}: FAILED, {:.0} s\n{error:#}", start.elapsed().as_secs_f32());
                println!("steps: {} passed, 1 failed", self.passed);
                bail!("{name} failed");
            }
        }
    }

    /// Ends a good run.
    pub(crate) fn close(self) {
        println!("\nsteps: {} passed, 0 failed", self.passed);
    }
}
