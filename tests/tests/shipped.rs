//! One story with everything as it is shipped: engines and providers draw from the system. It has a program of its own,
//! because whoever makes another world in the same process has everything drawn from seeds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken expectation has to stop the test"
)]

use doorstep_page_api::view::{Answer, Command, MyKnockState, Outcome, Preset};
use doorstep_tests::{
    World,
    scene::{ROOM, accept, account, draft, follow, knock_draft, say},
};

#[test]
fn they_knock_are_let_in_turned_away_come_by_a_link_and_talk() {
    let mut world = World::as_shipped(1);
    let alice = account(&mut world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);

    let cathy = world.browser("cathy");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    assert_eq!(world.browsers[alice].request().note, "I like doors.");
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    follow(&mut world, cathy);

    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 2, "So do I.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let request = world.browsers[alice].home.requests.iter().find(|request| request.note == "So do I.");
    let request = request.expect("a second knock").id.clone();
    let answer = Answer::Decline { reason: "Full.".to_owned() };
    assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[dora].knock().state, MyKnockState::Declined { reason: "Full.".to_owned() });

    let link = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3600,
        max_uses: 1,
        note: String::new(),
    };
    assert!(matches!(world.ask(alice, link), Ok(Outcome::Link { .. })));
    let invite = world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here");
    let erik = world.browser("erik");
    let join = Command::JoinByLink { invite, as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(erik, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, erik);

    say(&mut world, alice, "Welcome!");
    for who in [cathy, erik] {
        world.browsers[who].kill();
        world.browsers[who].open();
        follow(&mut world, who);
    }
    say(&mut world, cathy, "Thank you.");
    say(&mut world, erik, "And from me.");
    for who in [alice, cathy, erik] {
        let said = world.browsers[who].said(ROOM);
        assert_eq!(said, ["Welcome!", "Thank you.", "And from me."], "{}", world.browsers[who].name);
    }
    world.check();
    assert!(!doorstep_mls::seeded::is_on());
}
