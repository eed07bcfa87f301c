//! Three providers, one room with a knock room, and up to twenty people who come, talk, answer knocks, go, crash and close
//! their browsers, while messages are lost, repeated and reordered, ways are cut and providers are killed. Then it is calm,
//! and everybody has to hold the same to be true. Every choice comes from the seed; whoever fails tells their story.
//!
//! Start reading with [`run`]; what people do is in `simulation/act.rs`, what has to be true in `simulation/verdict.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use doorstep_page_api::view::{Command, LinkText, Outcome, Preset};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::scene::{ROOM, account, draft, follow};
use crate::{Faults, Story, World};

mod act;
mod verdict;

/// Where everybody is at home in turn. The first is the hub.
const PROVIDERS: [&str; 3] = ["a.example", "b.example", "c.example"];

/// The people. Alice made the room and stays.
const NAMES: [&str; 20] = [
    "alice", "bob", "cathy", "dora", "emil", "fritz", "gerda", "hans", "ida", "jakob", "klara", "ludwig", "martha",
    "nora", "otto", "paula", "quirin", "rosa", "sepp", "trude",
];

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// How much happens.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Browsers, at most twenty.
    pub browsers: usize,
    /// Things that people or misfortune do.
    pub acts: usize,
    /// At the end every browser hears again all that it ever heard.
    pub hear_again: bool,
    /// Whoever opens a browser again finds on its disk what version 1 of the rows had there.
    pub former: bool,
    /// Providers keep what they keep in SQLite, not in [`crate::MemoryStore`].
    pub sqlite: bool,
}

/// What happened in a story that ended well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Requests that reached a provider.
    pub requests: usize,
    /// Errands between providers that arrived.
    pub crossings: usize,
    /// People in the room at the end.
    pub people: usize,
    /// Messages that the hub took.
    pub messages: usize,
}

impl core::ops::AddAssign for Told {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.crossings += other.crossings;
        self.people += other.people;
        self.messages += other.messages;
    }
}

/// Runs the story of a seed.
///
/// # Errors
/// The story, line by line, and what is wrong at its end.
pub fn run(seed: u64, size: Size) -> Result<Told, String> {
    let mut story = None;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut simulation = Simulation::new(seed, size);
        story = Some(simulation.world.story.clone());
        simulation.play();
        simulation.end()
    }));
    let wrong = match ended {
        Ok(Ok(told)) => return Ok(told),
        Ok(Err(wrong)) => wrong,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            vec![text.unwrap_or_else(|| "a panic without words".to_owned())]
        }
    };
    let lines = story.map(|story: Story| story.lines()).unwrap_or_default();
    Err(format!("{}\nSeed {seed}, {size:?}:\n{}", lines.join("\n"), wrong.join("\n")))
}

/// A world, and what was meant to happen in it.
struct Simulation {
    world: World,
    size: Size,
    rng: ChaCha20Rng,
    /// A link into the room that anybody may use.
    code: LinkText,
    /// Texts said so far: by whom, with which command.
    texts: Vec<(usize, String, String)>,
    /// Knocks so far.
    knocks: u8,
}

impl Simulation {
    fn new(seed: u64, size: Size) -> Self {
        let mut world = if size.sqlite { World::new(seed) } else { World::in_memory(seed) };
        world.pace = 1;
        world.story.listen();
        for (number, domain) in (1..).zip(&PROVIDERS[1..]) {
            world.provider_elsewhere(domain, seed.wrapping_add(number << 32));
        }
        let alice = account(&mut world, NAMES[0]);
        let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin)));
        assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
        follow(&mut world, alice);
        let link = Command::MakeLink {
            room: ROOM.to_owned(),
            role: "member".to_owned(),
            seconds: 7 * 86_400,
            max_uses: 0,
            note: String::new(),
        };
        assert!(world.ask(alice, link).is_ok());
        let code = world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here");
        for (name, domain) in NAMES.iter().zip(PROVIDERS.iter().cycle()).skip(1).take(size.browsers - 1) {
            world.browser_elsewhere(name, domain);
        }
        for browser in &mut world.browsers {
            browser.page = Some(Default::default());
            browser.former = size.former;
        }
        follow(&mut world, alice);
        world.settle();
        Self { world, size, rng: ChaCha20Rng::seed_from_u64(!seed), code, texts: Vec::new(), knocks: 0 }
    }

    fn play(&mut self) {
        self.weather();
        for _ in 0..self.size.acts {
            self.act();
            match self.below(10) {
                0..4 => {
                    for _ in 0..self.below(40) {
                        self.world.turn();
                    }
                }
                4..8 => self.pass(50, 5 * SECOND),
                8 => self.pass(5 * SECOND, 3 * MINUTE),
                _ => self.pass(3 * MINUTE, 20 * MINUTE),
            }
            self.look();
        }
        self.calm();
    }

    /// Everything heals, and everybody has time.
    fn calm(&mut self) {
        self.world.story.tell("-- It is calm.");
        self.world.faults = Faults::default();
        self.world.set_faults_between(Faults::default());
        self.world.away.clear();
        for from in PROVIDERS {
            for to in PROVIDERS {
                self.world.cut(from, to, false);
            }
        }
        for browser in &mut self.world.browsers {
            browser.crash_after_step = None;
            if !browser.is_open() {
                browser.open();
            }
        }
        for _ in 0..2 {
            self.world.wait(HOUR + MINUTE);
            self.world.tick();
            self.look();
        }
        self.world.settle();
    }

    /// Everybody who came into the room opens its page.
    fn look(&mut self) {
        for browser in &mut self.world.browsers {
            let is_in = browser.home.rooms.iter().any(|room| room.room == ROOM);
            if is_in && browser.is_open() && !browser.page.as_ref().is_some_and(|page| page.follows(ROOM)) {
                browser.ask(Command::Hello { room: Some(ROOM.to_owned()) });
            }
        }
    }

    /// Time passes.
    fn pass(&mut self, least: u64, most: u64) {
        let millis = least + u64::from(self.rng.next_u32()) % (most - least);
        self.world.wait(millis);
    }

    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound.max(1)
    }

    /// One of them, if there is one.
    fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let at = self.below(of.len());
        of.get(at).cloned()
    }

    fn tell(&self, line: impl AsRef<str>) {
        self.world.story.tell(line);
    }
}
