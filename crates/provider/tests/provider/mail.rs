//! KeyPackage references, consent, mailboxes and the event stream.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use doorstep_client_api::http::{self, Acknowledge, KeyPackageRefEntry, KeyPackageRefs, MailboxKind, MailboxPage};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{Body as _, IdentifierUri, UserUri};
use futures::StreamExt as _;
use tls_codec::{Serialize as _, VLByteVec};
use tower::ServiceExt as _;

use crate::harness::{Browser, House, bearer};

fn refs(entries: &[(Vec<u8>, UserUri)]) -> Vec<u8> {
    let refs = entries
        .iter()
        .map(|(reference, user)| KeyPackageRefEntry {
            reference: VLByteVec::new(reference.clone()),
            user: user.clone(),
            not_after: 2_000_000_000,
        })
        .collect();
    KeyPackageRefs { refs }.tls_serialize_detached().unwrap()
}

fn entry(operation: ConsentOperation, requester: impl Into<IdentifierUri>, target: &UserUri) -> Vec<u8> {
    let entry = ConsentEntry {
        operation,
        requester: requester.into(),
        target: target.clone(),
        room: Some("mimi://a.example/r/clubhouse".parse().unwrap()),
        key_packages: Vec::new(),
        extensions: [(0x8D46, vec![1, 2, 3])].into(),
    };
    entry.encode().unwrap()
}

async fn mailbox(house: &House, browser: &Browser, after: u64) -> MailboxPage {
    house.get_as(&browser.session, &format!("{}?after={after}", http::MAILBOX)).await.decode()
}

