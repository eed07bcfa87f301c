//! How long something takes, by the clock on the wall and by what the processor did for it.

use std::fs;
use std::time::Instant;

use anyhow::Result;

/// Milliseconds, a value per round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// Until it was done.
    pub(crate) wall: Vec<f64>,
    /// Of all threads' work. Says the same on a busy machine as on an idle one; empty where the system does not tell.
    pub(crate) work: Vec<f64>,
}

impl Times {
    /// Does `work` and remembers how long it took.
    pub(crate) fn of<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (before, start) = (worked(), Instant::now());
        let done = work()?;
        self.wall.push(start.elapsed().as_secs_f64() * 1000.0);
        if let (Some(before), Some(after)) = (before, worked()) {
            self.work.push(after - before);
        }
        Ok(done)
    }
}

/// Milliseconds that this process's threads have been running, as Linux keeps them in nanoseconds.
fn worked() -> Option<f64> {
    // The kernel brings the count of a running thread up to date when it looks at it, at the latest with the next tick.
    std::thread::yield_now();
    let mut sum = 0.0;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let spent = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        sum += spent.split(' ').next()?.parse::<f64>().ok()?;
    }
    Some(sum / 1e6)
}
