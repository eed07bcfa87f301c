//! The same for two people who begin to talk: neither provider learns both ends of the room in which they do.

use std::{collections::BTreeMap, fs};

use doorstep_page_api::view::{AskDraft, Claims, Command, ContactAnswer, MyAskState, Outcome};
use doorstep_tests::World;

use super::{Log, alone, compare, latin, of_browser, of_provider};

const PARTIES: [&str; 4] = ["Provider of who asks", "Provider of who is asked", "Who asks", "Who is asked"];

const GREETING: &str = "greeting-5e1f: we met under the lilacs.";
const TEXT: &str = "text-81cc: so it was you.";
const ASKS: &str = "Alma Mahler-Schindler";
const ASKS_HANDLE: &str = "alma-m9";
const ASKED_HANDLE: &str = "bertha-s3";

#[test]
fn two_people_begin_to_talk_and_neither_provider_learns_both_ends() {
    alone("privacy::connection::two_people_begin_to_talk_and_neither_provider_learns_both_ends", told);
}

fn told(log: &Log) {
    let folder = std::env::temp_dir().join(format!("doorstep-privacy-connection-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut world = World::with_folder(5, &folder);
    world.received = Some(Vec::new());
    world.provider_elsewhere("b.example", 6);
    let asks = world.browser(ASKS_HANDLE);
    let asked = world.browser_elsewhere(ASKED_HANDLE, "b.example");
    for (who, handle, name) in [(asks, ASKS_HANDLE, Some(ASKS)), (asked, ASKED_HANDLE, None)] {
        let sign_up = Command::SignUp { handle: handle.to_owned(), display_name: name.map(str::to_owned) };
        assert_eq!(world.ask(who, sign_up), Ok(Outcome::Ok));
    }
    world.wait(1_000);
    let draft = AskDraft {
        id: "00000000-0000-4000-8000-000000000001".to_owned(),
        who: format!("{ASKED_HANDLE}@b.example"),
        greeting: GREETING.to_owned(),
        claims: Claims { handle: true, display_name: true },
    };
    assert_eq!(world.ask(asks, Command::Ask(draft)), Ok(Outcome::Ok));
    world.wait(1_000);
    let request = world.browsers[asked].home.contact_requests[0].id.clone();
    let crossed_before = world.crossings().len();
    let accept = Command::AnswerContact { request: request.clone(), answer: ContactAnswer::Accept };
    assert_eq!(world.ask(asked, accept), Ok(Outcome::Ok));
    world.wait(1_000);
    let MyAskState::Connected { room } = world.browsers[asks].home.asks[0].state.clone() else { panic!("no room") };
    for who in [asks, asked] {
        assert_eq!(world.ask(who, Command::Hello { room: Some(room.clone()) }), Ok(Outcome::Ok));
    }
    let say = Command::Send { room: room.clone(), text: TEXT.to_owned(), reply_to: None };
    assert_eq!(world.ask(asks, say), Ok(Outcome::Ok));
    assert_eq!(world.browsers[asked].said(&room), [TEXT]);

    let names = [asks, asked].map(|who| world.browsers[who].rooms[&room].me.clone());
    let ids = names.each_ref().map(|name| name.rsplit('/').next().unwrap().to_owned());
    let mut marks = BTreeMap::new();
    let mut mark = |what, mark: &str| {
        marks.insert(("connection", what), vec![mark.to_owned()]);
    };
    mark("account that is asked", &format!("/u/{ASKED_HANDLE}"));
    mark("account that asks", ASKS_HANDLE);
    mark("display name of who asks", ASKS);
    mark("greeting", GREETING);
    mark("room in which they talk", &room);
    mark("name of who asked in that room", &ids[0]);
    mark("name of who was asked in that room", &ids[1]);
    mark("what they say", TEXT);
    let pairs = request.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let raw: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    marks.insert(("connection", "id of the request"), vec![request, latin(&raw)]);
    let parties = [
        of_provider(&world, &folder, "a.example"),
        of_provider(&world, &folder, "b.example"),
        of_browser(&world, asks),
        of_browser(&world, asked),
    ]
    .map(|bytes| bytes.iter().map(|bytes| latin(bytes)).collect::<Vec<String>>());
    compare("privacy/connection", &PARTIES, &parties, &marks);

    // Of what crossed once there was an answer nothing names an account, and with that nothing names either of the two.
    let after: Vec<_> = world.crossings().split_off(crossed_before);
    assert!(after.iter().any(|crossing| crossing.subject.contains(&room)), "{room} was heard of elsewhere");
    for crossing in &after {
        for bytes in [crossing.subject.as_bytes(), &crossing.body, &crossing.answer] {
            let text = latin(bytes);
            for handle in [ASKS_HANDLE, ASKED_HANDLE] {
                let about = crossing.subject.contains(&room);
                assert!(!about || !text.contains(handle), "{handle} in {:?} about {room}", crossing.endpoint);
            }
        }
    }
    let logged = latin(&log.bytes());
    for ((_, what), marks) in &marks {
        assert!(marks.iter().all(|mark| !logged.contains(mark.as_str())), "a log has: {what}");
    }
    fs::remove_dir_all(&folder).unwrap();
}