#[tokio::test]
async fn references_are_registered_for_own_pseudonyms_only() {
    let house = House::new().await;
    let (owner, other) = (house.browser(1, "").await, house.browser(2, "").await);
    let (mine, theirs) = (owner.pseudonym(&house, 1).await.user(), other.pseudonym(&house, 2).await.user());
    let post = async |browser: &Browser, body| house.post_as(&browser.session, http::KEY_PACKAGE_REFS, body).await;
    let good = refs(&[(vec![1; 32], mine.clone()), (vec![2; 32], mine.clone())]);
    assert_eq!(post(&owner, good.clone()).await.status, StatusCode::OK);
    assert_eq!(post(&owner, good).await.status, StatusCode::OK);
    assert_eq!(post(&other, refs(&[(vec![3; 32], mine.clone())])).await.status, StatusCode::FORBIDDEN);
    let reply = post(&other, refs(&[(vec![1; 32], theirs)])).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::CONFLICT, Some("reference-taken")));
    for bad in [vec![], vec![1; 31], vec![1; 65]] {
        assert_eq!(post(&owner, refs(&[(bad, mine.clone())])).await.status, StatusCode::BAD_REQUEST);
    }
    let many: Vec<_> = (0..65_u8).map(|n| (vec![n; 32], mine.clone())).collect();
    assert_eq!(post(&owner, refs(&many)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_outcome_reaches_the_knocker_and_nobody_else() {
    let house = House::new().await;
    let (admin, knocker, other) = (house.browser(1, "").await, house.browser(2, "").await, house.browser(3, "").await);
    let sender = admin.pseudonym(&house, 1).await.user();
    let target = knocker.pseudonym(&house, 2).await;
    other.pseudonym(&house, 3).await;
    let post = async |operation| {
        let body = entry(operation, sender.clone(), &target.user());
        house.post_as(&admin.session, http::REQUEST_CONSENT, body).await.status
    };
    assert_eq!(post(ConsentOperation::Cancel).await, StatusCode::CREATED);
    assert!(mailbox(&house, &knocker, 0).await.items.is_empty(), "a cancel without a request has no effect");
    assert_eq!(post(ConsentOperation::Request).await, StatusCode::CREATED);
    assert!(mailbox(&house, &knocker, 0).await.items.is_empty());
    assert_eq!(post(ConsentOperation::Cancel).await, StatusCode::CREATED);
    assert_eq!(post(ConsentOperation::Cancel).await, StatusCode::CREATED);
    let page = mailbox(&house, &knocker, 0).await;
    let [item] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((item.kind, &item.to), (MailboxKind::Consent, &target));
    assert_eq!(ConsentEntry::decode(item.body.as_slice()).unwrap().operation, ConsentOperation::Cancel);
    assert!(mailbox(&house, &other, 0).await.items.is_empty());
    assert!(mailbox(&house, &knocker, item.seq).await.items.is_empty());

    let ack = Acknowledge { upto: item.seq }.tls_serialize_detached().unwrap();
    assert_eq!(house.post_as(&other.session, http::MAILBOX_ACK, ack.clone()).await.status, StatusCode::OK);
    assert_eq!(mailbox(&house, &knocker, 0).await.items.len(), 1, "nobody acknowledges for somebody else");
    assert_eq!(house.post_as(&knocker.session, http::MAILBOX_ACK, ack).await.status, StatusCode::OK);
    assert!(mailbox(&house, &knocker, 0).await.items.is_empty());
}

#[tokio::test]
async fn consent_is_only_given_in_ones_own_name() {
    let house = House::new().await;
    let (admin, knocker) = (house.browser(1, "").await, house.browser(2, "").await);
    let sender = admin.pseudonym(&house, 1).await.user();
    let target = knocker.pseudonym(&house, 2).await.user();
    let hub = IdentifierUri::provider(&crate::harness::domain());
    let post = async |browser: &Browser, path, body| house.post_as(&browser.session, path, body).await.status;
    let as_other = entry(ConsentOperation::Request, sender.clone(), &target);
    assert_eq!(post(&knocker, http::REQUEST_CONSENT, as_other).await, StatusCode::FORBIDDEN);
    let wrong_operation = entry(ConsentOperation::Revoke, sender.clone(), &target);
    assert_eq!(post(&admin, http::REQUEST_CONSENT, wrong_operation).await, StatusCode::BAD_REQUEST);
    let for_other = entry(ConsentOperation::Revoke, hub.clone(), &target);
    assert_eq!(post(&admin, http::UPDATE_CONSENT, for_other.clone()).await, StatusCode::FORBIDDEN);
    let not_the_hub = entry(ConsentOperation::Revoke, IdentifierUri::provider(&"b.example".parse().unwrap()), &target);
    assert_eq!(post(&knocker, http::UPDATE_CONSENT, not_the_hub).await, StatusCode::BAD_REQUEST);
    // Towards a user it takes back what was granted them, which is for the target alone to do.
    let towards_a_user = entry(ConsentOperation::Revoke, sender, &target);
    assert_eq!(post(&admin, http::UPDATE_CONSENT, towards_a_user.clone()).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&knocker, http::UPDATE_CONSENT, towards_a_user).await, StatusCode::CREATED);
    // The room is unknown, and that is not said.
    assert_eq!(post(&knocker, http::UPDATE_CONSENT, for_other).await, StatusCode::CREATED);
    // Nor is it said that a target does not exist.
    let nobody: UserUri = "mimi://a.example/p/00000000-0000-4000-8000-000000000000".parse().unwrap();
    for operation in [ConsentOperation::Request, ConsentOperation::Cancel] {
        let body = entry(operation, admin.pseudonym(&house, 5).await.user(), &nobody);
        assert_eq!(post(&admin, http::REQUEST_CONSENT, body).await, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_strange_cursor_is_malformed() {
    let house = House::new().await;
    let browser = house.browser(1, "").await;
    for query in ["after=-1", "after=x", "after=99999999999999999999", "after=1&after=2"] {
        let reply = house.get_as(&browser.session, &format!("{}?{query}", http::MAILBOX)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert!(mailbox(&house, &browser, u64::MAX).await.items.is_empty());
}

#[tokio::test]
async fn the_event_stream_says_the_newest_seq_and_ends_with_the_provider() {
    let house = House::with(|config| config.limits.streams = 1).await;
    let (admin, knocker) = (house.browser(1, "").await, house.browser(2, "").await);
    let sender = admin.pseudonym(&house, 1).await.user();
    let target = knocker.pseudonym(&house, 2).await.user();
    let open = || {
        let request = Request::get(http::EVENTS).header(header::AUTHORIZATION, bearer(&knocker.session));
        house.provider.router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let response = open().await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let mut next = async || {
        let chunk = tokio::time::timeout(Duration::from_secs(5), events.next()).await.expect("an event in time");
        chunk.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
    };
    assert_eq!(next().await.as_deref(), Some("data: 0\n\n"));
    assert_eq!(open().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS, "one stream was allowed");
    for operation in [ConsentOperation::Request, ConsentOperation::Cancel] {
        let body = entry(operation, sender.clone(), &target);
        house.post_as(&admin.session, http::REQUEST_CONSENT, body).await;
    }
    let seq = mailbox(&house, &knocker, 0).await.items[0].seq;
    assert_eq!(next().await, Some(format!("data: {seq}\n\n")));
    house.provider.stop();
    assert_eq!(next().await, None);
}
