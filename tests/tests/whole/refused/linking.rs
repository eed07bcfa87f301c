//! Join links: made, taken away, paused, looked at, used.

use doorstep_client_api::http::{GROUP_INFO, ISSUE_ACCOUNT, LINK_USES, UPDATE};
use doorstep_page_api::view::{Command, LinkOffer, LinkText, LinkView, Outcome};
use doorstep_tests::{
    World,
    abroad::link_of,
    scene::{ROOM, account, follow, with_room},
};
use doorstep_wire::Refusal;

use super::{ask_in_vain, refuse_with, room, strange};

fn links(world: &World, who: usize) -> &[LinkView] {
    &world.browsers[who].rooms[ROOM].links
}

fn is_paused(world: &World, who: usize) -> bool {
    world.browsers[who].rooms[ROOM].link_rules.paused
}

fn in_room() -> Result<Outcome, Refusal> {
    Ok(Outcome::Room { room: room() })
}

/// Alice's room, a link into it, and Bob, who has an account.
fn with_link(seed: u64) -> (World, usize, usize, LinkText) {
    let (mut world, alice) = with_room(seed);
    let link = link_of(&mut world, alice);
    let bob = account(&mut world, "bob");
    (world, alice, bob, link)
}

/// What a look shows; `path`: where it is refused.
fn look(
    world: &mut World,
    who: usize,
    path: Option<&'static str>,
    invite: &LinkText,
    as_account: bool,
) -> Result<LinkOffer, Refusal> {
    let before = world.browsers[who].refusals.len();
    if let Some(path) = path {
        refuse_with(world, who, path, strange());
    }
    let id = world.browsers[who].ask(Command::LookAtLink { invite: invite.clone(), as_account });
    world.settle();
    world.refuse = None;
    assert!(path.is_none_or(|_| world.browsers[who].refusals.len() > before), "nothing was asked");
    assert_eq!(world.browsers[who].done.get(&id), Some(&Ok(Outcome::Ok)));
    world.browsers[who].looks.remove(&id).expect("a preview").result.map_err(|dead| dead.problem.code)
}

