//! Somebody with an engine, and what their requests took.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use doorstep_client_api::http::{SUBMIT_MESSAGE, UPDATE, is_made_of};
use doorstep_engine::step::Bearer;
use doorstep_engine::{Config, Effect, Engine, Input};
use doorstep_page_api::view::{ChatBody, Command, Envelope, Event, Outcome, RoomView};
use doorstep_resident::driver::{entropy, now};
use doorstep_resident::http;
use doorstep_wire::{Refusal, UnixMillis};

use crate::Provider;
use crate::stream;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long to wait for something new at a time.
const MOMENT: Duration = Duration::from_millis(100);

/// A request of theirs that was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) what: What,
    /// The hub did what was asked.
    pub(crate) taken: bool,
    pub(crate) took: Duration,
}

/// As far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Message,
    Commit,
    Other,
}

impl What {
    /// Whether that is what the answer says: code 0 of `SubmitMessageResponse`, behind the protocol, and of
    /// `UpdateRoomResponse`.
    fn is_taken(self, answer: &[u8]) -> bool {
        match self {
            Self::Message => answer.get(1) == Some(&0),
            Self::Commit => answer.first() == Some(&0),
            Self::Other => true,
        }
    }
}

/// How the person hears of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ears {
    /// Through an event stream.
    Open,
    /// Not at all, but for one look when they begin.
    Shut,
}

/// An engine, driven as by a browser.
pub(crate) struct Person {
    engine: Engine,
    address: String,
    ears: Ears,
    inputs: VecDeque<Input>,
    heard: (Sender<Input>, Receiver<Input>),
    timer: Option<u64>,
    done: BTreeMap<String, Result<Outcome, Refusal>>,
    views: BTreeMap<String, RoomView>,
    pub(crate) bearer: Option<Bearer>,
    pub(crate) requests: Vec<Request>,
}

impl Person {
    pub(crate) fn new(home: &Provider, ears: Ears) -> Result<Self> {
        let engine = Engine::load([], Config { domain: home.domain.clone() }).map_err(|error| anyhow!("{error}"))?;
        Ok(Self {
            engine,
            address: home.address.clone(),
            ears,
            inputs: VecDeque::from([Input::Start]),
            heard: channel(),
            timer: None,
            done: BTreeMap::new(),
            views: BTreeMap::new(),
            bearer: None,
            requests: Vec::new(),
        })
    }

    /// Carries a command out to the end.
    pub(crate) fn carry_out(&mut self, command: Command) -> Result<Outcome> {
        let id = self.ask(command)?;
        self.until(|person| person.done.contains_key(&id))?;
        let result = self.done.remove(&id).context("no answer")?;
        result.map_err(|code| anyhow!("refused: {code}"))
    }

    /// Asks without waiting; gives the command's id.
    pub(crate) fn ask(&mut self, command: Command) -> Result<String> {
        let id = hex::encode(entropy::<16>()?);
        self.inputs.push_back(Input::Command(Envelope { id: id.clone(), command }));
        Ok(id)
    }

    /// Goes on until something is so.
    pub(crate) fn until(&mut self, is_so: impl Fn(&Self) -> bool) -> Result<()> {
        let start = Instant::now();
        while !is_so(self) {
            if start.elapsed() > PATIENCE {
                bail!("nothing came of it within {} s", PATIENCE.as_secs());
            }
            self.turn()?;
        }
        Ok(())
    }

    /// The person looks into their mailbox.
    pub(crate) fn wake(&mut self) {
        self.inputs.push_back(Input::Wake);
    }

    /// How many requests of this sort the hub has taken.
    pub(crate) fn taken(&self, what: What) -> usize {
        self.requests.iter().filter(|request| request.what == what && request.taken).count()
    }

    /// The newest text in the room.
    pub(crate) fn newest(&self, room: &str) -> Option<&str> {
        match &self.views.get(room)?.messages.last()?.body {
            ChatBody::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn view(&self, room: &str) -> Option<&RoomView> {
        self.views.get(room)
    }

    /// Takes one input, or waits a little for one.
    pub(crate) fn turn(&mut self) -> Result<()> {
        self.inputs.extend(self.heard.1.try_iter());
        if self.inputs.is_empty() {
            let due = self.timer.map_or(MOMENT, |at| Duration::from_millis(at.saturating_sub(now())).min(MOMENT));
            match self.heard.1.recv_timeout(due) {
                Ok(input) => self.inputs.push_back(input),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
        if self.inputs.is_empty() && self.timer.is_some_and(|at| at <= now()) {
            self.timer = None;
            self.inputs.push_back(Input::Tick);
        }
        let Some(input) = self.inputs.pop_front() else { return Ok(()) };
        let step = self.engine.step(input, UnixMillis(now()), entropy()?);
        for effect in step.effects {
            self.perform(effect)?;
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Http { id, method, path, body, bearer } => {
                let start = Instant::now();
                let answer = http::send(&self.address, method, &path, &body, bearer.as_ref());
                let took = start.elapsed();
                let input = match answer {
                    Ok(http::Answer { status, reason, retry_after, body }) => {
                        let what = what(&path);
                        self.requests.push(Request { what, taken: status == 200 && what.is_taken(&body), took });
                        Input::HttpDone { id, status, reason, retry_after, body }
                    }
                    Err(_) => Input::HttpFailed { id },
                };
                self.inputs.push_back(input);
            }
            Effect::OpenStream { bearer } => {
                self.bearer = Some(bearer.clone());
                match self.ears {
                    Ears::Open => stream::listen(&self.address, &bearer, self.heard.0.clone())?,
                    Ears::Shut => self.inputs.extend([Input::StreamUp, Input::Wake]),
                }
            }
            Effect::SetTimer { at } => self.timer = Some(at.0),
            Effect::Emit(Event::Done { id, result }) => {
                self.done.insert(id, result.map_err(|problem| problem.code));
            }
            Effect::Emit(Event::Room(view)) => {
                self.views.insert(view.room.clone(), *view);
            }
            Effect::Emit(_) => {}
        }
        Ok(())
    }
}

fn what(path: &str) -> What {
    if is_made_of(path, SUBMIT_MESSAGE) {
        What::Message
    } else if is_made_of(path, UPDATE) {
        What::Commit
    } else {
        What::Other
    }
}
