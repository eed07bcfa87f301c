//! The listener, and all who come to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use doorstep_peers::development::{Authority, Leaf, Pem};
use doorstep_peers::{ListenerLimits, Lists, PeerName};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::ground::{A, B, Ground, Provider, domain, head, provider, provider_with, said, status};

async fn connect(
    ground: &Ground,
    address: SocketAddr,
    sni: &str,
    pem: Option<&Pem>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ground.authority.certificate().as_bytes()).unwrap()).unwrap();
    let cryptography = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(cryptography)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots);
    let config = match pem {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let chain = CertificateDer::pem_slice_iter(pem.certificate.as_bytes()).map(Result::unwrap).collect();
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).unwrap()).unwrap()
        }
    };
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(sni.to_owned()).unwrap(), stream).await
}

/// One request with these headers; the answer as it is written, or nothing.
async fn ask(ground: &Ground, provider: &Provider, pem: Option<&Pem>, headers: &str) -> String {
    let Ok(mut stream) = connect(ground, provider.address, A, pem).await else { return String::new() };
    let request = format!("GET /x HTTP/1.1\r\nconnection: close\r\n{headers}\r\n");
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

const HOST: &str = "host: a.example\r\n";
const RIGHT: &str = "host: a.example\r\nfrom: mimi@b.example\r\n";

#[tokio::test]
async fn without_a_certificate_nobody_has_a_name() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("hello")).await;
    for headers in [HOST, RIGHT] {
        assert!(ask(&ground, &provider, None, headers).await.ends_with("hello"));
    }
    assert!(provider.heard().iter().all(|heard| heard.name.is_none()));
    assert_eq!(provider.heard().len(), 2);
}

#[tokio::test]
async fn from_is_a_name_of_the_certificate() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("hello")).await;
    let pem = ground.authority.sign(&Leaf::of(B)).unwrap();
    assert!(ask(&ground, &provider, Some(&pem), RIGHT).await.ends_with("hello"));
    assert_eq!(provider.heard()[0].name, Some(PeerName(domain(B))));
    for from in [
        "",
        "from: mimi@c.example\r\n",
        "from: mimi@b.example.\r\n",
        "from: mimi@x.b.example\r\n",
        "from: other@b.example\r\n",
        "from: b.example\r\n",
        "from: B <mimi@b.example>\r\n",
        "from: mimi@127.0.0.1\r\n",
        "from: mimi@b.example\r\nfrom: mimi@b.example\r\n",
        "from: mimi@\r\n",
    ] {
        let answer = ask(&ground, &provider, Some(&pem), &format!("{HOST}{from}")).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{from:?} {answer:?}");
        assert!(answer.contains("doorstep-reason: from-mismatch"), "{from:?} {answer:?}");
    }
    assert_eq!(provider.heard().len(), 1);
}

#[tokio::test]
async fn a_wildcard_proves_nobody_and_a_certificate_for_servers_does() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("hello")).await;
    let wild = ground.authority.sign(&Leaf { names: vec!["*.b.example".to_owned()], ..Leaf::of(B) }).unwrap();
    for from in ["b.example", "home.b.example", "*.b.example"] {
        let headers = format!("{HOST}from: mimi@{from}\r\n");
        assert!(ask(&ground, &provider, Some(&wild), &headers).await.contains("from-mismatch"), "{from}");
    }
    let server = ground.authority.sign(&Leaf { client: false, ..Leaf::of(B) }).unwrap();
    assert!(ask(&ground, &provider, Some(&server), RIGHT).await.ends_with("hello"));
    assert_eq!(provider.heard()[0].name, Some(PeerName(domain(B))));
}

#[tokio::test]
async fn a_certificate_that_is_not_good_does_not_come_in_at_all() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("hello")).await;
    let others = Authority::new().unwrap().sign(&Leaf::of(B)).unwrap();
    let ended = ground.authority.sign(&Leaf { days: -9..-1, ..Leaf::of(B) }).unwrap();
    let ended_server = ground.authority.sign(&Leaf { days: -9..-1, client: false, ..Leaf::of(B) }).unwrap();
    for pem in [others, ended, ended_server] {
        assert_eq!(ask(&ground, &provider, Some(&pem), RIGHT).await, "");
    }
    assert!(provider.heard().is_empty());
}

