//! The hub of another provider refuses: that is told as it would be at home.

use doorstep_page_api::view::{
    Answer, Change, Claims, Command, Delivery, DiscloseTo, KnockRequest, MyDisclosure, MyKnockState, Outcome,
    RequestState,
};
use doorstep_peers::Endpoint;
use doorstep_tests::{
    World,
    abroad::{People, join_by, knock_from, link_of, together},
    scene::{ROOM, follow, knock_draft, let_in, say},
};
use doorstep_wire::{Body, IdentifierUri, Refusal, UserUri, consent::ConsentEntry};

use super::{own_name, role_of, room};

/// What this provider brings to a hub is none of what it should be, so that the hub refuses it.
fn spoil(world: &mut World, by: &'static str, endpoint: Endpoint) {
    world.set_tamper_between(Some(Box::new(move |from, _, errand| {
        if from.as_str() == by && errand.endpoint == endpoint {
            errand.body = b"nonsense".to_vec().into();
        }
    })));
}

/// What comes of a command whose request is refused so.
fn ask_in_vain(
    world: &mut World,
    who: usize,
    (by, endpoint): (&'static str, Endpoint),
    command: &Command,
) -> Result<Outcome, Refusal> {
    let before = world.crossings().len();
    spoil(world, by, endpoint);
    let came = world.ask(who, command.clone());
    let crossings = world.crossings();
    let refused = crossings[before..].iter().filter(|crossing| crossing.endpoint == endpoint && crossing.status >= 400);
    assert!(refused.count() > 0, "nothing was refused: {command:?}");
    world.set_tamper_between(None);
    came
}

fn is_word(came: &Result<Outcome, Refusal>) -> bool {
    came.as_ref().is_err_and(|word| *word != Refusal::from_word("no-answer"))
}

#[test]
fn what_a_moderator_does_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, bob, cathy }) = together(80);
    let update = ("b.example", Endpoint::Update);
    let user = own_name(&world, cathy);
    let Ok(Outcome::Link { link }) = world.ask(bob, make_link()) else { panic!("no link") };
    for command in [
        make_link(),
        Command::RevokeLink { room: room(), link },
        Command::PauseLinks { room: room(), paused: true },
        Command::SetRole { room: room(), user: user.clone(), role: "admin".to_owned() },
        Command::Remove { room: room(), user: user.clone(), ban: false },
    ] {
        let before = world.browsers[alice].rooms[ROOM].epoch;
        let came = ask_in_vain(&mut world, bob, update, &command);
        assert!(is_word(&came), "{command:?}: {came:?}");
        assert_eq!(world.browsers[alice].rooms[ROOM].epoch, before);
        assert!(world.ask(bob, command.clone()).is_ok(), "{command:?}");
        assert_ne!(world.browsers[alice].rooms[ROOM].epoch, before);
        world.wait(60_000);
    }
    assert_eq!(role_of(&world, alice, &user), None);
    world.check();
}

fn make_link() -> Command {
    Command::MakeLink { room: room(), role: "member".to_owned(), seconds: 3600, max_uses: 0, note: String::new() }
}

#[test]
fn what_is_said_and_done_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, cathy, .. }) = together(81);
    say(&mut world, alice, "Something nasty.");
    let nasty = world.browsers[cathy].rooms[ROOM].messages.last().expect("said").id.clone();
    let submit = ("c.example", Endpoint::SubmitMessage);
    let said = Command::Send { room: room(), text: "Hello.".to_owned(), reply_to: None };
    assert_eq!(ask_in_vain(&mut world, cathy, submit, &said), Ok(Outcome::Ok));
    let last = world.browsers[cathy].rooms[ROOM].messages.last().expect("said").clone();
    assert!(matches!(last.delivery, Delivery::Failed(_)), "{last:?}");
    let again = Command::SendAgain { room: room(), message: last.id };
    assert_eq!(world.ask(cathy, again), Ok(Outcome::Ok));
    assert_eq!(world.browsers[alice].said(ROOM), ["Something nasty.", "Hello."]);

    let react = Command::React { room: room(), message: nasty.clone(), reaction: "👎".to_owned() };
    assert_eq!(ask_in_vain(&mut world, cathy, submit, &react), Ok(Outcome::Ok));
    let shown = world.browsers[cathy].rooms[ROOM].messages.iter().find(|said| said.id == nasty).expect("said");
    assert!(shown.refused.is_some() && shown.reactions.is_empty(), "{shown:?}");

    let report = Command::Report { room: room(), message: nasty, note: String::new() };
    let came = ask_in_vain(&mut world, cathy, ("c.example", Endpoint::ReportAbuse), &report);
    assert!(is_word(&came), "{came:?}");
    assert_eq!(world.ask(cathy, report), Ok(Outcome::Ok));
    assert_eq!(world.reports().len(), 1);

    let leave = Command::Leave { room: room() };
    let came = ask_in_vain(&mut world, cathy, ("c.example", Endpoint::Update), &leave);
    assert!(is_word(&came), "{came:?}");
    assert_eq!(world.browsers[cathy].rooms[ROOM].ended, None);
    assert_eq!(world.ask(cathy, leave), Ok(Outcome::Ok));
    world.check();
}

