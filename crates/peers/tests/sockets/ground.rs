//! What the tests stand on: a folder with certificates, providers on sockets, and sockets that do what they are told.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use doorstep_peers::development::{Authority, Leaf, Pem};
use doorstep_peers::{
    Addresses, Endpoint, Errand, Identity, Limits, ListenerLimits, Lists, Network, PeerAddress, PeerError, PeerName,
    Peers as _, Reply, Roots, ServerTls, Trust, serve,
};
use doorstep_wire::ProviderDomain;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

pub(crate) const A: &str = "a.example";
pub(crate) const B: &str = "b.example";

pub(crate) fn domain(text: &str) -> ProviderDomain {
    text.parse().unwrap()
}

/// A folder of one test, and an authority that everybody in it believes.
pub(crate) struct Ground {
    pub(crate) folder: PathBuf,
    pub(crate) authority: Authority,
}

impl Ground {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let authority = Authority::new().unwrap();
        std::fs::write(folder.join("ca.pem"), authority.certificate()).unwrap();
        Self { folder, authority }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn trust(&self) -> Trust {
        Roots::Only(self.path("ca.pem")).load().unwrap()
    }

    /// Writes `NAME.pem` and `NAME.key`.
    pub(crate) fn write(&self, name: &str, pem: &Pem) -> (PathBuf, PathBuf) {
        let paths = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        pem.write(&paths.0, &paths.1).unwrap();
        paths
    }

    pub(crate) fn identity_of(&self, name: &str, leaf: &Leaf) -> Arc<Identity> {
        let (certificate, key) = self.write(name, &self.authority.sign(leaf).unwrap());
        Arc::new(Identity::load(domain(name), &certificate, &key).unwrap())
    }

    pub(crate) fn identity(&self, name: &str) -> Arc<Identity> {
        self.identity_of(name, &Leaf::of(name))
    }

    /// The provider `b.example` that finds others at these addresses.
    pub(crate) fn network<const N: usize>(&self, table: [(&str, SocketAddr); N]) -> Network {
        self.network_with(table, Lists::default(), quick())
    }

    pub(crate) fn network_with<const N: usize>(
        &self,
        table: [(&str, SocketAddr); N],
        lists: Lists,
        limits: Limits,
    ) -> Network {
        let table: BTreeMap<_, _> = table.into_iter().map(|(name, address)| (domain(name), address)).collect();
        Network::new(self.identity(B), &self.trust(), Addresses { table }, lists, limits).unwrap()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Limits that a test can wait for. What is not about time has its own.
pub(crate) fn quick() -> Limits {
    Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(10), ..Limits::default() }
}

/// A directory of `domain` whose endpoints are all there.
pub(crate) fn directory(host: &str) -> String {
    let member = |endpoint: &Endpoint| {
        let (name, variable) = (endpoint.name(), endpoint.variable());
        (name.to_owned(), serde_json::Value::String(format!("https://{host}/mimi/v1/{name}/{{{variable}}}")))
    };
    let part = |ours| Endpoint::ALL.iter().filter(move |endpoint| endpoint.is_ours() == ours).map(member);
    let mut all: serde_json::Map<_, _> = part(false).collect();
    all.insert("doorstep".to_owned(), part(true).collect::<serde_json::Map<_, _>>().into());
    serde_json::Value::Object(all).to_string()
}

/// What a service heard.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) line: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) name: Option<PeerName>,
    pub(crate) from: SocketAddr,
}

/// A provider on a socket that notes what it hears.
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) ended: tokio::task::JoinHandle<()>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Provider {
    /// Requests for anything but the directory.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.all().into_iter().filter(|heard| !heard.line.contains("/.well-known/")).collect()
    }

    pub(crate) fn directories(&self) -> usize {
        self.all().len() - self.heard().len()
    }

    fn all(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

/// The provider `identity` proves, answering with `answer`.
pub(crate) async fn provider_with<F>(
    ground: &Ground,
    identity: Arc<Identity>,
    lists: Lists,
    limits: ListenerLimits,
    answer: F,
) -> Provider
where
    F: Fn(&Heard) -> Response<Full<Bytes>> + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tls = ServerTls::new(identity, &ground.trust(), lists, limits).unwrap();
    let (heard, answer, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer), CancellationToken::new());
    let notes = heard.clone();
    let service = tower::service_fn(move |request: Request<Incoming>| {
        let (notes, answer) = (notes.clone(), answer.clone());
        async move {
            let (parts, body) = request.into_parts();
            let heard = Heard {
                line: format!("{} {}", parts.method, parts.uri),
                headers: parts.headers,
                body: body.collect().await.map(|body| body.to_bytes()).unwrap_or_default(),
                name: parts.extensions.get::<PeerName>().cloned(),
                from: parts.extensions.get::<PeerAddress>().unwrap().0,
            };
            notes.lock().unwrap().push(heard.clone());
            Ok::<_, Infallible>(answer(&heard))
        }
    });
    let ended = tokio::spawn(serve(listener, tls, service, stop.clone()));
    Provider { address, stop, ended, heard }
}

/// The provider `a.example`: its directory, and `answer` to everything else.
pub(crate) async fn provider<F>(ground: &Ground, answer: F) -> Provider
where
    F: Fn(&Heard) -> Response<Full<Bytes>> + Send + Sync + 'static,
{
    provider_with(ground, ground.identity(A), Lists::default(), ListenerLimits::default(), move |heard| {
        if heard.line == "GET /.well-known/mimi-protocol-directory" { said(directory(A)) } else { answer(heard) }
    })
    .await
}

pub(crate) fn said(text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::new(Full::new(text.into()))
}

pub(crate) fn status(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).unwrap()
}

/// `notify` of a room, to a.example.
pub(crate) async fn notify(network: &Network) -> Result<Reply, PeerError> {
    network.send(&domain(A), errand(Endpoint::Notify, "mimi://b.example/r/clubhouse")).await
}

pub(crate) fn errand(endpoint: Endpoint, subject: &str) -> Errand {
    Errand { endpoint, subject: subject.to_owned(), recipients: None, body: Bytes::from_static(b"body") }
}

/// A TLS server with any certificate, that asks nobody for theirs. For each connection `act` gets the stream after the head
/// of one request was read.
pub(crate) async fn actor<F, R>(pem: &Pem, act: F) -> SocketAddr
where
    F: Fn(TlsStream<TcpStream>, String) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let chain = CertificateDer::pem_slice_iter(pem.certificate.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).unwrap();
    let cryptography = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(cryptography)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let head = head(&mut stream).await;
                tokio::spawn(act(stream, head));
            }
        }
    });
    address
}

/// Reads to the empty line.
pub(crate) async fn head(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Writes, and closes.
pub(crate) async fn write(mut stream: TlsStream<TcpStream>, text: String) {
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// An answer as it is written, the last of its connection.
pub(crate) fn written(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
