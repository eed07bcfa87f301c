//! Providers that lie to other providers, and what stands against it: who speaks for whom, and what paths, headers and
//! bodies have to look like. What hubs and followers can do to people is in `false_hubs.rs` and `false_followers.rs`.

use std::collections::BTreeSet;

use doorstep_client_api::http::{MailboxKind, path_with};
use doorstep_page_api::view::Preset;
use doorstep_peers::{Endpoint, Errand, RECIPIENTS_HEADER};
use doorstep_tests::{
    Crossing, Raw, World,
    abroad::{People, everything, three_providers, together},
    scene::{ROOM, say},
    storm::STRANGER,
};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::notify::FanoutMessage;
use doorstep_wire::{Body as _, UserUri};

fn errand(crossing: &Crossing) -> Errand {
    Errand {
        endpoint: crossing.endpoint,
        subject: crossing.subject.clone(),
        recipients: crossing.recipients.clone(),
        body: crossing.body.clone().into(),
    }
}

fn answer(world: &mut World, from: &str, to: &str, errand: Errand) -> (u16, Option<String>) {
    let reply = world.send_as(from, to, errand).unwrap();
    (reply.status, reply.reason)
}

fn refused(status: u16, word: &str) -> (u16, Option<String>) {
    (status, Some(word.to_owned()))
}

/// The last errand of that sort to this provider.
fn last(world: &World, endpoint: Endpoint, to: &str) -> Crossing {
    let crossings = world.crossings();
    let mut found = crossings.into_iter().rev().filter(|crossing| crossing.endpoint == endpoint);
    found.find(|crossing| crossing.to.as_str() == to).expect("it was sent")
}

/// All that was sent is sent again by those whose it is not.
#[test]
fn a_provider_speaks_for_its_own_people_and_rooms_only() {
    let (mut world, alice) = three_providers(1, Preset::AskToJoin);
    everything(&mut world, alice);
    let crossings = world.crossings();
    let mut sorts = BTreeSet::new();
    for crossing in &crossings {
        sorts.insert(crossing.endpoint.name());
        for from in [STRANGER, "a.example", "b.example", "c.example"] {
            if from == crossing.from.as_str() {
                continue;
            }
            let got = answer(&mut world, from, crossing.to.as_str(), errand(crossing));
            if crossing.endpoint.is_read() {
                assert_eq!(got.0, 200);
                continue;
            }
            if from == crossing.to.as_str() {
                assert_eq!(got, refused(403, "provider-not-allowed"), "{:?}", crossing.endpoint);
                continue;
            }
            let right = match crossing.endpoint {
                Endpoint::Notify | Endpoint::Restored | Endpoint::Withdrawn => refused(403, "not-your-room"),
                // Whose leaf that was shows in the epoch in which it was.
                Endpoint::Update => refused(200, "wrong-epoch"),
                // The signature in it counts, and it was heard before.
                Endpoint::RejectCommit => (200, None),
                _ => refused(403, "not-yours"),
            };
            assert_eq!(got, right, "{:?} by {from}", crossing.endpoint);
        }
    }
    assert_eq!(sorts.len(), 13, "{sorts:?}");
    world.check();
}

/// Commits and proposals of the epoch that is, brought by somebody else before their own provider brings them.
#[test]
fn nobody_brings_the_handshakes_of_others() {
    let (mut world, People { alice, bob, cathy }) = together(2);
    let stolen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = stolen.clone();
    world.cut("b.example", "a.example", false);
    world.set_tamper_between(Some(Box::new(move |from, _, errand| {
        if from.as_str() == "b.example" && errand.endpoint == Endpoint::Update {
            kept.lock().unwrap().push(errand.clone());
            // It does not get there.
            errand.subject = "mimi://a.example/r/nowhere".to_owned();
        }
    })));
    let promote = doorstep_page_api::view::Command::SetRole {
        room: ROOM.to_owned(),
        user: world.browsers[cathy].rooms[ROOM].me.clone(),
        role: "admin".to_owned(),
    };
    world.browsers[bob].ask(promote);
    world.settle();
    world.set_tamper_between(None);
    let stolen = stolen.lock().unwrap().clone();
    assert!(!stolen.is_empty());
    for errand in stolen.into_iter().filter(|errand| errand.subject == ROOM) {
        for from in [STRANGER, "c.example"] {
            assert_eq!(answer(&mut world, from, "a.example", errand.clone()), refused(403, "not-yours"));
        }
    }
    for who in [alice, bob, cathy] {
        say(&mut world, who, "Unchanged.");
    }
    world.check();
}

