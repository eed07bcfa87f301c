//! Directories, good and bad, and how long they are believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use doorstep_peers::development::Leaf;
use doorstep_peers::{Endpoint, Limits, ListenerLimits, Lists, PeerError, Peers as _};
use http::Response;
use http_body_util::Full;

use crate::ground::{A, Ground, Provider, directory, domain, errand, notify, provider_with, quick, said, status};

/// a.example, whose directory is this.
async fn with_directory(ground: &Ground, answer: Response<Full<bytes::Bytes>>) -> Provider {
    let identity = ground.identity(A);
    provider_with(ground, identity, Lists::default(), ListenerLimits::default(), move |heard| {
        if heard.line.starts_with("GET") { answer.clone() } else { status(201) }
    })
    .await
}

#[tokio::test]
async fn a_directory_that_cannot_be_read_leads_nowhere() {
    let ground = Ground::new();
    let moved = Response::builder().status(302).header("location", "/x").body(Full::from(directory(A))).unwrap();
    let longer = Limits::default().directory + 1;
    let huge = directory(A).replacen('{', &format!("{{{}", " ".repeat(longer)), 1);
    for answer in [
        said("<html>"),
        said(""),
        said(directory(A).replace("https", "http")),
        said(directory("127.0.0.1")),
        said(directory("[::1]")),
        said(huge),
        status(404),
        moved,
    ] {
        let provider = with_directory(&ground, answer.clone()).await;
        let network = ground.network([(A, provider.address)]);
        assert_eq!(notify(&network).await, Err(PeerError::NoDirectory), "{answer:?}");
        assert!(provider.heard().is_empty());
    }
}

/// A server in front of it that finds nobody behind it, or one that has too much to do: that is no word about a directory.
#[tokio::test]
async fn a_provider_that_cannot_show_its_directory_now_does_not_answer() {
    let ground = Ground::new();
    for code in [408, 429, 500, 502, 503, 504] {
        let provider = with_directory(&ground, status(code)).await;
        let network = ground.network([(A, provider.address)]);
        assert_eq!(notify(&network).await, Err(PeerError::Unreachable), "{code}");
        assert!(provider.heard().is_empty());
    }
}

#[tokio::test]
async fn a_directory_may_name_any_host_that_proves_the_domain() {
    let ground = Ground::new();
    let provider = with_directory(&ground, said(directory("mimi.c.example:8448"))).await;
    let (identity, both) = (ground.identity("c.example"), ground.identity(A));
    let plain = |heard: &crate::ground::Heard| if heard.body.is_empty() { status(404) } else { status(201) };
    let foreign = provider_with(&ground, identity, Lists::default(), ListenerLimits::default(), plain).await;
    let network = ground.network([(A, provider.address), ("mimi.c.example", foreign.address)]);
    assert_eq!(notify(&network).await, Err(PeerError::NotItself));
    assert!(foreign.heard().is_empty());
    let hosted = provider_with(&ground, both, Lists::default(), ListenerLimits::default(), plain).await;
    let network = ground.network([(A, provider.address), ("mimi.c.example", hosted.address)]);
    assert_eq!(notify(&network).await.unwrap().status, 201);
    assert_eq!(hosted.heard()[0].headers["host"], A);
}

#[tokio::test]
async fn two_providers_at_one_host_share_no_connection() {
    let ground = Ground::new();
    let c = "c.example";
    let (home_a, home_c) = (with_directory(&ground, said(directory("host.example"))).await, {
        provider_with(&ground, ground.identity(c), Lists::default(), ListenerLimits::default(), |_| {
            said(directory("host.example"))
        })
        .await
    });
    // The host proves a.example only.
    let host = with_directory(&ground, status(404)).await;
    let network = ground.network([(A, home_a.address), (c, home_c.address), ("host.example", host.address)]);
    assert_eq!(notify(&network).await.unwrap().status, 201);
    let other = network.send(&domain(c), errand(Endpoint::Notify, "mimi://b.example/r/x")).await;
    assert_eq!(other, Err(PeerError::NotItself));
    assert_eq!(host.heard().len(), 1);
}

