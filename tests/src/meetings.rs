//! Six people of three providers who ask each other, answer, talk in rooms for two and end them, while messages are lost,
//! repeated and reordered, ways are cut, and browsers and providers are killed. Then it is calm, and the two of each pair
//! have to hold the same to be true. Every choice comes from the seed; whoever fails tells their story.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use doorstep_page_api::view::{
    AskDraft, ChatBody, Claims, Command, ContactAnswer, ContactRequestState, Delivery, MyAskState,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::scene::account;
use crate::{Faults, Story, World};

const PROVIDERS: [&str; 3] = ["a.example", "b.example", "c.example"];
const NAMES: [&str; 6] = ["alice", "bob", "cathy", "dora", "emil", "fritz"];
const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Runs the story of a seed.
///
/// # Errors
/// The story, line by line, and what is wrong at its end.
pub fn run(seed: u64, acts: usize) -> Result<usize, String> {
    let mut story = None;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut meetings = Meetings::new(seed);
        story = Some(meetings.world.story.clone());
        for _ in 0..acts {
            meetings.act();
        }
        meetings.calm();
        meetings.verdict()
    }));
    let wrong = match ended {
        Ok(Ok(connected)) => return Ok(connected),
        Ok(Err(wrong)) => wrong,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            vec![text.unwrap_or_else(|| "a panic without words".to_owned())]
        }
    };
    let lines = story.map(|story: Story| story.lines()).unwrap_or_default();
    Err(format!("{}\nSeed {seed}, {acts} acts:\n{}", lines.join("\n"), wrong.join("\n")))
}

struct Meetings {
    world: World,
    rng: ChaCha20Rng,
    asks: u8,
    /// Texts said so far: by whom, in which room.
    texts: Vec<(usize, String, String)>,
    /// Who took back what was asked of whom, or forgot it.
    taken_back: BTreeSet<(usize, String)>,
}

/// The account of somebody.
fn uri(who: usize) -> String {
    format!("mimi://{}/u/{}", PROVIDERS[who % 3], NAMES[who])
}

impl Meetings {
    fn new(seed: u64) -> Self {
        let mut world = World::in_memory(seed);
        world.pace = 1;
        world.story.listen();
        for (number, domain) in (1..).zip(&PROVIDERS[1..]) {
            world.provider_elsewhere(domain, seed.wrapping_add(number << 32));
        }
        account(&mut world, NAMES[0]);
        for (name, domain) in NAMES.iter().zip(PROVIDERS.iter().cycle()).skip(1) {
            let who = world.browser_elsewhere(name, domain);
            let sign_up = Command::SignUp { handle: (*name).to_owned(), display_name: None };
            assert!(world.ask(who, sign_up).is_ok());
        }
        world.wait(MINUTE);
        for browser in &mut world.browsers {
            browser.page = Some(Default::default());
        }
        Self { world, rng: ChaCha20Rng::seed_from_u64(!seed), asks: 0, texts: Vec::new(), taken_back: BTreeSet::new() }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound.max(1)
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let at = self.below(of.len());
        of.get(at).cloned()
    }

    fn tell(&self, line: impl AsRef<str>) {
        self.world.story.tell(line);
    }

    fn act(&mut self) {
        match self.below(20) {
            0..5 => self.ask(),
            5..9 => self.answer(),
            9..12 => self.talk(),
            12 => self.take_back(),
            13 => self.end_room(),
            14..16 => self.close_or_open(),
            16 => self.crash(),
            17 => {
                let domain = PROVIDERS[self.below(3)];
                self.tell(format!("{domain} is killed and starts again."));
                self.world.restart(domain);
            }
            18 => self.cut(),
            _ => self.weather(),
        }
        match self.below(6) {
            0..3 => {
                for _ in 0..self.below(60) {
                    self.world.turn();
                }
            }
            3 | 4 => self.pass(SECOND, 5 * MINUTE),
            _ => self.pass(HOUR, 12 * HOUR),
        }
    }

    fn pass(&mut self, least: u64, most: u64) {
        let millis = least + u64::from(self.rng.next_u32()) % (most - least);
        self.world.wait(millis);
    }

    fn awake(&self) -> Vec<usize> {
        (0..NAMES.len()).filter(|who| self.world.browsers[*who].is_open()).collect()
    }

