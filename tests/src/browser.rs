//! A browser without a screen: engine, disk, and what its pages were told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use axum::body::BodyDataStream;
use doorstep_client_api::http::{MailboxItem, MailboxPage};
use doorstep_engine::{Config, Effect, Engine, Input, Method, step::Bearer, testing::rows_of_version_1};
use doorstep_page_api::view::{
    Command, Envelope, Event, HomeView, KnockRequest, LinkPreview, MyKnock, Notice, Outcome, Problem, RoomView,
};
use doorstep_wire::{ProviderDomain, UnixMillis};

use crate::world::STRIDE;

/// A request on its way.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) id: u64,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    pub(crate) bearer: Option<Bearer>,
}

/// What a page has in memory.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Rooms it shows.
    follows: BTreeSet<String>,
    /// Commands without an answer, by id.
    unanswered: BTreeMap<String, Command>,
}

impl Page {
    fn asked(&mut self, id: &str, command: &Command) {
        match command {
            Command::Hello { room } => self.follows.extend(room.clone()),
            command => {
                self.unanswered.insert(id.to_owned(), command.clone());
            }
        }
    }

    /// Whether it shows this room.
    pub fn follows(&self, room: &str) -> bool {
        self.follows.contains(room)
    }

    /// Every command was answered.
    pub fn is_idle(&self) -> bool {
        self.unanswered.is_empty()
    }
}

/// One person's browser profile.
pub struct Browser {
    /// For messages of failing tests.
    pub name: String,
    /// What was written: all that survives a crash.
    pub disk: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Open, or closed.
    pub engine: Option<Engine>,
    config: Config,
    pub(crate) inbox: VecDeque<Input>,
    pub(crate) outbox: VecDeque<Request>,
    pub(crate) stream: Option<BodyDataStream>,
    pub(crate) stream_wanted: Option<Bearer>,
    pub(crate) timer: Option<UnixMillis>,
    commands: u64,
    /// Its page stays open over crashes, follows what it followed and sends again what was not answered. Not in worlds of
    /// tests that do so themselves.
    pub page: Option<Page>,
    /// The session it used last.
    pub(crate) bearer: Option<Bearer>,
    /// What its mailbox held, in the order in which it was handed out, as often as it was.
    pub heard: Vec<MailboxItem>,
    /// What a lying hub hands out next.
    pub(crate) slipped: Vec<MailboxItem>,
    /// Times it was opened: by somebody, or again after a crash.
    pub opened: usize,
    /// Steps whose writes reached the disk.
    pub steps: usize,
    /// How long each step took, if it is to be kept.
    pub timed: Option<Vec<Duration>>,
    /// Crash after the writes of this step, before its effects.
    pub crash_after_step: Option<usize>,
    /// Whenever it is opened, what lies on its disk is as version 1 of the rows had it.
    pub former: bool,
    /// The last [`HomeView`].
    pub home: HomeView,
    /// Times that a knock at its rooms was put down.
    pub knocks_heard: usize,
    /// The last view of each room.
    pub rooms: BTreeMap<String, RoomView>,
    /// Answered commands.
    pub done: BTreeMap<String, Result<Outcome, Problem>>,
    /// What links led to, by the command that asked.
    pub looks: BTreeMap<String, LinkPreview>,
    /// Notices since the start.
    pub notices: Vec<Notice>,
    /// What was asked of the provider and refused, for messages of failing tests.
    pub refusals: Vec<String>,
}

