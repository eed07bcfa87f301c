//! [`Network`](doorstep_peers::Network) and a provider that is as it should be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use doorstep_peers::development::Leaf;
use doorstep_peers::{Endpoint, Limits, ListenerLimits, Lists, PeerError, PeerName, Peers as _};
use http::Response;
use http_body_util::Full;

use crate::ground::{
    A, B, Ground, actor, directory, domain, errand, notify, provider, provider_with, quick, said, status, write,
    written,
};

#[tokio::test]
async fn an_errand_arrives_with_both_names() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| {
        Response::builder()
            .status(403)
            .header("doorstep-reason", "not-in-room")
            .header("retry-after", "7")
            .body(Full::from("why"))
            .unwrap()
    })
    .await;
    let network = ground.network([(A, provider.address)]);
    let mut errand = errand(Endpoint::Notify, "mimi://b.example/r/club house");
    errand.recipients = Some("mimi://a.example/d/1,mimi://a.example/d/2".to_owned());
    let reply = network.send(&domain(A), errand).await.unwrap();
    assert_eq!((reply.status, reply.reason.as_deref()), (403, Some("not-in-room")));
    assert_eq!((reply.retry_after, &reply.body[..]), (Some(7), &b"why"[..]));
    let heard = &provider.heard()[0];
    assert_eq!(heard.line, "POST /mimi/v1/notify/mimi%3A%2F%2Fb.example%2Fr%2Fclub%20house");
    assert_eq!(heard.name, Some(PeerName(domain(B))));
    assert_eq!(heard.headers["host"], A);
    assert_eq!(heard.headers["from"], "mimi@b.example");
    assert_eq!(heard.headers["content-type"], "application/octet-stream");
    assert_eq!(heard.headers["doorstep-recipients"], "mimi://a.example/d/1,mimi://a.example/d/2");
    assert_eq!(&heard.body[..], b"body");
}

#[tokio::test]
async fn what_is_read_has_no_body_and_connections_serve_again() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("{}")).await;
    let network = ground.network([(A, provider.address)]);
    for _ in 0..3 {
        let reply = network.send(&domain(A), errand(Endpoint::Door, "mimi://a.example/r/x")).await.unwrap();
        assert_eq!(reply.status, 200);
    }
    let heard = provider.heard();
    assert_eq!(heard[0].line, "GET /mimi/v1/door/mimi%3A%2F%2Fa.example%2Fr%2Fx");
    assert!(heard[0].body.is_empty() && !heard[0].headers.contains_key("content-type"));
    assert!(heard.iter().all(|other| other.from == heard[0].from), "one connection: {heard:?}");
    assert_eq!(provider.directories(), 1);
}

#[tokio::test]
async fn a_connection_that_the_other_side_closed_is_not_missed() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf::of(A)).unwrap();
    let posts = Arc::new(AtomicUsize::new(0));
    let counted = posts.clone();
    let address = actor(&pem, move |stream, head| {
        let counted = counted.clone();
        async move {
            if head.starts_with("GET") {
                return write(stream, written(&directory(A))).await;
            }
            counted.fetch_add(1, Ordering::SeqCst);
            // It does not say that it closes.
            write(stream, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n".to_owned()).await;
        }
    })
    .await;
    let network = ground.network([(A, address)]);
    for tries in 1..=3 {
        assert_eq!(notify(&network).await.unwrap().status, 201);
        assert_eq!(posts.load(Ordering::SeqCst), tries);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn an_old_connection_ends_and_the_next_proves_the_names_again() {
    let ground = Ground::new();
    let limits = ListenerLimits { age: Duration::from_secs(1), ..ListenerLimits::default() };
    let provider = provider_with(&ground, ground.identity(A), Lists::default(), limits, |heard| {
        if heard.line.starts_with("GET") { said(directory(A)) } else { status(201) }
    })
    .await;
    let network = ground.network([(A, provider.address)]);
    for pause in [0, 1_500, 0] {
        assert_eq!(notify(&network).await.unwrap().status, 201);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    let ports: Vec<_> = provider.heard().iter().map(|heard| heard.from.port()).collect();
    assert!(ports[0] == ports[1] && ports[1] != ports[2], "{ports:?}");
}

#[tokio::test]
async fn whom_the_operator_does_not_want_is_not_even_looked_for() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| status(201)).await;
    let block = Lists { block: [domain(A)].into(), ..Lists::default() };
    let others = Lists { allow: Some([domain("c.example")].into()), ..Lists::default() };
    for lists in [block, others] {
        let network = ground.network_with([(A, provider.address)], lists, quick());
        assert_eq!(notify(&network).await, Err(PeerError::NotAllowed));
    }
    let network = ground.network([(B, provider.address)]);
    assert_eq!(network.send(&domain(B), errand(Endpoint::Door, "x")).await, Err(PeerError::NotAllowed), "itself");
    assert_eq!(provider.directories(), 0);
    let allowed = Lists { allow: Some([domain(A)].into()), ..Lists::default() };
    let network = ground.network_with([(A, provider.address)], allowed, quick());
    assert_eq!(notify(&network).await.unwrap().status, 201);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let ground = Ground::new();
    let elsewhere = provider(&ground, |_| status(201)).await;
    let to = format!("https://c.example:{}/x", elsewhere.address.port());
    let provider = provider(&ground, move |_| {
        Response::builder().status(307).header("location", &to).body(Full::default()).unwrap()
    })
    .await;
    let network = ground.network([(A, provider.address), ("c.example", elsewhere.address)]);
    assert_eq!(notify(&network).await.unwrap().status, 307);
    assert!(elsewhere.heard().is_empty() && provider.heard().len() == 1);
}

#[tokio::test]
async fn an_answer_longer_than_any_may_be_is_none() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said(vec![0; 2_000])).await;
    let limits = Limits { answer: 1_999, ..quick() };
    let network = ground.network_with([(A, provider.address)], Lists::default(), limits);
    assert_eq!(notify(&network).await, Err(PeerError::TooLong));
    let limits = Limits { answer: 2_000, ..quick() };
    let network = ground.network_with([(A, provider.address)], Lists::default(), limits);
    assert_eq!(notify(&network).await.unwrap().body.len(), 2_000);
}