    fn ask(&mut self) {
        let Some(who) = self.one(&self.awake()) else { return };
        let whom = (who + 1 + self.below(NAMES.len() - 1)) % NAMES.len();
        self.asks += 1;
        self.tell(format!("{} asks {}.", NAMES[who], NAMES[whom]));
        let draft = AskDraft {
            id: format!("00000000-0000-4000-8000-0000000000{:02x}", self.asks),
            who: uri(whom),
            greeting: format!("It is {}.", NAMES[who]),
            claims: Claims::default(),
        };
        self.world.browsers[who].ask(Command::Ask(draft));
    }

    fn answer(&mut self) {
        let mut open = Vec::new();
        for who in self.awake() {
            for request in &self.world.browsers[who].home.contact_requests {
                if !matches!(
                    request.state,
                    ContactRequestState::Connected { .. } | ContactRequestState::Answering { .. }
                ) {
                    open.push((who, request.id.clone(), request.who.user.clone()));
                }
            }
        }
        let Some((who, request, whom)) = self.one(&open) else { return self.ask() };
        let (word, answer) = match self.below(8) {
            0..6 => ("yes", ContactAnswer::Accept),
            6 => ("not now", ContactAnswer::NotNow),
            _ => ("never", ContactAnswer::Block),
        };
        self.tell(format!("{} says {word} to {whom}.", NAMES[who]));
        self.world.browsers[who].ask(Command::AnswerContact { request, answer });
    }

    /// Rooms for two that somebody is in, as far as they know.
    fn pairs(&self) -> Vec<(usize, String)> {
        let rooms = self.awake().into_iter().flat_map(|who| {
            let rooms = self.world.browsers[who].home.rooms.iter();
            let open = rooms.filter(|room| room.with.is_some() && room.ended.is_none());
            open.map(move |room| (who, room.room.clone())).collect::<Vec<_>>()
        });
        rooms.collect()
    }

    fn talk(&mut self) {
        let Some((who, room)) = self.one(&self.pairs()) else { return self.answer() };
        let text = format!("{} {}", NAMES[who], self.texts.len() + 1);
        self.tell(format!("{} says \"{text}\".", NAMES[who]));
        let say = Command::Send { room: room.clone(), text: text.clone(), reply_to: None };
        self.world.browsers[who].ask(say);
        self.texts.push((who, room, text));
    }

    fn take_back(&mut self) {
        let mut waiting = Vec::new();
        for who in self.awake() {
            let asks = self.world.browsers[who].home.asks.iter();
            waiting.extend(asks.map(|ask| (who, ask.id.clone(), ask.who.clone())));
        }
        let Some((who, ask, whom)) = self.one(&waiting) else { return self.ask() };
        self.tell(format!("{} takes back, or forgets, what they asked of {whom}.", NAMES[who]));
        self.taken_back.insert((who, whom));
        self.world.browsers[who].ask(Command::DropAsk { ask });
    }

    fn end_room(&mut self) {
        let Some((who, room)) = self.one(&self.pairs()) else { return self.answer() };
        if self.below(2) == 0 {
            self.tell(format!("{} ends {room}.", NAMES[who]));
            self.world.browsers[who].ask(Command::EndRoom { room });
        } else {
            self.tell(format!("{} leaves {room}.", NAMES[who]));
            self.world.browsers[who].ask(Command::Leave { room });
        }
    }

    fn close_or_open(&mut self) {
        let who = self.below(NAMES.len());
        let browser = &mut self.world.browsers[who];
        if browser.is_open() {
            browser.kill();
        } else {
            browser.open();
        }
        let open = browser.is_open();
        self.tell(format!("{} {} their browser.", NAMES[who], if open { "opens" } else { "closes" }));
    }

    fn crash(&mut self) {
        let (who, steps) = (self.below(NAMES.len()), 1 + self.below(8));
        self.tell(format!("{}'s browser will crash after {steps} steps.", NAMES[who]));
        let browser = &mut self.world.browsers[who];
        browser.crash_after_step = Some(browser.steps + steps);
    }

    fn cut(&mut self) {
        let (from, to) = (self.below(3), self.below(3));
        let cut = self.below(2) == 0;
        if from != to {
            self.tell(format!(
                "From {} to {}: {}.",
                PROVIDERS[from],
                PROVIDERS[to],
                if cut { "cut" } else { "mended" }
            ));
            self.world.cut(PROVIDERS[from], PROVIDERS[to], cut);
        }
    }

    fn weather(&mut self) {
        let faults = if self.below(2) == 0 { Faults::rough() } else { Faults::default() };
        self.tell(format!("Everywhere: {faults}."));
        self.world.faults = faults;
        self.world.set_faults_between(faults);
    }

