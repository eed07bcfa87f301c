//! Somebody looks where a link leads, in a browser of another provider that does nothing else yet, while requests are slow,
//! providers do not answer, or answers come in another order: it ends, soon after what was slow is over, with the room or
//! with a clear word.

use std::collections::BTreeSet;

use doorstep_page_api::view::{Command, LinkText, Outcome, Preset};
use doorstep_tests::{
    Faults, World,
    abroad::{join_by, knock_from, link_of, three_providers},
    scene::{follow, let_in},
};
use doorstep_wire::Refusal;

const SECOND: u64 = 1_000;

/// Alice's room at a.example, with somebody of c.example in it; a link; and Bob's new browser at b.example.
fn scene(seed: u64) -> (World, LinkText, usize) {
    let (mut world, alice) = three_providers(seed, Preset::AskToJoin);
    let cathy = knock_from(&mut world, "cathy", "c.example", 1);
    let_in(&mut world, alice, "cathy");
    follow(&mut world, cathy);
    let link = link_of(&mut world, alice);
    world.wait(60 * SECOND);
    let bob = world.browser_elsewhere("bob", "b.example");
    (world, link, bob)
}

fn begin(world: &mut World, who: usize, link: &LinkText) -> String {
    world.browsers[who].ask(Command::LookAtLink { invite: link.clone(), as_account: false })
}

/// What came of it: nothing yet, the room, or the word for why not.
fn came(world: &World, who: usize, look: &str) -> Option<Result<(), Refusal>> {
    let preview = world.browsers[who].looks.get(look)?;
    assert_eq!(world.browsers[who].done.get(look), Some(&Ok(Outcome::Ok)));
    Some(preview.result.as_ref().map(drop).map_err(|dead| dead.problem.code.clone()))
}

/// Milliseconds until something came of it, looked at ten times a second; the longest wait is `most`.
fn ends_within(world: &mut World, who: usize, look: &str, most: u64) -> Result<(), Refusal> {
    let begun = world.now().0;
    while world.now().0 <= begun + most {
        world.wait(SECOND / 10);
        if let Some(result) = came(world, who, look) {
            return result;
        }
    }
    panic!("nothing came of it in {most} ms")
}

/// The paths that are asked for on the way, without what differs from one time to the next.
fn ways() -> BTreeSet<String> {
    let (mut world, link, bob) = scene(1);
    world.received = Some(Vec::new());
    let look = begin(&mut world, bob, &link);
    assert_eq!(ends_within(&mut world, bob, &look, SECOND), Ok(()));
    let received = world.received.take().unwrap();
    received.into_iter().map(|request| request.path.split('?').next().unwrap().to_owned()).collect()
}

#[test]
fn whatever_is_slow_delays_it_by_no_more_than_that() {
    let ways = ways();
    let has = |part: &str| ways.iter().any(|path| path.contains(part));
    for part in ["register", "issuerKeys/b", "issuerKeys/a", "issuerKeys/c", "hubKeys/a", "groupInfo", "pseudonym"] {
        assert!(has(part), "{part} is not on the way: {ways:?}");
    }
    for (seed, way) in (10..).zip(&ways) {
        let (mut world, link, bob) = scene(seed);
        let slow = way.clone();
        world.held = Some(Box::new(move |who, path| who == bob && path.starts_with(&slow)));
        let look = begin(&mut world, bob, &link);
        world.wait(2 * SECOND);
        world.held = None;
        assert_eq!(ends_within(&mut world, bob, &look, 2 * SECOND), Ok(()), "{way}");
        world.check();
    }
}

#[test]
fn in_whatever_order_answers_come_it_is_done_soon() {
    for seed in 100..120 {
        let (mut world, link, bob) = scene(seed);
        world.faults = Faults { shuffled: true, ..Faults::default() };
        let look = begin(&mut world, bob, &link);
        assert_eq!(ends_within(&mut world, bob, &look, 5 * SECOND), Ok(()), "{seed}");
    }
}

/// Whoever of the providers does not reach which other, for a while from the beginning.
#[test]
fn a_provider_that_comes_back_is_found_again_soon() {
    for (seed, (from, to)) in
        (200..).zip([("b.example", "a.example"), ("a.example", "b.example"), ("b.example", "c.example")])
    {
        for away in [1, 8, 20] {
            let (mut world, link, bob) = scene(seed);
            world.cut(from, to, true);
            let look = begin(&mut world, bob, &link);
            world.wait(away * SECOND);
            world.cut(from, to, false);
            let soon = (away + 4) * SECOND;
            match came(&world, bob, &look).unwrap_or_else(|| ends_within(&mut world, bob, &look, soon)) {
                Ok(()) => {}
                // Bob was told, and looks again.
                Err(word) => {
                    assert!(
                        away >= 8 && to == "c.example" && word == Refusal::ProviderUnreachable,
                        "{word} after {away} s"
                    );
                    let again = begin(&mut world, bob, &link);
                    assert_eq!(ends_within(&mut world, bob, &again, soon), Ok(()));
                }
            }
            join_by(&mut world, bob, &link);
            world.check();
        }
    }
}

/// Nobody comes back, or what was asked is never answered.
#[test]
fn what_nobody_answers_ends_with_a_word() {
    for (seed, (from, to)) in
        (300..).zip([("b.example", "a.example"), ("a.example", "b.example"), ("b.example", "c.example")])
    {
        let (mut world, link, bob) = scene(seed);
        world.cut(from, to, true);
        let look = begin(&mut world, bob, &link);
        assert_eq!(ends_within(&mut world, bob, &look, 61 * SECOND), Err(Refusal::ProviderUnreachable));
    }
    for (seed, silent) in (310..).zip(["issuerKeys/c", "hubKeys/a", "groupInfo"]) {
        let (mut world, link, bob) = scene(seed);
        world.held = Some(Box::new(move |who, path| who == bob && path.contains(silent)));
        let look = begin(&mut world, bob, &link);
        assert_eq!(ends_within(&mut world, bob, &look, 61 * SECOND), Err(Refusal::ProviderUnreachable), "{silent}");
        // It is not asked for again by itself, and the room is there when Bob looks again.
        world.held = None;
        let again = begin(&mut world, bob, &link);
        assert_eq!(ends_within(&mut world, bob, &again, 4 * SECOND), Ok(()));
        join_by(&mut world, bob, &link);
    }
}
