//! The real [`Peers`]: a provider is found by its domain, proven by its certificate, asked over HTTPS.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use doorstep_wire::ProviderDomain;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use rustls::ClientConfig;
use tokio::time::{Instant, timeout};

use crate::connect::connect;
use crate::directory::{self, Directory};
use crate::exchange;
use crate::identity::Identity;
use crate::peer::{Fetched, Known, Peer, lock};
use crate::template::Place;
use crate::{Addresses, Endpoint, Errand, Lists, PeerError, Peers, Reply, Trust, proof};

/// Most providers of which something is kept.
const MOST_PEERS: usize = 4_096;
/// Time for a connection whose answer is whole to take the next request, or to say that it will not.
const TURN: Duration = Duration::from_millis(50);

/// After a directory could not be fetched nobody asks for so long: short, for somebody waits.
const VAIN: Duration = Duration::from_secs(2);

/// Bounds of what one request can cost, and how long a directory is believed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time to connect and to prove the names.
    pub connect: Duration,
    /// Time for everything: waiting for others, the directory, the answer.
    pub whole: Duration,
    /// Bytes of an answer.
    pub answer: usize,
    /// Bytes of a directory.
    pub directory: usize,
    /// A directory is believed for so long, whatever it says.
    pub directory_least: Duration,
    /// A directory is fetched again after so long, whatever it says.
    pub directory_most: Duration,
    /// It is used on for so long when it cannot be fetched again.
    pub directory_kept: Duration,
    /// Time between two tries to fetch one.
    pub directory_again: Duration,
    /// Requests to one provider at once.
    pub at_once: usize,
    /// A connection without use is closed after so long. Less than what other servers have.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(60),
            answer: 16 << 20,
            directory: 64 << 10,
            directory_least: Duration::from_secs(5 * 60),
            directory_most: Duration::from_secs(24 * 60 * 60),
            directory_kept: Duration::from_secs(24 * 60 * 60),
            directory_again: Duration::from_secs(30),
            at_once: 16,
            idle: Duration::from_secs(20),
        }
    }
}

/// The other providers, over the network.
///
/// A provider's server is whoever proves its domain: TLS names the domain (SNI, `Host`), wherever the directory says that
/// the connection goes to. Redirects are not followed; an answer of that sort comes back as it is.
pub struct Network {
    own: ProviderDomain,
    from: HeaderValue,
    tls: Arc<ClientConfig>,
    private: bool,
    addresses: Addresses,
    lists: Lists,
    limits: Limits,
    peers: Mutex<HashMap<ProviderDomain, Arc<Peer>>>,
}

impl Network {
    /// Other providers as seen by the one that `identity` proves.
    ///
    /// # Errors
    /// The cryptography that TLS 1.3 needs is not there.
    pub fn new(
        identity: Arc<Identity>,
        trust: &Trust,
        addresses: Addresses,
        lists: Lists,
        limits: Limits,
    ) -> Result<Self, rustls::Error> {
        let own = identity.domain().clone();
        let from =
            HeaderValue::from_str(&format!("mimi@{own}")).map_err(|error| rustls::Error::General(error.to_string()))?;
        let tls = Arc::new(proof::client(identity, trust)?);
        Ok(Self { own, from, tls, private: trust.private, addresses, lists, limits, peers: Default::default() })
    }

    async fn carry(&self, to: &ProviderDomain, errand: Errand) -> Result<Reply, PeerError> {
        if *to == self.own || !self.lists.admit(to) {
            return Err(PeerError::NotAllowed);
        }
        let peer = self.peer(to).ok_or(PeerError::NotAllowed)?;
        let work = async {
            let _one = peer.free.acquire().await.map_err(|_| PeerError::Unreachable)?;
            let place = self.place(&peer, errand.endpoint, &errand.subject).await?;
            let request = exchange::request(errand, &self.from, &peer.host)?;
            let (_, reply) = self.exchange(&peer, &place, request, self.limits.answer).await?;
            if matches!(reply.status, 300..=399 | 404 | 410 | 421) {
                self.doubt(&peer).await;
            }
            Ok(reply)
        };
        timeout(self.limits.whole, work).await.unwrap_or(Err(PeerError::Unreachable))
    }

    fn peer(&self, domain: &ProviderDomain) -> Option<Arc<Peer>> {
        let mut peers = lock(&self.peers);
        if let Some(peer) = peers.get(domain) {
            peer.touch();
            return Some(peer.clone());
        }
        if peers.len() >= MOST_PEERS {
            // Domains are what users type: who was asked longest ago, and is not being asked, is forgotten.
            let idle = peers.values().filter(|peer| Arc::strong_count(peer) == 1);
            if let Some(oldest) = idle.min_by_key(|peer| peer.used()).map(|peer| peer.domain.clone()) {
                peers.remove(&oldest);
            }
        }
        let peer = Peer::new(domain.clone(), self.limits.at_once)?;
        peers.insert(domain.clone(), peer.clone());
        Some(peer)
    }

