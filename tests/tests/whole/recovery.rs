//! Groups that were lost, and the way back into them.

use doorstep_client_api::http::GROUP_INFO;
use doorstep_page_api::view::{ChatBody, Command, Happening, Outcome, RoomEnd};
use doorstep_tests::{
    World,
    scene::{ROOM, accept, follow, knock_draft, let_in, say, with_knock},
};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Alice and Cathy in one room, both of whom have said something.
fn two(seed: u64) -> (World, usize, usize) {
    let (mut world, alice, cathy) = with_knock(seed);
    accept(&mut world, alice);
    for who in [alice, cathy] {
        follow(&mut world, who);
    }
    say(&mut world, alice, "Welcome!");
    say(&mut world, cathy, "Thank you.");
    (world, alice, cathy)
}

/// Times the person was told that they came in again.
fn returns(world: &World, who: usize) -> usize {
    let messages = &world.browsers[who].rooms[ROOM].messages;
    messages.iter().filter(|m| matches!(m.body, ChatBody::Happened(Happening::Returned(_)))).count()
}

/// Opens the browser again with these rows on its disk.
fn reopen(world: &mut World, who: usize, disk: std::collections::BTreeMap<Vec<u8>, Vec<u8>>) {
    world.browsers[who].kill();
    world.browsers[who].disk = disk;
    world.browsers[who].open();
    follow(world, who);
}

fn without_groups(world: &World, who: usize) -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
    let rows = world.browsers[who].disk.iter().filter(|(key, _)| !key.starts_with(b"g"));
    rows.map(|(key, value)| (key.clone(), value.clone())).collect()
}

#[test]
fn a_browser_that_lost_its_group_comes_in_again_and_keeps_what_was_said() {
    for loser in 0..2 {
        let (mut world, alice, cathy) = two(30 + loser);
        let (who, other) = if loser == 0 { (cathy, alice) } else { (alice, cathy) };
        let disk = without_groups(&world, who);
        reopen(&mut world, who, disk);
        say(&mut world, other, "Where are you?");
        world.wait(MINUTE);
        assert_eq!(returns(&world, who), 1);
        assert_eq!(world.browsers[who].rooms[ROOM].ended, None);
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 2);
        say(&mut world, who, "Back.");
        say(&mut world, other, "Good.");
        for who in [alice, cathy] {
            let said = world.browsers[who].said(ROOM);
            assert_eq!(said[..2], ["Welcome!", "Thank you."]);
            assert_eq!(said[said.len() - 2..], ["Back.", "Good."]);
        }
        world.check();
    }
}

#[test]
fn what_is_said_while_the_group_is_lost_is_said_once_it_is_there_again() {
    let (mut world, alice, cathy) = two(32);
    // Written and killed in the same moment: the message is on disk, the group goes.
    let said = Command::Send { room: ROOM.to_owned(), text: "One more thing.".to_owned(), reply_to: None };
    world.faults.lost_requests = 100;
    assert_eq!(world.ask(cathy, said), Ok(Outcome::Ok));
    world.faults = Default::default();
    let disk = without_groups(&world, cathy);
    reopen(&mut world, cathy, disk);
    world.wait(MINUTE);
    assert_eq!(world.browsers[alice].said(ROOM), ["Welcome!", "Thank you.", "One more thing."]);
    assert_eq!(returns(&world, cathy), 1);
    world.check();
}

#[test]
fn a_browser_restored_from_an_old_copy_comes_in_again() {
    let (mut world, alice, cathy) = two(33);
    let old = world.browsers[cathy].disk.clone();
    // Both commit, and Cathy's mailbox is emptied, after the copy was made.
    let bob = world.browser("bob");
    let draft = knock_draft(&mut world, 7, "And I?");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "And I?");
    reopen(&mut world, cathy, old);
    say(&mut world, alice, "Do you hear me?");
    world.wait(2 * HOUR);
    assert_eq!(returns(&world, cathy), 1);
    assert_eq!(world.browsers[cathy].rooms[ROOM].people.len(), 3);
    say(&mut world, alice, "And now?");
    assert_eq!(world.browsers[cathy].said(ROOM).last().unwrap(), "And now?");
    world.check();
}

#[test]
fn an_admin_who_lost_everything_answers_knocks_again() {
    let (mut world, alice, cathy) = two(34);
    let disk = without_groups(&world, alice);
    reopen(&mut world, alice, disk);
    assert_eq!(returns(&world, alice), 1);
    let bob = world.browser("bob");
    let draft = knock_draft(&mut world, 9, "And me?");
    assert_eq!(world.ask(bob, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, alice, "And me?");
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 3);
    say(&mut world, cathy, "Hello, you two.");
    assert_eq!(world.browsers[alice].said(ROOM).last().unwrap(), "Hello, you two.");
    world.check();
}

#[test]
fn a_room_that_cannot_be_entered_again_is_tried_ever_more_slowly_and_then_over() {
    let (mut world, alice, cathy) = two(35);
    let disk = without_groups(&world, cathy);
    let asked = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = asked.clone();
    world.tamper = Some(Box::new(move |who, path, body| {
        if who == cathy && path.starts_with(GROUP_INFO.trim_end_matches("{room}")) {
            count.set(count.get() + 1);
            return b"no GroupInfo".to_vec();
        }
        body
    }));
    reopen(&mut world, cathy, disk);
    say(&mut world, alice, "Hello?");
    world.wait(30 * MINUTE);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, None);
    assert!(asked.get() == 3, "{}", asked.get());
    world.wait(3 * DAY);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Broken));
    assert_eq!(asked.get(), 6);
    world.wait(3 * DAY);
    assert_eq!(asked.get(), 6);
    assert_eq!(world.browsers[cathy].said(ROOM), ["Welcome!", "Thank you."]);
    world.check();
}

#[test]
fn whoever_was_removed_while_her_group_was_lost_does_not_come_in_by_herself() {
    let (mut world, alice, cathy) = two(36);
    let disk = without_groups(&world, cathy);
    world.browsers[cathy].kill();
    let user = world.browsers[cathy].rooms[ROOM].me.clone();
    let remove = Command::Remove { room: ROOM.to_owned(), user, ban: false };
    assert_eq!(world.ask(alice, remove), Ok(Outcome::Ok));
    reopen(&mut world, cathy, disk);
    world.wait(MINUTE);
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, Some(RoomEnd::Removed));
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1);
    world.check();
}
