//! Registration and sessions.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use doorstep_client_api::http::{self, Entered, OCTET_STREAM, Registered, Session};

use doorstep_provider::Rate;

use crate::harness::{Browser, House, START, bearer};

async fn register(house: &House, browser: &Browser, handle: &str) -> Registered {
    let reply = house.post(http::REGISTER, browser.register(handle, "", house.challenge().await)).await;
    let Entered { outcome, session, .. } = reply.decode();
    assert_eq!(session.is_some(), outcome == Registered::Ok);
    outcome
}

#[tokio::test]
async fn a_guest_registers_and_opens_a_session() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    assert_eq!(house.get_as(&guest.session, http::MAILBOX).await.status, StatusCode::OK);
    assert_eq!(register(&house, &guest, "").await, Registered::Ok);
}

#[tokio::test]
async fn one_request_makes_a_browser_known_and_gives_it_a_session() {
    let house = House::new().await;
    let browser = Browser::new(1);
    let request = browser.register("", "", house.own_challenge(0, 1));
    let entered: Entered = house.post(http::REGISTER, request.clone()).await.decode();
    let first = entered.session.expect("a session").token;
    assert_eq!(house.get_as(&first, http::MAILBOX).await.status, StatusCode::OK);
    assert_eq!(house.post(http::REGISTER, request).await.status, StatusCode::UNAUTHORIZED, "good once");
    // Known by now, it says who it is and needs no more.
    let session: Session = house.post(http::SESSION, browser.open(house.own_challenge(0, 2))).await.decode();
    assert_eq!(house.get_as(&session.token, http::MAILBOX).await.status, StatusCode::OK);
    assert_eq!(house.get_as(&first, http::MAILBOX).await.status, StatusCode::OK);
    assert_ne!(first, session.token);
}

