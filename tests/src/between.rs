//! The way between providers, in one process: each has the others' listener before it, and what crosses is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use doorstep_peers::{Endpoint, Errand, PeerError, PeerName, Peers, REASON_HEADER, RECIPIENTS_HEADER, Reply};
use doorstep_wire::ProviderDomain;
use futures::future::BoxFuture;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tower::ServiceExt;

use crate::{Faults, Story, network::Fate};

/// A body larger than any answer.
const MAX_ANSWER: usize = 64 << 20;

/// One errand that arrived.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Who asked.
    pub from: ProviderDomain,
    /// Who was asked.
    pub to: ProviderDomain,
    /// What.
    pub endpoint: Endpoint,
    /// In the path.
    pub subject: String,
    /// The path as it travels.
    pub path: String,
    /// Whom it reaches.
    pub recipients: Option<String>,
    /// Body.
    pub body: Vec<u8>,
    /// Status of the answer.
    pub status: u16,
    /// Why it is no other, if the answer says so.
    pub reason: Option<String>,
    /// Body of the answer.
    pub answer: Vec<u8>,
}

/// Changes an errand on its way: from, to, errand.
pub type TamperBetween = Box<dyn FnMut(&ProviderDomain, &ProviderDomain, &mut Errand) + Send>;

/// Somebody between providers, or a provider itself, that sends things of its own.
pub trait Meddler: Send {
    /// What arrives before this errand does, and as whose.
    fn before(&mut self, from: &ProviderDomain, to: &ProviderDomain, errand: &Errand) -> Vec<(ProviderDomain, Errand)>;
    /// What that was answered.
    fn answered(&mut self, from: &ProviderDomain, to: &ProviderDomain, errand: &Errand, reply: &Reply);
}

