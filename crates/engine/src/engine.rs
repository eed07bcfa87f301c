//! The engine: rows, what is under way, and the step that ties them together.

use doorstep_client_api::{
    http::{LinkUses, UnreachedPeer},
    view::{Event, Link, Notice, Outcome, Problem, RequestState},
};
use doorstep_mls::Journal;
use doorstep_wire::{ProviderDomain, RoomUri, UnixMillis};
use thiserror::Error;

use crate::{
    entropy::Entropy,
    few::Few,
    flow::{Look, Looked, WarmRoom},
    job::{Job, Wait, back_off},
    record::{self, COMMANDS, PROFILE, PROFILE_KEY, Profile},
    step::{Bearer, Effect, Input, Method, Step},
};

/// What the engine has to be told once.
#[derive(Clone, Debug)]
pub struct Config {
    /// Domain of the own provider.
    pub domain: ProviderDomain,
}

/// The rows are not this engine's.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The rows belong to a browser profile of another provider.
    #[error("these rows belong to another provider")]
    OtherProvider,
}

/// The client of one browser profile. See the crate's front page.
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) journal: Journal,
    pub(crate) link: Link,
    pub(crate) challenge: Option<[u8; 32]>,
    /// The provider did not take a challenge that was made here.
    pub(crate) own_challenge_refused: bool,
    pub(crate) stream: Stream,
    pub(crate) mailbox_wanted: bool,
    /// Issuers whose keys could not be had. `true`: there is such a provider, or may be, and it did not answer; `false`:
    /// the own provider knows of none, and nothing waits for its keys.
    pub(crate) strangers: Few<ProviderDomain, bool>,
    /// Issuers whose keys are asked for until there is an answer.
    pub(crate) wanted_issuers: Few<ProviderDomain, ()>,
    /// Issuers whose keys are asked for because one is not known here, and since when.
    pub(crate) newer_wanted: Few<ProviderDomain, u64>,
    /// Groups that are loaded, with their policy state and roster.
    pub(crate) rooms: Few<RoomUri, WarmRoom>,
    pub(crate) followed: Few<RoomUri, ()>,
    /// Links that are being looked at, by command.
    pub(crate) looks: Few<String, Look>,
    /// What was seen by a link last.
    pub(crate) looked: Option<Looked>,
    /// What the hub said about the use of links, and where it is to be asked.
    pub(crate) link_uses: Few<RoomUri, LinkUses>,
    pub(crate) link_uses_wanted: Few<RoomUri, ()>,
    /// What other providers do not have of a room, by its hub's word, and when it is to be asked.
    pub(crate) unreached: Few<RoomUri, Vec<UnreachedPeer>>,
    pub(crate) unreached_due: Few<RoomUri, u64>,
    /// Since when what is to be done in a room waits for its hub, which the own provider cannot reach.
    pub(crate) hubs_away: Few<RoomUri, u64>,
    /// When a member commits what others proposed in a room.
    pub(crate) settles: Few<RoomUri, u64>,
    /// When it was told last that a room's messages come without the hub's word.
    pub(crate) unvouched: Few<RoomUri, u64>,
    /// When the next one's time to say who she is runs out, in rooms that are looked at.
    pub(crate) graces: Few<RoomUri, u64>,
    inflight: Few<u64, Job>,
    waits: Few<Job, Wait>,
    next_request: u64,
    pub(crate) turn: Turn,
}

/// What belongs to the step that is running.
pub(crate) struct Turn {
    pub(crate) now: UnixMillis,
    pub(crate) entropy: Entropy,
    /// How often the job whose answer this step takes in had been put off.
    tries: u32,
    effects: Vec<Effect>,
    home_changed: bool,
    rooms_changed: Few<RoomUri, ()>,
}

/// The event stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Closed,
    Opening,
    Open,
}

