//! What an event stream costs that nothing comes out of: the provider's memory before and after.

use std::fs;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use doorstep_engine::step::Bearer;
use doorstep_page_api::view::Command;

use crate::person::{Ears, Person};
use crate::{Provider, stream};

/// Streams of one client; the provider allows no more.
const EACH: usize = 8;
/// Before the memory is looked at.
const REST: Duration = Duration::from_secs(2);

/// Memory at so many streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) streams: usize,
    pub(crate) bytes: u64,
}

/// Opens ever more streams at a provider whose process this is; `steps` ascend.
pub(crate) fn measure(home: &Provider, process: u32, steps: &[usize]) -> Result<Vec<Memory>> {
    let most = steps.iter().copied().max().unwrap_or(0);
    let sessions = (0..most.div_ceil(EACH)).map(|number| session(home, number)).collect::<Result<Vec<_>>>()?;
    let mut open: Vec<TcpStream> = Vec::with_capacity(most);
    sleep(REST);
    let mut figures = vec![Memory { streams: 0, bytes: resident(process)? }];
    for step in steps {
        while open.len() < *step {
            let session = sessions.get(open.len() / EACH).context("a session")?;
            open.push(stream::open(&home.address, session).with_context(|| format!("stream {}", open.len() + 1))?);
        }
        sleep(REST);
        figures.push(Memory { streams: open.len(), bytes: resident(process)? });
    }
    Ok(figures)
}

fn session(home: &Provider, number: usize) -> Result<Bearer> {
    let mut person = Person::new(home, Ears::Shut)?;
    person.carry_out(Command::SignUp { handle: format!("idle-{number}"), display_name: None })?;
    person.until(|person| person.bearer.is_some())?;
    person.bearer.context("no session")
}

/// Resident memory of a process in bytes.
fn resident(process: u32) -> Result<u64> {
    let file = format!("/proc/{process}/status");
    let status = fs::read_to_string(&file).with_context(|| file.clone())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().context("VmRSS")?;
    Ok(kilobytes * 1024)
}
