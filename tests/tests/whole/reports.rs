//! Somebody shows the hub what was said to them: in their own house and across providers, and the hub knows what is
//! true.

use doorstep_hub::store::Report;
use doorstep_page_api::view::{ChatBody, ChatMessage, Command, MyKnockState, Outcome, Preset};
use doorstep_tests::{
    World,
    scene::{ROOM, accept, account, draft, follow, knock_draft, say},
};
use doorstep_wire::{Body as _, Refusal, abuse::AbuseReport};

/// Alice's room at a.example, and Cathy of c.example in it.
fn scene(seed: u64) -> (World, usize, usize) {
    let mut world = World::new(seed);
    world.provider_elsewhere("c.example", seed + 1);
    let alice = account(&mut world, "alice");
    world.ask(alice, Command::CreateRoom(draft(Preset::AskToJoin))).unwrap();
    follow(&mut world, alice);
    let cathy = world.browser_elsewhere("cathy", "c.example");
    let knock = knock_draft(&mut world, 1, "cathy");
    assert_eq!(world.ask(cathy, Command::Knock(knock)), Ok(Outcome::Ok));
    accept(&mut world, alice);
    assert_eq!(world.browsers[cathy].knock().state, MyKnockState::Accepted);
    follow(&mut world, cathy);
    (world, alice, cathy)
}

/// The last message as somebody sees it.
fn last(world: &World, who: usize) -> ChatMessage {
    let messages = &world.browsers[who].rooms[ROOM].messages;
    messages.iter().rfind(|message| !matches!(message.body, ChatBody::Happened(_))).unwrap().clone()
}

fn report(world: &mut World, who: usize, message: &ChatMessage, note: &str) -> Result<Outcome, Refusal> {
    let (room, message, note) = (ROOM.to_owned(), message.id.clone(), note.to_owned());
    world.ask(who, Command::Report { room, message, note })
}

fn kept(world: &World) -> Vec<(Report, AbuseReport)> {
    let reports = world.reports().into_iter();
    reports.map(|report| (report.clone(), AbuseReport::decode(&report.body).unwrap())).collect()
}

#[test]
fn what_was_said_is_shown_to_the_hub_of_another_provider() {
    let (mut world, alice, cathy) = scene(1);
    say(&mut world, alice, "Something nasty.");
    let shown = last(&world, cathy);
    assert!(shown.reportable);
    assert!(!last(&world, alice).reportable, "nobody reports themselves");
    assert_eq!(report(&mut world, cathy, &shown, " Look at this. "), Ok(Outcome::Ok));
    let kept = kept(&world);
    let [(kept, body)] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((kept.proven, kept.from.as_str(), kept.room.as_str()), (1, "c.example", ROOM));
    assert_eq!((kept.alleged_abuser.as_str(), &kept.reporting_user), (shown.from.as_str(), &None));
    assert_eq!((body.note.as_str(), body.messages.len()), ("Look at this.", 1));
    world.check();
}

#[test]
fn a_report_has_all_versions_of_a_message_and_nothing_of_others() {
    let (mut world, alice, cathy) = scene(2);
    say(&mut world, cathy, "First nasty.");
    let first = last(&world, alice);
    say(&mut world, alice, "Quite innocent.");
    let edit = Command::Edit { room: ROOM.to_owned(), message: first.id.clone(), text: "Second, nastier.".to_owned() };
    assert_eq!(world.ask(cathy, edit), Ok(Outcome::Ok));
    // What others do with it is not theirs, and not shown.
    for who in [alice, cathy] {
        let react = Command::React { room: ROOM.to_owned(), message: first.id.clone(), reaction: "👍".to_owned() };
        assert_eq!(world.ask(who, react), Ok(Outcome::Ok));
    }
    assert_eq!(report(&mut world, alice, &first, ""), Ok(Outcome::Ok));
    let [(kept, body)] = &kept(&world)[..] else { panic!("not one report") };
    assert_eq!((kept.proven, kept.from.as_str(), body.messages.len()), (2, "a.example", 2));
    assert_eq!(kept.alleged_abuser.as_str(), first.from);
    world.check();
}

#[test]
fn what_is_deleted_is_kept_for_no_report() {
    let (mut world, alice, cathy) = scene(3);
    say(&mut world, cathy, "Said too much.");
    let shown = last(&world, alice);
    assert!(shown.reportable);
    let delete = Command::Edit { room: ROOM.to_owned(), message: shown.id.clone(), text: String::new() };
    assert_eq!(world.ask(cathy, delete), Ok(Outcome::Ok));
    assert!(!last(&world, alice).reportable);
    assert_eq!(report(&mut world, alice, &shown, ""), Err(Refusal::NoMessage));
    assert!(kept(&world).is_empty());
}

#[test]
fn a_report_is_sent_until_it_has_arrived_also_after_the_tab_died() {
    let (mut world, alice, cathy) = scene(4);
    say(&mut world, alice, "Something nasty.");
    let shown = last(&world, cathy);
    world.cut("c.example", "a.example", true);
    let (room, message) = (ROOM.to_owned(), shown.id.clone());
    world.browsers[cathy].ask(Command::Report { room, message, note: String::new() });
    world.step();
    world.browsers[cathy].kill();
    world.cut("c.example", "a.example", false);
    world.browsers[cathy].open();
    world.settle();
    assert_eq!(kept(&world).len(), 1);
    assert_eq!(kept(&world)[0].0.proven, 1);
    let reports = world.crossings().into_iter().filter(|crossing| crossing.endpoint.name() == "reportAbuse");
    assert!(reports.clone().count() >= 1 && reports.clone().all(|crossing| crossing.status == 201));
    world.check();
}
