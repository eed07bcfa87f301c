//! The plainest driver of the engine: rows in memory, one request at a time, and instead of the event stream a look into
//! the mailbox now and then.

use std::collections::{BTreeMap, VecDeque};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow, bail};
use doorstep_engine::{Config, Effect, Engine, Input};
use doorstep_page_api::view::{Command, Envelope, Event, LinkText, Outcome};
use doorstep_wire::{ProviderDomain, Refusal, UnixMillis};

use crate::http;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// A timer further away than this means that nothing is left to do now.
const QUIET: u64 = 3_000;

/// An engine and what it has said so far.
pub struct Driver {
    engine: Engine,
    provider: String,
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    inputs: VecDeque<Input>,
    timer: Option<u64>,
    done: BTreeMap<String, Result<Outcome, Refusal>>,
    codes: BTreeMap<String, LinkText>,
}

impl Driver {
    /// A new client of the provider at `provider`.
    ///
    /// # Errors
    /// No randomness.
    pub fn start(provider: &str, domain: ProviderDomain) -> Result<Self> {
        let engine = Engine::load([], Config { domain }).map_err(|error| anyhow!("{error}"))?;
        Ok(Self {
            engine,
            provider: provider.to_owned(),
            rows: BTreeMap::new(),
            inputs: VecDeque::from([Input::Start]),
            timer: None,
            done: BTreeMap::new(),
            codes: BTreeMap::new(),
        })
    }

    /// Carries a command out to the end.
    ///
    /// # Errors
    /// It was refused, or takes too long.
    pub fn carry_out(&mut self, command: Command) -> Result<Outcome> {
        let id = hex::encode(entropy::<16>()?);
        self.inputs.push_back(Input::Command(Envelope { id: id.clone(), command }));
        let end = now() + PATIENCE.as_millis() as u64;
        while now() < end {
            if let Some(result) = self.done.remove(&id) {
                return result.map_err(|code| anyhow!("refused: {code}"));
            }
            self.turn()?;
        }
        bail!("nothing came of it within {} s", PATIENCE.as_secs())
    }

    /// Makes a link into a room of the client's, good for an hour and for any number of people; gives its code.
    ///
    /// # Errors
    /// It was refused, or takes too long.
    pub fn make_link(&mut self, room: &str, role: &str) -> Result<LinkText> {
        let hello = Command::Hello { room: Some(room.to_owned()) };
        self.inputs.push_back(Input::Command(Envelope { id: hex::encode(entropy::<16>()?), command: hello }));
        let made = self.carry_out(Command::MakeLink {
            room: room.to_owned(),
            role: role.to_owned(),
            seconds: 60 * 60,
            max_uses: 0,
            note: String::new(),
        })?;
        let Outcome::Link { link } = made else { bail!("no link was made") };
        self.codes.get(&link).cloned().ok_or_else(|| anyhow!("the link has no code"))
    }

    /// Goes on until nothing is left to do; gives the rows.
    ///
    /// # Errors
    /// It never comes to rest.
    pub fn settle(mut self) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
        self.inputs.push_back(Input::Wake);
        let end = now() + PATIENCE.as_millis() as u64;
        while now() < end {
            if self.inputs.is_empty() && self.timer.is_none_or(|at| at > now() + QUIET) {
                return Ok(self.rows);
            }
            self.turn()?;
        }
        bail!("the engine does not come to rest")
    }

    /// Takes one input, or waits a little for the timer.
    fn turn(&mut self) -> Result<()> {
        let input = match self.inputs.pop_front() {
            Some(input) => input,
            None if self.timer.is_some_and(|at| at <= now()) => {
                self.timer = None;
                Input::Tick
            }
            None => {
                sleep(Duration::from_millis(20));
                return Ok(());
            }
        };
        let step = self.engine.step(input, UnixMillis(now()), entropy()?);
        for write in step.writes {
            match write.value {
                Some(value) => self.rows.insert(write.key, value.to_vec()),
                None => self.rows.remove(&write.key),
            };
        }
        for effect in step.effects {
            self.perform(effect);
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Http { id, method, path, body, bearer } => {
                let input = match http::send(&self.provider, method, &path, &body, bearer.as_ref()) {
                    Ok(http::Answer { status, reason, retry_after, body }) => {
                        Input::HttpDone { id, status, reason, retry_after, body }
                    }
                    Err(_) => Input::HttpFailed { id },
                };
                self.inputs.push_back(input);
            }
            Effect::OpenStream { bearer: _ } => self.inputs.extend([Input::StreamUp, Input::Wake]),
            Effect::SetTimer { at } => self.timer = Some(at.0),
            Effect::Emit(Event::Done { id, result }) => {
                self.done.insert(id, result.map_err(|problem| problem.code));
            }
            Effect::Emit(Event::Room(view)) => {
                self.codes.extend(view.links.into_iter().filter_map(|link| Some((link.id, link.code?))));
            }
            Effect::Emit(_) => {}
        }
    }
}

/// Fresh random bytes.
///
/// # Errors
/// The system has none.
pub fn entropy<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom02::getrandom(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

/// Milliseconds since the UNIX epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
