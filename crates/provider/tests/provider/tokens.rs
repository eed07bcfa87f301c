//! Tokens: whose, for what, how often.

use axum::http::StatusCode;
use doorstep_client_api::http::{self, AccountToken, Entered, Registered};
use doorstep_credential::{AccountClaims, IssueRequest, KeySet, LeafKey, NO_TOKEN, accept_token};
use doorstep_wire::{ClientUri, IdentityKind, UnixMillis};

use crate::harness::{Browser, House, START, domain, issue_request, leaf_key};

const DAY: u64 = 86_400_000;

async fn issuer_keys(house: &House) -> KeySet {
    KeySet::decode(&house.get(&http::path_with(http::ISSUER_KEYS, "a.example")).await.body).unwrap()
}

#[tokio::test]
async fn a_pseudonym_token_is_what_the_client_accepts() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    let (client, body) = issue_request(1);
    let reply = house.post_as(&guest.session, http::ISSUE_PSEUDONYM, body.clone()).await;
    let keys = issuer_keys(&house).await;
    let token = accept_token(&reply.body, &keys, &client, &leaf_key(1).public(), UnixMillis(START)).unwrap();
    assert_eq!(token.kind, IdentityKind::Pseudonym);
    assert_eq!(token.expires.0 % DAY, 0);
    // Idempotent, also the day after.
    house.pass(DAY);
    let guest = house.sign_in(guest).await;
    assert_eq!(house.post_as(&guest.session, http::ISSUE_PSEUDONYM, body).await.body, reply.body);
}

#[tokio::test]
async fn the_first_names_come_along_with_the_registration_as_they_would_by_themselves() {
    let house = House::new().await;
    let keys = issuer_keys(&house).await;
    let browser = Browser::new(1);
    let requests = [issue_request(1), issue_request(2)];
    let names = requests.each_ref().map(|(_, body)| body.clone());
    let request = browser.register_with("", "", &names, house.own_challenge(0, 1));
    let entered: Entered = house.post(http::REGISTER, request).await.decode();
    let session = entered.session.expect("a session").token;
    assert_eq!(entered.tokens.len(), 2);
    for (number, ((client, body), token)) in requests.iter().zip(&entered.tokens).enumerate() {
        let key = leaf_key(u8::try_from(number).unwrap() + 1).public();
        accept_token(token.as_slice(), &keys, client, &key, UnixMillis(START)).unwrap();
        let reply = house.post_as(&session, http::ISSUE_PSEUDONYM, body.clone()).await;
        assert_eq!(reply.body, token.as_slice(), "asked for again, it is the same");
    }
}

#[tokio::test]
async fn a_name_that_is_refused_costs_neither_the_registration_nor_the_other_name() {
    let house = House::new().await;
    house.browser(1, "").await.pseudonym(&house, 1).await;
    let browser = Browser::new(2);
    let (_, good) = issue_request(2);
    let of_somebody_else = IssueRequest::new(issue_request(1).0, &LeafKey::from_seed(&[9; 32]), &NO_TOKEN, None);
    let account = ClientUri::account(&domain(), "bob", doorstep_wire::uri::uuid_v4([3; 16])).unwrap();
    let no_pseudonym = IssueRequest::new(account, &leaf_key(3), &NO_TOKEN, None);
    for (number, bad) in
        [of_somebody_else.encode(), no_pseudonym.encode(), b"nonsense".to_vec(), Vec::new()].into_iter().enumerate()
    {
        let challenge = house.own_challenge(0, u8::try_from(number).unwrap());
        let request = browser.register_with("", "", &[bad, good.clone()], challenge);
        let entered: Entered = house.post(http::REGISTER, request).await.decode();
        assert_eq!((entered.outcome, entered.session.is_some()), (Registered::Ok, true));
        assert!(entered.tokens[0].as_slice().is_empty() && !entered.tokens[1].as_slice().is_empty(), "{number}");
    }
    // More than somebody needs at first is no registration.
    let request = browser.register_with("", "", &vec![good; 3], house.own_challenge(0, 9));
    assert_eq!(house.post(http::REGISTER, request).await.status, StatusCode::BAD_REQUEST);
    // Whoever has a handle already taken by somebody else gets no names either.
    house.browser(4, "alice").await;
    let (_, name) = issue_request(5);
    let request = Browser::new(5).register_with("alice", "", &[name], house.own_challenge(0, 5));
    let entered: Entered = house.post(http::REGISTER, request).await.decode();
    assert_eq!((entered.outcome, entered.tokens.len()), (Registered::HandleTaken, 0));
}

