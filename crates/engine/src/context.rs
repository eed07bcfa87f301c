//! What every part is lent for the length of a call: the rows, the time, randomness, the scheduler, and an outbox for
//! effects and for what other parts are to be told.

use std::collections::VecDeque;

use doorstep_mls::Journal;
use doorstep_page_api::view::{Event, Link, Notice, Outcome, Problem, RequestState};
use doorstep_wire::{ClientUri, ProviderDomain, Refusal, RoomUri, UnixMillis};

use crate::{
    chat::frank::Unvouched,
    entropy::Entropy,
    event::DomainEvent,
    few::Few,
    group::WarmRoom,
    issuers::Issuers,
    record::{COMMANDS, IDENTITIES, IdentityRecord, PROFILE, PROFILE_KEY, Profile, ROOMS, migration},
    scheduler::Scheduler,
    step::{Bearer, Effect},
};

/// Commands whose ids are remembered.
const KNOWN_COMMANDS: usize = 512;

/// What the engine has to be told once.
#[derive(Clone, Debug)]
pub struct Config {
    /// Domain of the own provider.
    pub domain: ProviderDomain,
}

/// What a part is lent.
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) journal: Journal,
    pub(crate) now: UnixMillis,
    pub(crate) entropy: Entropy,
    pub(crate) scheduler: Scheduler,
    pub(crate) link: Link,
    /// Rooms that are looked at.
    pub(crate) followed: Few<RoomUri, ()>,
    /// There may be something in the mailbox.
    pub(crate) mailbox_wanted: bool,
    /// Groups that are loaded, with their policy state and roster.
    pub(crate) groups: Few<RoomUri, WarmRoom>,
    pub(crate) issuers: Issuers,
    pub(crate) unvouched: Unvouched,
    events: VecDeque<DomainEvent>,
    effects: Vec<Effect>,
    home_changed: bool,
    rooms_changed: Few<RoomUri, ()>,
}

impl Context {
    pub(crate) fn new(config: Config, journal: Journal) -> Self {
        Self {
            config,
            journal,
            now: UnixMillis(0),
            entropy: Entropy::new([0; 32]),
            scheduler: Scheduler::new(),
            link: Link::Starting,
            followed: Few::new(),
            mailbox_wanted: true,
            groups: Few::new(),
            issuers: Issuers::new(),
            unvouched: Unvouched::new(),
            events: VecDeque::new(),
            effects: Vec::new(),
            home_changed: false,
            rooms_changed: Few::new(),
        }
    }

    /// A step begins.
    pub(crate) fn begin(&mut self, now: UnixMillis, seed: [u8; 32]) {
        self.now = now;
        self.entropy = Entropy::new(seed);
    }

    /// What is to be done outside, in this order.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        core::mem::take(&mut self.effects)
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.effect(Effect::Emit(event));
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.emit(Event::Notice(notice));
    }

    /// Tells other parts, once this call has returned.
    pub(crate) fn tell(&mut self, event: DomainEvent) {
        self.events.push_back(event);
    }

    /// What is to be told next.
    pub(crate) fn next_event(&mut self) -> Option<DomainEvent> {
        self.events.pop_front()
    }

    /// How much is to be told.
    pub(crate) fn told(&self) -> usize {
        self.events.len()
    }

    /// What was to be told beyond so much did not happen after all.
    pub(crate) fn untell(&mut self, told: usize) {
        self.events.truncate(told);
    }

    /// Answers a command and remembers that it was carried out.
    pub(crate) fn done(&mut self, command: &str, result: Result<Outcome, Problem>) {
        if command.is_empty() {
            return;
        }
        if result.is_ok() {
            COMMANDS.put(&self.journal, command, &self.now.0);
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
        self.home_changed = true;
    }

    pub(crate) fn room_changed(&mut self, room: &RoomUri) {
        self.home_changed = true;
        self.rooms_changed.insert(room.clone(), ());
    }

    /// Something about all rooms that are looked at.
    pub(crate) fn followed_changed(&mut self) {
        for room in self.followed.keys() {
            self.rooms_changed.insert(room.clone(), ());
        }
    }

    /// Whether the view of everything is another.
    pub(crate) fn take_home_changed(&mut self) -> bool {
        core::mem::take(&mut self.home_changed)
    }

    /// Rooms that are looked at and whose view is another.
    pub(crate) fn take_rooms_changed(&mut self) -> Vec<RoomUri> {
        let changed = self.rooms_changed.take().into_iter().map(|(room, ())| room);
        changed.filter(|room| self.followed.contains(room)).collect()
    }

    /// What came and went in one page of the mailbox is not told.
    pub(crate) fn keep_notices_of_open_requests(&mut self, requests: &[RequestState]) {
        if !requests.contains(&RequestState::Open) {
            let knock = |effect: &Effect| matches!(effect, Effect::Emit(Event::Notice(Notice::Knock { .. })));
            self.effects.retain(|effect| !knock(effect));
        }
    }

    pub(crate) fn set_link(&mut self, link: Link) {
        if self.link != link {
            self.link = link;
            self.home_changed = true;
        }
    }

    pub(crate) fn profile(&self) -> Option<Profile> {
        PROFILE.get(&self.journal, PROFILE_KEY)
    }

    pub(crate) fn change_profile(&mut self, change: impl FnOnce(&mut Profile)) {
        PROFILE.change(&self.journal, PROFILE_KEY, change);
    }

    /// Makes the profile of this browser if there is none yet.
    pub(crate) fn ensure_profile(&mut self) {
        if self.profile().is_none() {
            let profile = Profile {
                client_id: self.entropy.uuid(),
                key: self.entropy.bytes(),
                registered: false,
                handle: None,
                display_name: None,
                sign_up: None,
                token: None,
                cursor: 0,
            };
            PROFILE.put(&self.journal, PROFILE_KEY, &profile);
            migration::mark(&self.journal);
            self.home_changed();
        }
    }

    /// The session token, if there is one that still holds.
    pub(crate) fn bearer(&self) -> Option<Bearer> {
        let token = self.profile()?.token?;
        (token.expires > self.now.0).then_some(Bearer(token.secret))
    }

    pub(crate) fn identity_record(&self, client: &ClientUri) -> Option<IdentityRecord> {
        IDENTITIES.get(&self.journal, client.as_str())
    }

    pub(crate) fn is_in(&self, room: &RoomUri) -> bool {
        ROOMS.get(&self.journal, room.as_str()).is_some_and(|record| record.is_in())
    }

    pub(crate) fn room_name(&self, room: &RoomUri) -> String {
        ROOMS.get(&self.journal, room.as_str()).map(|record| record.name).unwrap_or_default()
    }
}

/// The answer to a request that is neither 401 nor a reason to try again.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) reason: Option<Refusal>,
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// It was heard and refused; asking again will not help. What may be otherwise in a while does not come here.
    pub(crate) fn is_no(&self) -> bool {
        (400..500).contains(&self.status) && self.status != 401
    }

    /// The word for a refusal.
    pub(crate) fn problem(&self, fallback: Refusal) -> Problem {
        Problem { code: self.reason.clone().unwrap_or(fallback), detail: format!("HTTP status {}", self.status) }
    }
}