/// A request as no errand of ours is: its path and headers as they are.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    /// The certificate's domain; none: without a certificate.
    pub from: Option<ProviderDomain>,
    /// GET instead of POST.
    pub read: bool,
    /// Path and query.
    pub path: String,
    /// Headers; a right content type unless there is one.
    pub headers: Vec<(&'static str, Vec<u8>)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What lies between all providers of a world.
pub(crate) struct Between {
    listeners: BTreeMap<ProviderDomain, Router>,
    pub(crate) faults: Faults,
    pub(crate) cut: BTreeSet<(ProviderDomain, ProviderDomain)>,
    pub(crate) crossings: Vec<Crossing>,
    pub(crate) tamper: Option<TamperBetween>,
    story: Story,
    pub(crate) meddler: Option<Box<dyn Meddler>>,
    rng: ChaCha20Rng,
}

/// Shared by the world and its providers.
#[derive(Clone)]
pub(crate) struct Net(Arc<Mutex<Between>>);

impl Net {
    pub(crate) fn new(seed: u64, story: Story) -> Self {
        Self(Arc::new(Mutex::new(Between {
            listeners: BTreeMap::new(),
            faults: Faults::default(),
            cut: BTreeSet::new(),
            crossings: Vec::new(),
            tamper: None,
            story,
            meddler: None,
            rng: ChaCha20Rng::seed_from_u64(seed ^ 0x6d69_6d69),
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Between> {
        self.0.lock().expect("nobody panics here")
    }

    pub(crate) fn listen(&self, domain: &ProviderDomain, router: Router) {
        self.lock().listeners.insert(domain.clone(), router);
    }

    /// What will happen to an errand, and whom it reaches.
    fn way(
        &self,
        from: &ProviderDomain,
        to: &ProviderDomain,
        errand: &mut Errand,
    ) -> Result<(Fate, Router), PeerError> {
        let mut net = self.lock();
        let net = &mut *net;
        if net.cut.contains(&(from.clone(), to.clone())) {
            net.story.tell(format!("{from} brings {} to {to}: the way is cut", errand.endpoint.name()));
            return Err(PeerError::Unreachable);
        }
        if let Some(tamper) = &mut net.tamper {
            tamper(from, to, errand);
        }
        let router = net.listeners.get(to).cloned().ok_or(PeerError::NoDirectory)?;
        let fate = net.faults.fate(&mut net.rng);
        if fate != Fate::Arrives {
            net.story.tell(format!("{from} brings {} to {to}: {fate}", errand.endpoint.name()));
        }
        Ok((fate, router))
    }

    pub(crate) fn of(&self, domain: &ProviderDomain) -> Arc<dyn Peers> {
        Arc::new(Side { own: domain.clone(), net: self.clone() })
    }
}

/// The net as one provider sees it.
struct Side {
    own: ProviderDomain,
    net: Net,
}

impl Peers for Side {
    fn send<'a>(&'a self, to: &'a ProviderDomain, mut errand: Errand) -> BoxFuture<'a, Result<Reply, PeerError>> {
        Box::pin(async move {
            let (fate, router) = self.net.way(&self.own, to, &mut errand)?;
            self.meddle(to, &errand, &router).await;
            match fate {
                Fate::Lost => Err(PeerError::Unreachable),
                Fate::AnswerLost => {
                    self.carry(to, &errand, router).await;
                    Err(PeerError::Unreachable)
                }
                Fate::Repeated => {
                    self.carry(to, &errand, router.clone()).await;
                    Ok(self.carry(to, &errand, router).await)
                }
                Fate::Arrives => Ok(self.carry(to, &errand, router).await),
            }
        })
    }
}

impl Side {
    async fn meddle(&self, to: &ProviderDomain, errand: &Errand, router: &Router) {
        let before = match &mut self.net.lock().meddler {
            Some(meddler) => meddler.before(&self.own, to, errand),
            None => return,
        };
        for (from, errand) in before {
            let reply = ask(request(&from, &errand), router.clone()).await;
            if let Some(meddler) = &mut self.net.lock().meddler {
                meddler.answered(&from, to, &errand, &reply);
            }
        }
    }

    async fn carry(&self, to: &ProviderDomain, errand: &Errand, router: Router) -> Reply {
        let reply = ask(request(&self.own, errand), router).await;
        if !matches!(reply.status, 200 | 201) {
            let reason = reply.reason.as_deref().unwrap_or_default();
            let story = self.net.lock().story.clone();
            story.tell(format!("{} brings {} to {to}: {} {reason}", self.own, errand.endpoint.name(), reply.status));
        }
        self.net.lock().crossings.push(Crossing {
            from: self.own.clone(),
            to: to.clone(),
            endpoint: errand.endpoint,
            subject: errand.subject.clone(),
            path: crate::errand_path(errand),
            recipients: errand.recipients.clone(),
            body: errand.body.to_vec(),
            status: reply.status,
            reason: reply.reason.clone(),
            answer: reply.body.to_vec(),
        });
        reply
    }
}

fn request(from: &ProviderDomain, errand: &Errand) -> Request<Body> {
    let raw = Raw {
        from: Some(from.clone()),
        read: errand.endpoint.is_read(),
        path: crate::errand_path(errand),
        headers: errand.recipients.iter().map(|clients| (RECIPIENTS_HEADER, clients.as_bytes().to_vec())).collect(),
        body: errand.body.to_vec(),
    };
    raw.request().expect("a request")
}

impl Raw {
    /// The request, if HTTP has a form for it.
    pub(crate) fn request(self) -> Option<Request<Body>> {
        let mut http = Request::builder().uri(self.path).method(if self.read { "GET" } else { "POST" });
        if !self.headers.iter().any(|(name, _)| *name == header::CONTENT_TYPE.as_str()) {
            http = http.header(header::CONTENT_TYPE, "application/octet-stream");
        }
        for (name, value) in self.headers {
            http = http.header(name, value);
        }
        if let Some(from) = self.from {
            http = http.extension(PeerName(from));
        }
        http.body(Body::from(self.body)).ok()
    }
}

/// Asks a provider.
pub(crate) async fn ask(http: Request<Body>, router: Router) -> Reply {
    let response = router.oneshot(http).await.expect("infallible");
    let (head, body) = response.into_parts();
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (reason, retry_after) = (text(REASON_HEADER), text("retry-after"));
    let status = head.status.as_u16();
    let body = to_bytes(body, MAX_ANSWER).await.expect("a body");
    Reply { status, reason, retry_after: retry_after.and_then(|after| after.parse().ok()), body }
}
