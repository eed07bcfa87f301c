//! What people and misfortune do.

use doorstep_page_api::view::{Answer, Command, MyKnockState, RequestState};

use super::{NAMES, PROVIDERS, Simulation};
use crate::Faults;
use crate::scene::{ROOM, knock_draft};

impl Simulation {
    /// Somebody does something, or something goes wrong.
    pub(super) fn act(&mut self) {
        match self.below(100) {
            0..26 => self.talk(),
            26..44 => self.come(),
            44..60 => self.answer(),
            60..64 => self.leave(),
            64..70 => self.appoint(),
            70..73 => self.withdraw(),
            73..81 => self.crash(),
            81..86 => self.close_or_open(),
            86..89 => self.restart(),
            89..93 => self.cut(),
            93..95 => self.go_away(),
            95..97 => self.break_stream(),
            97 => {
                self.tell("The providers look after their rooms.");
                self.world.look_after_rooms();
            }
            _ => self.weather(),
        }
    }

    /// Those who are in the room, as far as they know, and have their browsers open.
    fn members(&self) -> Vec<usize> {
        let is_in = |who: &usize| {
            let browser = &self.world.browsers[*who];
            let room = browser.rooms.get(ROOM);
            browser.is_open() && room.is_some_and(|room| room.ended.is_none())
        };
        (0..self.world.browsers.len()).filter(is_in).collect()
    }

    fn me(&self, who: usize) -> String {
        self.world.browsers[who].rooms[ROOM].me.clone()
    }

    fn talk(&mut self) {
        let members = self.members();
        for _ in 0..=self.below(3) {
            let Some(who) = self.one(&members) else { return };
            let text = format!("{} {}", NAMES[who], self.texts.len() + 1);
            self.tell(format!("{} says \"{text}\".", NAMES[who]));
            let say = Command::Send { room: ROOM.to_owned(), text: text.clone(), reply_to: None };
            let command = self.world.browsers[who].ask(say);
            self.texts.push((who, command, text));
        }
    }

    /// Somebody who has not tried yet, or was told no, tries to get in.
    fn come(&mut self) {
        let outside: Vec<usize> = (1..self.world.browsers.len()).filter(|who| self.is_outside(*who)).collect();
        let Some(who) = self.one(&outside) else { return self.talk() };
        if self.below(3) == 0 {
            self.tell(format!("{} comes by the link.", NAMES[who]));
            let invite = self.code.clone();
            let join = Command::JoinByLink { invite, as_account: false, pseudonym: None, inviter_gone: false };
            self.world.browsers[who].ask(join);
        } else {
            self.knocks += 1;
            let note = format!("{}, knock {}", NAMES[who], self.knocks);
            self.tell(format!("{} knocks: \"{note}\".", NAMES[who]));
            let draft = knock_draft(&mut self.world, self.knocks, &note);
            self.world.browsers[who].ask(Command::Knock(draft));
        }
    }

    fn is_outside(&self, who: usize) -> bool {
        let browser = &self.world.browsers[who];
        let refused = |state: &MyKnockState| matches!(state, MyKnockState::Declined { .. } | MyKnockState::Withdrawn);
        browser.is_open()
            && browser.home.rooms.is_empty()
            && browser.home.knocks.iter().all(|knock| refused(&knock.state))
            && browser.page.as_ref().is_some_and(|page| page.is_idle())
    }

    /// Somebody who can answers a knock that nobody answered as far as they know.
    fn answer(&mut self) {
        let mut open = Vec::new();
        for who in self.members() {
            let requests = self.world.browsers[who].home.requests.iter();
            let mine = requests.filter(|request| request.state == RequestState::Open);
            open.extend(mine.map(|request| (who, request.id.clone(), request.note.clone())));
        }
        let Some((who, request, note)) = self.one(&open) else { return self.come() };
        let reason = || "Not today.".to_owned();
        let (word, answer) = match self.below(10) {
            0..8 => ("lets in", Answer::Accept),
            8 => ("declines", Answer::Decline { reason: reason() }),
            _ => ("keeps out", Answer::Ban { reason: reason() }),
        };
        self.tell(format!("{} {word} \"{note}\".", NAMES[who]));
        self.world.browsers[who].ask(Command::Answer { request, answer });
    }

