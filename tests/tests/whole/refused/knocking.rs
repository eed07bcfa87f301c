//! Knocks: sent, taken back, answered.

use std::{cell::Cell, rc::Rc};

use doorstep_client_api::http::{
    GROUP_INFO, HUB_KEYS, IN_ORDER, ISSUE_ACCOUNT, ISSUE_PSEUDONYM, InOrder, REQUEST_CONSENT, StepKind, UPDATE,
    UPDATE_CONSENT, path_with,
};
use doorstep_page_api::view::{Answer, Claims, Command, KnockDraft, MyKnockState, Outcome, RequestState};
use doorstep_tests::{
    World,
    scene::{ROOM, account, follow, knock_draft, let_in, say, with_knock, with_room},
};
use doorstep_wire::Refusal;
use tls_codec::{Deserialize, Serialize};

use super::{ask_in_vain, is_at, own_name, refuse_with, room, strange, two};

fn state(world: &World, cathy: usize) -> MyKnockState {
    world.browsers[cathy].knock().state.clone()
}

fn waits(world: &World, cathy: usize) -> bool {
    matches!(state(world, cathy), MyKnockState::Waiting { .. })
}

fn request(world: &World, alice: usize) -> RequestState {
    world.browsers[alice].request().state.clone()
}

fn is_refused(state: &MyKnockState, word: &Refusal) -> bool {
    matches!(state, MyKnockState::Refused(problem) if problem.code == *word)
}

fn answer(world: &World, alice: usize, answer: Answer) -> Command {
    Command::Answer { request: world.browsers[alice].request().id.clone(), answer }
}

fn dismiss(world: &mut World, cathy: usize) {
    let knock = world.browsers[cathy].knock().id.clone();
    assert_eq!(world.ask(cathy, Command::DismissKnock { knock }), Ok(Outcome::Ok));
}

#[test]
pub(super) fn a_knock_that_is_refused_is_told_as_that_and_another_is_heard() {
    for path in [GROUP_INFO, IN_ORDER] {
        let (mut world, alice) = with_room(30);
        let cathy = world.browser("cathy");
        let draft = knock_draft(&mut world, 1, "Is anybody there?");
        assert_eq!(ask_in_vain(&mut world, cathy, path, &Command::Knock(draft)), Ok(Outcome::Ok));
        assert!(is_refused(&state(&world, cathy), &strange()), "{path}: {:?}", state(&world, cathy));
        world.wait(3_600_000);
        assert!(world.browsers[alice].home.requests.is_empty(), "{path}");
        dismiss(&mut world, cathy);
        let draft = knock_draft(&mut world, 2, "I like doors.");
        assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
        assert!(waits(&world, cathy), "{path}: {:?}", state(&world, cathy));
        assert_eq!(world.browsers[alice].request().note, "I like doors.");
        world.check();
    }
}

#[test]
fn a_knock_that_is_refused_can_be_sent_again_by_the_same_name() {
    for path in [GROUP_INFO, IN_ORDER] {
        let (mut world, alice) = with_room(31);
        let cathy = world.browser("cathy");
        let draft = knock_draft(&mut world, 1, "I like doors.");
        assert_eq!(ask_in_vain(&mut world, cathy, path, &Command::Knock(draft.clone())), Ok(Outcome::Ok));
        dismiss(&mut world, cathy);
        let again = KnockDraft { id: draft.id.replace("01", "02"), ..draft };
        assert_eq!(world.ask(cathy, Command::Knock(again)), Ok(Outcome::Ok));
        assert!(waits(&world, cathy), "{path}: {:?}", state(&world, cathy));
        assert_eq!(world.browsers[alice].home.requests.len(), 1);
        world.check();
    }
}