/// The same body again, several in one, and the same in another order: 201, and nobody hears anything twice.
#[test]
fn what_a_hub_repeats_or_packs_anew_is_heard_once() {
    let (mut world, People { alice, bob, cathy }) = together(3);
    for text in ["one", "two", "three"] {
        say(&mut world, alice, text);
    }
    let to_cathy: Vec<Crossing> = world
        .crossings()
        .into_iter()
        .filter(|crossing| crossing.endpoint == Endpoint::Notify && crossing.to.as_str() == "c.example")
        .collect();
    let heard = world.browsers[cathy].heard.len();
    for crossing in &to_cathy {
        for _ in 0..3 {
            assert_eq!(answer(&mut world, "a.example", "c.example", errand(crossing)), (201, None));
        }
    }
    world.settle();
    assert_eq!(world.browsers[cathy].heard.len(), heard, "the provider has heard it before");
    // All in one, backwards, and each twice in a body of its own: new to the provider, and nothing new to Cathy.
    let bodies = || to_cathy.iter().map(|crossing| crossing.body.clone());
    let one = errand(to_cathy.last().unwrap());
    for body in [bodies().flatten().collect(), bodies().rev().flatten().collect::<Vec<u8>>()] {
        assert!(FanoutMessage::decode_all(&body).unwrap().len() >= 3);
        let errand = Errand { body: body.into(), ..one.clone() };
        assert_eq!(answer(&mut world, "a.example", "c.example", errand), (201, None));
    }
    for body in bodies() {
        let errand = Errand { body: [body.clone(), body].concat().into(), ..one.clone() };
        assert_eq!(answer(&mut world, "a.example", "c.example", errand), (201, None));
    }
    world.settle();
    assert!(world.browsers[cathy].heard.len() > heard);
    for who in [alice, bob, cathy] {
        assert_eq!(world.browsers[who].said(ROOM), ["one", "two", "three"]);
    }
    world.check();
}

#[test]
fn bodies_are_whole_and_of_a_size() {
    let (mut world, alice) = three_providers(4, Preset::AskToJoin);
    everything(&mut world, alice);
    let crossings = world.crossings();
    for endpoint in Endpoint::ALL {
        let Some(genuine) = crossings.iter().rev().find(|crossing| crossing.endpoint == endpoint) else { continue };
        if endpoint.is_read() {
            continue;
        }
        let (from, to) = (genuine.from.to_string(), genuine.to.to_string());
        let with = |body: Vec<u8>| Errand { body: body.into(), ..errand(genuine) };
        let body = &genuine.body;
        for cut in [0, 1, body.len() / 2, body.len() - 1] {
            let got = answer(&mut world, &from, &to, with(body[..cut].to_vec()));
            // A notify has one message or more, of which the first may be whole; no message at all is none.
            assert_eq!(got, refused(400, "malformed"), "{endpoint:?} cut at {cut}");
        }
        let got = answer(&mut world, &from, &to, with([body.as_slice(), b"\0"].concat()));
        assert_eq!(got, refused(400, "malformed"), "{endpoint:?} with a byte more");
        let limit = match endpoint {
            Endpoint::Update | Endpoint::Notify | Endpoint::Restored | Endpoint::Withdrawn => 16 << 20,
            _ => 1 << 20,
        };
        let got = answer(&mut world, &from, &to, with(vec![0; limit + 1]));
        assert_eq!(got, refused(413, "too-large"), "{endpoint:?}");
    }
    // Of another media type, and none.
    for media in ["text/plain", "application/json", ""] {
        let raw = Raw {
            from: Some("b.example".parse().unwrap()),
            path: path_with("/mimi/v1/update/{x}", ROOM),
            headers: vec![("content-type", media.as_bytes().to_vec())],
            ..Raw::default()
        };
        let got = world.send_raw("a.example", raw).unwrap();
        assert_eq!((got.status, got.reason), refused(415, "media-type"), "{media}");
    }
    world.check();
}

