//! What the hub or the own provider refuses: whoever asked is told why, everything is as before, and it can be asked
//! again. `table` names the story for each command.

mod abroad;
mod codes;
mod entering;
mod knocking;
mod linking;
mod table;
mod telling;

use doorstep_client_api::http::{END_ROOM, SUBMIT_MESSAGE, UPDATE};
use doorstep_page_api::view::{Change, ChatBody, ChatMessage, Command, Delivery, Outcome, Problem, RoomEnd};
use doorstep_tests::{
    World,
    scene::{ROOM, accept, follow, say, with_knock},
};
use doorstep_wire::Refusal;

const WORD: Refusal = Refusal::NotAllowed;

/// Alice's room, with Bob in it.
fn two(seed: u64) -> (World, usize, usize) {
    let (mut world, alice, bob) = with_knock(seed);
    accept(&mut world, alice);
    follow(&mut world, alice);
    follow(&mut world, bob);
    (world, alice, bob)
}

/// The hub refuses what this one asks of it at `path`.
fn refuse(world: &mut World, who: usize, path: &'static str) {
    refuse_with(world, who, path, WORD);
}

fn refuse_with(world: &mut World, who: usize, path: &'static str, word: Refusal) {
    world.refuse = Some(Box::new(move |at, asked| (at == who && is_at(asked, path)).then(|| word.clone())));
}

/// A word that no program here says by itself.
fn strange() -> Refusal {
    Refusal::from_word("not-today")
}

/// What comes of a command while whatever is asked at `path` for it is refused with a strange word.
fn ask_in_vain(world: &mut World, who: usize, path: &'static str, command: &Command) -> Result<Outcome, Refusal> {
    let before = world.browsers[who].refusals.len();
    refuse_with(world, who, path, strange());
    let came = world.ask(who, command.clone());
    assert!(world.browsers[who].refusals.len() > before, "nothing was asked at {path}");
    world.refuse = None;
    came
}

/// A path is one of this pattern.
fn is_at(asked: &str, path: &str) -> bool {
    path.split('{').next().is_some_and(|start| asked.starts_with(start))
}

fn room() -> String {
    ROOM.to_owned()
}

fn own_name(world: &World, who: usize) -> String {
    world.browsers[who].rooms[ROOM].me.clone()
}

fn role_of(world: &World, by: usize, user: &str) -> Option<String> {
    let people = &world.browsers[by].rooms[ROOM].people;
    people.iter().find(|person| person.user == user).map(|person| person.role.clone())
}

/// The only line that was said and begins with these words now, or stands where they stood.
fn line(world: &World, who: usize) -> ChatMessage {
    let said = |message: &&ChatMessage| !matches!(message.body, ChatBody::Happened(_));
    let lines: Vec<_> = world.browsers[who].rooms[ROOM].messages.iter().filter(said).cloned().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.into_iter().next().unwrap()
}

fn text(message: &ChatMessage) -> &str {
    match &message.body {
        ChatBody::Text(text) => text,
        _ => "",
    }
}

#[test]
fn a_command_about_people_is_answered_by_what_the_hub_did() {
    for ban in [false, true] {
        let (mut world, alice, bob) = two(1);
        let user = own_name(&world, bob);
        let out = Command::Remove { room: room(), user: user.clone(), ban };
        refuse(&mut world, alice, UPDATE);
        assert_eq!(world.ask(alice, out.clone()), Err(WORD));
        assert!(role_of(&world, alice, &user).is_some(), "nothing is shown that is not so");
        // Whatever else she does goes on.
        world.refuse = None;
        say(&mut world, alice, "Still here?");
        assert_eq!(world.ask(alice, out), Ok(Outcome::Ok));
        let listed = role_of(&world, alice, &user);
        assert_eq!(listed.as_deref(), ban.then_some("banned"));
        assert!(world.browsers[bob].rooms[ROOM].ended.is_some());
    }
}