/// The door lets her in, and what she says there is not taken.
#[test]
fn a_knock_that_is_refused_at_the_door_itself_is_told_as_that_and_another_is_heard() {
    let (mut world, alice) = with_room(32);
    let cathy = world.browser("cathy");
    let spoiled = Rc::new(Cell::new(0));
    let seen = spoiled.clone();
    world.tamper_request = Some(Box::new(move |who, path, body| {
        if who != cathy || !is_at(path, IN_ORDER) {
            return body;
        }
        let InOrder { mut steps } = InOrder::tls_deserialize_exact(&body[..]).unwrap();
        for step in steps.iter_mut().filter(|step| step.kind == StepKind::Message) {
            step.body = b"no message".to_vec().into();
            seen.set(seen.get() + 1);
        }
        InOrder { steps }.tls_serialize_detached().unwrap()
    }));
    let draft = knock_draft(&mut world, 1, "Is anybody there?");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    world.wait(60_000);
    assert_eq!(spoiled.get(), 1, "what was refused is not sent again");
    assert!(matches!(state(&world, cathy), MyKnockState::Refused(_)), "{:?}", state(&world, cathy));
    world.tamper_request = None;
    dismiss(&mut world, cathy);
    let draft = knock_draft(&mut world, 2, "I like doors.");
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(waits(&world, cathy), "{:?}", state(&world, cathy));
    assert_eq!(world.browsers[alice].request().note, "I like doors.");
    world.check();
}

