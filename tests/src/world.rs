//! A provider and some browsers in one process.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request as HttpRequest, StatusCode, header},
};
use doorstep_client_api::http::{
    Acknowledge, MAILBOX, MAILBOX_ACK, MailboxItem, MailboxKind, MailboxPage, REASON_HEADER,
};
use doorstep_engine::{Config, Input, Method};
use doorstep_hub::store::{LogLine, Report};
use doorstep_page_api::view::Command;
use doorstep_peers::{Errand, PeerError, Reply};
use doorstep_wire::{ClientUri, ProviderDomain, Refusal, RoomUri, UnixMillis};
use futures::{FutureExt, StreamExt};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use tls_codec::{Deserialize, Serialize};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::between::{self, Crossing, Meddler, Net, Raw, TamperBetween};
use crate::provider::{self, Kept, Place, Running};
use crate::{Browser, Faults, Story, browser::Request, network::Fate};

/// Between two items of a mailbox there is room for so many others: the browsers see the provider's numbers times this.
pub(crate) const STRIDE: u64 = 1_000_000;

/// A body larger than any answer.
const MAX_ANSWER: usize = 64 << 20;

/// One provider, its clock, the browsers of its people, and the network between them.
pub struct World {
    runtime: Runtime,
    homes: Vec<Home>,
    net: Net,
    place: Place,
    token_days: Option<u64>,
    clock: Arc<AtomicU64>,
    pub(crate) rng: ChaCha20Rng,
    /// The people.
    pub browsers: Vec<Browser>,
    /// What goes wrong on the way.
    pub faults: Faults,
    /// Requests that reached the provider.
    pub requests: usize,
    /// A hub that lies: what comes out arrives in the place of what it answered (200 only).
    pub tamper: Option<Tamper>,
    /// A client that lies: what comes out is sent in the place of the request's body.
    pub tamper_request: Option<Tamper>,
    /// A hub that refuses: the word for a request (browser, path) that does not get to it.
    pub refuse: Option<Refuse>,
    /// A hub that says no in the draft's own way: the body of status 200 for a request (browser, path) that does not get to
    /// it.
    pub say: Option<Say>,
    /// Requests (browser, path) that are on their way for as long as this says so.
    pub held: Option<Held>,
    /// What browsers sent to their providers, if it is to be kept.
    pub received: Option<Vec<Received>>,
    /// How many milliseconds ahead a timer may be for [`Self::settle`] to wait for it.
    pub patience: u64,
    /// Browsers without a network.
    pub away: BTreeSet<usize>,
    /// How many milliseconds a request takes. Without, whatever happens at once has one and the same time.
    pub pace: u64,
    /// What the network does.
    pub story: Story,
    /// When the providers have letters for each other, as long as none of them has done anything since it was asked.
    letters: Option<Vec<(usize, u64)>>,
}

/// One provider; the first is where browsers are at home unless something else is said.
struct Home {
    domain: ProviderDomain,
    provider: Running,
    kept: Kept,
    seed: u64,
}

/// A request as a provider got it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The provider.
    pub to: ProviderDomain,
    /// Path and query.
    pub path: String,
    /// Its whole body.
    pub body: Vec<u8>,
}

/// Changes an answer on its way: browser, path, body.
pub type Tamper = Box<dyn FnMut(usize, &str, Vec<u8>) -> Vec<u8>>;

/// Says which requests are refused, and with which word: browser, path.
pub type Refuse = Box<dyn FnMut(usize, &str) -> Option<Refusal>>;
/// See [`World::say`].
pub type Say = Box<dyn FnMut(usize, &str) -> Option<Vec<u8>>>;

/// Says which requests do not arrive yet: browser, path.
pub type Held = Box<dyn Fn(usize, &str) -> bool>;

impl World {
    /// A world whose every choice comes from `seed`.
    pub fn new(seed: u64) -> Self {
        Self::made(seed, Place::Database, None)
    }

    /// The same, whose providers keep everything in [`crate::MemoryStore`].
    pub fn in_memory(seed: u64) -> Self {
        Self::made(seed, Place::Memory, None)
    }

    /// A world whose providers keep their databases in files `{domain}.sqlite` of this folder.
    pub fn with_folder(seed: u64, folder: &Path) -> Self {
        Self::made(seed, Place::Folder(folder.to_owned()), None)
    }

    /// A world whose provider keeps its database in this file.
    pub fn with_file(seed: u64, file: &Path) -> Self {
        Self::made(seed, Place::File(file.to_owned()), None)
    }