#[test]
fn whoever_comes_from_far_away_is_refused_with_a_word() {
    let (mut world, People { alice, .. }) = together(82);
    let invite = link_of(&mut world, alice);
    for endpoint in [Endpoint::GroupInfo, Endpoint::Update] {
        let way = ("c.example", endpoint);
        let dora = world.browser_elsewhere("dora", "c.example");
        let join =
            Command::JoinByLink { invite: invite.clone(), as_account: false, pseudonym: None, inviter_gone: false };
        let came = ask_in_vain(&mut world, dora, way, &join);
        assert!(is_word(&came), "{endpoint:?}: {came:?}");
        assert_eq!(world.ask(dora, join), Ok(Outcome::Room { room: room() }), "{endpoint:?}");
    }
    for (number, endpoint) in [(20, Endpoint::GroupInfo), (30, Endpoint::Update), (40, Endpoint::SubmitMessage)] {
        let way = ("c.example", endpoint);
        let emil = world.browser_elsewhere("emil", "c.example");
        let draft = knock_draft(&mut world, number, "Is anybody there?");
        assert_eq!(ask_in_vain(&mut world, emil, way, &Command::Knock(draft)), Ok(Outcome::Ok));
        let state = world.browsers[emil].knock().state.clone();
        assert!(matches!(state, MyKnockState::Refused(_)), "{endpoint:?}: {state:?}");
        let knock = world.browsers[emil].knock().id.clone();
        assert_eq!(world.ask(emil, Command::DismissKnock { knock }), Ok(Outcome::Ok));
        let note = format!("Again after {endpoint:?}.");
        let draft = knock_draft(&mut world, number + 1, &note);
        assert_eq!(world.ask(emil, Command::Knock(draft)), Ok(Outcome::Ok));
        let state = world.browsers[emil].knock().state.clone();
        assert!(matches!(state, MyKnockState::Waiting { .. }), "{endpoint:?}: {state:?}");
        let_in(&mut world, alice, &note);
        follow(&mut world, emil);
    }
    world.check();
}

#[test]
fn a_yes_that_is_said_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, bob, .. }) = together(83);
    let emil = knock_from(&mut world, "emil", "c.example", 20);
    let request = |world: &World, who: usize| request(world, who, "emil");
    let accept = Command::Answer { request: request(&world, bob).id, answer: Answer::Accept };
    assert_eq!(ask_in_vain(&mut world, bob, ("b.example", Endpoint::Update), &accept), Ok(Outcome::Ok));
    let state = request(&world, bob).state;
    assert!(matches!(state, RequestState::Failed(_)), "{state:?}");
    assert_eq!(request(&world, alice).state, RequestState::Open);
    assert_eq!(world.ask(bob, accept), Ok(Outcome::Ok));
    assert_eq!(world.browsers[emil].knock().state, MyKnockState::Accepted);
    world.check();
}

fn request(world: &World, who: usize, note: &str) -> KnockRequest {
    let requests = &world.browsers[who].home.requests;
    requests.iter().find(|request| request.note == note).expect("heard").clone()
}

fn waits(world: &World, who: usize) -> bool {
    matches!(world.browsers[who].knock().state, MyKnockState::Waiting { .. })
}