#[test]
fn a_room_that_is_not_ended_goes_on_and_can_be_ended_after_all() {
    let (mut world, alice, bob) = two(3);
    let end = Command::EndRoom { room: room() };
    assert_eq!(ask_in_vain(&mut world, alice, END_ROOM, &end), Err(strange()));
    assert_eq!(world.browsers[alice].rooms[ROOM].ended, None);
    say(&mut world, bob, "Still here?");
    assert_eq!(world.browsers[alice].said(ROOM), ["Still here?"]);
    // Whoever may not is told so without a request.
    assert_eq!(world.ask(bob, end.clone()), Err(Refusal::NotAllowed));
    assert_eq!(world.ask(alice, end.clone()), Ok(Outcome::Ok));
    assert_eq!(world.browsers[bob].rooms[ROOM].ended, Some(RoomEnd::Closed));
    assert_eq!(world.ask(alice, end), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn a_role_that_is_not_given_stays_as_it_was() {
    let (mut world, alice, bob) = two(2);
    let user = own_name(&world, bob);
    let before = role_of(&world, alice, &user);
    let role = Command::SetRole { room: room(), user: user.clone(), role: "admin".to_owned() };
    refuse(&mut world, alice, UPDATE);
    assert_eq!(world.ask(alice, role.clone()), Err(WORD));
    assert_eq!(role_of(&world, alice, &user), before);
    world.refuse = None;
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    assert_eq!(role_of(&world, alice, &user).as_deref(), Some("admin"));
}

#[test]
fn whoever_is_not_let_go_is_told_and_stays() {
    let (mut world, _, bob) = two(3);
    refuse(&mut world, bob, UPDATE);
    assert_eq!(world.ask(bob, Command::Leave { room: room() }), Err(WORD));
    assert_eq!(world.browsers[bob].rooms[ROOM].ended, None);
    say(&mut world, bob, "I am still here.");
    world.refuse = None;
    assert_eq!(world.ask(bob, Command::Leave { room: room() }), Ok(Outcome::Ok));
    assert!(world.browsers[bob].rooms[ROOM].ended.is_some());
}

#[test]
fn a_removal_waits_for_the_network_and_is_answered_after() {
    let (mut world, alice, bob) = two(4);
    let user = own_name(&world, bob);
    world.away.insert(alice);
    let id = world.browsers[alice].ask(Command::Remove { room: room(), user, ban: false });
    world.settle();
    assert!(!world.browsers[alice].done.contains_key(&id), "nobody knows yet");
    world.away.clear();
    world.wait(120_000);
    assert_eq!(world.browsers[alice].done.get(&id), Some(&Ok(Outcome::Ok)));
}

#[test]
fn a_change_that_is_refused_goes_back_and_can_be_made_again() {
    let (mut world, alice, bob) = two(5);
    say(&mut world, alice, "first");
    let message = line(&world, alice).id;
    let edit = |text: &str| Command::Edit { room: room(), message: message.clone(), text: text.to_owned() };
    let react =
        |reaction: &str| Command::React { room: room(), message: message.clone(), reaction: reaction.to_owned() };

    refuse(&mut world, alice, SUBMIT_MESSAGE);
    for (command, wanted) in [
        (edit("second"), Change::Text("second".to_owned())),
        (edit(""), Change::Delete),
        (react("👍"), Change::React("👍".to_owned())),
    ] {
        assert_eq!(world.ask(alice, command), Ok(Outcome::Ok));
        let now = line(&world, alice);
        assert_eq!((text(&now), now.edited, now.reactions.len()), ("first", false, 0), "{wanted:?}");
        assert_eq!(now.delivery, Delivery::Sent);
        let (change, Problem { code, .. }) = now.refused.expect("she is told");
        assert_eq!((change, code), (wanted, WORD));
    }

    world.refuse = None;
    let again = Command::SendAgain { room: room(), message: message.clone() };
    assert_eq!(world.ask(alice, again.clone()), Ok(Outcome::Ok));
    for who in [alice, bob] {
        let now = line(&world, who);
        assert_eq!((now.reactions.len(), now.refused), (1, None));
    }
    // Asked twice: done once.
    assert_eq!(world.ask(alice, again), Ok(Outcome::Ok));
    assert_eq!(line(&world, bob).reactions.len(), 1);

    refuse(&mut world, alice, SUBMIT_MESSAGE);
    assert_eq!(world.ask(alice, react("")), Ok(Outcome::Ok));
    let now = line(&world, alice);
    assert_eq!((now.reactions.len(), now.refused.map(|(change, _)| change)), (1, Some(Change::React(String::new()))));
    assert_eq!(world.ask(alice, Command::DropRefused { room: room(), message: message.clone() }), Ok(Outcome::Ok));
    let now = line(&world, alice);
    assert_eq!((now.reactions.len(), now.refused), (1, None));

    assert_eq!(world.ask(alice, edit("third")), Ok(Outcome::Ok));
    world.refuse = None;
    assert_eq!(world.ask(alice, Command::SendAgain { room: room(), message }), Ok(Outcome::Ok));
    for who in [alice, bob] {
        let now = line(&world, who);
        assert_eq!((text(&now), now.edited, now.refused.as_ref()), ("third", true, None));
    }
}

#[test]
fn of_two_changes_the_one_that_is_taken_stands() {
    for first_is_refused in [true, false] {
        let (mut world, alice, bob) = two(6);
        say(&mut world, alice, "first");
        let message = line(&world, alice).id;
        let edit = |text: &str| Command::Edit { room: room(), message: message.clone(), text: text.to_owned() };
        world.browsers[alice].ask(edit("second"));
        world.browsers[alice].ask(edit("third"));
        let mut asked = 0;
        world.refuse = Some(Box::new(move |at, path| {
            let said = at == alice && is_at(path, SUBMIT_MESSAGE);
            asked += usize::from(said);
            (said && asked == if first_is_refused { 1 } else { 2 }).then_some(WORD)
        }));
        world.settle();
        let (stands, refused) = if first_is_refused { ("third", "second") } else { ("second", "third") };
        assert_eq!(text(&line(&world, bob)), stands);
        let now = line(&world, alice);
        assert_eq!(text(&now), stands);
        assert_eq!(now.refused.map(|(change, _)| change), Some(Change::Text(refused.to_owned())));
    }
}

#[test]
fn a_message_that_was_refused_is_sent_again_as_one() {
    let (mut world, alice, bob) = two(7);
    refuse(&mut world, alice, SUBMIT_MESSAGE);
    let said = Command::Send { room: room(), text: "Hello.".to_owned(), reply_to: None };
    assert_eq!(world.ask(alice, said.clone()), Ok(Outcome::Ok));
    let failed = line(&world, alice);
    assert_eq!(text(&failed), "Hello.", "its text is kept");
    assert!(matches!(&failed.delivery, Delivery::Failed(problem) if problem.code == WORD));
    let again = Command::SendAgain { room: room(), message: failed.id };
    assert_eq!(world.ask(alice, again.clone()), Ok(Outcome::Ok));
    let failed = line(&world, alice);
    assert!(matches!(failed.delivery, Delivery::Failed(_)), "refused again");

    world.refuse = None;
    let again = Command::SendAgain { room: room(), message: failed.id };
    // Two tabs ask at once.
    world.browsers[alice].ask(again.clone());
    assert_eq!(world.ask(alice, again), Ok(Outcome::Ok));
    assert_eq!(line(&world, alice).delivery, Delivery::Sent);
    assert_eq!(text(&line(&world, bob)), "Hello.");

    refuse(&mut world, alice, SUBMIT_MESSAGE);
    assert_eq!(world.ask(alice, said), Ok(Outcome::Ok));
    let messages = &world.browsers[alice].rooms[ROOM].messages;
    let failed = messages.iter().find(|message| matches!(message.delivery, Delivery::Failed(_))).unwrap().id.clone();
    assert_eq!(world.ask(alice, Command::DropRefused { room: room(), message: failed }), Ok(Outcome::Ok));
    assert_eq!(text(&line(&world, alice)), "Hello.");
    assert_eq!(line(&world, alice).delivery, Delivery::Sent);
}

/// More was said than is shown at first.
#[test]
fn what_was_said_long_ago_is_shown_when_it_is_asked_for() {
    let (mut world, alice, bob) = two(8);
    let numbers = |world: &World, who: usize| -> Vec<usize> {
        world.browsers[who].said(ROOM).iter().filter_map(|text| text.parse().ok()).collect()
    };
    for number in 0..450 {
        world.browsers[alice].ask(Command::Send { room: room(), text: number.to_string(), reply_to: None });
    }
    world.settle();
    follow(&mut world, bob);
    assert_eq!(numbers(&world, bob), (250..450).collect::<Vec<_>>());
    assert!(world.browsers[bob].rooms[ROOM].older);

    let older = |from: Option<String>| Command::ShowOlder { room: room(), from };
    assert_eq!(world.ask(bob, older(None)), Ok(Outcome::Ok));
    assert_eq!(numbers(&world, bob), (50..450).collect::<Vec<_>>());
    // What comes is added, and nothing goes.
    say(&mut world, alice, "450");
    assert_eq!(numbers(&world, bob), (50..451).collect::<Vec<_>>());
    assert_eq!(world.ask(bob, older(None)), Ok(Outcome::Ok));
    assert_eq!(numbers(&world, bob), (0..451).collect::<Vec<_>>());
    assert!(!world.browsers[bob].rooms[ROOM].older);

    // Opened anew it begins at the end; an answer leads to what it answers.
    let first = world.browsers[bob].rooms[ROOM].messages.iter().find(|said| text(said) == "100").unwrap().id.clone();
    follow(&mut world, bob);
    assert_eq!(numbers(&world, bob).first(), Some(&251));
    assert_eq!(world.ask(bob, older(Some(first))), Ok(Outcome::Ok));
    let shown = numbers(&world, bob);
    assert!(shown[0] < 100 && shown[0] > 50, "with some of what was said before it: {}", shown[0]);

    assert_eq!(world.ask(bob, older(Some("ff".repeat(32)))), Err(Refusal::NoMessage));
    let elsewhere = Command::ShowOlder { room: "mimi://a.example/r/other".to_owned(), from: None };
    assert_eq!(world.ask(bob, elsewhere), Err(Refusal::NoRoom));
}

#[test]
fn a_room_that_is_over_is_removed_with_all_that_was_said() {
    let (mut world, alice, bob) = two(9);
    say(&mut world, alice, "A secret.");
    let forget = || Command::ForgetRoom { room: room() };
    assert_eq!(world.ask(bob, forget()), Err(Refusal::NotAllowed), "it is not over");
    assert_eq!(world.ask(bob, Command::Leave { room: room() }), Ok(Outcome::Ok));
    assert_eq!(world.browsers[bob].said(ROOM), ["A secret."]);
    let rows = |world: &World| -> Vec<String> {
        let keys = world.browsers[bob].disk.keys().map(|key| String::from_utf8_lossy(key).into_owned());
        keys.filter(|key| key.contains(ROOM) || key.starts_with("e/identity/")).collect()
    };
    assert!(rows(&world).iter().any(|key| key.starts_with("e/message/")));
    assert_eq!(world.ask(bob, forget()), Ok(Outcome::Ok));
    assert_eq!(rows(&world).iter().filter(|key| key.contains(ROOM)).count(), 0, "{:?}", rows(&world));
    assert!(world.browsers[bob].home.rooms.is_empty());
    assert_eq!(world.ask(bob, forget()), Err(Refusal::NoRoom));

    // What still comes of it does no harm, and whoever stays goes on.
    say(&mut world, alice, "Another.");
    world.wait(120_000);
    assert!(world.browsers[bob].home.rooms.is_empty());
    assert_eq!(world.browsers[alice].said(ROOM).len(), 2);
}