    fn calm(&mut self) {
        self.tell("-- It is calm.");
        self.world.faults = Faults::default();
        self.world.set_faults_between(Faults::default());
        for from in PROVIDERS {
            for to in PROVIDERS {
                if from != to {
                    self.world.cut(from, to, false);
                }
            }
        }
        for browser in &mut self.world.browsers {
            browser.crash_after_step = None;
            if !browser.is_open() {
                browser.open();
            }
        }
        for pause in [2 * HOUR, 2 * HOUR, 25 * HOUR, HOUR] {
            self.world.wait(pause);
            self.world.tick();
        }
        for who in 0..NAMES.len() {
            let rooms: Vec<_> = self.world.browsers[who].home.rooms.iter().map(|room| room.room.clone()).collect();
            for room in rooms {
                self.world.browsers[who].ask(Command::Hello { room: Some(room) });
            }
        }
        self.world.settle();
    }

    /// What is wrong, or how many pairs there were.
    fn verdict(mut self) -> Result<usize, Vec<String>> {
        let mut wrong = Vec::new();
        let mut ends: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (who, browser) in self.world.browsers.iter().enumerate() {
            let name = NAMES[who];
            for ask in &browser.home.asks {
                if let MyAskState::Sending { step, .. } = ask.state {
                    let refused = browser.refusals.iter().rev().take(3).collect::<Vec<_>>();
                    wrong.push(format!("{name} still asks {} (step {step}), after {refused:?}", ask.who));
                }
                if let MyAskState::Connected { room } = &ask.state {
                    wrong.extend(self.is_other_end(who, room, &ask.who));
                }
            }
            for request in &browser.home.contact_requests {
                match &request.state {
                    // They ask each other, and the other one, who makes the room, has not answered.
                    ContactRequestState::Answering { .. }
                        if browser.home.asks.iter().any(|ask| {
                            ask.who == request.who.user && matches!(ask.state, MyAskState::Waiting { .. })
                        }) => {}
                    ContactRequestState::Answering { .. } => {
                        wrong.push(format!("{name} is still answering {}", request.who.user));
                    }
                    ContactRequestState::Connected { room } => {
                        wrong.extend(self.is_other_end(who, room, &request.who.user));
                    }
                    _ => {}
                }
            }
            for room in browser.home.rooms.iter().filter(|room| room.ended.is_none()) {
                ends.entry(room.room.clone()).or_default().push(who);
                if room.with.is_none() {
                    wrong.push(format!("{name} is in {} with nobody", room.room));
                }
            }
        }
        for (who, room, text) in &self.texts {
            let browser = &self.world.browsers[*who];
            let heard = |at: usize| self.world.browsers[at].said(room).iter().filter(|said| *said == text).count();
            let lines = browser.rooms.get(room).map(|view| view.messages.clone()).unwrap_or_default();
            let sent =
                lines.iter().any(|line| line.body == ChatBody::Text(text.clone()) && line.delivery == Delivery::Sent);
            for at in ends.get(room).into_iter().flatten() {
                if sent && ends[room].len() == 2 && heard(*at) != 1 {
                    wrong.push(format!("{} heard \"{text}\" {} times", NAMES[*at], heard(*at)));
                }
            }
        }
        if !self.world.letters().is_empty() {
            wrong.push("providers still have letters for each other".to_owned());
        }
        let checked = catch_unwind(AssertUnwindSafe(|| self.world.check()));
        if let Err(panic) = checked {
            wrong.push(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "the check failed".to_owned()));
        }
        if wrong.is_empty() { Ok(ends.values().filter(|ends| ends.len() == 2).count()) } else { Err(wrong) }
    }

    /// Whoever this one is connected with has the same room with them, or had it.
    fn is_other_end(&self, who: usize, room: &str, whose: &str) -> Option<String> {
        let other = (0..NAMES.len()).find(|at| uri(*at) == whose)?;
        let theirs = self.world.browsers[other].home.rooms.iter().find(|known| known.room == room);
        match theirs.map(|known| known.with.as_deref() == Some(uri(who).as_str())) {
            Some(true) => None,
            Some(false) => {
                Some(format!("{} takes {room} for one with somebody else than {}", NAMES[other], NAMES[who]))
            }
            // Nobody is told of what was taken back.
            None if self.taken_back.contains(&(other, uri(who))) => None,
            None => {
                let asks = &self.world.browsers[other].home.asks;
                let (who, other) = (NAMES[who], NAMES[other]);
                Some(format!("{who} is connected with {other} in {room}, who is not there, and asks: {asks:?}"))
            }
        }
    }
}
