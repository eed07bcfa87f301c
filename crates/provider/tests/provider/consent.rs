//! Consent that is asked for and given between providers: how a person here hears of it, and how often.

use axum::http::StatusCode;
use doorstep_client_api::http::{self, Ask, ContactSettings, Find, MailboxKind, MailboxPage};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{Body as _, IdentifierUri, UserUri};
use tls_codec::Serialize as _;

use crate::harness::{Browser, House};
use crate::net::houses;

const A: &str = "a.example";
const B: &str = "b.example";
const BOB: &str = "mimi://b.example/d/bob/00000000-0000-4000-8000-000000000002";
const DAY: u64 = 24 * 3_600_000;

/// Of a user of a.example.
fn user(n: u8) -> UserUri {
    format!("mimi://a.example/p/1b4e28ba-2fa1-4d1e-883f-0000000000{n:02x}").parse().unwrap()
}

fn entry(operation: ConsentOperation, requester: &UserUri, target: &UserUri) -> ConsentEntry {
    ConsentEntry {
        operation,
        requester: requester.clone().into(),
        target: target.clone(),
        room: Some("mimi://a.example/r/first".parse().unwrap()),
        key_packages: Vec::new(),
        // A ticket, and whatever a stranger may write.
        extensions: [(0x8D44, vec![1, 2]), (0xF0F0, b"buy this".to_vec())].into(),
    }
}

/// What b.example answers to a.example, and whoever else asks.
async fn ask(b: &House, from: &str, entry: &ConsentEntry) -> StatusCode {
    b.post_from(from, "requestConsent", entry.target.as_str(), entry.encode().unwrap()).await.status
}

/// Operations that a browser has heard of.
async fn heard(house: &House, browser: &Browser) -> Vec<ConsentEntry> {
    let page: MailboxPage = house.get_as(&browser.session, &format!("{}?after=0", http::MAILBOX)).await.decode();
    assert!(page.items.iter().all(|item| item.kind == MailboxKind::Consent));
    page.items.iter().map(|item| ConsentEntry::decode(item.body.as_slice()).unwrap()).collect()
}

#[tokio::test]
async fn a_request_reaches_the_person_without_a_strangers_words_and_can_be_taken_back() {
    let [a, b] = houses([A, B]).await;
    let bob = b.browser(2, "bob").await;
    let target = b.client(&bob, BOB, 1).await.user();
    let request = entry(ConsentOperation::Request, &user(1), &target);
    for _ in 0..2 {
        assert_eq!(ask(&b, A, &request).await, StatusCode::CREATED);
    }
    let heard_of = heard(&b, &bob).await;
    let [told] = heard_of.as_slice() else { panic!("{heard_of:?}") };
    assert_eq!(told.extensions.keys().collect::<Vec<_>>(), [&0x8D44]);
    assert_eq!(ConsentEntry { extensions: request.extensions.clone(), ..told.clone() }, request);

    // The draft has the domain in the path in one place, and the URI in another.
    let cancel = ConsentEntry { operation: ConsentOperation::Cancel, ..request.clone() };
    let by_domain = b.post_from(A, "requestConsent", B, cancel.encode().unwrap()).await;
    assert_eq!(by_domain.status, StatusCode::CREATED);
    let elsewhere = b.post_from(A, "requestConsent", A, cancel.encode().unwrap()).await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
    let operations: Vec<_> = heard(&b, &bob).await.into_iter().map(|entry| entry.operation).collect();
    assert_eq!(operations, [ConsentOperation::Request, ConsentOperation::Cancel]);
    assert_eq!(ask(&b, A, &cancel).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await.len(), 2, "there is nothing to cancel");

    assert_eq!(ask(&b, "c.example", &request).await, StatusCode::FORBIDDEN);
    let nobody = entry(ConsentOperation::Request, &user(2), &"mimi://b.example/u/nobody".parse().unwrap());
    assert_eq!(ask(&b, A, &nobody).await, StatusCode::CREATED, "that is not said");
    // For any room.
    let any = ConsentEntry { room: None, ..entry(ConsentOperation::Request, &user(3), &target) };
    assert_eq!(ask(&b, A, &any).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await[2].room, None);
    drop(a);
}