/// How a room may be spelled in a path (decoded once it is a URI, which has one canonical spelling), and how not.
#[test]
fn a_path_names_a_room_in_one_way_or_in_none() {
    let (mut world, People { bob, .. }) = together(5);
    say(&mut world, bob, "Hello.");
    let genuine = last(&world, Endpoint::SubmitMessage, "a.example");
    let mut ask = |path: &str| {
        let raw = Raw {
            from: Some("b.example".parse().unwrap()),
            path: path.to_owned(),
            body: genuine.body.clone(),
            ..Raw::default()
        };
        world.send_raw("a.example", raw).map(|reply| reply.status)
    };
    for good in [
        "/mimi/v1/submitMessage/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse",
        "/mimi/v1/submitMessage/mimi%3a%2f%2fa.example%2fr%2fclubhouse",
        "/mimi/v1/submitMessage/a.example/r/clubhouse",
        "/mimi/v1/submitMessage/a.example%2Fr%2Fclubhouse",
        "/mimi/v1/submitMessage/mimi://a.example/r/clubhouse",
        "/mimi/v1/submitMessage/%61.example/r/clubhouse",
        "/mimi/v1/submitMessage/a.example%3A8449/r/clubhouse",
        "/mimi/v1/submitMessage/a.example/r/club%2568ouse",
        "/mimi/v1/submitMessage/a.example/r/clubhouse/",
    ] {
        assert_eq!(ask(good), Some(200), "{good}");
    }
    for bad in [
        "/mimi/v1/submitMessage/",
        "/mimi/v1/submitMessage",
        "/mimi/v1/submitMessage//a.example/r/clubhouse",
        "/mimi/v1/submitMessage/mimi%253A%252F%252Fa.example%252Fr%252Fclubhouse",
        "/mimi/v1/submitMessage/a.example/r/clubhouse%00",
        "/mimi/v1/submitMessage/a.example/r/%FF%FE",
        "/mimi/v1/submitMessage/a.example/r/../r/clubhouse",
        "/mimi/v1/submitMessage/a.example/r/.%2E/r/clubhouse",
        "/mimi/v1/submitMessage/a.example/u/alice",
        "/mimi/v1/submitMessage/a.example/r/",
        "/mimi/v1/submitMessage/https%3A%2F%2Fa.example%2Fr%2Fclubhouse",
        "/mimi/v1/submitMessage/a.example%40c.example/r/clubhouse",
        "/mimi/v1/submitMessage/a.example./r/clubhouse",
        "/mimi/v1/submitMessage/b.example/r/clubhouse",
        "/mimi/v1/submitMessage/c.example/r/clubhouse",
        "/mimi/v1/submitmessage/a.example/r/clubhouse",
        "/mimi/v2/submitMessage/a.example/r/clubhouse",
        "/client/v1/submitMessage/a.example/r/clubhouse",
        "/mimi/v1/submitMessage/%",
        "/mimi/v1/submitMessage/%zz",
    ] {
        assert!(matches!(ask(bad), Some(404) | None), "{bad}: {:?}", ask(bad));
    }
    // Another room than the message is of.
    let knock_room = doorstep_tests::scene::door(&mut world).knock_room.unwrap();
    let elsewhere = Errand { subject: knock_room, ..errand(&genuine) };
    assert_eq!(answer(&mut world, "b.example", "a.example", elsewhere), refused(200, "wrong-group"));
    world.check();
}

