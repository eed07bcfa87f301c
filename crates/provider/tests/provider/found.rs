//! Finding somebody by their handle or name, here and at other providers.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use doorstep_client_api::http::{self, Ask, ContactSettings, Find, MOST_BLOCKED};
use doorstep_wire::identifier::{
    IdentifierQueryCode, IdentifierRequest, IdentifierResponse, QueryElement, SearchField,
};
use doorstep_wire::{Body as _, Dictionary, UserUri};
use tls_codec::Serialize as _;

use crate::harness::{Browser, House};
use crate::net::{Listeners, Net, houses};

const B: &str = "b.example";
const NAME: &str = "Alice Ørsted";

#[tokio::test]
async fn somebody_is_found_by_her_handle_until_she_hides() {
    let [a, b] = houses(["a.example", B]).await;
    let bob = b.browser(2, "bob").await;
    let alice = Browser::new(1);
    let reply = a.post(http::REGISTER, alice.register("alice", NAME, a.challenge().await)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let alice = a.sign_in(alice).await;
    let path = http::path_with(http::IDENTIFIER_QUERY, "a.example");
    let ask = async |request: IdentifierRequest| {
        let body = request.encode().unwrap();
        let (far, near) =
            (b.post_as(&bob.session, &path, body.clone()).await, a.post_as(&alice.session, &path, body.clone()).await);
        let direct = a.post_from(B, "identifierQuery", "a.example", body).await;
        assert_eq!((far.status, &far.body), (StatusCode::OK, &near.body), "{:?}", far.reason());
        assert_eq!(direct.body, near.body);
        far
    };
    let found = ask(IdentifierRequest::handle("alice")).await;
    let alice_uri: UserUri = "mimi://a.example/u/alice".parse().unwrap();
    assert_eq!(IdentifierResponse::decode(&found.body).unwrap(), IdentifierResponse::found(alice_uri));

    let set = async |find| {
        let settings = ContactSettings { find, ask: Ask::Anybody, blocked: Vec::new() };
        let reply = a.post_as(&alice.session, http::CONTACT_SETTINGS, settings.tls_serialize_detached().unwrap()).await;
        assert_eq!(reply.decode::<ContactSettings>(), settings);
        assert_eq!(a.get_as(&alice.session, http::CONTACT_SETTINGS).await.body, reply.body);
    };
    set(Find::Nobody).await;
    let (hidden, unknown) =
        (ask(IdentifierRequest::handle("alice")).await, ask(IdentifierRequest::handle("nobody")).await);
    let nobody = IdentifierResponse::nobody(IdentifierQueryCode::NotFound);
    assert_eq!(IdentifierResponse::decode(&hidden.body).unwrap(), nobody);
    assert_eq!((hidden.headers, hidden.body), (unknown.headers.clone(), unknown.body.clone()));
    set(Find::ByHandle).await;
    assert_eq!(ask(IdentifierRequest::handle("alice")).await.body, found.body);

    let nick = |value: &str| IdentifierRequest {
        elements: vec![QueryElement { field: SearchField::Nick, value: value.to_owned() }],
        extensions: Dictionary::new(),
    };
    assert_eq!(ask(nick("alice")).await.body, found.body, "a bare handle");
    let by_name = ask(nick(&format!(" {} ", NAME.to_uppercase()))).await;
    assert_eq!((by_name.headers, by_name.body), (unknown.headers, unknown.body), "she does not want that");
    set(Find::ByName).await;
    assert_eq!(ask(nick(&format!(" {} ", NAME.to_uppercase()))).await.body, found.body);
    assert_eq!(
        IdentifierResponse::decode(&ask(nick("Alice")).await.body).unwrap().code,
        IdentifierQueryCode::NotFound,
        "not a part of it"
    );

    let element = QueryElement { field: SearchField::PartialName, value: "ali".to_owned() };
    let partly = ask(IdentifierRequest { elements: vec![element], extensions: Dictionary::new() }).await;
    let code = IdentifierResponse::decode(&partly.body).unwrap().code;
    assert_eq!(code, IdentifierQueryCode::UnsupportedField);
}

#[tokio::test]
async fn settings_are_of_an_account_and_have_an_end() {
    let [a] = houses(["a.example"]).await;
    let (alice, guest) = (a.browser(1, "alice").await, a.browser(2, "").await);
    let from_the_beginning = ContactSettings { find: Find::ByHandle, ask: Ask::Anybody, blocked: Vec::new() };
    for browser in [&alice, &guest] {
        let kept = a.get_as(&browser.session, http::CONTACT_SETTINGS).await;
        assert_eq!(kept.decode::<ContactSettings>(), from_the_beginning);
    }
    let many = |count: usize| ContactSettings {
        blocked: (0..count).map(|n| format!("mimi://b{n}.example").parse().unwrap()).collect(),
        ..from_the_beginning.clone()
    };
    let post = async |browser: &Browser, settings: &ContactSettings| {
        a.post_as(&browser.session, http::CONTACT_SETTINGS, settings.tls_serialize_detached().unwrap()).await
    };
    assert_eq!(post(&alice, &many(MOST_BLOCKED)).await.decode::<ContactSettings>().blocked.len(), MOST_BLOCKED);
    assert_eq!(post(&alice, &many(MOST_BLOCKED + 1)).await.status, StatusCode::BAD_REQUEST);
    let room = ContactSettings { blocked: vec!["mimi://b.example/r/x".parse().unwrap()], ..many(0) };
    assert_eq!(post(&alice, &room).await.status, StatusCode::BAD_REQUEST, "that is nobody");
    assert_eq!(post(&guest, &many(1)).await.decode::<ContactSettings>(), from_the_beginning);
    for nonsense in [&b""[..], &[3, 1, 0], &[1, 3, 0], &[1, 1]] {
        let reply = a.post_as(&alice.session, http::CONTACT_SETTINGS, nonsense.to_vec()).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{nonsense:?}");
    }
    assert_eq!(a.get_as(&alice.session, http::CONTACT_SETTINGS).await.decode::<ContactSettings>().blocked.len(), 500);
}

#[tokio::test]
async fn a_query_is_for_the_provider_it_is_sent_to_and_not_without_end() {
    let [a, b] = houses(["a.example", B]).await;
    let bob = b.browser(2, "bob").await;
    let body = IdentifierRequest::handle("alice").encode().unwrap();
    let other = a.post_from(B, "identifierQuery", "c.example", body.clone()).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert_eq!(a.post_from(B, "identifierQuery", "a.example", vec![1]).await.status, StatusCode::BAD_REQUEST);
    let path = http::path_with(http::IDENTIFIER_QUERY, "c.example");
    let unknown = b.post_as(&bob.session, &path, body.clone()).await;
    assert_eq!((unknown.status, unknown.reason()), (StatusCode::FORBIDDEN, Some("provider-unknown")));
    let mut last = StatusCode::OK;
    for _ in 0..61 {
        last = a.post_from(B, "identifierQuery", "a.example", body.clone()).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(a.post_from("c.example", "identifierQuery", "a.example", body).await.status, StatusCode::OK);
}

/// A provider that answers for users who are not its own.
#[tokio::test]
async fn a_provider_speaks_for_its_own_users_only() {
    let listeners = Listeners::default();
    let net = Net { own: B.parse().unwrap(), listeners: listeners.clone() };
    let b = House::at(B.parse().unwrap(), Arc::new(net), |_| {}).await;
    let bob = b.browser(2, "bob").await;
    let lie = IdentifierResponse::found("mimi://b.example/u/bob".parse().unwrap()).encode().unwrap();
    let liar = Router::new().fallback(move || async move { lie });
    listeners.lock().unwrap().insert("a.example".parse().unwrap(), liar);
    let path = http::path_with(http::IDENTIFIER_QUERY, "a.example");
    let reply = b.post_as(&bob.session, &path, IdentifierRequest::handle("bob").encode().unwrap()).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::SERVICE_UNAVAILABLE, Some("provider-failed")));
}
