//! Servers that are somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use doorstep_peers::development::{Authority, Leaf};
use doorstep_peers::{Endpoint, PeerError, Peers as _};

use crate::ground::{A, Ground, actor, directory, domain, errand, notify, write, written};

#[tokio::test]
async fn who_cannot_prove_the_domain_hears_nothing() {
    let ground = Ground::new();
    let names = |names: &[&str]| Leaf { names: names.iter().map(|&name| name.to_owned()).collect(), ..Leaf::of(A) };
    let by_others = Authority::new().unwrap().sign(&Leaf::of(A)).unwrap();
    for (what, pem) in [
        ("another authority", by_others),
        ("ended", ground.authority.sign(&Leaf { days: -9..-1, ..Leaf::of(A) }).unwrap()),
        ("not begun", ground.authority.sign(&Leaf { days: 1..9, ..Leaf::of(A) }).unwrap()),
        ("another name", ground.authority.sign(&names(&["c.example"])).unwrap()),
        ("a name below", ground.authority.sign(&names(&["mimi.a.example"])).unwrap()),
        ("a wildcard", ground.authority.sign(&names(&["*.example"])).unwrap()),
        ("an address", ground.authority.sign(&names(&["127.0.0.1"])).unwrap()),
        ("not for servers", ground.authority.sign(&Leaf { server: false, ..Leaf::of(A) }).unwrap()),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let address = actor(&pem, move |stream, head| {
            count.fetch_add(head.len(), Ordering::SeqCst);
            write(stream, written(&directory(A)))
        })
        .await;
        assert_eq!(notify(&ground.network([(A, address)])).await, Err(PeerError::NotItself), "{what}");
        assert_eq!(asked.load(Ordering::SeqCst), 0, "{what}");
    }
}

#[tokio::test]
async fn a_wildcard_that_browsers_take_proves_no_provider() {
    let ground = Ground::new();
    let home = "home.a.example";
    let ask = async |names: &[&str]| {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        let pem = ground.authority.sign(&Leaf { names, ..Leaf::of(home) }).unwrap();
        let address = actor(&pem, |stream, _| write(stream, written(&directory(home)))).await;
        ground.network([(home, address)]).send(&domain(home), errand(Endpoint::Door, "x")).await
    };
    assert_eq!(ask(&["*.a.example"]).await, Err(PeerError::NotItself));
    assert_eq!(ask(&["*.a.example", home]).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_directory_may_be_behind_a_proxy_that_asks_nobody_for_a_certificate() {
    let ground = Ground::new();
    let pem = ground.authority.sign(&Leaf { client: false, ..Leaf::of(A) }).unwrap();
    let address = actor(&pem, |stream, head| async move {
        let body = if head.starts_with("GET") { directory(A) } else { String::new() };
        write(stream, written(&body)).await;
    })
    .await;
    assert_eq!(notify(&ground.network([(A, address)])).await.unwrap().status, 200);
}