#[test]
pub(super) fn a_link_that_is_not_made_is_nowhere_and_can_be_made_after_all() {
    let (mut world, alice) = with_room(50);
    let make = Command::MakeLink {
        room: room(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses: 1,
        note: "For the party".to_owned(),
    };
    assert_eq!(ask_in_vain(&mut world, alice, UPDATE, &make), Err(strange()));
    assert!(links(&world, alice).is_empty());
    let kept = world.browsers[alice].disk.keys().filter(|key| key.starts_with(b"e/link/")).count();
    assert_eq!(kept, 0, "nor is its secret");
    let Ok(Outcome::Link { link }) = world.ask(alice, make) else { panic!("no link") };
    assert_eq!(links(&world, alice).iter().map(|made| made.id.clone()).collect::<Vec<_>>(), [link]);
    world.check();
}

#[test]
pub(super) fn a_link_that_is_not_taken_away_leads_in_until_it_is() {
    let (mut world, alice, bob, invite) = with_link(51);
    let before = links(&world, alice)[0].clone();
    let revoke = Command::RevokeLink { room: room(), link: before.id.clone() };
    assert_eq!(ask_in_vain(&mut world, alice, UPDATE, &revoke), Err(strange()));
    assert_eq!(links(&world, alice)[0].code, before.code);
    assert!(look(&mut world, bob, None, &invite, false).is_ok());
    assert_eq!(world.ask(alice, revoke), Ok(Outcome::Ok));
    assert!(links(&world, alice).is_empty());
    assert_eq!(look(&mut world, bob, None, &invite, false), Err(Refusal::LinkUnknown));
    world.check();
}

#[test]
pub(super) fn links_that_are_not_paused_lead_in_until_they_are() {
    let (mut world, alice) = with_room(52);
    for paused in [true, false] {
        let pause = Command::PauseLinks { room: room(), paused };
        assert_eq!(ask_in_vain(&mut world, alice, UPDATE, &pause), Err(strange()));
        assert_eq!(is_paused(&world, alice), !paused);
        assert_eq!(world.ask(alice, pause), Ok(Outcome::Ok));
        assert_eq!(is_paused(&world, alice), paused);
    }
    world.check();
}

#[test]
pub(super) fn whoever_is_shown_nothing_behind_a_link_is_told_why_and_can_look_again() {
    for (path, as_account) in [(GROUP_INFO, false), (GROUP_INFO, true), (ISSUE_ACCOUNT, true)] {
        let (mut world, _, bob, invite) = with_link(53);
        assert_eq!(look(&mut world, bob, Some(path), &invite, as_account), Err(strange()), "{path}");
        let offer = look(&mut world, bob, None, &invite, as_account).expect("a way in");
        assert_eq!(offer.name, "Clubhouse");
        world.check();
    }
}

#[test]
pub(super) fn whoever_is_not_let_in_by_a_link_is_told_why_and_spends_nothing() {
    for (path, as_account) in
        [(GROUP_INFO, false), (UPDATE, false), (GROUP_INFO, true), (UPDATE, true), (ISSUE_ACCOUNT, true)]
    {
        let (mut world, alice, bob, invite) = with_link(54);
        let join = Command::JoinByLink { invite, as_account, pseudonym: None, inviter_gone: false };
        assert_eq!(ask_in_vain(&mut world, bob, path, &join), Err(strange()), "{path}");
        assert!(world.browsers[bob].home.rooms.is_empty());
        follow(&mut world, alice);
        assert_eq!(links(&world, alice)[0].uses.as_ref().map(|uses| uses.used), Some(0));
        assert_eq!(world.ask(bob, join), in_room(), "{path}");
        follow(&mut world, alice);
        let uses = links(&world, alice)[0].uses.clone().expect("the hub tells");
        assert_eq!((uses.used, uses.claimed), (1, 0), "{path}");
        world.check();
    }
}

#[test]
fn whoever_is_not_let_in_by_a_link_is_let_in_by_the_name_that_was_shown() {
    for path in [GROUP_INFO, UPDATE] {
        let (mut world, _, bob, invite) = with_link(55);
        let pseudonym = look(&mut world, bob, None, &invite, false).expect("a way in").pseudonym;
        // What was seen by the look is too old to come in with: it is asked anew.
        world.wait(600_000);
        let join = Command::JoinByLink { invite, as_account: false, pseudonym: pseudonym.clone(), inviter_gone: false };
        assert_eq!(ask_in_vain(&mut world, bob, path, &join), Err(strange()), "{path}");
        assert_eq!(world.ask(bob, join), in_room(), "{path}");
        follow(&mut world, bob);
        assert_eq!(world.browsers[bob].rooms[ROOM].me.rsplit('/').next().map(str::to_owned), pseudonym);
        world.check();
    }
}

/// A page of a room is shown without what the hub does not tell, and with it as soon as it does.
#[test]
pub(super) fn a_room_is_shown_without_what_its_hub_does_not_tell() {
    let (mut world, alice) = with_room(56);
    refuse_with(&mut world, alice, LINK_USES, strange());
    link_of(&mut world, alice);
    let hello = Command::Hello { room: Some(room()) };
    assert_eq!(ask_in_vain(&mut world, alice, LINK_USES, &hello), Ok(Outcome::Ok));
    assert_eq!(links(&world, alice)[0].uses, None);
    let asked = world.requests;
    world.wait(3_600_000);
    assert_eq!(world.requests, asked, "nobody asks for it again by itself");
    assert_eq!(world.ask(alice, hello), Ok(Outcome::Ok));
    assert_eq!(links(&world, alice)[0].uses.as_ref().map(|uses| uses.used), Some(0));
    world.check();
}

#[test]
fn whoever_comes_back_is_told_how_often_a_link_was_used() {
    let (mut world, alice, _, _) = with_link(57);
    world.browsers[alice].kill();
    world.browsers[alice].open();
    follow(&mut world, alice);
    world.wait(60_000);
    assert_eq!(links(&world, alice)[0].uses.as_ref().map(|uses| uses.used), Some(0));
}
