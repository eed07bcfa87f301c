//! Several requests in one: in their order, and none after one that was not accepted.

#![allow(clippy::unwrap_used, reason = "a broken expectation has to stop the test")]

use std::time::Duration;

use axum::http::StatusCode;
use doorstep_client_api::http::{
    self, InOrder, InOrderAnswers, KeyPackageRefEntry, KeyPackageRefs, Step, StepAnswer, StepKind,
};
use doorstep_provider::Rate;
use tls_codec::{Serialize, VLByteVec};

use crate::harness::{Browser, House, Reply, issue_request};

const ROOM: &str = "mimi://a.example/r/nothing";

fn references(reference: u8, p: u8) -> Step {
    let entry = KeyPackageRefEntry {
        reference: VLByteVec::new(vec![reference; 32]),
        user: issue_request(p).0.user(),
        not_after: u64::MAX,
    };
    let body = KeyPackageRefs { refs: vec![entry] }.tls_serialize_detached().unwrap();
    Step { kind: StepKind::KeyPackageRefs, body: VLByteVec::new(body) }
}

fn step(kind: StepKind) -> Step {
    Step { kind, body: VLByteVec::new(vec![0; 108]) }
}

async fn ask(house: &House, browser: &Browser, steps: Vec<Step>) -> Reply {
    let body = InOrder { steps }.tls_serialize_detached().unwrap();
    house.post_as(&browser.session, &http::path_with(http::IN_ORDER, ROOM), body).await
}

fn seen(reply: &Reply) -> Vec<(StepKind, u16, String)> {
    let InOrderAnswers { answers } = reply.decode();
    let text = |answer: &StepAnswer| String::from_utf8(answer.reason.as_slice().to_vec()).unwrap();
    answers.iter().map(|answer| (answer.kind, answer.status, text(answer))).collect()
}

#[tokio::test]
async fn nothing_is_done_after_a_step_that_was_not_accepted() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    guest.pseudonym(&house, 5).await;
    let steps = vec![references(1, 5), references(2, 5), step(StepKind::Commit), step(StepKind::Message)];
    let none = String::new;
    let expected = [
        (StepKind::KeyPackageRefs, 200, none()),
        (StepKind::KeyPackageRefs, 200, none()),
        (StepKind::Commit, 404, none()),
    ];
    assert_eq!(seen(&ask(&house, &guest, steps.clone()).await), expected);
    assert_eq!(seen(&ask(&house, &guest, steps).await), expected, "the same again");
    // Somebody else's name.
    let steps = vec![references(3, 6), step(StepKind::Commit)];
    let refused = [(StepKind::KeyPackageRefs, 403, "not-yours".to_owned())];
    assert_eq!(seen(&ask(&house, &guest, steps).await), refused);
    let steps = vec![step(StepKind::Message), step(StepKind::Proposal)];
    let refused = [(StepKind::Message, 400, "malformed".to_owned())];
    assert_eq!(seen(&ask(&house, &guest, steps).await), refused);
}

#[tokio::test]
async fn too_many_steps_and_none_at_all_are_malformed() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    for count in [0, http::IN_ORDER_LIMIT + 1] {
        let steps = vec![step(StepKind::Commit); count];
        assert_eq!(ask(&house, &guest, steps).await.status, StatusCode::BAD_REQUEST, "{count}");
    }
    let path = http::path_with(http::IN_ORDER, ROOM);
    let whole = InOrder { steps: vec![step(StepKind::Commit)] }.tls_serialize_detached().unwrap();
    for end in 0..whole.len() {
        let cut = house.post_as(&guest.session, &path, whole[..end].to_vec()).await;
        assert_eq!(cut.status, StatusCode::BAD_REQUEST, "{end}");
    }
}

#[tokio::test]
async fn every_step_counts_as_a_request() {
    let rate = Rate { burst: 7, every: Duration::from_secs(60) };
    let house = House::with(|config| config.limits.client = rate).await;
    let guest = house.browser(1, "").await;
    let steps = || vec![step(StepKind::Commit); 4];
    assert_eq!(ask(&house, &guest, steps()).await.status, StatusCode::OK);
    assert_eq!(ask(&house, &guest, steps()).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_step_that_cannot_be_done_now_says_when_to_try_again_or_why_not() {
    // This provider speaks with nobody.
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    let body = InOrder { steps: vec![step(StepKind::Commit), step(StepKind::Message)] };
    let path = http::path_with(http::IN_ORDER, "mimi://b.example/r/x");
    let reply = house.post_as(&guest.session, &path, body.tls_serialize_detached().unwrap()).await;
    assert_eq!(seen(&reply), [(StepKind::Commit, 403, "provider-not-allowed".to_owned())]);
}
