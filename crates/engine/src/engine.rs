//! The engine: its parts, the step that goes through them, and the one router that brings each what concerns it.

use doorstep_mls::Journal;
use doorstep_page_api::view::{Event, Link, Problem, RequestState};
use doorstep_wire::{Refusal, UnixMillis};
use thiserror::Error;

use crate::{
    chat::report,
    connection::{answering, asking, material, packages, settings},
    context::{Answer, Config, Context},
    disclosure::saying,
    event::DomainEvent,
    identity::{self, renewal},
    issuers,
    job::Job,
    knock::{knocker, moderator, outcome},
    link::{handing, looking::Looks, uses::LinkUses},
    mail::{self, parked},
    record::{self, MadeFor, migration},
    room::{answers, incoming, joining, making, recovery, repair, requests, settling::Settling, unreached::Unreached},
    session::Session,
    step::{Effect, Input, Step},
    tidy::Tidy,
    view::{self, Views},
};

/// The rows are not this engine's.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The rows belong to a browser profile of another provider.
    #[error("these rows belong to another provider")]
    OtherProvider,
    /// The rows were written by a newer version of this program, and mean what is not known here.
    #[error("these rows are of a newer version")]
    NewerVersion,
}

/// The client of one browser profile. See the crate's front page.
pub struct Engine {
    /// What the parts are lent.
    pub(crate) cx: Context,
    session: Session,
    pub(crate) looks: Looks,
    pub(crate) link_uses: LinkUses,
    pub(crate) unreached: Unreached,
    settling: Settling,
    tidy: Tidy,
    pub(crate) views: Views,
}

impl Engine {
    /// Takes the rows that were written so far (none at first).
    ///
    /// # Errors
    /// [`LoadError::OtherProvider`]: the rows were made for another provider. [`LoadError::NewerVersion`]: they are of a
    /// newer version. Nothing is changed then.
    pub fn load(rows: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>, config: Config) -> Result<Self, LoadError> {
        let journal = Journal::load(rows);
        migration::migrate(&journal).map_err(|_| LoadError::NewerVersion)?;
        let journal = journal.labelled(record::labels::labels);
        record::set_aside_unreadable(&journal);
        if let Some((_, identity)) = record::IDENTITIES.all(&journal).first()
            && identity.user.host() != config.domain
        {
            return Err(LoadError::OtherProvider);
        }
        Ok(Self {
            cx: Context::new(config, journal),
            session: Session::new(),
            looks: Looks::new(),
            link_uses: LinkUses::new(),
            unreached: Unreached::new(),
            settling: Settling::new(),
            tidy: Tidy::new(),
            views: Views::new(),
        })
    }

