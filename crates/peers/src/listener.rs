//! The other end of [`Network`](crate::Network): a listener that other providers speak to.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use doorstep_wire::ProviderDomain;
use http::{HeaderValue, Request, Response};
use http_body_util::{Either, Empty};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use crate::errand::REASON_HEADER;
use crate::gate::{self, Denial, Shown};
use crate::identity::Identity;
use crate::peer::lock;
use crate::{Lists, Trust, proof};

/// Bytes of a request's head. [`crate::RECIPIENTS_HEADER`] is in it.
const HEAD: usize = 64 << 10;
/// Time to wait when the machine has no more sockets to give.
const BREATH: Duration = Duration::from_millis(100);

/// Bounds of what connections can cost.
#[derive(Clone, Debug)]
pub struct ListenerLimits {
    /// Time for TLS to begin.
    pub handshake: Duration,
    /// Time for the head of a request, and between two requests.
    pub head: Duration,
    /// A connection that is older takes no further request: whom it proves has to be proven again.
    pub age: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address (IPv6: from one /64).
    pub per_address: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            age: Duration::from_secs(60 * 60),
            connections: 1_024,
            per_address: 64,
        }
    }
}

/// Who we are to those who come in, and whom of them we believe.
#[derive(Clone)]
pub struct ServerTls {
    tls: Arc<ServerConfig>,
    own: ProviderDomain,
    lists: Lists,
    limits: ListenerLimits,
}

/// Where a connection comes from; an extension of each request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerAddress(pub SocketAddr);

impl ServerTls {
    /// The listener of the provider that `identity` proves.
    ///
    /// # Errors
    /// The cryptography that TLS 1.3 needs is not there.
    pub fn new(
        identity: Arc<Identity>,
        trust: &Trust,
        lists: Lists,
        limits: ListenerLimits,
    ) -> Result<Self, rustls::Error> {
        let own = identity.domain().clone();
        Ok(Self { tls: Arc::new(proof::server(identity, trust)?), own, lists, limits })
    }
}

impl core::fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ServerTls").field("own", &self.own).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Serves until `stop`; then takes no new connections, answers what is under way, and returns. Dropped, it breaks off.
///
/// A request has [`PeerAddress`] and, when its sender has proven a name, [`PeerName`](crate::PeerName) in its extensions. A
/// sender without a certificate is let through without a name: what strangers may ask is the service's to say.
pub async fn serve<S, B>(listener: TcpListener, tls: ServerTls, service: S, stop: CancellationToken)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn core::error::Error + Send + Sync>> + Send + Sync + 'static,
{
    let tls = Arc::new(tls);
    let room = Arc::new(Semaphore::new(tls.limits.connections));
    let crowd = Arc::new(Crowd::default());
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let permit = room.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            next = next => next,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "no connection");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(place) = crowd.enter(address.ip(), tls.limits.per_address) else { continue };
        let (tls, service, stop) = (tls.clone(), service.clone(), stop.clone());
        connections.spawn(async move {
            connection(stream, address, &tls, service, stop).await;
            drop((permit, place));
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection<S, B>(
    stream: TcpStream,
    address: SocketAddr,
    tls: &Arc<ServerTls>,
    service: S,
    stop: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn core::error::Error + Send + Sync>> + Send + Sync + 'static,
{
    let _ = stream.set_nodelay(true);
    let shaken = tokio::select! {
        () = stop.cancelled() => return,
        shaken = tokio::time::timeout(tls.limits.handshake, TlsAcceptor::from(tls.tls.clone()).accept(stream)) => shaken,
    };
    let stream = match shaken {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%error, "no handshake"),
        Err(_) => return tracing::debug!("a handshake took too long"),
    };
    let (shown, at) = (Arc::new(shown(&stream)), tls.clone());
    let answer = service_fn(move |request: Request<Incoming>| {
        let (tls, shown, mut service) = (at.clone(), shown.clone(), service.clone());
        async move {
            let (mut parts, body) = request.into_parts();
            match gate::admit(&parts, &shown, &tls.own, &tls.lists) {
                Ok(name) => {
                    parts.extensions.insert(PeerAddress(address));
                    if let Some(name) = name {
                        parts.extensions.insert(name);
                    }
                    core::future::poll_fn(|context| service.poll_ready(context)).await?;
                    service.call(Request::from_parts(parts, body)).await.map(|response| response.map(Either::Left))
                }
                Err(denial) => Ok(refused(&denial)),
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(tls.limits.head)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = core::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = async { tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(tls.limits.age) => {} } } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection of another provider ended");
    }
}

fn shown(stream: &TlsStream<TcpStream>) -> Shown {
    let (_, connection) = stream.get_ref();
    Shown {
        asked_for: connection.server_name().map(str::to_owned),
        certificate: connection
            .peer_certificates()
            .and_then(|chain| chain.first())
            .cloned()
            .map(|first| first.into_owned()),
    }
}

fn refused<B>(denial: &Denial) -> Response<Either<B, Empty<Bytes>>> {
    let mut response = Response::new(Either::Right(Empty::new()));
    *response.status_mut() = denial.status;
    if let Ok(reason) = HeaderValue::from_str(denial.reason.word()) {
        response.headers_mut().insert(REASON_HEADER, reason);
    }
    response
}

/// Connections by where they come from.
#[derive(Default)]
struct Crowd(Mutex<HashMap<IpAddr, usize>>);

impl Crowd {
    fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Place> {
        let address = block(address);
        let mut crowd = lock(&self.0);
        let count = crowd.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), address })
    }
}

/// One connection, counted until dropped.
struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut crowd = lock(&self.crowd.0);
        if let Some(count) = crowd.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                crowd.remove(&self.address);
            }
        }
    }
}

/// An IPv4 address, or the /64 of an IPv6 one.
fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}