#[test]
fn a_ban_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, bob, .. }) = together(84);
    let emil = knock_from(&mut world, "emil", "c.example", 20);
    let answer = Answer::Ban { reason: "Noise.".to_owned() };
    let ban = Command::Answer { request: request(&world, bob, "emil").id, answer };
    assert_eq!(ask_in_vain(&mut world, bob, ("b.example", Endpoint::Update), &ban), Ok(Outcome::Ok));
    let state = request(&world, bob, "emil").state;
    assert!(matches!(state, RequestState::Failed(_)), "{state:?}");
    world.wait(180_000);
    assert_eq!(request(&world, alice, "emil").state, RequestState::Open);
    assert!(waits(&world, emil), "they are told of no ban that there is not");
    assert_eq!(world.ask(bob, ban), Ok(Outcome::Ok));
    world.wait(60_000);
    assert_eq!(world.browsers[emil].knock().state, MyKnockState::Banned { reason: "Noise.".to_owned() });
    assert!(matches!(request(&world, alice, "emil").state, RequestState::Answered { accepted: false, .. }));
    world.check();
}

/// What this provider brings by letter says that somebody of yet another one speaks: it is refused, and may not be later.
fn misname(world: &mut World, by: &'static str, endpoint: Endpoint) {
    world.set_tamper_between(Some(Box::new(move |from, _, errand| {
        if from.as_str() == by && errand.endpoint == endpoint {
            let mut entry = ConsentEntry::decode(&errand.body).unwrap();
            let stranger: UserUri = "mimi://d.example/u/stranger".parse().unwrap();
            match endpoint {
                Endpoint::RequestConsent => entry.requester = IdentifierUri::from(stranger),
                _ => entry.target = stranger,
            }
            errand.body = entry.encode().unwrap().into();
        }
    })));
}

/// How often such a letter was refused, and how.
fn refused_letters(world: &World, endpoint: Endpoint) -> Vec<u16> {
    let all = world.crossings();
    let refused = all.iter().filter(|crossing| crossing.endpoint == endpoint && crossing.status >= 400);
    refused.map(|crossing| crossing.status).collect()
}

#[test]
fn a_no_that_the_knockers_provider_refuses_for_a_while_arrives() {
    let (mut world, People { alice, bob, .. }) = together(85);
    let emil = knock_from(&mut world, "emil", "c.example", 20);
    misname(&mut world, "b.example", Endpoint::RequestConsent);
    let answer = Answer::Decline { reason: "Full.".to_owned() };
    let decline = Command::Answer { request: request(&world, bob, "emil").id, answer };
    assert_eq!(world.ask(bob, decline), Ok(Outcome::Ok));
    world.wait(60_000);
    let refused = refused_letters(&world, Endpoint::RequestConsent);
    assert!(refused.len() > 1 && refused.iter().all(|status| *status == 403), "{refused:?}");
    assert!(waits(&world, emil));
    world.set_tamper_between(None);
    world.wait(600_000);
    assert_eq!(world.browsers[emil].knock().state, MyKnockState::Declined { reason: "Full.".to_owned() });
    for who in [alice, bob] {
        assert!(matches!(request(&world, who, "emil").state, RequestState::Answered { accepted: false, .. }));
    }
    world.check();
}

/// It is not brought again, and their knock waits until they take it back, or its time is over.
#[test]
fn a_no_that_the_knockers_provider_never_takes_keeps_nobody_from_knocking_again() {
    let (mut world, People { bob, .. }) = together(86);
    let emil = knock_from(&mut world, "emil", "c.example", 20);
    let answer = Answer::Decline { reason: "Full.".to_owned() };
    let decline = Command::Answer { request: request(&world, bob, "emil").id, answer };
    assert_eq!(ask_in_vain(&mut world, bob, ("b.example", Endpoint::RequestConsent), &decline), Ok(Outcome::Ok));
    world.wait(600_000);
    assert!(waits(&world, emil));
    let knock = world.browsers[emil].knock().id.clone();
    assert_eq!(world.ask(emil, Command::Withdraw { knock: knock.clone() }), Ok(Outcome::Ok));
    assert_eq!(world.ask(emil, Command::DismissKnock { knock }), Ok(Outcome::Ok));
    let draft = knock_draft(&mut world, 21, "emil again");
    assert_eq!(world.ask(emil, Command::Knock(draft)), Ok(Outcome::Ok));
    let_in(&mut world, bob, "emil again");
    assert_eq!(world.browsers[emil].knock().state, MyKnockState::Accepted);
    world.check();
}