    /// The same with tokens that end after so many days.
    pub fn with_token_days(seed: u64, days: u64) -> Self {
        Self::made(seed, Place::Database, Some(days))
    }

    /// A world like those people live in: what MLS draws comes from the system, and no story comes out twice the same. For
    /// a test program of its own, in which nobody makes another.
    pub fn as_shipped(seed: u64) -> Self {
        assert!(!doorstep_mls::seeded::is_on(), "in this process everything is drawn from seeds");
        Self::built(seed, Place::Database, None)
    }

    fn made(seed: u64, place: Place, token_days: Option<u64>) -> Self {
        doorstep_mls::seeded::on();
        Self::built(seed, place, token_days)
    }

    fn built(seed: u64, place: Place, token_days: Option<u64>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        // OpenMLS looks at the wall clock for lifetimes of 84 days, and does not take what begins later than that clock says:
        // the story begins thirty days ago.
        let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let wall = u64::try_from(wall.as_millis()).expect("before the year 500 000 000");
        let clock = Arc::new(AtomicU64::new(wall - 30 * 86_400_000));
        let domain: ProviderDomain = "a.example".parse().expect("a domain");
        let story = Story::new(clock.clone());
        let mut world = Self {
            runtime,
            homes: Vec::new(),
            net: Net::new(seed, story.clone()),
            place,
            token_days,
            clock,
            rng: ChaCha20Rng::seed_from_u64(seed),
            browsers: Vec::new(),
            faults: Faults::default(),
            requests: 0,
            tamper: None,
            tamper_request: None,
            refuse: None,
            say: None,
            held: None,
            received: None,
            patience: 120_000,
            away: BTreeSet::new(),
            pace: 0,
            story,
            letters: None,
        };
        world.found(domain, seed);
        world
    }

    /// A new provider.
    fn found(&mut self, domain: ProviderDomain, seed: u64) {
        self.letters = None;
        let kept = self.runtime.block_on(Kept::new(&self.place, &domain));
        // Whoever comes after the one with a file of its own has none.
        if matches!(self.place, Place::File(_)) {
            self.place = Place::Database;
        }
        let provider = self.start(&domain, seed, kept.clone());
        self.homes.push(Home { domain, provider, kept, seed });
    }

    fn start(&self, domain: &ProviderDomain, seed: u64, kept: Kept) -> Running {
        let peers = self.net.of(domain);
        let made = Running::new(domain, self.clock.clone(), seed, self.token_days, peers, kept);
        let provider = self.runtime.block_on(made);
        self.net.listen(domain, provider.mimi());
        provider
    }

    /// A provider is killed and started again on its database: what it had in memory and its event streams are gone.
    pub fn restart(&mut self, domain: &str) {
        let at = self.homes.iter().position(|home| home.domain.as_str() == domain).expect("such a provider");
        self.letters = None;
        let home = &mut self.homes[at];
        home.provider.stop();
        home.seed = home.seed.wrapping_add(0x1_0000);
        let (domain, seed, kept) = (home.domain.clone(), home.seed, home.kept.clone());
        self.homes[at].provider = self.start(&domain, seed, kept);
        self.listen();
    }

    /// A provider is set up anew, by its operator or by whoever has the domain now: without its database, with other keys.
    pub fn set_up_anew(&mut self, domain: &str, seed: u64) {
        let at = self.homes.iter().position(|home| home.domain.as_str() == domain).expect("such a provider");
        self.homes.remove(at).provider.stop();
        self.found(domain.parse().expect("a domain"), seed);
    }

    /// What goes wrong between providers.
    pub fn set_faults_between(&mut self, faults: Faults) {
        self.net.lock().faults = faults;
    }

    /// Cuts the way from one provider to another, or mends it.
    pub fn cut(&mut self, from: &str, to: &str, cut: bool) {
        let way = (from.parse().expect("a domain"), to.parse().expect("a domain"));
        let mut net = self.net.lock();
        if cut {
            net.cut.insert(way);
        } else {
            net.cut.remove(&way);
        }
    }

    /// A provider that lies to others.
    pub fn set_tamper_between(&mut self, tamper: Option<TamperBetween>) {
        self.net.lock().tamper = tamper;
    }

    /// Somebody who sends things of their own between providers.
    pub fn set_meddler(&mut self, meddler: Option<Box<dyn Meddler>>) {
        self.net.lock().meddler = meddler;
    }

    /// What crossed between providers so far.
    pub fn crossings(&self) -> Vec<Crossing> {
        self.net.lock().crossings.clone()
    }

