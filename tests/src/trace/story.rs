//! The flows that are dumped: people of c.example at the door of a room of a.example.

use doorstep_client_api::view::{Answer, Command, LinkText, Outcome, Preset};

use crate::scene::{ROOM, accept, account, draft, follow, knock_draft, let_in, say};
use crate::{Crossing, World};

/// What crossed during one part of the story.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// What happens.
    pub title: &'static str,
    /// In order.
    pub crossings: Vec<Crossing>,
}

/// The story and the world it leaves.
pub struct Told {
    /// In order.
    pub chapters: Vec<Chapter>,
    /// For [`World::check`].
    pub world: World,
}

/// Tells it; all choices come from `seed`.
pub fn tell(seed: u64) -> Told {
    let mut world = World::new(seed);
    world.provider_elsewhere("c.example", seed + 1);
    let alice = account(&mut world, "alice");
    let made = world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin)));
    assert_eq!(made, Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(&mut world, alice);
    let mut told = Told { chapters: Vec::new(), world };

    let cathy = told.world.browser_elsewhere("cathy", "c.example");
    told.part("Cathy of c.example knocks at Alice's room", |world| knock(world, cathy, 1));
    told.part("Alice lets her in", |world| accept(world, alice));
    told.part("They talk", |world| {
        follow(world, cathy);
        say(world, cathy, "Good evening.");
        say(world, alice, "Come in!");
    });

    let dan = told.world.browser("dan");
    told.part("Alice lets Dan of a.example in, and Cathy hears of it", |world| {
        knock(world, dan, 4);
        let_in(world, alice, "dan");
        follow(world, dan);
    });
    let user = told.world.browsers[dan].rooms[ROOM].me.clone();
    let out = Command::Remove { room: ROOM.to_owned(), user, ban: true };
    told.part("Alice keeps Dan out again, and Cathy hears of it", |world| {
        assert_eq!(world.ask(alice, out), Ok(Outcome::Ok));
    });

    let dora = told.world.browser_elsewhere("dora", "c.example");
    told.part("Dora of c.example knocks and is declined", |world| {
        knock(world, dora, 2);
        let waiting = world.browsers[alice].home.requests.iter().find(|request| request.note == "dora");
        let request = waiting.expect("her knock").id.clone();
        let answer = Answer::Decline { reason: "Full this month.".to_owned() };
        assert_eq!(world.ask(alice, Command::Answer { request, answer }), Ok(Outcome::Ok));
    });

    let eve = told.world.browser_elsewhere("eve", "c.example");
    told.part("Eve of c.example knocks and takes it back", |world| {
        knock(world, eve, 3);
        let knock = world.browsers[eve].knock().id.clone();
        assert_eq!(world.ask(eve, Command::Withdraw { knock }), Ok(Outcome::Ok));
    });

    let make = Command::MakeLink {
        room: ROOM.to_owned(),
        role: "member".to_owned(),
        seconds: 3_600,
        max_uses: 0,
        note: String::new(),
    };
    told.part("Alice makes a link", |world| assert!(world.ask(alice, make).is_ok()));
    let code = told.world.browsers[alice].rooms[ROOM].links[0].code.clone().expect("made here");
    let bob = told.world.browser_elsewhere("bob", "c.example");
    told.part("Bob of c.example comes in by it and speaks", |world| join(world, bob, code));
    told
}

impl Told {
    fn part(&mut self, title: &'static str, happens: impl FnOnce(&mut World)) {
        let before = self.world.crossings().len();
        happens(&mut self.world);
        let crossings = self.world.crossings().split_off(before);
        self.chapters.push(Chapter { title, crossings });
    }
}

fn knock(world: &mut World, who: usize, number: u8) {
    let note = world.browsers[who].name.clone();
    let draft = knock_draft(world, number, &note);
    assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
}

fn join(world: &mut World, bob: usize, code: LinkText) {
    let look = world.browsers[bob].ask(Command::LookAtLink { invite: code.clone(), as_account: false });
    world.settle();
    assert!(world.browsers[bob].looks.remove(&look).is_some_and(|preview| preview.result.is_ok()));
    let join = Command::JoinByLink { invite: code, as_account: false, pseudonym: None, inviter_gone: false };
    assert_eq!(world.ask(bob, join), Ok(Outcome::Room { room: ROOM.to_owned() }));
    follow(world, bob);
    say(world, bob, "From c.");
}
