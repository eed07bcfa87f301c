//! A room of the hub with followers: what it takes, and how long a message is under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use doorstep_client_api::door::{DisclosurePolicy, Pseudonyms};
use doorstep_page_api::view::{Command, LinkText, Outcome, Preset, RoomDraft, Visibility};

use crate::person::{Ears, Person, What};
use crate::{Figures, Provider};

/// People of the hub's own provider who speak at once. None of them has done anything before, so that what the hub lets one
/// client do in a row is not what is measured.
const SPEAKERS: usize = 4;
/// How long a message may be under way.
const LONGEST: Duration = Duration::from_secs(60);

/// Makes the room `slug` at `hub`, with followers at `home`, and measures.
pub(crate) fn measure(hub: &Provider, home: &Provider, slug: &str, followers: usize, rounds: usize) -> Result<Figures> {
    let mut maker = Person::new(hub, Ears::Shut)?;
    maker.carry_out(Command::SignUp { handle: slug.to_owned(), display_name: None }).context("account")?;
    let Outcome::Room { room } = maker.carry_out(draft(slug))? else { bail!("the room was not made") };
    let code = link(&mut maker, &room)?;
    let mut teller = join(hub, &code, Ears::Shut).context("who tells")?;
    let speakers = (0..SPEAKERS).map(|_| join(hub, &code, Ears::Shut).context("a speaker"));
    let speakers = speakers.collect::<Result<Vec<_>>>()?;
    for number in 1..followers {
        join(home, &code, Ears::Shut).with_context(|| format!("follower {number}"))?;
    }
    let watcher = join(home, &code, Ears::Open).context("the last follower")?;
    let under_way = latency(&mut teller, watcher, &room, rounds)?;
    let (commits, commit) = commits(&mut maker, &room, rounds)?;
    let (messages, message) = messages(speakers, &room, rounds)?;
    Ok(Figures { followers, messages, message, commits, commit, under_way })
}

fn draft(slug: &str) -> Command {
    Command::CreateRoom(RoomDraft {
        name: slug.to_owned(),
        description: String::new(),
        slug: Some(slug.to_owned()),
        preset: Preset::Open,
        visibility: Visibility::Unlisted,
        noindex: true,
        guests: true,
        pseudonyms: Pseudonyms::Optional,
        as_account: true,
        disclosure: DisclosurePolicy::Optional,
    })
}

fn link(maker: &mut Person, room: &str) -> Result<LinkText> {
    maker.ask(Command::Hello { room: Some(room.to_owned()) })?;
    maker.carry_out(Command::MakeLink {
        room: room.to_owned(),
        role: "member".to_owned(),
        seconds: 60 * 60,
        max_uses: 0,
        note: String::new(),
    })?;
    let code = |person: &Person| person.view(room)?.links.first()?.code.clone();
    maker.until(|person| code(person).is_some())?;
    code(maker).context("the link has no code")
}

/// A new person of that provider comes in.
fn join(home: &Provider, code: &LinkText, ears: Ears) -> Result<Person> {
    let mut person = Person::new(home, ears)?;
    let join = Command::JoinByLink { invite: code.clone(), as_account: false, pseudonym: None, inviter_gone: false };
    let Outcome::Room { room } = person.carry_out(join)? else { bail!("the person did not come in") };
    person.carry_out(Command::Hello { room: Some(room) })?;
    Ok(person)
}

/// One message at a time: from the command to the moment the other engine's view has it.
fn latency(teller: &mut Person, watcher: Person, room: &str, rounds: usize) -> Result<Vec<Duration>> {
    let (shown, stop, watching) = watch(watcher, room);
    // Those who came in after the teller are known to the teller first.
    up_to_date(teller, room)?;
    let mut times = Vec::with_capacity(rounds);
    // The first shows that both are up to date.
    for number in 0..=rounds {
        let text = format!("message {number}");
        let before = teller.taken(What::Message);
        let start = Instant::now();
        teller.ask(say(room, &text))?;
        teller.until(|person| person.taken(What::Message) > before)?;
        let seen = loop {
            let (seen, at) = shown.recv_timeout(LONGEST).context("the message was not shown")?;
            if seen == text {
                break at;
            }
        };
        if number > 0 {
            times.push(seen.duration_since(start));
        }
    }
    stop.store(true, Ordering::SeqCst);
    watching.join().map_err(|_| anyhow!("the watcher's thread"))??;
    Ok(times)
}