#[tokio::test]
async fn a_provider_asks_five_times_a_day_and_a_user_once_a_week() {
    let [b] = houses([B]).await;
    let bob = b.browser(2, "bob").await;
    let target = b.client(&bob, BOB, 1).await.user();
    for n in 1..=7 {
        assert_eq!(ask(&b, A, &entry(ConsentOperation::Request, &user(n), &target)).await, StatusCode::CREATED);
    }
    assert_eq!(heard(&b, &bob).await.len(), 5);
    let room = Some("mimi://a.example/r/second".parse().unwrap());
    let again = ConsentEntry { room, ..entry(ConsentOperation::Request, &user(1), &target) };
    b.pass(DAY);
    let bob = b.sign_in(bob).await;
    assert_eq!(ask(&b, A, &again).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await.len(), 5, "the same user");
    assert_eq!(ask(&b, A, &entry(ConsentOperation::Request, &user(6), &target)).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await.len(), 6);
    b.pass(6 * DAY);
    let bob = b.sign_in(bob).await;
    assert_eq!(ask(&b, A, &again).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await.len(), 7);
}

#[tokio::test]
async fn an_account_that_does_not_want_to_be_asked_hears_nothing() {
    let [b] = houses([B]).await;
    let bob = b.browser(2, "bob").await;
    let target = b.client(&bob, BOB, 1).await.user();
    let pid = "1b4e28ba-2fa1-4d1e-883f-0000000000ff";
    let pseudonym = b.client(&bob, &format!("mimi://b.example/d/p/{pid}/{pid}"), 2).await.user();
    let set = async |ask, blocked: Vec<IdentifierUri>| {
        let settings = ContactSettings { find: Find::ByHandle, ask, blocked };
        let body = settings.tls_serialize_detached().unwrap();
        assert_eq!(b.post_as(&bob.session, http::CONTACT_SETTINGS, body).await.status, StatusCode::OK);
    };
    let settings = [
        (Ask::Nobody, Vec::new()),
        (Ask::Anybody, vec![user(2).into()]),
        (Ask::Anybody, vec!["mimi://a.example".parse().unwrap()]),
    ];
    for ((who, blocked), n) in settings.into_iter().zip(1..) {
        set(who, blocked).await;
        assert_eq!(ask(&b, A, &entry(ConsentOperation::Request, &user(n), &target)).await, StatusCode::CREATED);
        assert!(heard(&b, &bob).await.is_empty(), "{who:?}");
    }
    // What an account wants says nothing of its pseudonyms, or it would show whose they are.
    assert_eq!(ask(&b, A, &entry(ConsentOperation::Request, &user(3), &pseudonym)).await, StatusCode::CREATED);
    assert_eq!(heard(&b, &bob).await.len(), 1);
}

#[tokio::test]
async fn a_grant_reaches_who_it_is_for_and_is_revoked_only_after_that() {
    let [a, b] = houses([A, B]).await;
    let bob = b.browser(2, "bob").await;
    let me = b.client(&bob, BOB, 1).await.user();
    // Bob asked; a user of a.example agrees.
    let grant = entry(ConsentOperation::Grant, &me, &user(1));
    let revoke = ConsentEntry { operation: ConsentOperation::Revoke, ..grant.clone() };
    let say = async |from: &str, path: &str, entry: &ConsentEntry| {
        b.post_from(from, "updateConsent", path, entry.encode().unwrap()).await.status
    };
    assert_eq!(say(A, me.as_str(), &revoke).await, StatusCode::CREATED);
    assert!(heard(&b, &bob).await.is_empty(), "nothing was granted");
    assert_eq!(say("c.example", me.as_str(), &grant).await, StatusCode::FORBIDDEN);
    assert_eq!(say(A, me.as_str(), &grant).await, StatusCode::CREATED);
    assert_eq!(say(A, B, &grant).await, StatusCode::CREATED, "a repetition, and the domain in the path");
    assert_eq!(say(A, B, &revoke).await, StatusCode::CREATED);
    assert_eq!(say(A, B, &revoke).await, StatusCode::CREATED);
    let operations: Vec<_> = heard(&b, &bob).await.into_iter().map(|entry| entry.operation).collect();
    assert_eq!(operations, [ConsentOperation::Grant, ConsentOperation::Revoke]);
    drop(a);
}