#[tokio::test]
async fn what_a_directory_does_not_list_is_not_offered() {
    let ground = Ground::new();
    let only = "{\"notify\": \"https://a.example/n/{roomId}\"}";
    let provider = with_directory(&ground, said(only)).await;
    let network = ground.network([(A, provider.address)]);
    assert_eq!(notify(&network).await.unwrap().status, 201);
    for _ in 0..3 {
        let asked = network.send(&domain(A), errand(Endpoint::Door, "mimi://a.example/r/x")).await;
        assert_eq!(asked, Err(PeerError::NotOffered));
    }
    assert_eq!(provider.directories(), 1, "it was fetched a moment ago");
}

#[tokio::test]
async fn a_directory_is_fetched_again_when_it_is_old_and_serves_on_when_it_cannot_be() {
    let ground = Ground::new();
    let works = Arc::new(AtomicU16::new(200));
    let now = works.clone();
    let identity = ground.identity(A);
    let provider = provider_with(&ground, identity, Lists::default(), ListenerLimits::default(), move |heard| {
        if !heard.line.starts_with("GET") {
            return status(201);
        }
        let mut answer = said(directory(A));
        *answer.status_mut() = now.load(Ordering::SeqCst).try_into().unwrap();
        answer.headers_mut().insert("cache-control", "max-age=3600".try_into().unwrap());
        answer
    })
    .await;
    let limits = Limits {
        directory_least: Duration::ZERO,
        directory_most: Duration::from_millis(300),
        directory_kept: Duration::from_millis(900),
        directory_again: Duration::from_millis(100),
        ..quick()
    };
    let network = ground.network_with([(A, provider.address)], Lists::default(), limits);
    for _ in 0..3 {
        notify(&network).await.unwrap();
    }
    assert_eq!(provider.directories(), 1);
    tokio::time::sleep(Duration::from_millis(350)).await;
    notify(&network).await.unwrap();
    assert_eq!(provider.directories(), 2, "an hour is longer than the longest");
    works.store(503, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(350)).await;
    for _ in 0..5 {
        notify(&network).await.unwrap();
    }
    assert_eq!(provider.directories(), 3, "one try, then the old one for a while");
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    assert_eq!(notify(&network).await, Err(PeerError::Unreachable), "too old by now");
    works.store(200, Ordering::SeqCst);
    assert_eq!(notify(&network).await, Err(PeerError::Unreachable), "it was tried a moment ago");
    tokio::time::sleep(Duration::from_millis(150)).await;
    notify(&network).await.unwrap();
}

#[tokio::test]
async fn an_age_that_is_too_short_is_longer() {
    let ground = Ground::new();
    let mut answer = said(directory(A));
    answer.headers_mut().insert("cache-control", "no-store".try_into().unwrap());
    let provider = with_directory(&ground, answer).await;
    let network = ground.network([(A, provider.address)]);
    for _ in 0..3 {
        notify(&network).await.unwrap();
    }
    assert_eq!(provider.directories(), 1);
}

#[tokio::test]
async fn after_not_found_the_directory_is_doubted() {
    let ground = Ground::new();
    let moves = Arc::new(AtomicUsize::new(0));
    let identity = ground.identity(A);
    let provider = provider_with(&ground, identity, Lists::default(), ListenerLimits::default(), move |heard| {
        match (heard.line.starts_with("GET"), heard.line.contains("/new/")) {
            (true, _) if moves.fetch_add(1, Ordering::SeqCst) == 0 => said(directory(A)),
            (true, _) => said(directory(A).replace("/mimi/", "/new/")),
            (false, new) => status(if new { 201 } else { 404 }),
        }
    })
    .await;
    let limits = Limits { directory_again: Duration::from_millis(200), ..quick() };
    let network = ground.network_with([(A, provider.address)], Lists::default(), limits);
    assert_eq!(notify(&network).await.unwrap().status, 404);
    assert_eq!(notify(&network).await.unwrap().status, 404, "fetched a moment ago");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(notify(&network).await.unwrap().status, 201);
    assert_eq!(provider.directories(), 2);
}

#[tokio::test]
async fn the_names_of_a_certificate_may_be_several() {
    let ground = Ground::new();
    let names = vec!["mimi.a.example".to_owned(), "A.Example".to_owned()];
    let identity = ground.identity_of(A, &Leaf { names, ..Leaf::of(A) });
    let provider = provider_with(&ground, identity, Lists::default(), ListenerLimits::default(), |heard| {
        if heard.line.starts_with("GET") { said(directory("mimi.a.example")) } else { status(201) }
    })
    .await;
    let network = ground.network([(A, provider.address), ("mimi.a.example", provider.address)]);
    assert_eq!(notify(&network).await.unwrap().status, 201);
}