#[tokio::test]
async fn an_answer_that_does_not_say_how_long_it_is_is_cut_off() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf::of(A)).unwrap();
    let address = actor(&pem, |stream, head| async move {
        match head.starts_with("GET") {
            true => write(stream, written(&directory(A))).await,
            false => {
                let chunk = format!("3E8\r\n{}\r\n", "x".repeat(1_000));
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                write(stream, format!("{head}{}", chunk.repeat(50))).await;
            }
        }
    })
    .await;
    let limits = Limits { answer: 10_000, ..quick() };
    let network = ground.network_with([(A, address)], Lists::default(), limits);
    assert_eq!(notify(&network).await, Err(PeerError::TooLong));
}

#[tokio::test]
async fn a_connection_that_breaks_is_not_tried_again() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf::of(A)).unwrap();
    let posts = Arc::new(AtomicUsize::new(0));
    let counted = posts.clone();
    let address = actor(&pem, move |stream, head| {
        let counted = counted.clone();
        async move {
            if head.starts_with("GET") {
                return write(stream, written(&directory(A))).await;
            }
            // Once in the body, once in the head, once before it.
            let answer = written(&"x".repeat(100));
            match counted.fetch_add(1, Ordering::Relaxed) {
                0 => write(stream, answer[..answer.len() - 1].to_owned()).await,
                1 => write(stream, answer[..10].to_owned()).await,
                _ => drop(stream),
            }
        }
    })
    .await;
    let network = ground.network([(A, address)]);
    for tries in 1..=3 {
        assert_eq!(notify(&network).await, Err(PeerError::Unreachable));
        assert_eq!(posts.load(Ordering::Relaxed), tries);
    }
}

#[tokio::test]
async fn slow_servers_have_an_end() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf::of(A)).unwrap();
    for begin in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"] {
        let address = actor(&pem, move |mut stream, head| async move {
            if head.starts_with("GET") {
                return write(stream, written(&directory(A))).await;
            }
            use tokio::io::AsyncWriteExt as _;
            stream.write_all(begin.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            futures::future::pending().await
        })
        .await;
        let limits = Limits { whole: Duration::from_millis(500), ..quick() };
        let network = ground.network_with([(A, address)], Lists::default(), limits);
        assert_eq!(notify(&network).await, Err(PeerError::Unreachable), "{begin:?}");
    }
}

#[tokio::test]
async fn a_server_that_never_begins_tls_is_given_up() {
    let ground = Ground::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { connect: Duration::from_millis(200), ..quick() };
    let network = ground.network_with([(A, listener.local_addr().unwrap())], Lists::default(), limits);
    let asked = tokio::time::timeout(Duration::from_secs(5), notify(&network)).await;
    assert_eq!(asked.unwrap(), Err(PeerError::Unreachable));
    drop(listener);
    let network = ground.network([(A, "127.0.0.1:1".parse().unwrap())]);
    assert_eq!(notify(&network).await, Err(PeerError::Unreachable), "nobody there");
}

#[tokio::test]
async fn so_many_at_once_and_no_more() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf::of(A)).unwrap();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, highest) = (now.clone(), most.clone());
    let address = actor(&pem, move |stream, head| {
        let (counted, highest) = (counted.clone(), highest.clone());
        async move {
            if head.starts_with("GET") {
                return write(stream, written(&directory(A))).await;
            }
            highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(100)).await;
            counted.fetch_sub(1, Ordering::SeqCst);
            write(stream, written("")).await;
        }
    })
    .await;
    let limits = Limits { at_once: 2, ..quick() };
    let network = ground.network_with([(A, address)], Lists::default(), limits);
    let answers = futures::future::join_all((0..6).map(|_| notify(&network))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|reply| reply.status == 200)), "{answers:?}");
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_body_of_megabytes_goes_both_ways() {
    let ground = Ground::new();
    let provider = provider(&ground, |heard| said(heard.body.clone())).await;
    let network = ground.network([(A, provider.address)]);
    let mut errand = errand(Endpoint::Update, "mimi://a.example/r/x");
    errand.body = Bytes::from(vec![7; 5 << 20]);
    assert_eq!(network.send(&domain(A), errand.clone()).await.unwrap().body, errand.body);
}