#[test]
fn a_withdrawal_that_the_hub_refuses_for_a_while_arrives() {
    let (mut world, People { alice, bob, .. }) = together(87);
    let emil = knock_from(&mut world, "emil", "c.example", 20);
    misname(&mut world, "c.example", Endpoint::UpdateConsent);
    let withdraw = Command::Withdraw { knock: world.browsers[emil].knock().id.clone() };
    assert_eq!(world.ask(emil, withdraw), Ok(Outcome::Ok));
    world.wait(60_000);
    let refused = refused_letters(&world, Endpoint::UpdateConsent);
    assert!(refused.len() > 1 && refused.iter().all(|status| *status == 403), "{refused:?}");
    assert_eq!(world.browsers[emil].knock().state, MyKnockState::Withdrawn);
    assert_eq!(request(&world, alice, "emil").state, RequestState::Open);
    world.set_tamper_between(None);
    world.wait(600_000);
    for who in [alice, bob] {
        assert_eq!(request(&world, who, "emil").state, RequestState::Withdrawn);
    }
    world.check();
}

#[test]
fn a_disclosure_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, .. }) = together(88);
    let dora = world.browser_elsewhere("dora", "c.example");
    let sign_up = Command::SignUp { handle: "dora".to_owned(), display_name: None };
    assert_eq!(world.ask(dora, sign_up), Ok(Outcome::Ok));
    let invite = link_of(&mut world, alice);
    join_by(&mut world, dora, &invite);
    let claims = Claims { handle: true, display_name: false };
    let disclose = Command::Disclose { room: room(), to: DiscloseTo::Room, claims };
    let known = |world: &World| {
        let people = world.browsers[alice].rooms[ROOM].people.iter();
        people.filter_map(|person| person.disclosed.clone()).map(|told| told.user).collect::<Vec<_>>()
    };
    let submit = ("c.example", Endpoint::SubmitMessage);
    assert_eq!(ask_in_vain(&mut world, dora, submit, &disclose), Ok(Outcome::Ok));
    let said = world.browsers[dora].rooms[ROOM].disclosure.mine.clone();
    assert!(matches!(&said[..], [MyDisclosure { delivery: Delivery::Failed(_), .. }]), "{said:?}");
    world.wait(3_600_000);
    assert!(known(&world).is_empty(), "it is not said in secret");
    assert_eq!(world.ask(dora, disclose), Ok(Outcome::Ok));
    assert_eq!(known(&world), ["mimi://c.example/u/dora"]);
    world.check();
}

#[test]
fn a_change_far_from_the_hub_is_refused_with_a_word() {
    let (mut world, People { alice, cathy, .. }) = together(89);
    say(&mut world, cathy, "first");
    let message = world.browsers[cathy].rooms[ROOM].messages.last().expect("said").id.clone();
    let submit = ("c.example", Endpoint::SubmitMessage);
    for (text, wanted) in [("", Change::Delete), ("second", Change::Text("second".to_owned()))] {
        let edit = Command::Edit { room: room(), message: message.clone(), text: text.to_owned() };
        assert_eq!(ask_in_vain(&mut world, cathy, submit, &edit), Ok(Outcome::Ok));
        let shown = world.browsers[cathy].rooms[ROOM].messages.iter().find(|said| said.id == message).expect("said");
        assert_eq!(shown.refused.as_ref().map(|(change, _)| change), Some(&wanted));
        for who in [alice, cathy] {
            assert_eq!(world.browsers[who].said(ROOM), ["first"]);
        }
    }
    assert_eq!(world.ask(cathy, Command::SendAgain { room: room(), message }), Ok(Outcome::Ok));
    for who in [alice, cathy] {
        assert_eq!(world.browsers[who].said(ROOM), ["second"]);
    }
    world.check();
}
