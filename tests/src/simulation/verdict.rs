//! What has to be true once it is calm.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use doorstep_page_api::view::{
    ChatBody, ChatMessage, Delivery, Happening, MyKnockState, Notice, RequestState, RoomView,
};

use doorstep_hub::LogKind;
use doorstep_hub::store::LogLine;

use super::{Simulation, Told};
use crate::Browser;
use crate::scene::ROOM;

/// Some four thousand are usual where twenty people do a hundred things in some hours.
const MOST_REQUESTS: usize = 10_000;

impl Simulation {
    /// What is wrong, or what there was.
    pub(super) fn end(mut self) -> Result<Told, Vec<String>> {
        let mut wrong = Vec::new();
        if !self.world.letters().is_empty() {
            wrong.push("providers still have letters for each other".to_owned());
        }
        let all = &self.world.browsers;
        for browser in all {
            wrong.extend(unrest(browser));
            wrong.extend(twice(browser));
        }
        let inside: Vec<&Browser> = all.iter().filter(|browser| is_in(browser)).collect();
        wrong.extend(split(&inside));
        let came = came(&all[0].rooms[ROOM]);
        let messages = accepted(all);
        let log = Log::new(self.world.log(ROOM));
        wrong.extend(log.split(&inside));
        wrong.extend(lost(all, &self.texts));
        for (at, epoch) in &log.said {
            // What nobody has is what clients tell each other without a word to their people.
            let Some(text) = messages.get(at) else { continue };
            let taken = self.world.story.since(*at);
            let message = format!("\"{text}\", which the hub took at {taken}, said in epoch {epoch}");
            wrong.extend(inside.iter().filter_map(|browser| {
                let since = |user: &str| came.get(user).and_then(|at| log.led_to.get(at)).copied();
                // They may have been let in before, under a name with which they had knocked, and have gone again.
                let before = browser.home.knocks.iter().filter_map(|knock| since(&knock.pseudonym)).min();
                let was_in = before.is_some_and(|before| *epoch >= before);
                misheard(browser, since(&browser.rooms[ROOM].me), was_in, text, *epoch)
                    .map(|what| format!("{what} {message}"))
            }));
        }
        wrong.extend(messages.iter().filter(|(at, _)| !log.said.contains_key(at)).map(|(at, text)| {
            format!("\"{text}\" is heard, but the hub took nothing at {}", self.world.story.since(*at))
        }));
        wrong.extend(
            all.iter()
                .flat_map(failed)
                .filter(|text| messages.values().any(|heard| heard == text))
                .map(|text| format!("\"{text}\" was refused, as whoever said it was told, and is heard all the same")),
        );
        wrong.extend(knocks(all, &inside));
        // Whatever does not come is asked for ever more seldom.
        if self.world.requests > MOST_REQUESTS {
            wrong.push(format!("{} requests were made", self.world.requests));
        }
        let told = Told {
            requests: self.world.requests,
            crossings: self.world.crossings().len(),
            people: inside.len(),
            messages: messages.len(),
        };
        let again = self.size.hear_again;
        let ended = catch_unwind(AssertUnwindSafe(|| if again { self.world.check() } else { self.world.agree() }));
        if let Err(panic) = ended {
            let text = panic.downcast_ref::<String>().cloned();
            wrong.push(text.unwrap_or_else(|| "a panic without words".to_owned()));
        }
        if wrong.is_empty() { Ok(told) } else { Err(wrong) }
    }
}

fn is_in(browser: &Browser) -> bool {
    browser.rooms.get(ROOM).is_some_and(|room| room.ended.is_none())
}

/// What is still under way.
fn unrest(browser: &Browser) -> Vec<String> {
    let name = &browser.name;
    let mut wrong = Vec::new();
    for message in texts(browser).filter(|message| message.delivery == Delivery::Pending) {
        wrong.push(format!("{name} still tries to say {:?}", message.body));
    }
    for knock in &browser.home.knocks {
        if matches!(knock.state, MyKnockState::Sending { .. } | MyKnockState::Refused(_)) {
            wrong.push(format!("{name}'s knock {:?} is {:?}", knock.note, knock.state));
        }
    }
    for request in &browser.home.requests {
        if matches!(request.state, RequestState::Answering(_)) && is_in(browser) {
            wrong.push(format!("{name}'s answer to {:?} is {:?}", request.note, request.state));
        }
    }
    if let Some(page) = browser.page.as_ref().filter(|page| !page.is_idle()) {
        wrong.push(format!("{name} got no answer: {page:?}"));
    }
    let Some(engine) = &browser.engine else { return vec![format!("{name}'s browser is closed")] };
    if engine.put_by() > 0 {
        wrong.push(format!("{name} has mail that waits"));
    }
    if is_in(browser) && !engine.epochs().iter().any(|(room, _)| room.as_str() == ROOM) {
        wrong.push(format!("{name} doubts their group"));
    }
    wrong
}