    /// Somebody goes, or is put out.
    fn leave(&mut self) {
        let members = self.members();
        let Some(who) = self.one(&members).filter(|who| *who != 0 && members.len() > 3) else { return self.talk() };
        if self.below(3) == 0 {
            let (user, ban) = (self.me(who), self.below(2) == 0);
            self.tell(format!("alice puts {} out{}.", NAMES[who], if ban { " for good" } else { "" }));
            self.world.browsers[0].ask(Command::Remove { room: ROOM.to_owned(), user, ban });
        } else {
            self.tell(format!("{} leaves.", NAMES[who]));
            self.world.browsers[who].ask(Command::Leave { room: ROOM.to_owned() });
        }
    }

    /// Alice makes somebody an admin, or no admin any more.
    fn appoint(&mut self) {
        let members = self.members();
        let Some(who) = self.one(&members).filter(|who| *who != 0 && members[0] == 0) else { return self.answer() };
        let user = self.me(who);
        let people = &self.world.browsers[0].rooms[ROOM].people;
        let Some(person) = people.iter().find(|person| person.user == user) else { return self.answer() };
        let role = if person.role == "admin" { "member" } else { "admin" };
        self.tell(format!("alice makes {} {role}.", NAMES[who]));
        self.world.browsers[0].ask(Command::SetRole { room: ROOM.to_owned(), user, role: role.to_owned() });
    }

    fn withdraw(&mut self) {
        let mut waiting = Vec::new();
        for (who, browser) in self.world.browsers.iter().enumerate().filter(|(_, browser)| browser.is_open()) {
            let mine = browser
                .home
                .knocks
                .iter()
                .filter(|knock| matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Waiting { .. }));
            waiting.extend(mine.map(|knock| (who, knock.id.clone(), knock.note.clone())));
        }
        let Some((who, knock, note)) = self.one(&waiting) else { return self.talk() };
        self.tell(format!("{} takes back \"{note}\".", NAMES[who]));
        self.world.browsers[who].ask(Command::Withdraw { knock });
    }

    fn crash(&mut self) {
        let who = self.below(self.world.browsers.len());
        let steps = 1 + self.below(8);
        self.tell(format!("{}'s browser will crash after {steps} steps.", NAMES[who]));
        let browser = &mut self.world.browsers[who];
        browser.crash_after_step = Some(browser.steps + steps);
    }

    fn close_or_open(&mut self) {
        let who = self.below(self.world.browsers.len());
        let browser = &mut self.world.browsers[who];
        if browser.is_open() {
            browser.kill();
            self.tell(format!("{} closes their browser.", NAMES[who]));
        } else {
            browser.open();
            self.tell(format!("{} opens their browser.", NAMES[who]));
        }
    }

    fn restart(&mut self) {
        if let Some(domain) = self.one(&PROVIDERS) {
            self.tell(format!("{domain} is killed and starts again."));
            self.world.restart(domain);
        }
    }

    /// The way between two providers is cut, in one direction or both, or all ways are mended.
    fn cut(&mut self) {
        if self.below(2) == 0 {
            self.tell("All ways between providers are mended.");
            for from in PROVIDERS {
                for to in PROVIDERS {
                    self.world.cut(from, to, false);
                }
            }
            return;
        }
        let from = self.below(PROVIDERS.len());
        let to = (from + 1 + self.below(PROVIDERS.len() - 1)) % PROVIDERS.len();
        let (from, to) = (PROVIDERS[from], PROVIDERS[to]);
        self.tell(format!("The way from {from} to {to} is cut."));
        self.world.cut(from, to, true);
        if self.below(2) == 0 {
            self.tell(format!("The way from {to} to {from} is cut."));
            self.world.cut(to, from, true);
        }
    }

    fn go_away(&mut self) {
        let who = self.below(self.world.browsers.len());
        if self.world.away.remove(&who) {
            self.tell(format!("{} has a network again.", NAMES[who]));
        } else {
            self.tell(format!("{} has no network.", NAMES[who]));
            self.world.away.insert(who);
            self.world.break_stream(who);
        }
    }

    fn break_stream(&mut self) {
        let who = self.below(self.world.browsers.len());
        self.tell(format!("{}'s event stream breaks.", NAMES[who]));
        self.world.break_stream(who);
    }

    /// How bad the network is from now on.
    pub(super) fn weather(&mut self) {
        let some = |bound: usize, it: &mut Self| u32::try_from(it.below(bound)).unwrap_or(0);
        let mut faults = || Faults {
            lost_requests: some(20, self),
            lost_answers: some(20, self),
            repeated: some(20, self),
            shuffled: true,
        };
        let (near, far) = (faults(), faults());
        self.tell(format!("To browsers: {near}. Between providers: {far}."));
        self.world.faults = near;
        self.world.set_faults_between(far);
    }
}