impl Browser {
    pub(crate) fn new(name: &str, config: Config) -> Self {
        Self {
            name: name.to_owned(),
            disk: BTreeMap::new(),
            engine: None,
            config,
            inbox: VecDeque::new(),
            outbox: VecDeque::new(),
            stream: None,
            stream_wanted: None,
            timer: None,
            commands: 0,
            page: None,
            bearer: None,
            heard: Vec::new(),
            slipped: Vec::new(),
            opened: 0,
            steps: 0,
            timed: None,
            crash_after_step: None,
            former: false,
            home: HomeView::default(),
            knocks_heard: 0,
            rooms: BTreeMap::new(),
            done: BTreeMap::new(),
            looks: BTreeMap::new(),
            notices: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Opens the browser, or opens it again: everything that is not on the disk is gone.
    pub fn open(&mut self) {
        if self.former {
            self.disk = rows_of_version_1(core::mem::take(&mut self.disk)).into_iter().collect();
        }
        let rows = self.disk.iter().map(|(key, value)| (key.clone(), value.clone()));
        self.engine = Some(Engine::load(rows, self.config.clone()).expect("own rows"));
        self.inbox.clear();
        self.outbox.clear();
        self.stream = None;
        self.stream_wanted = None;
        self.timer = None;
        self.inbox.push_back(Input::Start);
        self.opened += 1;
        let Some(page) = self.page.clone() else { return };
        for room in page.follows {
            self.ask(Command::Hello { room: Some(room) });
        }
        for (id, command) in page.unanswered {
            self.inbox.push_back(Input::Command(Envelope { id, command }));
        }
    }

    /// Closes the browser without a word, as a killed tab does.
    pub fn kill(&mut self) {
        self.engine = None;
        self.page = self.page.take().map(|_| Page::default());
        self.inbox.clear();
        self.outbox.clear();
        self.stream = None;
        self.stream_wanted = None;
        self.timer = None;
    }

    pub(crate) fn domain(&self) -> &ProviderDomain {
        &self.config.domain
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.engine.is_some()
    }

    /// Asks for something; the id finds the answer in [`Browser::done`].
    pub fn ask(&mut self, command: Command) -> String {
        self.commands += 1;
        let id = format!("{:016x}{:016x}", self.name.bytes().map(u64::from).sum::<u64>(), self.commands);
        self.ask_as(&id, command);
        id
    }

    /// Asks with an id that may have been used before.
    pub fn ask_as(&mut self, id: &str, command: Command) {
        if let Some(page) = &mut self.page {
            page.asked(id, &command);
        }
        self.inbox.push_back(Input::Command(Envelope { id: id.to_owned(), command }));
    }

    pub(crate) fn take(&mut self, input: Input, now: UnixMillis, seed: [u8; 32]) {
        let Some(engine) = &mut self.engine else { return };
        let begun = Instant::now();
        let step = engine.step(input, now, seed);
        if let Some(timed) = &mut self.timed {
            timed.push(begun.elapsed());
        }
        for write in step.writes {
            let is_new = write.value.is_some() && !self.disk.contains_key(&write.key);
            self.knocks_heard += usize::from(is_new && write.key.starts_with(b"e/request/"));
            match write.value {
                Some(value) => self.disk.insert(write.key, value),
                None => self.disk.remove(&write.key),
            };
        }
        self.steps += 1;
        if self.crash_after_step == Some(self.steps) {
            self.crash_after_step = None;
            self.open();
            return;
        }
        self.timer = None;
        for effect in step.effects {
            match effect {
                Effect::Http { id, method, path, body, bearer } => {
                    self.bearer = bearer.clone().or_else(|| self.bearer.take());
                    self.outbox.push_back(Request { id, method, path, body, bearer });
                }
                Effect::OpenStream { bearer } => self.stream_wanted = Some(bearer),
                Effect::SetTimer { at } => self.timer = Some(at),
                Effect::Emit(event) => self.told(event),
            }
        }
    }

    /// The page as it arrives: what was slipped in, then what the provider has.
    pub(crate) fn page(&mut self, after: u64, mut page: MailboxPage) -> MailboxPage {
        self.heard.extend(page.items.iter().cloned());
        for item in &mut page.items {
            item.seq *= STRIDE;
        }
        let slipped = core::mem::take(&mut self.slipped).into_iter().zip(after + 1..);
        let slipped: Vec<_> = slipped.map(|(item, seq)| MailboxItem { seq, ..item }).collect();
        page.items.splice(0..0, slipped);
        page
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Ready | Event::Trouble(_) => {}
            Event::Home(view) => self.home = *view,
            Event::Room(view) => {
                self.rooms.insert(view.room.clone(), *view);
            }
            Event::Done { id, result } => {
                if let Some(page) = &mut self.page {
                    page.unanswered.remove(&id);
                }
                self.done.insert(id, result);
            }
            Event::Link(preview) => {
                self.looks.insert(preview.command.clone(), *preview);
            }
            Event::Notice(notice) => self.notices.push(notice),
        }
    }

    /// The only knock of mine.
    pub fn knock(&self) -> &MyKnock {
        assert_eq!(self.home.knocks.len(), 1, "{}: {:?}", self.name, self.home.knocks);
        &self.home.knocks[0]
    }

    /// The only knock I may answer.
    pub fn request(&self) -> &KnockRequest {
        assert_eq!(self.home.requests.len(), 1, "{}: {:?}", self.name, self.home.requests);
        &self.home.requests[0]
    }

    /// What was said in a room, by whom: texts only.
    pub fn said(&self, room: &str) -> Vec<String> {
        use doorstep_page_api::view::ChatBody;
        let view = self.rooms.get(room).unwrap_or_else(|| panic!("{} does not follow {room}", self.name));
        view.messages
            .iter()
            .filter_map(|message| match &message.body {
                ChatBody::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }
}