    /// Reports that the first provider keeps, the newest first.
    pub fn reports(&self) -> Vec<Report> {
        self.runtime.block_on(self.homes[0].kept.reports())
    }

    /// Sends an errand as a provider that is none of ours, or as one of them: its answer.
    ///
    /// # Errors
    /// There is no such provider.
    pub fn send_as(&mut self, from: &str, to: &str, errand: Errand) -> Result<Reply, PeerError> {
        self.letters = None;
        let peers = self.net.of(&from.parse().expect("a domain"));
        let to: ProviderDomain = to.parse().expect("a domain");
        self.runtime.block_on(async move { peers.send(&to, errand).await })
    }

    /// What the hub of a room took, in this order.
    pub fn log(&self, room: &str) -> Vec<LogLine> {
        let room: RoomUri = room.parse().expect("a room");
        let home = self.homes.iter().find(|home| home.domain == room.host()).expect("such a provider");
        self.runtime.block_on(home.kept.log(&room))
    }

    /// The operator of its hub wants a room to end. `false`: there is no such room.
    pub fn ask_to_end(&mut self, room: &str) -> bool {
        let room: RoomUri = room.parse().expect("a room");
        let home = self.homes.iter().find(|home| home.domain == room.host()).expect("such a provider");
        self.runtime.block_on(home.kept.ask_to_end(&room))
    }

    /// Rows that its hub has of a room.
    pub fn rows_of(&self, room: &str) -> usize {
        let room: RoomUri = room.parse().expect("a room");
        let home = self.homes.iter().find(|home| home.domain == room.host()).expect("such a provider");
        self.runtime.block_on(home.kept.load_room(&room)).map_or(0, |rows| rows.len())
    }

    /// Sends a provider what no errand of ours is; none if HTTP has no form for it.
    pub fn send_raw(&mut self, to: &str, raw: Raw) -> Option<Reply> {
        let to: ProviderDomain = to.parse().expect("a domain");
        let home = self.homes.iter().find(|home| home.domain == to).expect("such a provider");
        let router = home.provider.mimi();
        Some(self.runtime.block_on(between::ask(raw.request()?, router)))
    }

    /// Opens a browser for somebody new; the number is their place in [`World::browsers`].
    pub fn browser(&mut self, name: &str) -> usize {
        let mut browser = Browser::new(name, Config { domain: self.homes[0].domain.clone() });
        browser.open();
        self.browsers.push(browser);
        self.browsers.len() - 1
    }

    /// Another provider, for people whose home is there.
    pub fn provider_elsewhere(&mut self, domain: &str, seed: u64) {
        self.found(domain.parse().expect("a domain"), seed);
    }

    /// Opens the browser of somebody whose home is another provider.
    pub fn browser_elsewhere(&mut self, name: &str, domain: &str) -> usize {
        let at = self.browser(name);
        self.browsers[at] = Browser::new(name, Config { domain: domain.parse().expect("a domain") });
        self.browsers[at].open();
        at
    }

    /// A browser's event stream breaks.
    pub fn break_stream(&mut self, who: usize) {
        if self.browsers[who].stream.take().is_some() {
            self.browsers[who].inbox.push_back(Input::StreamDown { unauthorized: false });
        }
    }

    /// The browser's own provider.
    fn router(&self, domain: &ProviderDomain) -> Router {
        let home = self.homes.iter().find(|home| home.domain == *domain).expect("such a provider");
        home.provider.router()
    }

