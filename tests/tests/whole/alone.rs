//! A process has one log. A test that reads every line of it, whoever wrote it, runs in a process of its own, where nobody
//! else writes.

use std::env;
use std::io::{self, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::LevelFilter;

/// In the process of its own: the name of its test.
const ALONE: &str = "DOORSTEP_ALONE";

/// Every line that was logged since the process began.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// As it was written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the story of the test called `name` (with its module) in a process that runs nothing else, and gives it the log.
pub(crate) fn alone(name: &str, story: impl FnOnce(&Log)) {
    if env::var_os(ALONE).is_some_and(|alone| alone == name) {
        let log = Log::default();
        let writer = log.clone();
        let all = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE);
        all.with_writer(move || writer.clone()).try_init().expect("the only log of this process");
        return story(&log);
    }
    let mut process = Command::new(env::current_exe().expect("this program"));
    let ended = process.args(["--exact", name, "--nocapture"]).env(ALONE, name).output().expect("it starts");
    let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    // A name that no test has is no failure there, and would be none here.
    assert!(ended.status.success() && said[0].contains("1 passed"), "{}\n{}", said[0], said[1]);
}