    /// One step. `seed` must be fresh random bytes, never used for another step.
    pub fn step(&mut self, input: Input, now: UnixMillis, seed: [u8; 32]) -> Step {
        self.cx.begin(now, seed);
        self.cx.scheduler.begin();
        self.take(input);
        self.route();
        self.expire();
        self.route();
        self.pump();
        self.route();
        self.show();
        let writes = self.cx.journal.drain_writes();
        let mut effects = self.cx.take_effects();
        if let Some(at) = self.next_wake() {
            effects.push(Effect::SetTimer { at });
        }
        Step { writes, effects }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Start => {
                self.cx.emit(Event::Ready);
                repair::miss_groups(&mut self.cx);
                asking::open_again(&mut self.cx);
                self.cx.home_changed();
            }
            Input::Command(envelope) => self.command(envelope),
            Input::HttpDone { id, status, reason, retry_after, body } => {
                if let Some(job) = self.cx.scheduler.ended(id) {
                    self.answered(job, status, reason.as_deref().and_then(Refusal::heard), retry_after, &body);
                }
            }
            Input::HttpFailed { id } => {
                if let Some(job) = self.cx.scheduler.ended(id) {
                    self.cx.set_link(Link::Offline);
                    self.failed(job, None);
                }
            }
            Input::StreamUp => self.session.stream_up(&mut self.cx),
            Input::StreamDown { unauthorized } => self.session.stream_down(&mut self.cx, unauthorized),
            Input::Wake => self.cx.mailbox_wanted = true,
            Input::Tick => {}
        }
    }

    fn answered(&mut self, job: Job, status: u16, reason: Option<Refusal>, retry_after: Option<u64>, body: &[u8]) {
        match status {
            401 if !matches!(job, Job::Session | Job::Register) => {
                self.session.forget_token(&mut self.cx);
                self.failed(job, None);
            }
            408 | 429 | 500..=599 => {
                self.hub_reached(&job, reason.is_some_and(|word| word.is_about_a_provider()));
                self.failed(job.clone(), retry_after);
                if let Job::IssuerKeys(domain) = job {
                    issuers::issuer_is_away(&mut self.cx, domain);
                }
            }
            _ => {
                self.hub_reached(&job, false);
                self.cx.scheduler.answered(&job);
                self.cx.set_link(Link::Online);
                self.dispatch(job, Answer { status, reason, body });
            }
        }
    }

    /// A request came to nothing: it is tried again later.
    fn failed(&mut self, job: Job, retry_after: Option<u64>) {
        match &job {
            Job::Mailbox => self.cx.mailbox_wanted = true,
            Job::Unreached(room) => self.unreached.failed(room),
            _ => {}
        }
        self.cx.put_off(job, retry_after);
    }

    fn hub_reached(&mut self, job: &Job, away: bool) {
        if let Job::Room(room) = job {
            self.unreached.hub_reached(&mut self.cx, room, away);
        }
    }

    /// Each answer to the part that asked.
    pub(crate) fn dispatch(&mut self, job: Job, answer: Answer<'_>) {
        let cx = &mut self.cx;
        match job {
            Job::Challenge => self.session.challenge_came(cx, answer),
            Job::Register => self.session.registered(cx, answer),
            Job::Session => self.session.session_came(cx, answer),
            Job::Stream | Job::Acknowledge | Job::Pool => {}
            Job::Mailbox => mail::mailbox_came(cx, answer),
            Job::IssuerKeys(domain) => issuers::issuer_keys_came(cx, &domain, answer),
            Job::HubKeys(domain) => issuers::hub_keys_came(cx, &domain, answer),
            Job::Mint(client) => identity::minted(cx, &client, answer),
            Job::Renew(client) => renewal::renewed(cx, &client, answer),
            Job::Make(command) => making::rooms_made(cx, &command, answer),
            Job::Ask(room) => joining::group_info_came(cx, &room, answer),
            Job::Join(room) => joining::join_answered(cx, &room, answer),
            Job::Room(room) => answers::room_answered(cx, &room, answer),
            Job::Reject(room) => recovery::reject_answered(cx, &room, answer),
            Job::Outcome(request) => outcome::outcome_answered(cx, &request, answer),
            Job::Withdraw(knock) => knocker::withdraw_answered(cx, &knock, answer),
            Job::Look(command) => self.looks.answered(cx, &command, answer),
            Job::LinkUses(room) => self.link_uses.came(cx, &room, &answer),
            Job::Unreached(room) => self.unreached.came(cx, &room, &answer),
            Job::Report(key) => report::report_answered(cx, &key, &answer),
            Job::Query(ask) => asking::looked_up(cx, &ask, &answer),
            Job::Material(ask) => material::came(cx, &ask, &answer),
            Job::Announce(ask) => asking::announced(cx, &ask, &answer),
            Job::Packages => packages::counted(cx, &answer),
            Job::Contact => settings::settings_answered(cx, &answer),
        }
    }

    /// The router: what parts have to tell is brought to whom it concerns, in the order in which it was told, and so is
    /// what comes of that.
    pub(crate) fn route(&mut self) {
        while let Some(event) = self.cx.next_event() {
            let cx = &mut self.cx;
            match event {
                DomainEvent::GuestRefused { word } => {
                    let problem = Problem::new(word);
                    knocker::refuse_all_waiting(cx, &problem);
                    joining::refuse_all_waiting(cx, &problem);
                    self.looks.refuse_all(cx, &problem);
                }
                DomainEvent::IdentityRefused { client, problem } => {
                    making::making_lost_identity(cx, &client, &problem);
                    joining::join_lost_identity(cx, &client, &problem);
                    self.looks.lost_identity(cx, &client, &problem);
                    knocker::knock_lost_identity(cx, &client, &problem);
                    outcome::outcome_lost_identity(cx, &client, &problem);
                    asking::lost_identity(cx, &client, &problem);
                }
                DomainEvent::IssuerAnswered { issuer } => mail::take_parked(cx, &issuer),
                DomainEvent::HubUnknown { hub } => {
                    // Nobody gets there from here.
                    let problem = Problem::new(Refusal::LinkElsewhere);
                    self.looks.refuse_links_to(cx, &hub, &problem);
                    joining::refuse_joins_to(cx, &hub, &problem);
                }
                DomainEvent::HubReached { room, away } => self.unreached.hub_reached(cx, &room, away),
                DomainEvent::EpochEntered { room } => incoming::take_future(cx, &room),
                DomainEvent::Proposed { room } => self.settling.proposed(cx, &room),
                DomainEvent::RoomChanged { room } => self.link_uses.want(cx, &room),
                DomainEvent::Said { room } => self.unreached.said(cx, &room),
                DomainEvent::Out { room } => {
                    self.link_uses.forget(&room);
                    asking::room_over(cx, &room);
                }
                DomainEvent::LinkStands { link } => handing::say(cx, &link),
                DomainEvent::Made { made_for, result } => match made_for {
                    MadeFor::Ask(ask) => asking::room_made(cx, &ask, result),
                    MadeFor::Pair(request) => answering::room_made(cx, &request, result),
                    MadeFor::Page => {}
                },
            }
        }
    }

    /// Ends what has run out of time.
    fn expire(&mut self) {
        let cx = &mut self.cx;
        knocker::expire_knocks(cx);
        moderator::expire_requests(cx);
        recovery::expire_undos(cx);
        asking::expire_asks(cx);
        self.views.expire_graces(cx);
        self.looks.expire(cx);
        self.tidy.pump(cx);
    }

    /// Starts whatever is due and not under way.
    fn pump(&mut self) {
        let cx = &mut self.cx;
        // Whatever comes next needs them, and they are for everybody.
        if cx.profile().is_some() {
            issuers::pump_keys(cx);
        }
        if !self.session.pump(cx) {
            return;
        }
        parked::pump_parked(cx);
        renewal::pump_renewals(cx);
        identity::pump_identities(cx);
        asking::pump_asks(cx);
        answering::pump_answers(cx);
        packages::pump_packages(cx);
        settings::pump_settings(cx);
        making::pump_makings(cx);
        repair::pump_repairs(cx);
        joining::pump_joins(cx);
        self.looks.pump(cx);
        if knocker::pump_knocks(cx) {
            joining::pump_joins(cx);
        }
        saying::pump_disclosures(cx);
        self.settling.pump(cx);
        requests::pump_rooms(cx);
        outcome::pump_outcomes(cx);
        self.link_uses.pump(cx);
        self.unreached.pump(cx);
        report::pump_reports(cx);
        mail::pump_mailbox(cx);
    }

    /// Tells the pages what is another now.
    fn show(&mut self) {
        if self.cx.take_home_changed() {
            let home = view::home(&self.cx);
            let requests: Vec<RequestState> = home.requests.iter().map(|request| request.state.clone()).collect();
            self.cx.keep_notices_of_open_requests(&requests);
            self.cx.emit(Event::Home(Box::new(home)));
        }
        for room in self.cx.take_rooms_changed() {
            if let Some(view) = self.views.room(&mut self.cx, &self.link_uses, &self.unreached, &room) {
                self.cx.emit(Event::Room(Box::new(view)));
            }
        }
    }

    /// When the next thing is tried again, runs out of time, or is due.
    fn next_wake(&self) -> Option<UnixMillis> {
        let cx = &self.cx;
        let due = core::iter::empty()
            .chain(knocker::next_expiry(cx))
            .chain(moderator::next_expiry(cx))
            .chain(asking::next_end(cx))
            .chain(answering::next_answer(cx))
            .chain(self.settling.next_due())
            .chain(self.views.next_due())
            .chain(self.unreached.next_due())
            .chain(self.looks.next_due())
            .chain(self.tidy.next_due())
            .chain(repair::next_repairs(cx))
            .chain(saying::next_repetition(cx))
            .chain(renewal::next_renewal(cx));
        let due = due.filter(|at| *at > cx.now.0).min().map(UnixMillis);
        [cx.scheduler.next_try(cx.now), due].into_iter().flatten().min()
    }
}