/// What somebody was told to be taken, and cannot see any more.
fn lost(all: &[Browser], texts: &[(usize, String, String)]) -> Vec<String> {
    let gone = |(who, command, said): &&(usize, String, String)| {
        let taken = matches!(all[*who].done.get(command), Some(Ok(_)));
        taken && !self::texts(&all[*who]).any(|message| text(message) == said)
    };
    texts.iter().filter(gone).map(|(who, _, said)| format!("{} does not see their {said:?}", all[*who].name)).collect()
}

/// What a person was told twice, or should not have been told at all.
fn twice(browser: &Browser) -> Vec<String> {
    let name = &browser.name;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for message in browser.rooms.get(ROOM).iter().flat_map(|room| &room.messages) {
        let line = match &message.body {
            ChatBody::Text(text) => format!("{text:?}"),
            // Everybody comes and goes once.
            ChatBody::Happened(happening) => format!("{happening:?}"),
            other => format!("{other:?}"),
        };
        if !seen.insert(line.clone()) {
            wrong.push(format!("{name} has {line} twice"));
        }
        if matches!(message.body, ChatBody::Happened(Happening::Returned(_) | Happening::Refused(_))) {
            wrong.push(format!("{name} lost track: {line}"));
        }
    }
    let heard = texts(browser).filter(|message| message.from != browser.rooms[ROOM].me).count();
    let told = browser.notices.iter().filter(|notice| matches!(notice, Notice::Message { .. })).count();
    if told > heard {
        wrong.push(format!("{name} was told {told} times of {heard} messages"));
    }
    let told = browser.notices.iter().filter(|notice| matches!(notice, Notice::Knock { .. })).count();
    if told > browser.knocks_heard {
        wrong.push(format!("{name} was told {told} times of {} knocks", browser.knocks_heard));
    }
    let mut notes = BTreeSet::new();
    for request in &browser.home.requests {
        if !notes.insert(&request.note) {
            wrong.push(format!("{name} has the knock {:?} twice", request.note));
        }
    }
    if browser.rooms.get(ROOM).is_some_and(|room| room.ended == Some(doorstep_page_api::view::RoomEnd::Broken)) {
        wrong.push(format!("{name}'s room is broken"));
    }
    wrong
}

/// All who are in see the same people in the same roles, themselves among them, and nobody else.
fn split(inside: &[&Browser]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mes: BTreeSet<&str> = inside.iter().map(|browser| browser.rooms[ROOM].me.as_str()).collect();
    let people = |room: &RoomView| -> BTreeMap<String, (String, String)> {
        let all = room.people.iter();
        all.map(|person| (person.user.clone(), (person.role.clone(), person.fingerprint.clone()))).collect()
    };
    let first = inside[0];
    for browser in inside {
        let (theirs, mine) = (people(&first.rooms[ROOM]), people(&browser.rooms[ROOM]));
        if theirs != mine {
            wrong.push(format!("{} sees {theirs:?}, but {} {mine:?}", first.name, browser.name));
        }
        let epochs = (first.rooms[ROOM].epoch, browser.rooms[ROOM].epoch);
        if epochs.0 != epochs.1 {
            wrong.push(format!("{} is in epoch {}, but {} in {}", first.name, epochs.0, browser.name, epochs.1));
        }
        let listed = browser.rooms[ROOM].people.iter().filter(|person| person.role != "banned");
        let listed: BTreeSet<&str> = listed.map(|person| person.user.as_str()).collect();
        if listed != mes {
            wrong.push(format!("{} sees {listed:?} in the room, but those are in it: {mes:?}", browser.name));
        }
    }
    wrong
}

/// When everybody came in, by the hub's clock, as Alice was told: she was there all the time.
fn came(alice: &RoomView) -> BTreeMap<String, u64> {
    let mut came = BTreeMap::from([(alice.me.clone(), 0)]);
    for message in &alice.messages {
        if let ChatBody::Happened(Happening::Joined(user) | Happening::Added(user)) = &message.body {
            came.insert(user.clone(), message.at);
        }
    }
    came
}

fn texts(browser: &Browser) -> impl Iterator<Item = &ChatMessage> {
    let messages = browser.rooms.get(ROOM).into_iter().flat_map(|room| &room.messages);
    messages.filter(|message| matches!(message.body, ChatBody::Text(_)))
}

fn text(message: &ChatMessage) -> &str {
    match &message.body {
        ChatBody::Text(text) => text,
        _ => "",
    }
}

/// What was heard, by the time at which the hub took it: it told so whoever said it, or handed it out to somebody.
fn accepted(all: &[Browser]) -> BTreeMap<u64, String> {
    let sent = all.iter().flat_map(texts).filter(|message| message.delivery == Delivery::Sent);
    sent.map(|message| (message.at, text(message).to_owned())).collect()
}