impl Engine {
    /// Takes the rows that were written so far (none at first).
    ///
    /// # Errors
    /// [`LoadError::OtherProvider`]: the rows were made for another provider.
    pub fn load(rows: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>, config: Config) -> Result<Self, LoadError> {
        let journal = Journal::load(rows);
        record::set_aside_unreadable(&journal);
        if let Some((_, identity)) = record::IDENTITIES.all(&journal).first()
            && identity.user.host() != config.domain
        {
            return Err(LoadError::OtherProvider);
        }
        Ok(Self {
            config,
            journal,
            link: Link::Starting,
            challenge: None,
            own_challenge_refused: false,
            stream: Stream::Closed,
            mailbox_wanted: true,
            strangers: Few::new(),
            wanted_issuers: Few::new(),
            newer_wanted: Few::new(),
            rooms: Few::new(),
            followed: Few::new(),
            looks: Few::new(),
            looked: None,
            link_uses: Few::new(),
            link_uses_wanted: Few::new(),
            unreached: Few::new(),
            unreached_due: Few::new(),
            hubs_away: Few::new(),
            settles: Few::new(),
            unvouched: Few::new(),
            graces: Few::new(),
            inflight: Few::new(),
            waits: Few::new(),
            next_request: 0,
            turn: Turn::new(UnixMillis(0), [0; 32]),
        })
    }