type Watch = (Receiver<(String, Instant)>, Arc<AtomicBool>, JoinHandle<Result<()>>);

/// A thread in which the person looks at the room, and says what the newest message is each time it is another.
fn watch(mut person: Person, room: &str) -> Watch {
    let (tell, shown) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let (room, stopped) = (room.to_owned(), stop.clone());
    let watching = thread::spawn(move || {
        let mut last = None;
        while !stopped.load(Ordering::SeqCst) {
            person.turn()?;
            let newest = person.newest(&room).map(str::to_owned);
            if newest != last {
                let at = Instant::now();
                if let Some(text) = newest.clone() {
                    tell.send((text, at))?;
                }
                last = newest;
            }
        }
        Ok(())
    });
    (shown, stop, watching)
}

fn say(room: &str, text: &str) -> Command {
    Command::Send { room: room.to_owned(), text: text.to_owned(), reply_to: None }
}

/// One commit after the other: how many in a second, and what the hub's answers took.
fn commits(maker: &mut Person, room: &str, rounds: usize) -> Result<(f64, Vec<Duration>)> {
    let first = maker.requests.len();
    let start = Instant::now();
    for number in 0..rounds {
        let paused = number % 2 == 0;
        maker.carry_out(Command::PauseLinks { room: room.to_owned(), paused })?;
    }
    let took = start.elapsed();
    let answers = answers(maker, What::Commit, first);
    if answers.len() < rounds {
        bail!("{} commits for {rounds} changes", answers.len());
    }
    Ok((answers.len() as f64 / took.as_secs_f64(), answers))
}

/// All speakers at once, each one message after the other.
fn messages(speakers: Vec<Person>, room: &str, rounds: usize) -> Result<(f64, Vec<Duration>)> {
    let begin = Arc::new(Barrier::new(speakers.len()));
    let threads = speakers.into_iter().map(|mut person| {
        let (room, begin) = (room.to_owned(), begin.clone());
        thread::spawn(move || -> Result<_> {
            // Up to date first: behind a commit of others nothing can be said.
            let ready = up_to_date(&mut person, &room);
            begin.wait();
            ready?;
            let (first, before, start) = (person.requests.len(), person.taken(What::Message), Instant::now());
            for number in 0..rounds {
                person.ask(say(&room, &format!("one of many {number}")))?;
            }
            person.until(|person| person.taken(What::Message) >= before + rounds)?;
            Ok((start, Instant::now(), answers(&person, What::Message, first)))
        })
    });
    let threads: Vec<_> = threads.collect();
    let (mut starts, mut ends, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for thread in threads {
        let (start, end, answers) = thread.join().map_err(|_| anyhow!("a speaker's thread"))??;
        starts.push(start);
        ends.push(end);
        all.extend(answers);
    }
    let (start, end) = (starts.into_iter().min().context("nobody")?, ends.into_iter().max().context("nobody")?);
    Ok((all.len() as f64 / end.duration_since(start).as_secs_f64(), all))
}

/// The person looks into their mailbox and says something, which the hub takes.
fn up_to_date(person: &mut Person, room: &str) -> Result<()> {
    person.wake();
    let before = person.taken(What::Message);
    person.ask(say(room, "here"))?;
    person.until(|person| person.taken(What::Message) > before)
}

/// What the answers of one sort took, from one request on.
fn answers(person: &Person, what: What, first: usize) -> Vec<Duration> {
    let of_it = person.requests.iter().skip(first).filter(|request| request.what == what && request.taken);
    of_it.map(|request| request.took).collect()
}
