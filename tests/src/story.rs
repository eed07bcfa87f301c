//! What happened, in words, for whoever has to find out why it went wrong.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// Lines with the time of the world at which they were told. Nothing is kept before [`Story::listen`].
#[derive(Clone)]
pub struct Story {
    clock: Arc<AtomicU64>,
    start: u64,
    lines: Arc<Mutex<Option<Vec<String>>>>,
}

impl Story {
    pub(crate) fn new(clock: Arc<AtomicU64>) -> Self {
        let start = clock.load(Ordering::SeqCst);
        Self { clock, start, lines: Arc::default() }
    }

    /// Keeps what is told from now on.
    pub fn listen(&self) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default();
    }

    /// Something happened.
    pub fn tell(&self, line: impl AsRef<str>) {
        if let Some(lines) = &mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner) {
            let at = self.clock.load(Ordering::SeqCst).saturating_sub(self.start);
            lines.push(format!("{} {}", time(at), line.as_ref()));
        }
    }

    /// All of it.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }

    /// Milliseconds after the beginning.
    pub(crate) fn since(&self, at: u64) -> String {
        time(at.saturating_sub(self.start))
    }
}

fn time(at: u64) -> String {
    let (hours, minutes, seconds, millis) = (at / 3_600_000, at / 60_000 % 60, at / 1000 % 60, at % 1000);
    format!("{hours:3}:{minutes:02}:{seconds:02}.{millis:03}")
}

/// A path without what makes it long.
pub(crate) fn shortened(path: &str) -> &str {
    path.split_once('%').map_or(path, |(start, _)| start)
}
