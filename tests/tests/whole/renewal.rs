//! Credentials that end, as their owners, members and newcomers see it.

use doorstep_client_api::http::RENEW_PSEUDONYM;
use doorstep_page_api::view::{ChatBody, Command, Happening, Outcome, Preset};
use doorstep_tests::{
    World,
    scene::{ROOM, account, draft, follow, say},
};
use doorstep_wire::Refusal;

const DAY: u64 = 86_400_000;

/// Alice and Cathy in an open room; everybody's token ends twelve days from now.
fn two(seed: u64) -> (World, usize, usize) {
    let mut world = World::with_token_days(seed, 12);
    let alice = account(&mut world, "alice");
    assert!(world.ask(alice, Command::CreateRoom(draft(Preset::Open))).is_ok());
    let cathy = join(&mut world, "cathy");
    follow(&mut world, alice);
    say(&mut world, cathy, "Hello.");
    (world, alice, cathy)
}

fn join(world: &mut World, name: &str) -> usize {
    let who = world.browser(name);
    let join = Command::JoinOpen { room: ROOM.to_owned(), pseudonym: None, as_account: false };
    assert_eq!(world.ask(who, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, who);
    who
}

/// Somebody's browser loses its groups: they have to show their credential at the door again.
fn lose_groups(world: &mut World, who: usize) {
    world.browsers[who].kill();
    world.browsers[who].disk.retain(|key, _| !key.starts_with(b"g"));
    world.browsers[who].open();
    follow(world, who);
}

fn returns(world: &World, who: usize) -> usize {
    let messages = &world.browsers[who].rooms[ROOM].messages;
    messages.iter().filter(|m| matches!(m.body, ChatBody::Happened(Happening::Returned(_)))).count()
}

#[test]
fn a_credential_is_renewed_before_it_ends_and_members_take_the_new_one() {
    let (mut world, alice, cathy) = two(80);
    let epoch = world.browsers[alice].rooms[ROOM].epoch;
    world.wait(6 * DAY);
    world.agree();
    let renewed = world.browsers[alice].rooms[ROOM].epoch;
    assert!(renewed > epoch, "both have new leaves");
    world.wait(7 * DAY);
    say(&mut world, alice, "Thirteen days later.");
    assert_eq!(world.browsers[cathy].said(ROOM), ["Hello.", "Thirteen days later."]);
    lose_groups(&mut world, cathy);
    world.wait(60_000);
    assert_eq!(returns(&world, cathy), 1);
    world.check();
}

#[test]
fn an_ended_credential_keeps_nobody_out_who_is_in_nor_newcomers_away() {
    let (mut world, alice, cathy) = two(81);
    world.browsers[cathy].kill();
    world.wait(15 * DAY);
    // Cathy's leaf has a token that ended; Alice talks on, and Bob comes in.
    let bob = join(&mut world, "bob");
    say(&mut world, bob, "Is somebody asleep here?");
    world.browsers[cathy].open();
    follow(&mut world, cathy);
    say(&mut world, cathy, "Not any more.");
    for who in [alice, bob, cathy] {
        assert_eq!(world.browsers[who].said(ROOM).last().unwrap(), "Not any more.");
        assert_eq!(world.browsers[who].rooms[ROOM].people.len(), 3);
    }
    world.check();
}

#[test]
fn with_an_ended_credential_nobody_comes_in_until_it_is_renewed() {
    let (mut world, alice, cathy) = two(82);
    // The provider does not hear of Cathy's wish to renew.
    world.tamper_request =
        Some(Box::new(
            move |who, path, body| {
                if who == cathy && path == RENEW_PSEUDONYM { b"garbled".to_vec() } else { body }
            },
        ));
    world.wait(15 * DAY);
    say(&mut world, alice, "Still?");
    assert_eq!(world.browsers[cathy].said(ROOM).last().unwrap(), "Still?", "who is in stays in");
    lose_groups(&mut world, cathy);
    world.wait(60_000);
    assert_eq!(returns(&world, cathy), 0);
    assert!(world.browsers[cathy].refusals.iter().any(|line| line.contains(Refusal::CredentialExpired.word())));
    world.tamper_request = None;
    world.wait(DAY / 4);
    assert_eq!(returns(&world, cathy), 1);
    say(&mut world, cathy, "Yes.");
    assert_eq!(world.browsers[alice].said(ROOM).last().unwrap(), "Yes.");
    world.check();
}
