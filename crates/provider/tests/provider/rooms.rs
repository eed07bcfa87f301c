//! Room endpoints as strangers meet them. What members do is told by the stories in the `tests` package.

use axum::http::StatusCode;
use doorstep_client_api::http;
use doorstep_wire::Body as _;
use doorstep_wire::group_info::{GroupInfoCode, GroupInfoResponse};

use crate::harness::House;

#[tokio::test]
async fn an_unknown_room_gives_nothing_away() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    let room = "mimi://a.example/r/nothing";
    for template in [http::UPDATE, http::REJECT_COMMIT] {
        let reply = house.post_as(&guest.session, &http::path_with(template, room), vec![0; 108]).await;
        assert_eq!((reply.status, reply.reason()), (StatusCode::NOT_FOUND, None), "{template}");
    }
    let reply = house.post_as(&guest.session, &http::path_with(http::GROUP_INFO, room), vec![1]).await;
    assert_eq!((reply.status, reply.reason()), (StatusCode::OK, None));
    assert_eq!(GroupInfoResponse::decode(&reply.body).unwrap().status(), GroupInfoCode::NotAuthorized);
}

#[tokio::test]
async fn a_room_of_another_hub_or_no_room_is_not_found() {
    let house = House::new().await;
    let guest = house.browser(1, "").await;
    for template in [http::UPDATE, http::REJECT_COMMIT, http::GROUP_INFO, http::SUBMIT_MESSAGE] {
        for room in ["mimi://b.example/r/x", "mimi://a.example/u/alice", "x", "mimi://a.example/r/x?y", "\u{0}"] {
            let reply = house.post_as(&guest.session, &http::path_with(template, room), vec![1]).await;
            assert_eq!((reply.status, reply.reason()), (StatusCode::NOT_FOUND, None), "{template} {room}");
        }
    }
}