    /// Where an endpoint of a provider is. Its directory is fetched when there is none, when it is not fresh, and when it is
    /// not of this moment and lacks the endpoint.
    async fn place(&self, peer: &Arc<Peer>, endpoint: Endpoint, subject: &str) -> Result<Place, PeerError> {
        let mut known = peer.known.lock().await;
        let now = Instant::now();
        let found = known
            .last
            .as_ref()
            .filter(|last| now < last.fresh_until)
            .and_then(|last| last.directory.place(endpoint, subject, &peer.domain));
        if let Some(place) = found {
            return Ok(place);
        }
        let young = known.last.as_ref().is_some_and(|last| now < last.at + self.limits.directory_again);
        let fresh = known.last.as_ref().is_some_and(|last| now < last.fresh_until);
        if !(young && fresh) {
            self.look_up(peer, &mut known).await?;
        }
        let last = known.last.as_ref().ok_or(PeerError::NoDirectory)?;
        last.directory.place(endpoint, subject, &peer.domain).ok_or(PeerError::NotOffered)
    }

    /// Fetches the directory. In vain: the one before serves on, while it is good.
    async fn look_up(&self, peer: &Arc<Peer>, known: &mut Known) -> Result<(), PeerError> {
        let before = Instant::now();
        let error = match known.vain {
            Some((error, until)) if before < until => error,
            _ => match self.fetch(peer).await {
                Ok((directory, age)) => {
                    let at = Instant::now();
                    let age = age.clamp(self.limits.directory_least, self.limits.directory_most);
                    let fresh_until = at + age;
                    let good_until = fresh_until + self.limits.directory_kept;
                    *known = Known { last: Some(Fetched { directory, at, fresh_until, good_until }), vain: None };
                    return Ok(());
                }
                Err(error) => {
                    known.vain = Some((error, Instant::now() + self.limits.directory_again.min(VAIN)));
                    error
                }
            },
        };
        known.last.take_if(|last| last.good_until <= Instant::now());
        if known.last.is_some() { Ok(()) } else { Err(error) }
    }

    async fn fetch(&self, peer: &Arc<Peer>) -> Result<(Directory, Duration), PeerError> {
        let path = PathAndQuery::from_static(directory::PATH);
        let place = Place { host: peer.domain.clone(), port: 443, path };
        let request = exchange::question(&self.from, &peer.host);
        let answer = self.exchange(peer, &place, request, self.limits.directory).await;
        let (headers, reply) = match answer {
            Err(PeerError::TooLong) => return Err(PeerError::NoDirectory),
            answer => answer?,
        };
        if matches!(reply.status, 408 | 429 | 500..=599) {
            // It has one, and cannot show it now.
            return Err(PeerError::Unreachable);
        }
        let directory = Directory::parse(&reply.body).filter(|_| reply.status == 200);
        directory.map(|directory| (directory, directory::max_age(&headers))).ok_or(PeerError::NoDirectory)
    }

    /// What the directory said was not so: the next request fetches it again, but not at once after the last time.
    async fn doubt(&self, peer: &Peer) {
        let now = Instant::now();
        if let Some(last) = &mut peer.known.lock().await.last {
            last.fresh_until = last.fresh_until.min(now.max(last.at + self.limits.directory_again));
        }
    }

    /// One request on a connection that is open, or a new one. It goes out once: a connection that turns out to be closed
    /// gives a request back only when nothing of it was sent.
    async fn exchange(
        &self,
        peer: &Arc<Peer>,
        place: &Place,
        mut request: Request<Full<Bytes>>,
        most: usize,
    ) -> Result<(HeaderMap, Reply), PeerError> {
        *request.uri_mut() = place.path.clone().into();
        loop {
            let open = peer.take(&place.host, place.port);
            let fresh = open.is_none();
            let mut sender = match open {
                Some(sender) => sender,
                None => timeout(self.limits.connect, self.connect(peer, place))
                    .await
                    .unwrap_or(Err(PeerError::Unreachable))?,
            };
            let response = match sender.try_send_request(request).await {
                Ok(response) => response,
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !fresh => {
                        request = unsent;
                        continue;
                    }
                    _ => return Err(PeerError::Unreachable),
                },
            };
            let answer = exchange::whole(response, most).await?;
            if let Ok(Ok(())) = timeout(TURN, sender.ready()).await {
                peer.keep(&place.host, place.port, sender, self.limits.idle);
            }
            return Ok(answer);
        }
    }

    async fn connect(&self, peer: &Peer, place: &Place) -> Result<SendRequest<Full<Bytes>>, PeerError> {
        let addresses = self.addresses.of(&place.host, place.port, self.private).await;
        connect(addresses.map_err(|_| PeerError::Unreachable)?, &peer.domain, &self.tls).await
    }
}

impl Peers for Network {
    fn send<'a>(&'a self, to: &'a ProviderDomain, errand: Errand) -> BoxFuture<'a, Result<Reply, PeerError>> {
        self.carry(to, errand).boxed()
    }
}

impl core::fmt::Debug for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Network").field("own", &self.own).field("limits", &self.limits).finish_non_exhaustive()
    }
}