fn failed(browser: &Browser) -> impl Iterator<Item = &str> {
    texts(browser).filter(|message| matches!(message.delivery, Delivery::Failed(_))).map(text)
}

/// Whoever is in at the end has what was said in the epoch in which they came and later, and nothing from before.
fn misheard(browser: &Browser, since: Option<u64>, was_in: bool, said: &str, epoch: u64) -> Option<String> {
    let name = &browser.name;
    let Some(since) = since else {
        return Some(format!("{name} came in, but alice or the hub does not know when; there was"));
    };
    match (epoch >= since, texts(browser).any(|message| text(message) == said)) {
        (true, false) => Some(format!("{name}, in since epoch {since}, has not")),
        (false, true) if !was_in => Some(format!("{name}, in since epoch {since}, has")),
        _ => None,
    }
}

/// What the hub of the room took. No two things have the same time.
struct Log {
    /// Epoch of each message.
    said: BTreeMap<u64, u64>,
    /// The epoch that each commit began.
    led_to: BTreeMap<u64, u64>,
}

impl Log {
    fn new(lines: Vec<LogLine>) -> Self {
        let of = |kind: LogKind| lines.iter().filter(move |line| line.kind == kind as u8);
        let mut led_to: BTreeMap<u64, u64> = of(LogKind::Commit).map(|line| (line.at, line.epoch + 1)).collect();
        led_to.insert(0, 0);
        Self { said: of(LogKind::Application).map(|line| (line.at, line.epoch)).collect(), led_to }
    }

    /// Who is not in the epoch in which the hub is.
    fn split(&self, inside: &[&Browser]) -> Vec<String> {
        let hub = self.led_to.values().max().copied().unwrap_or_default();
        let elsewhere = inside.iter().map(|browser| (&browser.name, browser.rooms[ROOM].epoch));
        let elsewhere = elsewhere.filter(|(_, epoch)| *epoch != hub);
        elsewhere.map(|(name, epoch)| format!("{name} is in epoch {epoch}, but the hub in {hub}")).collect()
    }
}

/// This one said no to a knock, and was no admin any more by then, or is none now: the moderators do not hear it.
fn said_no_too_late(browser: &Browser, note: &str) -> bool {
    let no = |state: &RequestState| matches!(state, RequestState::Answered { accepted: false, .. });
    let request = browser.home.requests.iter().find(|request| request.note == note);
    let answers = browser.rooms.get(ROOM).is_some_and(|room| room.can.answer_knocks);
    request.is_some_and(|request| no(&request.state)) && !answers
}

/// Knocker and admins agree about what became of a knock.
fn knocks(all: &[Browser], inside: &[&Browser]) -> Vec<String> {
    let mut wrong = Vec::new();
    let admins: Vec<_> = inside.iter().filter(|browser| browser.rooms[ROOM].can.answer_knocks).collect();
    for knocker in all {
        for knock in &knocker.home.knocks {
            let brought = !matches!(knock.state, MyKnockState::Withdrawn);
            // Alice answers knocks all the time.
            if brought && !all[0].home.requests.iter().any(|request| request.note == knock.note) {
                wrong.push(format!(
                    "{}'s knock {:?} is {:?}, but alice knows nothing",
                    knocker.name, knock.note, knock.state
                ));
            }
            for admin in &admins {
                let Some(request) = admin.home.requests.iter().find(|request| request.note == knock.note) else {
                    continue;
                };
                let said_no_unheard = all.iter().any(|other| said_no_too_late(other, &knock.note));
                let agree = match (&knock.state, &request.state) {
                    // Whoever has gone again can be kept out by somebody who had not seen them come.
                    (MyKnockState::Accepted, RequestState::Answered { accepted, .. }) => *accepted || !is_in(knocker),
                    (
                        MyKnockState::Declined { .. } | MyKnockState::Banned { .. },
                        RequestState::Answered { accepted, .. },
                    ) => !accepted,
                    // A try that failed can be made again.
                    (MyKnockState::Waiting { .. }, RequestState::Open | RequestState::Failed(_)) => true,
                    // The knocker's browser hears it from nobody but that admin; to the others it is still open.
                    (
                        MyKnockState::Declined { .. } | MyKnockState::Banned { .. },
                        RequestState::Open | RequestState::Failed(_),
                    ) => said_no_unheard,
                    // If the knocker was let in nevertheless they have left by now.
                    (MyKnockState::Withdrawn, RequestState::Withdrawn | RequestState::Answered { .. }) => true,
                    _ => false,
                };
                if !agree {
                    wrong.push(format!(
                        "{}'s knock {:?} is {:?} to them, but {:?} to {}",
                        knocker.name, knock.note, knock.state, request.state, admin.name
                    ));
                }
            }
        }
    }
    wrong
}