#[tokio::test]
async fn who_asks_for_another_domain_is_misdirected() {
    let ground = Ground::new();
    // Its certificate is good for both; the provider is one of them.
    let names = vec![A.to_owned(), "c.example".to_owned()];
    let identity = ground.identity_of(A, &Leaf { names, ..Leaf::of(A) });
    let provider =
        provider_with(&ground, identity, Lists::default(), ListenerLimits::default(), |_| said("hello")).await;
    let pem = ground.authority.sign(&Leaf::of(B)).unwrap();
    let answer = ask(&ground, &provider, Some(&pem), "host: c.example\r\nfrom: mimi@b.example\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 421 ") && answer.contains("another-domain"), "{answer:?}");
    let mut stream = connect(&ground, provider.address, "c.example", Some(&pem)).await.unwrap();
    stream.write_all(format!("GET /x HTTP/1.1\r\n{RIGHT}\r\n").as_bytes()).await.unwrap();
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 421 "));
    assert!(provider.heard().is_empty());
}

#[tokio::test]
async fn whom_the_operator_does_not_want_is_sent_away() {
    let ground = Ground::new();
    let lists = Lists { block: [domain(B)].into(), ..Lists::default() };
    let provider =
        provider_with(&ground, ground.identity(A), lists, ListenerLimits::default(), |_| said("hello")).await;
    let pem = ground.authority.sign(&Leaf::of(B)).unwrap();
    let answer = ask(&ground, &provider, Some(&pem), RIGHT).await;
    assert!(
        answer.starts_with("HTTP/1.1 403 ") && answer.contains("doorstep-reason: provider-not-allowed"),
        "{answer:?}"
    );
    let pem = ground.authority.sign(&Leaf::of("c.example")).unwrap();
    let headers = "host: a.example\r\nfrom: mimi@c.example\r\n";
    assert!(ask(&ground, &provider, Some(&pem), headers).await.ends_with("hello"));
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let ground = Ground::new();
    let limits = ListenerLimits {
        handshake: Duration::from_millis(100),
        head: Duration::from_millis(100),
        ..ListenerLimits::default()
    };
    let provider = provider_with(&ground, ground.identity(A), Lists::default(), limits, |_| said("hello")).await;
    let five = Duration::from_secs(5);
    let mut silent = TcpStream::connect(provider.address).await.unwrap();
    assert_eq!(tokio::time::timeout(five, silent.read(&mut [0; 1])).await.unwrap().unwrap_or(0), 0);
    let mut slow = connect(&ground, provider.address, A, None).await.unwrap();
    slow.write_all(b"GET /x HTTP/1.1\r\nhost:").await.unwrap();
    tokio::time::timeout(five, slow.read_to_end(&mut Vec::new())).await.expect("closed by now").ok();
    let mut idle = connect(&ground, provider.address, A, None).await.unwrap();
    idle.write_all(format!("GET /x HTTP/1.1\r\n{HOST}\r\n").as_bytes()).await.unwrap();
    assert!(head(&mut idle).await.starts_with("HTTP/1.1 200 "));
    tokio::time::timeout(five, idle.read_to_end(&mut Vec::new())).await.expect("closed by now").ok();
}

#[tokio::test]
async fn one_address_does_not_take_all_the_room() {
    let ground = Ground::new();
    let limits = ListenerLimits { per_address: 2, ..ListenerLimits::default() };
    let provider = provider_with(&ground, ground.identity(A), Lists::default(), limits, |_| said("hello")).await;
    let one = connect(&ground, provider.address, A, None).await.unwrap();
    let _two = connect(&ground, provider.address, A, None).await.unwrap();
    assert!(connect(&ground, provider.address, A, None).await.is_err());
    drop(one);
    let mut again = connect(&ground, provider.address, A, None).await;
    for _ in 0..100 {
        if again.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        again = connect(&ground, provider.address, A, None).await;
    }
    again.expect("there is room again");
}

#[tokio::test]
async fn told_to_stop_it_answers_what_is_under_way() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| status(201)).await;
    let mut begun = connect(&ground, provider.address, A, None).await.unwrap();
    begun.write_all(format!("POST /x HTTP/1.1\r\n{HOST}content-length: 4\r\n\r\nbo").as_bytes()).await.unwrap();
    let mut idle = connect(&ground, provider.address, A, None).await.unwrap();
    idle.write_all(format!("GET /x HTTP/1.1\r\n{HOST}\r\n").as_bytes()).await.unwrap();
    assert!(head(&mut idle).await.starts_with("HTTP/1.1 201 "));
    let _shaking = TcpStream::connect(provider.address).await.unwrap();
    provider.stop.cancel();
    idle.read_to_end(&mut Vec::new()).await.ok();
    begun.write_all(b"dy").await.unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer:?}");
    assert_eq!(&provider.heard().last().unwrap().body[..], b"body");
    let ended = tokio::time::timeout(Duration::from_secs(5), provider.ended).await;
    ended.expect("it ends").unwrap();
    assert!(TcpStream::connect(provider.address).await.is_err());
}