#[tokio::test]
async fn names_that_come_along_count_as_those_that_are_asked_for() {
    let house = House::with(|config| {
        config.limits.guest_tokens_per_day = 3;
        config.limits.client.burst = 4;
    })
    .await;
    let browser = Browser::new(1);
    for (number, empty) in [[false, false], [false, true], [true, true]].into_iter().enumerate() {
        let number = u8::try_from(number).unwrap();
        let names = [issue_request(2 * number + 1).1, issue_request(2 * number + 2).1];
        let request = browser.register_with("", "", &names, house.own_challenge(0, number));
        let entered: Entered = house.post(http::REGISTER, request).await.decode();
        assert_eq!(entered.tokens.iter().map(|token| token.as_slice().is_empty()).collect::<Vec<_>>(), empty);
        // Four were asked for so far, or six, which this client may not do so quickly.
        if number > 0 {
            let reply = house.get_as(&entered.session.unwrap().token, http::MAILBOX).await;
            assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        }
    }
}

#[tokio::test]
async fn a_pseudonym_of_somebody_else_is_taken() {
    let house = House::new().await;
    let owner = house.browser(1, "").await;
    let thief = house.browser(2, "").await;
    let (client, body) = issue_request(1);
    owner.pseudonym(&house, 1).await;
    let reply = house.post_as(&thief.session, http::ISSUE_PSEUDONYM, body).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::CONFLICT, Some("pseudonym-taken")));
    let own_key = IssueRequest::new(client, &LeafKey::from_seed(&[9; 32]), &NO_TOKEN, None).encode();
    for session in [&owner.session, &thief.session] {
        let reply = house.post_as(session, http::ISSUE_PSEUDONYM, own_key.clone()).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn a_token_can_be_renewed_by_its_owner_with_its_key_only() {
    let house = House::new().await;
    let owner = house.browser(1, "").await;
    let thief = house.browser(2, "").await;
    let (client, body) = issue_request(1);
    let unknown = house.post_as(&owner.session, http::RENEW_PSEUDONYM, body.clone()).await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    let first = house.post_as(&owner.session, http::ISSUE_PSEUDONYM, body.clone()).await.body;
    assert_eq!(house.post_as(&thief.session, http::RENEW_PSEUDONYM, body.clone()).await.status, StatusCode::FORBIDDEN);
    let other_key = IssueRequest::new(client.clone(), &LeafKey::from_seed(&[9; 32]), &NO_TOKEN, None).encode();
    assert_eq!(house.post_as(&owner.session, http::RENEW_PSEUDONYM, other_key).await.status, StatusCode::FORBIDDEN);
    house.pass(DAY);
    let owner = house.sign_in(owner).await;
    let renewed = house.post_as(&owner.session, http::RENEW_PSEUDONYM, body).await.body;
    let keys = issuer_keys(&house).await;
    let end =
        |token: &[u8]| accept_token(token, &keys, &client, &leaf_key(1).public(), UnixMillis(START)).unwrap().expires.0;
    assert_eq!(end(&renewed), end(&first) + DAY);
}

#[tokio::test]
async fn a_request_without_the_key_or_for_another_domain_gets_nothing() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    let (_, mut body) = issue_request(1);
    *body.last_mut().unwrap() ^= 1;
    assert_eq!(house.post_as(&guest.session, http::ISSUE_PSEUDONYM, body).await.status, StatusCode::BAD_REQUEST);
    let uuid = doorstep_wire::uri::uuid_v4([1; 16]);
    let foreign = ClientUri::pseudonym(&"b.example".parse().unwrap(), uuid, uuid);
    let body = IssueRequest::new(foreign, &leaf_key(1), &NO_TOKEN, None).encode();
    let reply = house.post_as(&guest.session, http::ISSUE_PSEUDONYM, body).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::FORBIDDEN, Some("not-our-domain")));
}