/// She does not want it any more, whatever the hub says: it is told so until it has heard.
#[test]
pub(super) fn a_withdrawal_that_is_refused_is_brought_until_it_is_taken() {
    let (mut world, alice, cathy) = with_knock(33);
    let withdraw = Command::Withdraw { knock: world.browsers[cathy].knock().id.clone() };
    assert_eq!(ask_in_vain(&mut world, cathy, UPDATE_CONSENT, &withdraw), Ok(Outcome::Ok));
    assert_eq!(state(&world, cathy), MyKnockState::Withdrawn);
    assert_eq!(request(&world, alice), RequestState::Open);
    world.wait(180_000);
    assert_eq!(request(&world, alice), RequestState::Withdrawn);
    assert_eq!(world.ask(cathy, withdraw), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn a_withdrawal_that_is_always_refused_is_not_brought_for_ever() {
    const DAY: u64 = 86_400_000;
    let (mut world, _, cathy) = with_knock(34);
    let knock = world.browsers[cathy].knock().id.clone();
    refuse_with(&mut world, cathy, UPDATE_CONSENT, strange());
    assert_eq!(world.ask(cathy, Command::Withdraw { knock }), Ok(Outcome::Ok));
    // Nobody could answer it any more.
    world.wait(60 * DAY);
    let asked = world.browsers[cathy].refusals.len();
    world.wait(DAY);
    assert_eq!(world.browsers[cathy].refusals.len(), asked);
    dismiss(&mut world, cathy);
}

#[test]
pub(super) fn a_yes_that_is_refused_is_told_and_can_be_said_again() {
    let (mut world, alice, cathy) = with_knock(35);
    let accept = answer(&world, alice, Answer::Accept);
    assert_eq!(ask_in_vain(&mut world, alice, UPDATE, &accept), Ok(Outcome::Ok));
    let state = request(&world, alice);
    assert!(matches!(&state, RequestState::Failed(problem) if problem.code == strange()), "{state:?}");
    assert!(waits(&world, cathy));
    assert_eq!(world.browsers[alice].rooms[ROOM].people.len(), 1);
    assert_eq!(world.ask(alice, accept), Ok(Outcome::Ok));
    assert!(matches!(request(&world, alice), RequestState::Answered { accepted: true, .. }));
    assert_eq!(self::state(&world, cathy), MyKnockState::Accepted);
    follow(&mut world, cathy);
    say(&mut world, cathy, "Here I am.");
    assert_eq!(world.browsers[alice].said(ROOM), ["Here I am."]);
    world.check();
}

#[test]
pub(super) fn a_ban_that_is_refused_is_told_and_can_be_said_again() {
    let (mut world, alice, cathy) = with_knock(36);
    let ban = answer(&world, alice, Answer::Ban { reason: "Noise.".to_owned() });
    assert_eq!(ask_in_vain(&mut world, alice, UPDATE, &ban), Ok(Outcome::Ok));
    let state = request(&world, alice);
    assert!(matches!(&state, RequestState::Failed(problem) if problem.code == strange()), "{state:?}");
    world.wait(180_000);
    assert!(waits(&world, cathy), "they are told of no ban that there is not");
    assert_eq!(world.ask(alice, ban), Ok(Outcome::Ok));
    assert!(matches!(request(&world, alice), RequestState::Answered { accepted: false, .. }));
    assert_eq!(self::state(&world, cathy), MyKnockState::Banned { reason: "Noise.".to_owned() });
    world.check();
}

#[test]
pub(super) fn a_no_that_is_refused_is_told_and_can_be_said_again() {
    let (mut world, alice, cathy) = with_knock(37);
    let decline = answer(&world, alice, Answer::Decline { reason: "Full.".to_owned() });
    assert_eq!(ask_in_vain(&mut world, alice, REQUEST_CONSENT, &decline), Ok(Outcome::Ok));
    let state = request(&world, alice);
    assert!(matches!(&state, RequestState::Failed(problem) if problem.code == strange()), "{state:?}");
    assert!(waits(&world, cathy));
    assert_eq!(world.ask(alice, decline), Ok(Outcome::Ok));
    assert!(matches!(request(&world, alice), RequestState::Answered { accepted: false, .. }));
    assert_eq!(self::state(&world, cathy), MyKnockState::Declined { reason: "Full.".to_owned() });
    world.check();
}

/// What the provider refused for a while gets there by itself afterwards.
#[test]
pub(super) fn a_no_that_is_refused_for_a_while_arrives() {
    let (mut world, alice, cathy) = with_knock(38);
    let decline = answer(&world, alice, Answer::Decline { reason: "Full.".to_owned() });
    assert_eq!(ask_in_vain(&mut world, alice, REQUEST_CONSENT, &decline), Ok(Outcome::Ok));
    assert!(waits(&world, cathy));
    world.wait(180_000);
    if matches!(request(&world, alice), RequestState::Failed(_)) {
        assert_eq!(world.ask(alice, decline), Ok(Outcome::Ok));
    }
    assert!(matches!(request(&world, alice), RequestState::Answered { accepted: false, .. }));
    assert_eq!(state(&world, cathy), MyKnockState::Declined { reason: "Full.".to_owned() });
    world.check();
}

/// Each no goes out under a name made for it; the provider does not vouch for one.
#[test]
fn a_no_whose_sender_is_not_vouched_for_is_told_and_can_be_said_again() {
    let (mut world, alice) = with_room(39);
    for number in 1..=3 {
        let who = world.browser(&format!("knocker {number}"));
        let draft = knock_draft(&mut world, number, &format!("{number}"));
        assert_eq!(world.ask(who, Command::Knock(draft)), Ok(Outcome::Ok));
    }
    let asked = Rc::new(Cell::new(0_usize));
    let counted = asked.clone();
    world.refuse = Some(Box::new(move |at, path| {
        if at != alice || !is_at(path, ISSUE_PSEUDONYM) {
            return None;
        }
        counted.set(counted.get() + 1);
        (counted.get() <= 6).then(strange)
    }));
    let requests: Vec<String> = world.browsers[alice].home.requests.iter().map(|request| request.id.clone()).collect();
    let decline = |request: &String| Command::Answer {
        request: request.clone(),
        answer: Answer::Decline { reason: String::new() },
    };
    for request in &requests {
        world.browsers[alice].ask(decline(request));
    }
    world.wait(3_600_000);
    assert!(asked.get() > 6, "one name was refused at least");
    world.refuse = None;
    let open = |world: &World| -> Vec<String> {
        let failed = |state: &RequestState| matches!(state, RequestState::Open | RequestState::Failed(_));
        let requests = world.browsers[alice].home.requests.iter();
        requests.filter(|request| failed(&request.state)).map(|request| request.id.clone()).collect()
    };
    for request in open(&world) {
        assert_eq!(world.ask(alice, decline(&request)), Ok(Outcome::Ok));
    }
    for request in &world.browsers[alice].home.requests {
        assert!(matches!(request.state, RequestState::Answered { accepted: false, .. }), "{request:?}");
    }
    world.check();
}

/// Only the room itself does not let them go.
#[test]
pub(super) fn a_moderator_who_is_not_let_go_goes_on_to_read_knocks() {
    let (mut world, alice, bob) = two(40);
    let user = own_name(&world, bob);
    let role = Command::SetRole { room: room(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.wait(60_000);
    let clubhouse = path_with(UPDATE, ROOM);
    world.refuse = Some(Box::new(move |at, path| (at == bob && path == clubhouse).then(strange)));
    assert_eq!(world.ask(bob, Command::Leave { room: room() }), Err(strange()));
    world.refuse = None;
    world.wait(60_000);
    assert_eq!(world.browsers[bob].rooms[ROOM].ended, None);
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 2, "Me too.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, bob, "Me too.");
    world.check();
}

/// The own provider knows no such hub.
#[test]
fn whoever_knocks_at_a_hub_that_nobody_knows_is_told() {
    let (mut world, _) = with_room(41);
    let cathy = world.browser("cathy");
    assert_eq!(world.fetch(&path_with(HUB_KEYS, "nowhere.example")).0, 404);
    let elsewhere = |text: String| text.replace("a.example", "nowhere.example");
    let draft = knock_draft(&mut world, 1, "I like doors.");
    let draft = KnockDraft { room: elsewhere(draft.room), knock_room: elsewhere(draft.knock_room), ..draft };
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    world.wait(3_600_000);
    let refused = matches!(state(&world, cathy), MyKnockState::Refused(_));
    assert!(refused, "{:?}, {:?}", state(&world, cathy), world.browsers[cathy].refusals.last());
}

/// The provider does not vouch for the account that the knock is to show.
#[test]
pub(super) fn a_knock_that_cannot_show_who_knocks_is_refused_and_another_is_heard() {
    let (mut world, alice) = with_room(45);
    let cathy = account(&mut world, "cathy");
    let disclose = Some(Claims { handle: true, display_name: false });
    let draft = KnockDraft { disclose, ..knock_draft(&mut world, 1, "It is me.") };
    assert_eq!(ask_in_vain(&mut world, cathy, ISSUE_ACCOUNT, &Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(is_refused(&state(&world, cathy), &strange()), "{:?}", state(&world, cathy));
    assert!(world.browsers[alice].home.requests.is_empty());
    assert!(world.browsers[cathy].home.disclosures.is_empty());
    dismiss(&mut world, cathy);
    let draft = KnockDraft { disclose, ..knock_draft(&mut world, 2, "It is me.") };
    assert_eq!(world.ask(cathy, Command::Knock(draft)), Ok(Outcome::Ok));
    let told = world.browsers[alice].request().disclosed.clone().expect("told");
    assert_eq!(told.user, "mimi://a.example/u/cathy");
    world.check();
}

/// Each thinks that the other stays.
#[test]
fn of_two_moderators_who_go_at_once_whoever_stays_goes_on_to_read_knocks() {
    let (mut world, alice, bob) = two(46);
    let user = own_name(&world, bob);
    let role = Command::SetRole { room: room(), user, role: "admin".to_owned() };
    assert_eq!(world.ask(alice, role), Ok(Outcome::Ok));
    world.wait(60_000);
    let asked = [alice, bob].map(|who| (who, world.browsers[who].ask(Command::Leave { room: room() })));
    world.wait(60_000);
    let answers: Vec<_> = asked.iter().map(|(who, id)| world.browsers[*who].done.get(id).cloned()).collect();
    assert!(answers.iter().all(Option::is_some), "{answers:?}");
    let stays: Vec<usize> =
        [alice, bob].into_iter().filter(|who| world.browsers[*who].rooms[ROOM].ended.is_none()).collect();
    let [stays] = stays[..] else { panic!("{stays:?} stay: {answers:?}") };
    world.wait(60_000);
    let dora = world.browser("dora");
    let draft = knock_draft(&mut world, 2, "Me too.");
    assert_eq!(world.ask(dora, Command::Knock(draft)), Ok(Outcome::Ok));
    assert!(waits(&world, dora), "{:?}", state(&world, dora));
    let_in(&mut world, stays, "Me too.");
    world.check();
}