#[tokio::test]
async fn an_own_challenge_is_taken_near_its_time_and_only_where_it_was_made_for() {
    let house = House::new().await;
    let browser = Browser::new(1);
    for (off, good) in [(-120_001, false), (-120_000, true), (60_000, true), (60_001, false)] {
        let challenge = house.own_challenge(off, 1);
        let reply = house.post(http::REGISTER, browser.register("", "", challenge)).await;
        assert_eq!(reply.status == StatusCode::OK, good, "{off}");
        let reply = house.post(http::SESSION, browser.open(house.own_challenge(off, 2))).await;
        assert_eq!(reply.status == StatusCode::OK, good, "{off}");
    }
    let elsewhere = http::own_challenge(&"b.example".parse().unwrap(), START, [3; 8]);
    let reply = house.post(http::REGISTER, browser.register("", "", elsewhere)).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_saves_a_request_by_an_own_challenge_pays_for_it() {
    let rate = Rate { burst: 4, every: Duration::from_secs(60) };
    let house = House::with(|config| (config.behind_proxy, config.limits.address) = (true, rate)).await;
    let ask = async |body: Vec<u8>| {
        let request = Request::post(http::REGISTER).header(header::CONTENT_TYPE, OCTET_STREAM);
        let request = request.header("x-forwarded-for", "192.0.2.1").body(Body::from(body)).unwrap();
        house.request(request).await.status
    };
    for n in 1..=2 {
        assert_eq!(ask(Browser::new(n).register("", "", house.own_challenge(0, n))).await, StatusCode::OK);
    }
    let third = Browser::new(3).register("", "", house.own_challenge(0, 3));
    assert_eq!(ask(third).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_guest_becomes_an_account_and_keeps_its_session() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    assert_eq!(register(&house, &guest, "alice").await, Registered::Ok);
    assert_eq!(register(&house, &guest, "alice").await, Registered::Ok);
    assert_eq!(register(&house, &guest, "bob").await, Registered::ClientTaken);
    assert_eq!(house.get_as(&guest.session, http::MAILBOX).await.status, StatusCode::OK);
}

#[tokio::test]
async fn handles_follow_their_rule() {
    let house = House::new().await;
    let good = ["al", "alice", "a-b_c.d", "a1", &"a".repeat(32)];
    for (n, handle) in good.into_iter().enumerate() {
        assert_eq!(register(&house, &Browser::new(n as u8), handle).await, Registered::Ok, "{handle:?}");
    }
    let bad = ["a", "p", "Alice", "1a", "-a", "a b", "a/b", "a%2f", "ä1", "a\0b", &"a".repeat(33)];
    for handle in bad {
        assert_eq!(register(&house, &Browser::new(99), handle).await, Registered::HandleInvalid, "{handle:?}");
    }
    assert_eq!(register(&house, &Browser::new(98), "alice").await, Registered::HandleTaken);
}

#[tokio::test]
async fn a_client_id_cannot_be_taken_over() {
    let house = House::new().await;
    house.browser(1, "alice").await;
    let thief = Browser { id: [1; 16], ..Browser::new(2) };
    assert_eq!(register(&house, &thief, "").await, Registered::ClientTaken);
    assert_eq!(house.post(http::SESSION, thief.open(house.challenge().await)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_operator_can_close_either_door() {
    let closed = House::with(|config| (config.sign_up, config.guests) = (false, false)).await;
    assert_eq!(register(&closed, &Browser::new(1), "alice").await, Registered::SignUpClosed);
    assert_eq!(register(&closed, &Browser::new(1), "").await, Registered::NoGuests);
}

#[tokio::test]
async fn a_challenge_is_needed_and_ends() {
    let house = House::new().await;
    let browser = Browser::new(1);
    let challenge = house.challenge().await;
    house.pass(120_001);
    for challenge in [challenge, [0; 32], [7; 32]] {
        let reply = house.post(http::REGISTER, browser.register("", "", challenge)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_replayed_session_request_opens_nothing() {
    let house = House::new().await;
    let browser = house.browser(1, "").await;
    let request = browser.open(house.challenge().await);
    assert_eq!(house.post(http::SESSION, request.clone()).await.status, StatusCode::OK);
    assert_eq!(house.post(http::SESSION, request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unknown_client_and_a_wrong_proof_look_alike() {
    let house = House::new().await;
    house.browser(1, "").await;
    let unknown = house.post(http::SESSION, Browser::new(2).open(house.challenge().await)).await;
    let forger = Browser { id: [1; 16], ..Browser::new(3) };
    let forged = house.post(http::SESSION, forger.open(house.challenge().await)).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!((unknown.status, unknown.headers, unknown.body), (forged.status, forged.headers, forged.body));
}

#[tokio::test]
async fn a_signature_for_one_thing_is_none_for_another() {
    let house = House::new().await;
    let browser = house.browser(1, "").await;
    let challenge = house.challenge().await;
    let request = http::OpenSession { client_id: browser.id, challenge, signature: [0; 64] };
    let wrong_label = browser.signed(&request, http::REGISTER_LABEL);
    assert_eq!(house.post(http::SESSION, wrong_label).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_after_a_day() {
    let house = House::new().await;
    let browser = house.browser(1, "").await;
    let session: Session = house.post(http::SESSION, browser.open(house.challenge().await)).await.decode();
    house.pass(24 * 60 * 60 * 1_000 - 1);
    assert_eq!(house.get_as(&session.token, http::MAILBOX).await.status, StatusCode::OK);
    house.pass(1);
    assert_eq!(house.get_as(&session.token, http::MAILBOX).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn no_session_opens_nothing() {
    let house = House::new().await;
    for (get, path) in [
        (true, http::MAILBOX.to_owned()),
        (true, http::EVENTS.to_owned()),
        (false, http::MAILBOX_ACK.to_owned()),
        (false, http::ISSUE_PSEUDONYM.to_owned()),
        (false, http::RENEW_PSEUDONYM.to_owned()),
        (false, http::ISSUE_ACCOUNT.to_owned()),
        (false, http::CREATE_ROOMS.to_owned()),
        (false, http::KEY_PACKAGE_REFS.to_owned()),
        (false, http::REQUEST_CONSENT.to_owned()),
        (false, http::UPDATE_CONSENT.to_owned()),
        (false, http::path_with(http::GROUP_INFO, "mimi://a.example/r/x")),
        (false, http::path_with(http::UPDATE, "mimi://a.example/r/x")),
        (false, http::path_with(http::SUBMIT_MESSAGE, "mimi://a.example/r/x")),
        (false, http::path_with(http::REJECT_COMMIT, "mimi://a.example/r/x")),
        (false, http::path_with(http::END_ROOM, "mimi://a.example/r/x")),
        (true, http::CONTACT_SETTINGS.to_owned()),
        (false, http::CONTACT_SETTINGS.to_owned()),
        (false, http::path_with(http::IN_ORDER, "mimi://a.example/r/x")),
    ] {
        for token in ["", "Bearer", "Bearer !!!", "Bearer AAAA", "Basic eDp5", &bearer(&[9; 32])] {
            let request = if get { Request::get(&path) } else { Request::post(&path) };
            let request = request.header(header::CONTENT_TYPE, OCTET_STREAM).header(header::AUTHORIZATION, token);
            let reply = house.request(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path} {token:?}");
            assert!(reply.body.is_empty());
        }
    }
}

#[tokio::test]
async fn garbage_truncated_and_trailing_bytes_are_malformed() {
    let house = House::new().await;
    let browser = house.browser(1, "").await;
    let whole = browser.register("", "", house.challenge().await);
    for end in 0..whole.len() {
        assert_eq!(house.post(http::REGISTER, whole[..end].to_vec()).await.status, StatusCode::BAD_REQUEST, "{end}");
    }
    assert_eq!(house.post(http::REGISTER, [whole.as_slice(), &[0]].concat()).await.status, StatusCode::BAD_REQUEST);
    for path in [http::ISSUE_PSEUDONYM, http::RENEW_PSEUDONYM, http::ISSUE_ACCOUNT, http::CREATE_ROOMS]
        .into_iter()
        .chain([http::KEY_PACKAGE_REFS, http::REQUEST_CONSENT, http::UPDATE_CONSENT, http::MAILBOX_ACK])
    {
        for garbage in [&[][..], &[0], &[0xff; 40], b"{}", &[0; 300]] {
            let reply = house.post_as(&browser.session, path, garbage.to_vec()).await;
            let nothing_said = path == http::KEY_PACKAGE_REFS && garbage == [0];
            let room_count = path == http::CREATE_ROOMS && garbage == [0];
            assert!(
                reply.status == StatusCode::BAD_REQUEST || nothing_said || room_count,
                "{path} {garbage:?} {}",
                reply.status
            );
        }
    }
    let name = browser.register("alice", &"x".repeat(65), house.challenge().await);
    assert_eq!(house.post(http::REGISTER, name).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn other_media_types_and_too_many_bytes_are_refused() {
    let house = House::with(|config| config.limits.body = 1_000).await;
    let reply = house.request(Request::post(http::REGISTER).body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let json = Request::post(http::REGISTER).header(header::CONTENT_TYPE, "application/json");
    assert_eq!(house.request(json.body("{}".into()).unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(house.post(http::REGISTER, vec![0; 1_001]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Also when no length was announced.
    let chunks = futures::stream::iter((0..11).map(|_| Ok::<_, std::io::Error>(vec![0_u8; 100])));
    let chunked = Request::post(http::REGISTER).header(header::CONTENT_TYPE, OCTET_STREAM);
    let reply = house.request(chunked.body(Body::from_stream(chunks)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let house = House::with(|config| config.limits.body_time = std::time::Duration::from_millis(5)).await;
    let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post(http::REGISTER).header(header::CONTENT_TYPE, OCTET_STREAM);
    let reply = house.request(request.body(Body::from_stream(never)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::REQUEST_TIMEOUT);
}
