//! What it costs to have been there for long: rooms, messages and answered requests, in one browser's profile. How long the
//! start takes, and a step for one message that comes in, and how both grow.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use doorstep_engine::{Config, Engine, Input};
use doorstep_page_api::view::{Command, Outcome, Preset, RoomDraft};

use crate::World;
use crate::scene::{ROOM, account, draft, follow, knock_draft, let_in, say};

const DAY: u64 = 86_400_000;
/// Rooms, messages, answered requests: what is asked for, a quarter, four times.
const SIZES: [(usize, usize, usize); 3] = [(50, 5_000, 1_250), (200, 20_000, 5_000), (800, 80_000, 20_000)];
/// Messages that are listened to.
const HEARD: usize = 20;

/// Measures the first `most` sizes. With a folder, the profile that is asked for is left there for a browser (`profile.rows`,
/// rows as in a parcel: length, key, length, value).
///
/// # Errors
/// It cannot be written down.
pub fn measure_all(out: &mut impl Write, most: usize, folder: Option<&Path>) -> io::Result<()> {
    writeln!(out, "  rooms  messages  answered      rows      MB   load ms  start ms  message ms  (most)    home ms")?;
    for (number, (rooms, messages, answered)) in SIZES.into_iter().take(most).enumerate() {
        let (mut world, alice) = house(rooms);
        grow(&mut world, alice, messages, answered);
        measure(out, &mut world, alice, (rooms, messages, answered))?;
        if let Some(folder) = folder.filter(|_| number == 1) {
            leave(&world, alice, folder)?;
        }
    }
    Ok(())
}

/// Alice, in so many rooms, and Bob in one of them.
fn house(rooms: usize) -> (World, usize) {
    let mut world = World::in_memory(1);
    let alice = account(&mut world, "alice");
    for number in 0..rooms {
        if number % 40 == 39 {
            world.wait(DAY);
        }
        let slug = if number == 0 { "clubhouse".to_owned() } else { format!("room-{number}") };
        let made = world.ask(alice, Command::CreateRoom(RoomDraft { slug: Some(slug), ..draft(Preset::AskToJoin) }));
        assert!(matches!(made, Ok(Outcome::Room { .. })), "{number}: {made:?}");
    }
    let bob = world.browser("bob");
    let knock = knock_draft(&mut world, 1, "I like doors.");
    assert_eq!(world.ask(bob, Command::Knock(knock)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "I like doors.");
    follow(&mut world, alice);
    follow(&mut world, bob);
    (world, alice)
}

/// A past.
fn grow(world: &mut World, alice: usize, messages: usize, answered: usize) {
    let now = world.now().0;
    if let Some(engine) = &mut world.browsers[alice].engine {
        engine.remember(messages, answered, now);
    }
    // It is written down with the next step.
    assert!(world.ask(alice, Command::Hello { room: None }).is_ok());
}

fn measure(
    out: &mut impl Write,
    world: &mut World,
    alice: usize,
    (rooms, messages, answered): (usize, usize, usize),
) -> io::Result<()> {
    let disk = &world.browsers[alice].disk;
    let (many, bytes) = (disk.len(), disk.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>());
    let config = Config { domain: "a.example".parse().expect("a domain") };
    let mut loads = Vec::new();
    let mut starts = Vec::new();
    for _ in 0..5 {
        let rows: Vec<_> = disk.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let begun = Instant::now();
        let mut engine = Engine::load(rows, config.clone()).expect("own rows");
        loads.push(begun.elapsed());
        engine.step(Input::Start, world.now(), [1; 32]);
        starts.push(begun.elapsed());
    }

    // Bob speaks, and Alice's pages are open. What comes in is one step; the others are asked for by it.
    let bob = alice + 1;
    let mut slowest = Vec::new();
    let mut homes = Vec::new();
    for number in 0..HEARD {
        world.away.insert(alice);
        say(world, bob, &format!("Hello for the {number}. time."));
        world.away.remove(&alice);
        world.browsers[alice].timed = Some(Vec::new());
        world.browsers[alice].ask(Command::Retry);
        world.settle();
        let timed = world.browsers[alice].timed.take().unwrap_or_default();
        slowest.push(timed.into_iter().max().unwrap_or_default());
        world.browsers[alice].timed = Some(Vec::new());
        assert!(world.ask(alice, Command::Hello { room: None }).is_ok());
        homes.push(world.browsers[alice].timed.take().unwrap_or_default().into_iter().max().unwrap_or_default());
    }
    assert!(world.browsers[alice].said(ROOM).contains(&format!("Hello for the {}. time.", HEARD - 1)));
    writeln!(
        out,
        "{rooms:>7} {messages:>9} {answered:>9} {many:>9} {:>7.1} {:>9.1} {:>9.1} {:>11.2} {:>7.2} {:>10.2}",
        bytes as f64 / 1e6,
        millis(median(&mut loads)),
        millis(median(&mut starts)),
        millis(median(&mut slowest)),
        millis(slowest.iter().max().copied().unwrap_or_default()),
        millis(median(&mut homes)),
    )
}

fn leave(world: &World, alice: usize, folder: &Path) -> io::Result<()> {
    let mut plain = Vec::new();
    for (key, value) in &world.browsers[alice].disk {
        for part in [key, value] {
            plain.extend(u32::try_from(part.len()).expect("a short row").to_be_bytes());
            plain.extend(part);
        }
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("profile.rows"), plain)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
