//! Reports of abuse: looked into by the hub, kept once, and carried to another hub.

use axum::http::StatusCode;
use doorstep_client_api::http::{self, RoomsCreated};
use doorstep_content::{MimiContent, Packed};
use doorstep_hub::store::Reports as _;
use doorstep_wire::abuse::{AbuseReport, AbuseType, AbusiveMessage};
use doorstep_wire::codec::put_vector;
use doorstep_wire::submit::{SubmitMessageRequest, SubmitMessageResponse};
use doorstep_wire::{Body as _, Dictionary, GroupUri, RoomUri, UserUri, component, dictionary};

use crate::harness::{Browser, House, domain, issue_request};
use crate::rooms::{PRIVATE, ask_to_join, house};

fn room() -> RoomUri {
    RoomUri::new(&domain(), "secretive").unwrap()
}

/// A private room of Alice, who says something in it as pseudonym 1.
async fn scene() -> (House, Browser, AbusiveMessage) {
    let house = house().await;
    let alice = house.browser(1, "alice").await;
    let request = ask_to_join(&house, &alice, "secretive", PRIVATE).await;
    let made = house.post_as(&alice.session, http::CREATE_ROOMS, request).await;
    assert_eq!(made.decode::<RoomsCreated>(), RoomsCreated::Ok);
    let user = accused();
    let Packed { application_data, franking_tag, .. } =
        MimiContent::text([7; 16], &user, &room(), "nonsense").pack(&user, &room());
    let submit = SubmitMessageRequest::new(&sealed(franking_tag), &user).unwrap().encode().unwrap();
    let path = http::path_with(http::SUBMIT_MESSAGE, room().as_str());
    let reply = house.post_as(&alice.session, &path, submit).await;
    let SubmitMessageResponse::Accepted { accepted_timestamp, frank } =
        SubmitMessageResponse::decode(&reply.body).unwrap()
    else {
        panic!("{:?}", reply.reason())
    };
    let shown = AbusiveMessage { message_content: application_data.into(), frank: frank.unwrap(), accepted_timestamp };
    (house, alice, shown)
}

fn accused() -> UserUri {
    issue_request(1).0.user()
}

/// A `PrivateMessage` of the room's group with this tag. The hub cannot tell that nobody can open it.
fn sealed(tag: [u8; 32]) -> Vec<u8> {
    let mut message = vec![0, 1, 0, 2];
    put_vector(&mut message, GroupUri::new(&domain(), doorstep_wire::uri::uuid_v4([1; 16])).as_bytes());
    message.extend([0; 8]);
    message.push(1);
    put_vector(&mut message, &dictionary::safe_aad_items(&Dictionary::from([(component::FRANK_AAD, tag.to_vec())])));
    put_vector(&mut message, &[1]);
    put_vector(&mut message, &[1]);
    message
}

fn report(reporting_user: Option<UserUri>, messages: &[AbusiveMessage]) -> Vec<u8> {
    let report = AbuseReport {
        reporting_user,
        alleged_abuser: accused(),
        reason: AbuseType::Reserved,
        note: "Look at this.".to_owned(),
        messages: messages.to_vec(),
        extensions: Dictionary::new(),
    };
    report.encode().unwrap()
}

fn path() -> String {
    http::path_with(http::REPORT_ABUSE, room().as_str())
}

#[tokio::test]
async fn a_report_is_looked_into_and_kept_once() {
    let (house, alice, shown) = scene().await;
    let mut altered = shown.clone();
    altered.accepted_timestamp.0 += 1;
    let body = report(None, &[shown, altered]);
    for _ in 0..2 {
        let reply = house.post_as(&alice.session, &path(), body.clone()).await;
        assert_eq!((reply.status, reply.reason(), reply.body.len()), (StatusCode::CREATED, None, 0));
    }
    let kept = house.store.reports(10).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].proven, &kept[0].body, kept[0].from.clone()), (1, &body, domain()));
    assert_eq!((&kept[0].room, &kept[0].alleged_abuser, &kept[0].reporting_user), (&room(), &accused(), &None));
}

#[tokio::test]
async fn whoever_is_not_in_the_room_has_to_show_something() {
    let (house, _, shown) = scene().await;
    let eve = house.browser(3, "eve").await;
    let nothing = house.post_as(&eve.session, &path(), report(None, &[])).await;
    let unknown = http::path_with(http::REPORT_ABUSE, "mimi://a.example/r/imaginary");
    let nowhere = house.post_as(&eve.session, &unknown, report(None, &[])).await;
    assert_eq!((nothing.status, &nothing.headers), (StatusCode::NOT_FOUND, &nowhere.headers));
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    let proof = house.post_as(&eve.session, &path(), report(None, std::slice::from_ref(&shown))).await;
    assert_eq!(proof.status, StatusCode::CREATED);
    // In somebody else's name Eve reports nothing.
    let posing = house.post_as(&eve.session, &path(), report(Some(accused()), &[shown])).await;
    assert_eq!((posing.status, posing.reason()), (StatusCode::FORBIDDEN, Some("not-yours")));
    assert_eq!(house.post_as(&eve.session, &path(), vec![1]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.store.reports(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_provider_reports_where_its_users_were() {
    let (house, alice, shown) = scene().await;
    let body = report(None, &[shown]);
    let stranger = house.post_from("b.example", "reportAbuse", room().as_str(), body.clone()).await;
    let unknown = house.post_from("b.example", "reportAbuse", "mimi://a.example/r/imaginary", body.clone()).await;
    assert_eq!((stranger.status, &stranger.headers), (StatusCode::NOT_FOUND, &unknown.headers));
    let own = house.post_from("a.example", "reportAbuse", room().as_str(), body.clone()).await;
    assert_eq!((own.status, own.reason()), (StatusCode::FORBIDDEN, Some("provider-not-allowed")));
    assert!(house.store.reports(10).await.unwrap().is_empty());

    // A report about a room of another hub leaves this provider, which speaks with nobody.
    let elsewhere = http::path_with(http::REPORT_ABUSE, "mimi://b.example/r/x");
    let reply = house.post_as(&alice.session, &elsewhere, body).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::FORBIDDEN, Some("provider-not-allowed")));
}

#[tokio::test]
async fn nobody_reports_without_end() {
    let (house, alice, _) = scene().await;
    let mut last = StatusCode::CREATED;
    for _ in 0..31 {
        last = house.post_as(&alice.session, &path(), report(None, &[])).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