    /// One step. `seed` must be fresh random bytes, never used for another step.
    pub fn step(&mut self, input: Input, now: UnixMillis, seed: [u8; 32]) -> Step {
        self.turn = Turn::new(now, seed);
        self.take(input);
        self.expire();
        self.pump();
        self.show();
        let writes = self.journal.drain_writes();
        let mut effects = core::mem::take(&mut self.turn.effects);
        if let Some(at) = self.next_wake() {
            effects.push(Effect::SetTimer { at });
        }
        Step { writes, effects }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Start => {
                self.emit(Event::Ready);
                self.miss_groups();
                self.turn.home_changed = true;
            }
            Input::Command(envelope) => self.command(envelope),
            Input::HttpDone { id, status, reason, retry_after, body } => {
                if let Some(job) = self.inflight.remove(&id) {
                    self.answered(job, status, reason, retry_after, &body);
                }
            }
            Input::HttpFailed { id } => {
                if let Some(job) = self.inflight.remove(&id) {
                    self.set_link(Link::Offline);
                    self.put_off(job, None);
                }
            }
            Input::StreamUp => {
                self.stream = Stream::Open;
                self.waits.remove(&Job::Stream);
                self.mailbox_wanted = true;
                self.set_link(Link::Online);
            }
            Input::StreamDown { unauthorized } => {
                self.stream = Stream::Closed;
                if unauthorized {
                    self.forget_token();
                } else {
                    self.set_link(Link::Offline);
                    self.put_off(Job::Stream, None);
                }
            }
            Input::Wake => self.mailbox_wanted = true,
            Input::Tick => {}
        }
    }

    fn answered(&mut self, job: Job, status: u16, reason: Option<String>, retry_after: Option<u64>, body: &[u8]) {
        match status {
            401 if !matches!(job, Job::Session | Job::Register) => {
                self.forget_token();
                self.put_off(job, None);
            }
            408 | 429 | 500..=599 => {
                self.hub_is_away(&job, reason.is_some_and(|word| word.starts_with("provider-")));
                self.put_off(job.clone(), retry_after);
                if let Job::IssuerKeys(domain) = job {
                    self.issuer_is_away(domain);
                }
            }
            _ => {
                self.hub_is_away(&job, false);
                self.turn.tries = self.waits.remove(&job).map_or(0, |wait| wait.tries);
                self.set_link(Link::Online);
                self.dispatch(job, Answer { status, reason, body });
            }
        }
    }

    fn dispatch(&mut self, job: Job, answer: Answer<'_>) {
        match job {
            Job::Challenge => self.challenge_came(answer),
            Job::Register => self.registered(answer),
            Job::Session => self.session_came(answer),
            Job::Stream | Job::Acknowledge => {}
            Job::Mailbox => self.mailbox_came(answer),
            Job::IssuerKeys(domain) => self.issuer_keys_came(&domain, answer),
            Job::HubKeys(domain) => self.hub_keys_came(&domain, answer),
            Job::Mint(client) => self.minted(&client, answer),
            Job::Renew(client) => self.renewed(&client, answer),
            Job::Make(command) => self.rooms_made(&command, answer),
            Job::Ask(room) => self.group_info_came(&room, answer),
            Job::Join(room) => self.join_answered(&room, answer),
            Job::Room(room) => self.room_answered(&room, answer),
            Job::Reject(room) => self.reject_answered(&room, answer),
            Job::Outcome(request) => self.outcome_answered(&request, answer),
            Job::Withdraw(knock) => self.withdraw_answered(&knock, answer),
            Job::Look(command) => self.look_answered(&command, answer),
            Job::LinkUses(room) => self.link_uses_came(&room, &answer),
            Job::Unreached(room) => self.unreached_came(&room, &answer),
            Job::Report(key) => self.report_answered(&key, &answer),
        }
    }

    /// Starts whatever is due and not under way.
    fn pump(&mut self) {
        // Whatever comes next needs them, and they are for everybody.
        if self.profile().is_some() {
            self.pump_keys();
        }
        if !self.pump_link() {
            return;
        }
        self.pump_parked();
        self.pump_identities();
        self.pump_makings();
        self.pump_repairs();
        self.pump_joins();
        self.pump_looks();
        self.pump_knocks();
        self.pump_disclosures();
        self.pump_rooms();
        self.pump_outcomes();
        self.pump_link_uses();
        self.pump_unreached();
        self.pump_reports();
        self.pump_mailbox();
    }

    /// Sends a request unless the same job is under way or waits for its next try.
    pub(crate) fn request(&mut self, job: Job, method: Method, path: String, body: Vec<u8>, bearer: Option<Bearer>) {
        if !self.is_due(&job) {
            return;
        }
        let id = self.next_request;
        self.next_request += 1;
        self.inflight.insert(id, job);
        self.turn.effects.push(Effect::Http { id, method, path, body, bearer });
    }

    /// Neither under way nor waiting.
    pub(crate) fn is_due(&self, job: &Job) -> bool {
        !self.inflight.values().any(|other| other == job)
            && self.waits.get(job).is_none_or(|wait| wait.until <= self.turn.now)
    }

    /// The answer to a request of this job no longer matters.
    pub(crate) fn forget_job(&mut self, job: &Job) {
        self.inflight.retain(|_, other| other != job);
        self.waits.remove(job);
    }

    /// Tries again later, with growing intervals, and not before `retry_after` seconds.
    pub(crate) fn put_off(&mut self, job: Job, retry_after: Option<u64>) {
        self.mailbox_wanted |= job == Job::Mailbox;
        if let Job::Unreached(room) = &job {
            self.unreached_due.insert(room.clone(), 0);
        }
        let tries = self.waits.get(&job).map_or(0, |wait| wait.tries).saturating_add(1);
        let base = back_off(tries).max(retry_after.unwrap_or_default().min(3600).saturating_mul(1000));
        let pause = base + self.turn.entropy.below(base / 2 + 1);
        self.waits.insert(job, Wait { tries, until: UnixMillis(self.turn.now.0.saturating_add(pause)) });
    }

    /// The same for the job that was answered in this step, with as little as the times before.
    pub(crate) fn put_off_again(&mut self, job: Job, retry_after: Option<u64>) {
        self.waits.insert(job.clone(), Wait { tries: self.turn.tries, until: self.turn.now });
        self.put_off(job, retry_after);
    }

    /// The answer to a request of one job is one to another from now on.
    pub(crate) fn is_now(&mut self, job: &Job, other: &Job) {
        let under_way = self.inflight.iter().find(|(_, under_way)| *under_way == job).map(|(id, _)| *id);
        if let Some(id) = under_way {
            self.inflight.insert(id, other.clone());
        }
        self.waits.remove(job);
    }

    /// Tries again after about this many milliseconds, without counting it as a failure.
    pub(crate) fn pause(&mut self, job: Job, millis: u64) {
        let pause = millis / 2 + self.turn.entropy.below(millis + 1);
        let tries = self.waits.get(&job).map_or(0, |wait| wait.tries);
        self.waits.insert(job, Wait { tries, until: UnixMillis(self.turn.now.0.saturating_add(pause)) });
    }

    /// How often a job was put off since it last succeeded.
    pub(crate) fn tries(&self, job: &Job) -> u32 {
        self.waits.get(job).map_or(0, |wait| wait.tries)
    }

    /// Those of what waits are due now.
    pub(crate) fn hurry_those(&mut self, which: fn(&Job) -> bool) {
        self.waits.retain(|job, _| !which(job));
    }

    /// Whether a job had to be put off, for "waiting for the network".
    pub(crate) fn is_put_off(&self, job: &Job) -> bool {
        self.waits.get(job).is_some_and(|wait| wait.tries > 0 && wait.until > self.turn.now)
    }

    /// Everything that waits is due now.
    pub(crate) fn hurry(&mut self) {
        self.waits.clear();
    }

    fn next_wake(&self) -> Option<UnixMillis> {
        let waits = self.waits.values().map(|wait| wait.until).filter(|until| *until > self.turn.now).min();
        [waits, self.next_expiry()].into_iter().flatten().min()
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.turn.effects.push(Effect::Emit(event));
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.turn.effects.push(effect);
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.emit(Event::Notice(notice));
    }

    /// Answers a command and remembers that it was carried out.
    pub(crate) fn done(&mut self, command: &str, result: Result<Outcome, Problem>) {
        if command.is_empty() {
            return;
        }
        if result.is_ok() {
            COMMANDS.put(&self.journal, command, &self.turn.now.0);
            self.forget_old_commands();
        }
        self.emit(Event::Done { id: command.to_owned(), result });
    }

    fn forget_old_commands(&mut self) {
        let mut known = COMMANDS.all(&self.journal);
        if known.len() > KNOWN_COMMANDS {
            known.sort_by_cached_key(|(_, at)| *at);
            for (id, _) in known.iter().take(known.len() - KNOWN_COMMANDS) {
                COMMANDS.delete(&self.journal, id);
            }
        }
    }

    pub(crate) fn home_changed(&mut self) {
        self.turn.home_changed = true;
    }

    pub(crate) fn room_changed(&mut self, room: &RoomUri) {
        self.turn.home_changed = true;
        self.turn.rooms_changed.insert(room.clone(), ());
    }

    /// Something about all rooms that are looked at.
    pub(crate) fn followed_changed(&mut self) {
        for room in self.followed.keys() {
            self.turn.rooms_changed.insert(room.clone(), ());
        }
    }

    fn show(&mut self) {
        if core::mem::take(&mut self.turn.home_changed) {
            let view = self.home_view();
            // What came and went in one page of the mailbox is not told.
            if !view.requests.iter().any(|request| request.state == RequestState::Open) {
                let knock = |effect: &Effect| matches!(effect, Effect::Emit(Event::Notice(Notice::Knock { .. })));
                self.turn.effects.retain(|effect| !knock(effect));
            }
            self.emit(Event::Home(view));
        }
        for room in core::mem::replace(&mut self.turn.rooms_changed, Few::new()).keys() {
            if self.followed.contains(room)
                && let Some(view) = self.room_view(room)
            {
                self.emit(Event::Room(Box::new(view)));
            }
        }
    }

    pub(crate) fn set_link(&mut self, link: Link) {
        if self.link != link {
            self.link = link;
            self.turn.home_changed = true;
        }
    }

    pub(crate) fn profile(&self) -> Option<Profile> {
        PROFILE.get(&self.journal, PROFILE_KEY)
    }

    pub(crate) fn change_profile(&mut self, change: impl FnOnce(&mut Profile)) {
        PROFILE.change(&self.journal, PROFILE_KEY, change);
    }
}

/// Commands whose ids are remembered.
const KNOWN_COMMANDS: usize = 512;

impl Turn {
    fn new(now: UnixMillis, seed: [u8; 32]) -> Self {
        Self {
            now,
            entropy: Entropy::new(seed),
            tries: 0,
            effects: Vec::new(),
            home_changed: false,
            rooms_changed: Few::new(),
        }
    }
}

/// The answer to a request that is neither 401 nor a reason to try again.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) reason: Option<String>,
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// The word for a refusal.
    pub(crate) fn problem(&self, fallback: &str) -> Problem {
        Problem {
            code: self.reason.clone().unwrap_or_else(|| fallback.to_owned()),
            detail: format!("HTTP status {}", self.status),
        }
    }
}