/// Path and body of consent entries, which both say whom they are about.
#[test]
fn a_path_and_its_body_say_the_same() {
    let (mut world, alice) = three_providers(6, Preset::AskToJoin);
    everything(&mut world, alice);
    for (endpoint, from, to) in
        [(Endpoint::RequestConsent, "b.example", "c.example"), (Endpoint::UpdateConsent, "c.example", "a.example")]
    {
        let genuine = last(&world, endpoint, to);
        for subject in ["mimi://c.example/u/cathy", "mimi://a.example", "mimi://c.example", "nonsense", "", "%2F"] {
            if subject == genuine.subject {
                continue;
            }
            let other = Errand { subject: subject.to_owned(), ..errand(&genuine) };
            let (status, reason) = answer(&mut world, from, to, other);
            let plain = (status, reason.as_deref());
            assert!(matches!(plain, (400, Some("malformed")) | (404, _)), "{endpoint:?} {subject}: {plain:?}");
        }
        // The draft's text has the domain that is asked there, and its example the URI: both are taken.
        for (subject, right) in [(to, true), (from, false)] {
            let other = Errand { subject: subject.to_owned(), ..errand(&genuine) };
            let status = answer(&mut world, from, to, other).0;
            assert_eq!(status == 201, right, "{endpoint:?} {subject}: {status}");
        }
    }
    // A withdrawal in a room that its body does not name.
    let genuine = last(&world, Endpoint::Withdrawn, "b.example");
    for subject in ["mimi://a.example/r/elsewhere", "a.example/r/elsewhere"] {
        let other = Errand { subject: subject.to_owned(), ..errand(&genuine) };
        assert_eq!(answer(&mut world, "a.example", "b.example", other), refused(400, "malformed"));
    }
    world.check();
}

/// What strangers ask for and give comes to a browser five times a day from one provider, and changes nothing there.
#[test]
fn consent_of_strangers_is_heard_seldom_and_changes_nothing() {
    let (mut world, People { alice, bob, .. }) = together(9);
    let bobs: UserUri = world.browsers[bob].rooms[ROOM].me.parse().unwrap();
    let heard = |world: &World| {
        let heard = world.browsers[bob].heard.iter();
        heard.filter(|item| item.kind == MailboxKind::Consent).count()
    };
    let before = heard(&world);
    for n in 0..8 {
        let stranger: UserUri = format!("mimi://{STRANGER}/u/user{n}").parse().unwrap();
        let (request, grant) = (ConsentOperation::Request, ConsentOperation::Grant);
        for (endpoint, operation, requester, target) in
            [(Endpoint::RequestConsent, request, &stranger, &bobs), (Endpoint::UpdateConsent, grant, &bobs, &stranger)]
        {
            let entry = ConsentEntry {
                operation,
                requester: requester.clone().into(),
                target: target.clone(),
                room: Some(format!("mimi://{STRANGER}/r/first").parse().unwrap()),
                key_packages: Vec::new(),
                extensions: Default::default(),
            };
            let body = entry.encode().unwrap().into();
            let errand = Errand { endpoint, subject: bobs.to_string(), recipients: None, body };
            assert_eq!(answer(&mut world, STRANGER, "b.example", errand), (201, None));
        }
    }
    world.settle();
    assert_eq!(heard(&world), before + 10);
    say(&mut world, alice, "Still here.");
    assert_eq!(world.browsers[bob].said(ROOM), ["Still here."]);
    world.check();
}