    /// Milliseconds since the UNIX epoch, in this world.
    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: u64) {
        let until = self.now().0 + millis;
        self.settle_until(until);
        self.clock.fetch_max(until, Ordering::SeqCst);
        self.wake_timers();
        self.settle_until(until);
    }

    /// Runs until nothing happens any more, moving the clock to each timer that is due within [`Self::patience`].
    pub fn settle(&mut self) {
        let until = self.now().0 + self.patience;
        self.settle_until(until);
    }

    /// One thing happens.
    pub fn step(&mut self) {
        assert!(self.turn(), "nothing happens any more");
    }

    fn settle_until(&mut self, until: u64) {
        let mut turns = 0_u64;
        loop {
            while self.turn() {
                turns += 1;
                assert!(turns < 2_000_000, "the story does not come to rest");
            }
            let letters = self.letters().iter().map(|(_, at)| UnixMillis(*at)).min();
            let next = self.browsers.iter().filter_map(|browser| browser.timer).chain(letters).min();
            match next {
                Some(at) if at.0 <= until => {
                    self.clock.fetch_max(at.0, Ordering::SeqCst);
                    self.wake_timers();
                }
                _ => return,
            }
        }
    }

    fn wake_timers(&mut self) {
        let now = self.now();
        for browser in &mut self.browsers {
            if browser.timer.is_some_and(|at| at <= now) {
                browser.timer = None;
                browser.inbox.push_back(Input::Tick);
            }
        }
    }

    /// One thing happens; false when there is nothing left to happen.
    pub(crate) fn turn(&mut self) -> bool {
        let mut possible = Vec::new();
        for (at, browser) in self.browsers.iter().enumerate() {
            if !browser.is_open() {
                continue;
            }
            if !browser.inbox.is_empty() {
                possible.push((at, Happening::Input));
            }
            if self.free(at).next().is_some() {
                possible.push((at, Happening::Request));
            }
            if browser.stream_wanted.is_some() {
                possible.push((at, Happening::OpenStream));
            }
        }
        let now = self.now().0;
        let due = self.letters().iter().filter(|(_, at)| *at <= now);
        possible.extend(due.map(|(home, _)| (*home, Happening::Letters)));
        if possible.is_empty() {
            return self.listen();
        }
        let pick = if self.faults.shuffled { self.rng.next_u32() as usize % possible.len() } else { 0 };
        let (at, happening) = possible[pick];
        match happening {
            Happening::Input => self.input(at),
            Happening::Request => self.send(at),
            Happening::OpenStream => self.open_stream(at),
            Happening::Letters => {
                self.letters = None;
                self.clock.fetch_add(self.pace, Ordering::SeqCst);
                self.runtime.block_on(self.homes[at].provider.deliver()).expect("the store works");
            }
        }
        // Only a provider that did something has something to say.
        if !matches!(happening, Happening::Input) {
            self.listen();
        }
        true
    }

    /// When each provider has a letter for another one; nothing in a world of one.
    pub(crate) fn letters(&mut self) -> &[(usize, u64)] {
        let (homes, runtime) = (&self.homes, &self.runtime);
        let next = |home: &Home| runtime.block_on(home.provider.next_letter()).expect("the store works");
        self.letters.get_or_insert_with(|| {
            let all = homes.iter().enumerate().filter(|_| homes.len() > 1);
            all.filter_map(|(at, home)| Some((at, next(home)?))).collect()
        })
    }

    fn input(&mut self, at: usize) {
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        let now = self.now();
        if let Some(input) = self.browsers[at].inbox.pop_front() {
            self.browsers[at].take(input, now, seed);
        }
    }

    /// Places in a browser's outbox of what can arrive.
    fn free(&self, at: usize) -> impl Iterator<Item = usize> {
        let held = move |path: &str| self.held.as_ref().is_some_and(|held| held(at, path));
        let all = self.browsers[at].outbox.iter().enumerate();
        all.filter(move |(_, request)| !held(&request.path)).map(|(place, _)| place)
    }

    fn send(&mut self, at: usize) {
        let free: Vec<usize> = self.free(at).collect();
        let Some(which) = free.get(if self.faults.shuffled { self.rng.next_u32() as usize % free.len() } else { 0 })
        else {
            return;
        };
        let which = *which;
        let Some(mut request) = self.browsers[at].outbox.remove(which) else { return };
        let id = request.id;
        if let Some(tamper) = &mut self.tamper_request {
            request.body = tamper(at, &request.path, request.body);
        }
        let after = self.real_numbers(&mut request);
        let domain = self.browsers[at].domain().clone();
        let fate = if self.away.contains(&at) { Fate::Lost } else { self.faults.fate(&mut self.rng) };
        if fate != Fate::Arrives && !self.away.contains(&at) {
            self.story.tell(format!(
                "{} asks {}: {fate}",
                self.browsers[at].name,
                crate::story::shortened(&request.path)
            ));
        }
        let mut input = match fate {
            Fate::Lost => Input::HttpFailed { id },
            Fate::AnswerLost => {
                self.deliver(&domain, &request);
                Input::HttpFailed { id }
            }
            Fate::Repeated => {
                self.deliver(&domain, &request);
                self.deliver(&domain, &request)
            }
            Fate::Arrives => match self.refuse.as_mut().and_then(|refuse| refuse(at, &request.path)) {
                Some(word) => {
                    let reason = Some(word.to_string());
                    Input::HttpDone { id, status: 403, reason, retry_after: None, body: Vec::new() }
                }
                None => match self.say.as_mut().and_then(|say| say(at, &request.path)) {
                    Some(body) => Input::HttpDone { id, status: 200, reason: None, retry_after: None, body },
                    None => self.deliver(&domain, &request),
                },
            },
        };
        if let Input::HttpDone { status: 200, body, .. } = &mut input {
            if let Some(after) = after
                && let Ok(page) = MailboxPage::tls_deserialize_exact(&body[..])
            {
                *body = self.browsers[at].page(after, page).tls_serialize_detached().expect("a page");
            }
            if let Some(tamper) = &mut self.tamper {
                *body = tamper(at, &request.path, core::mem::take(body));
            }
        }
        if let Input::HttpDone { status, reason: Some(reason), .. } = &input {
            let (name, path) = (&self.browsers[at].name, crate::story::shortened(&request.path));
            self.story.tell(format!("{name} asks {path}: {status} {reason}"));
            self.browsers[at].refusals.push(format!("{}: {status} {reason}", request.path));
        }
        self.browsers[at].inbox.push_back(input);
    }

    /// Turns the numbers of the browser's mailbox into the provider's; the number after which it wants to hear.
    fn real_numbers(&self, request: &mut Request) -> Option<u64> {
        if request.path == MAILBOX_ACK {
            let Acknowledge { upto } =
                Acknowledge::tls_deserialize_exact(&request.body[..]).expect("an acknowledgement");
            let real = Acknowledge { upto: upto / STRIDE };
            request.body = real.tls_serialize_detached().expect("an acknowledgement");
            return None;
        }
        let after = request.path.strip_prefix(MAILBOX)?.strip_prefix("?after=")?.parse().expect("a number");
        request.path = format!("{MAILBOX}?after={}", after / STRIDE);
        Some(after)
    }

    /// Puts an item into somebody's mailbox in front of what is there, as a hub can that lies.
    pub fn slip(&mut self, who: usize, kind: MailboxKind, room: &str, to: &ClientUri, body: Vec<u8>) {
        let room = room.parse().expect("a room");
        let item = MailboxItem { seq: 0, kind, room, to: to.clone(), body: body.into() };
        self.browsers[who].slipped.push(item);
        self.browsers[who].inbox.push_back(Input::Wake);
    }

    fn deliver(&mut self, domain: &ProviderDomain, request: &Request) -> Input {
        self.requests += 1;
        self.letters = None;
        self.clock.fetch_add(self.pace, Ordering::SeqCst);
        let mut http = HttpRequest::builder().uri(&request.path).method(match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        });
        if request.method == Method::Post {
            let media = if request.path.starts_with("/pseudonym/") || request.path.starts_with("/account/") {
                "application/cbor"
            } else {
                "application/octet-stream"
            };
            http = http.header(header::CONTENT_TYPE, media);
        }
        if let Some(bearer) = &request.bearer {
            http = http.header(header::AUTHORIZATION, provider::authorization(&bearer.0));
        }
        if let Some(received) = &mut self.received {
            let (to, path, body) = (domain.clone(), request.path.clone(), request.body.clone());
            received.push(Received { to, path, body });
        }
        let http = http.body(Body::from(request.body.clone())).expect("a request");
        let router = self.router(domain);
        let (status, reason, retry_after, body) = self.runtime.block_on(async move {
            let response = router.oneshot(http).await.expect("infallible");
            let text =
                |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let reason = text(REASON_HEADER);
            let retry_after = text("retry-after").and_then(|seconds| seconds.parse().ok());
            let status = response.status();
            let body = to_bytes(response.into_body(), MAX_ANSWER).await.expect("a body");
            (status, reason, retry_after, body)
        });
        Input::HttpDone { id: request.id, status: status.as_u16(), reason, retry_after, body: body.to_vec() }
    }

    /// A request of nobody in particular: status and body.
    pub fn fetch(&mut self, path: &str) -> (u16, Vec<u8>) {
        let domain = self.homes[0].domain.clone();
        self.fetch_at(&domain, path)
    }

    /// The same at another provider.
    pub fn fetch_at(&mut self, domain: &ProviderDomain, path: &str) -> (u16, Vec<u8>) {
        let request = Request { id: 0, method: Method::Get, path: path.to_owned(), body: Vec::new(), bearer: None };
        match self.deliver(domain, &request) {
            Input::HttpDone { status, body, .. } => (status, body),
            _ => (0, Vec::new()),
        }
    }

    /// A request with the session of somebody's browser: status, reason and body.
    pub fn post_as(&mut self, who: usize, path: &str, body: Vec<u8>) -> (u16, Option<String>, Vec<u8>) {
        let bearer = self.browsers[who].bearer.clone();
        let request = Request { id: 0, method: Method::Post, path: path.to_owned(), body, bearer };
        let domain = self.browsers[who].domain().clone();
        match self.deliver(&domain, &request) {
            Input::HttpDone { status, reason, body, .. } => (status, reason, body),
            _ => (0, None, Vec::new()),
        }
    }

    /// The same, read: status and body.
    pub fn get_as(&mut self, who: usize, path: &str) -> (u16, Vec<u8>) {
        let bearer = self.browsers[who].bearer.clone();
        let request = Request { id: 0, method: Method::Get, path: path.to_owned(), body: Vec::new(), bearer };
        let domain = self.browsers[who].domain().clone();
        match self.deliver(&domain, &request) {
            Input::HttpDone { status, body, .. } => (status, body),
            _ => (0, Vec::new()),
        }
    }

    fn open_stream(&mut self, at: usize) {
        let Some(bearer) = self.browsers[at].stream_wanted.take() else { return };
        if self.away.contains(&at) {
            self.browsers[at].inbox.push_back(Input::StreamDown { unauthorized: false });
            return;
        }
        let http = HttpRequest::builder()
            .uri(doorstep_client_api::http::EVENTS)
            .header(header::AUTHORIZATION, provider::authorization(&bearer.0))
            .body(Body::empty())
            .expect("a request");
        let router = self.router(self.browsers[at].domain());
        let response = self.runtime.block_on(router.oneshot(http)).expect("infallible");
        let input = if response.status() == StatusCode::OK {
            self.browsers[at].stream = Some(response.into_body().into_data_stream());
            Input::StreamUp
        } else {
            Input::StreamDown { unauthorized: response.status() == StatusCode::UNAUTHORIZED }
        };
        self.browsers[at].inbox.push_back(input);
    }

    /// Hears what the event streams say; true when one said something.
    fn listen(&mut self) -> bool {
        let mut heard = false;
        for at in 0..self.browsers.len() {
            let Some(mut stream) = self.browsers[at].stream.take() else { continue };
            let mut said = false;
            let mut over = false;
            self.runtime.block_on(async {
                // What the handlers of the last request left to their background tasks is done first.
                tokio::task::yield_now().await;
                while let Some(frame) = stream.next().now_or_never() {
                    match frame {
                        Some(Ok(bytes)) => said |= bytes.windows(5).any(|window| window == b"data:"),
                        _ => {
                            over = true;
                            break;
                        }
                    }
                }
            });
            if over {
                self.browsers[at].inbox.push_back(Input::StreamDown { unauthorized: false });
            } else {
                self.browsers[at].stream = Some(stream);
            }
            if said {
                self.browsers[at].inbox.push_back(Input::Wake);
            }
            heard |= said || over;
        }
        heard
    }

    /// One round trip of a browser: it takes in what has been answered; all that it asks then arrives, and is answered. What
    /// was asked.
    pub fn round_trip(&mut self, who: usize) -> Vec<String> {
        while !self.browsers[who].inbox.is_empty() {
            self.input(who);
        }
        if self.browsers[who].stream_wanted.is_some() {
            self.open_stream(who);
        }
        let paths: Vec<String> = self.browsers[who].outbox.iter().map(|request| request.path.clone()).collect();
        for _ in &paths {
            self.send(who);
        }
        self.listen();
        paths
    }

    /// Lets the hub look after its rooms, as a running provider does by itself.
    pub fn tick(&mut self) {
        self.look_after_rooms();
        self.settle();
    }

    pub(crate) fn look_after_rooms(&mut self) {
        self.letters = None;
        for home in &self.homes {
            self.runtime.block_on(home.provider.tick()).expect("the store works");
        }
    }

    /// Asks and runs until it is answered and nothing else happens.
    pub fn ask(&mut self, who: usize, command: Command) -> Result<doorstep_page_api::view::Outcome, Refusal> {
        let id = self.browsers[who].ask(command);
        self.settle();
        match self.browsers[who].done.get(&id) {
            Some(Ok(outcome)) => Ok(outcome.clone()),
            Some(Err(problem)) => Err(problem.code.clone()),
            None => Err(Refusal::from_word("no-answer")),
        }
    }
}

#[derive(Clone, Copy)]
enum Happening {
    Input,
    Request,
    OpenStream,
    Letters,
}