#[tokio::test]
async fn an_account_vouches_for_its_own_handle_only() {
    let house = House::new().await;
    let alice = house.browser(1, "alice").await;
    let guest = house.browser(2, "").await;
    let request = |handle: &str| {
        let client = ClientUri::account(&domain(), handle, [3; 16]).unwrap();
        (client.clone(), IssueRequest::new(client, &leaf_key(1), &NO_TOKEN, None).encode())
    };
    let (client, body) = request("alice");
    let reply = house.post_as(&alice.session, http::ISSUE_ACCOUNT, body.clone()).await;
    let AccountToken { token, disclosures } = reply.decode();
    let keys = issuer_keys(&house).await;
    let accepted = accept_token(token.as_slice(), &keys, &client, &leaf_key(1).public(), UnixMillis(START)).unwrap();
    assert_eq!(accepted.kind, IdentityKind::Account);
    let claims = AccountClaims::open(token.as_slice(), disclosures.as_slice()).unwrap();
    assert_eq!(claims.handle, "alice");
    let again = house.post_as(&alice.session, http::ISSUE_ACCOUNT, body.clone()).await;
    assert_eq!(again.body, reply.body, "a repeated request gets the same salts");
    assert_eq!(house.post_as(&guest.session, http::ISSUE_ACCOUNT, body.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        house.post_as(&alice.session, http::ISSUE_ACCOUNT, request("bob").1).await.status,
        StatusCode::FORBIDDEN
    );
    // A pseudonym is not asked for by an account's name, nor the other way round.
    assert_eq!(house.post_as(&alice.session, http::ISSUE_PSEUDONYM, body).await.status, StatusCode::FORBIDDEN);
    let (_, pseudonym) = issue_request(7);
    assert_eq!(house.post_as(&alice.session, http::ISSUE_ACCOUNT, pseudonym).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_accounts_token_is_renewed_by_its_session_with_its_key_only() {
    let house = House::new().await;
    let alice = house.browser(1, "alice").await;
    let bob = house.browser(2, "bob").await;
    let client = ClientUri::account(&domain(), "alice", [3; 16]).unwrap();
    let request = |seed| IssueRequest::new(client.clone(), &leaf_key(seed), &NO_TOKEN, None).encode();
    let unknown = house.post_as(&alice.session, http::RENEW_ACCOUNT, request(1)).await;
    assert_eq!((unknown.status, unknown.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
    let first: AccountToken = house.post_as(&alice.session, http::ISSUE_ACCOUNT, request(1)).await.decode();
    for (session, seed) in [(&bob.session, 1), (&alice.session, 2)] {
        let refused = house.post_as(session, http::RENEW_ACCOUNT, request(seed)).await;
        assert_eq!((refused.status, refused.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
    }
    house.pass(DAY);
    let alice = house.sign_in(alice).await;
    let renewed: AccountToken = house.post_as(&alice.session, http::RENEW_ACCOUNT, request(1)).await.decode();
    let keys = issuer_keys(&house).await;
    let end = |token: &AccountToken| {
        let key = leaf_key(1).public();
        accept_token(token.token.as_slice(), &keys, &client, &key, UnixMillis(START)).unwrap().expires.0
    };
    assert_eq!(end(&renewed), end(&first) + DAY);
    assert!(AccountClaims::open(renewed.token.as_slice(), renewed.disclosures.as_slice()).is_ok());
}

#[tokio::test]
async fn there_are_so_many_pseudonyms_a_day() {
    let house = House::with(|config| config.limits.guest_tokens_per_day = 2).await;
    let guest = house.browser(1, "").await;
    for p in 1..=2 {
        guest.pseudonym(&house, p).await;
    }
    house.pass(DAY - 60_000);
    let guest = house.sign_in(guest).await;
    // Still the same day, a minute before it ends.
    let reply = house.post_as(&guest.session, http::ISSUE_PSEUDONYM, issue_request(3).1).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers["retry-after"], "60");
    house.pass(60_000);
    guest.pseudonym(&house, 3).await;
}

#[tokio::test]
async fn a_client_that_asks_too_often_waits() {
    let house = House::with(|config| config.limits.client.burst = 5).await;
    let (busy, other) = (house.browser(1, "").await, house.browser(2, "").await);
    for _ in 0..5 {
        assert_eq!(house.get_as(&busy.session, http::MAILBOX).await.status, StatusCode::OK);
    }
    let reply = house.get_as(&busy.session, http::MAILBOX).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers["retry-after"], "1");
    assert_eq!(house.get_as(&other.session, http::MAILBOX).await.status, StatusCode::OK);
    house.pass(1_000);
    assert_eq!(house.get_as(&busy.session, http::MAILBOX).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_neighbourhood_that_asks_too_often_waits() {
    use axum::body::Body;
    use axum::http::Request;
    let house = House::with(|config| {
        config.behind_proxy = true;
        config.limits.address.burst = 2;
    })
    .await;
    let ask = async |address: &str| {
        let request = Request::get(http::CHALLENGE).header("x-forwarded-for", address);
        house.request(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(ask("2001:db8::1").await, StatusCode::OK);
    assert_eq!(ask("2001:db8::2").await, StatusCode::OK);
    assert_eq!(ask("2001:db8::3").await, StatusCode::TOO_MANY_REQUESTS);
    // What a visitor writes in front of the proxy's word changes nothing.
    assert_eq!(ask("192.0.2.9, 2001:db8::3").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask("192.0.2.9").await, StatusCode::OK);
}

#[tokio::test]
async fn a_provider_answers_for_its_own_keys_only() {
    let house = House::new().await;
    for template in [http::ISSUER_KEYS, http::HUB_KEYS] {
        assert_eq!(house.get(&http::path_with(template, "a.example")).await.status, StatusCode::OK);
        for other in ["b.example", "a.example.", "%", "../x", ""] {
            assert_eq!(house.get(&http::path_with(template, other)).await.status, StatusCode::NOT_FOUND, "{other:?}");
        }
    }
}