/// Whom a hub names beside a body: those clients at most, and never somebody who does not follow the room.
#[test]
fn recipients_narrow_and_never_widen() {
    let (mut world, People { alice, cathy, .. }) = together(7);
    let stranger = world.browser_elsewhere("stella", "c.example");
    let sign_up = doorstep_page_api::view::Command::SignUp { handle: "stella".to_owned(), display_name: None };
    assert!(world.ask(stranger, sign_up).is_ok());
    say(&mut world, alice, "Only for those who are here.");
    let genuine = last(&world, Endpoint::Notify, "c.example");
    let theirs = genuine.recipients.clone().unwrap();
    assert_eq!(theirs.split(',').count(), 1);
    let heard = |world: &World| (world.browsers[cathy].heard.len(), world.browsers[stranger].heard.len());
    let before = heard(&world);
    let with = |recipients: String| Errand { recipients: Some(recipients), ..errand(&genuine) };
    let foreign = "mimi://b.example/d/bob/1";
    for (recipients, status) in [
        ("mimi://c.example/d/stella/1".to_owned(), 201),
        (foreign.to_owned(), 201),
        (format!("{foreign},mimi://m.example/d/x/1"), 201),
        (vec![foreign; 1_000].join(","), 201),
        (vec![foreign; 1_001].join(","), 400),
        (vec![theirs.as_str(); 10_000].join(","), 400),
        (String::new(), 400),
        (",".to_owned(), 400),
        (format!("{theirs},"), 400),
        (format!("{theirs}, {theirs}"), 400),
        (theirs.to_uppercase(), 400),
        ("mimi://c.example/u/cathy".to_owned(), 400),
        ("garbage".to_owned(), 400),
        ("*".to_owned(), 400),
    ] {
        let (got, _) = answer(&mut world, "a.example", "c.example", with(recipients.clone()));
        assert_eq!(got, status, "{}", &recipients[..recipients.len().min(80)]);
        world.settle();
        assert_eq!(heard(&world), before, "{}", &recipients[..recipients.len().min(80)]);
    }
    // Bytes that are no text.
    let raw = Raw {
        from: Some("a.example".parse().unwrap()),
        path: path_with("/mimi/v1/notify/{x}", ROOM),
        headers: vec![(RECIPIENTS_HEADER, b"mimi://c.example/d/\xff\xfe".to_vec())],
        body: genuine.body.clone(),
        ..Raw::default()
    };
    assert_eq!(world.send_raw("c.example", raw).map(|reply| reply.status), Some(400));
    world.settle();
    assert_eq!(heard(&world), before);
    // Two headers are one list, as HTTP has it.
    let raw = Raw {
        from: Some("a.example".parse().unwrap()),
        path: path_with("/mimi/v1/notify/{x}", ROOM),
        headers: vec![(RECIPIENTS_HEADER, foreign.into()), (RECIPIENTS_HEADER, theirs.clone().into_bytes())],
        body: genuine.body.clone(),
        ..Raw::default()
    };
    assert_eq!(world.send_raw("c.example", raw).map(|reply| reply.status), Some(201));
    world.settle();
    assert_eq!(heard(&world), (before.0 + 1, before.1));
    // Named a thousand times Cathy hears it once; nobody named: all who follow.
    for recipients in [Some(vec![theirs.as_str(); 1_000].join(",")), None] {
        let errand = Errand { recipients, ..errand(&genuine) };
        assert_eq!(answer(&mut world, "a.example", "c.example", errand), (201, None));
    }
    world.settle();
    assert_eq!(heard(&world), (before.0 + 3, before.1));
    assert_eq!(world.browsers[cathy].said(ROOM), ["Only for those who are here."]);
    world.check();
}

/// Without a certificate there are the directory, the keys, and the door.
#[test]
fn without_a_certificate_there_is_what_everybody_may_read() {
    let (mut world, _) = three_providers(8, Preset::AskToJoin);
    for endpoint in Endpoint::ALL {
        let subject = if endpoint.variable() == "domain" { "a.example" } else { ROOM };
        let path = path_with(&format!("/mimi/v1/{}/{{x}}", endpoint.name()), subject);
        let mut ask = |from: Option<&str>, read: bool, path: String| {
            let from = from.map(|from| from.parse().unwrap());
            let reply = world.send_raw("a.example", Raw { from, read, path, ..Raw::default() }).unwrap();
            (reply.status, reply.reason)
        };
        let bare = ask(None, endpoint.is_read(), path.clone());
        if endpoint.is_read() {
            assert_eq!(bare.0, 200, "{endpoint:?}");
        } else {
            assert_eq!(bare, refused(403, "no-certificate"), "{endpoint:?}");
        }
        // The other method.
        let other = ask(Some("b.example"), !endpoint.is_read(), path);
        assert!(matches!(other.0, 404 | 405), "{endpoint:?}: {other:?}");
        if endpoint.variable() == "domain" && endpoint.is_read() {
            // A provider answers for its own keys.
            for domain in ["b.example", "A.EXAMPLE.", "a.example%00", "", "a.example/x"] {
                let path = format!("/mimi/v1/{}/{domain}", endpoint.name());
                assert_eq!(ask(Some("b.example"), true, path).0, 404, "{domain}");
            }
        }
    }
    let read = Raw { read: true, path: "/.well-known/mimi-protocol-directory".to_owned(), ..Raw::default() };
    let directory = world.send_raw("a.example", read).unwrap();
    let directory: serde_json::Value = serde_json::from_slice(&directory.body).unwrap();
    for endpoint in Endpoint::ALL {
        let members = if endpoint.is_ours() { &directory["doorstep"] } else { &directory };
        let template = members[endpoint.name()].as_str();
        let variable = format!("{{{}}}", endpoint.variable());
        assert!(template.is_none_or(|template| template.ends_with(&variable)), "{endpoint:?}: {template:?}");
    }
    world.check();
}
