//! A provider with a clock and random bytes of the test's making, and browsers that speak to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::{
    self, Entered, OCTET_STREAM, OpenSession, REASON_HEADER, REGISTER_LABEL, Register, Registered, SESSION_LABEL,
    Session,
};
use doorstep_credential::{IssueRequest, LeafKey, NO_TOKEN};
use doorstep_hub::store::{ClientId, Issuance, NewIdentity, Pseudonyms as _};
use doorstep_peers::{NoPeers, PeerName, Peers};
use doorstep_provider::{Clock, Config, Entropy, MIMI, Provider, build};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::sign::sign_content;
use doorstep_wire::{ClientUri, ProviderDomain, UnixMillis};
use sha2::{Digest, Sha256};
use tls_codec::{Deserialize, Serialize, VLByteVec};
use tower::ServiceExt as _;

/// 2026-11-23, 00:00 UTC.
pub(crate) const START: u64 = 1_795_392_000_000;

pub(crate) struct TestClock(pub(crate) AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.0.fetch_add(1, Ordering::SeqCst);
            chunk.copy_from_slice(&Sha256::digest(n.to_be_bytes())[..chunk.len()]);
        }
    }
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    async fn of(router: Router, request: Request<Body>) -> Self {
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        self.headers.get(REASON_HEADER).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn decode<T: Deserialize>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.reason());
        T::tls_deserialize_exact(&self.body).unwrap()
    }
}

pub(crate) struct House {
    pub(crate) provider: Provider<SqliteStore>,
    pub(crate) store: SqliteStore,
    pub(crate) clock: Arc<TestClock>,
}

pub(crate) fn domain() -> ProviderDomain {
    "a.example".parse().unwrap()
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(domain(), Arc::new(NoPeers), change).await
    }

    /// Another provider, with others to speak with.
    pub(crate) async fn at(domain: ProviderDomain, peers: Arc<dyn Peers>, change: impl FnOnce(&mut Config)) -> Self {
        crate::silence::Log::listen();
        let mut config = Config::new(domain);
        change(&mut config);
        let store = SqliteStore::in_memory().await.unwrap();
        let clock = Arc::new(TestClock(AtomicU64::new(START)));
        let entropy = Arc::new(TestEntropy(AtomicU64::new(0)));
        let provider = build(config, store.clone(), clock.clone(), entropy, peers).await.unwrap();
        Self { provider, store, clock }
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) async fn request(&self, request: Request<Body>) -> Reply {
        Reply::of(self.provider.router.clone(), request).await
    }

    /// As another provider asks.
    pub(crate) async fn post_from(&self, peer: &str, endpoint: &str, subject: &str, body: Vec<u8>) -> Reply {
        let path = http::path_with(&format!("{MIMI}{endpoint}/{{subject}}"), subject);
        let request = Request::post(path).header(header::CONTENT_TYPE, OCTET_STREAM);
        let request = request.extension(PeerName(peer.parse().unwrap()));
        Reply::of(self.provider.mimi.clone(), request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.request(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get_as(&self, session: &[u8; 32], path: &str) -> Reply {
        let request = Request::get(path).header(header::AUTHORIZATION, bearer(session));
        self.request(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Vec<u8>) -> Reply {
        self.request(Request::post(path).header(header::CONTENT_TYPE, OCTET_STREAM).body(body.into()).unwrap()).await
    }

    pub(crate) async fn post_as(&self, session: &[u8; 32], path: &str, body: Vec<u8>) -> Reply {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, bearer(session))
            .header(header::CONTENT_TYPE, OCTET_STREAM);
        self.request(request.body(body.into()).unwrap()).await
    }

    /// A client of a browser at this address, as if a token had been issued for it.
    pub(crate) async fn client(&self, browser: &Browser, address: &str, n: u8) -> ClientUri {
        let address: ClientUri = address.parse().unwrap();
        let new = NewIdentity {
            user: address.user(),
            address: address.clone(),
            key: [n; 32],
            client: ClientId(browser.id),
            request: [n; 32],
            token: vec![n],
            day: 1,
            daily_limit: 100,
        };
        assert_eq!(self.store.issue(&new).await.unwrap(), Issuance::Issued);
        address
    }

    pub(crate) async fn challenge(&self) -> [u8; 32] {
        self.get(http::CHALLENGE).await.body.try_into().unwrap()
    }

    /// A challenge of the browser's own, by a clock that is so many milliseconds off.
    pub(crate) fn own_challenge(&self, off: i64, n: u8) -> [u8; 32] {
        let now = self.clock.0.load(Ordering::SeqCst).checked_add_signed(off).unwrap();
        http::own_challenge(&domain(), now, [n; 8])
    }

    /// A registered browser with a session; a guest without a handle.
    pub(crate) async fn browser(&self, n: u8, handle: &str) -> Browser {
        let browser = Browser::new(n);
        let reply = self.post(http::REGISTER, browser.register(handle, "", self.challenge().await)).await;
        assert_eq!(reply.decode::<Entered>().outcome, Registered::Ok);
        self.sign_in(browser).await
    }

    pub(crate) async fn sign_in(&self, browser: Browser) -> Browser {
        let reply = self.post(http::SESSION, browser.open(self.challenge().await)).await;
        Browser { session: reply.decode::<Session>().token, ..browser }
    }
}

pub(crate) fn bearer(session: &[u8; 32]) -> String {
    format!("Bearer {}", URL_SAFE_NO_PAD.encode(session))
}

pub(crate) struct Browser {
    pub(crate) id: [u8; 16],
    pub(crate) key: LeafKey,
    pub(crate) session: [u8; 32],
}

impl Browser {
    pub(crate) fn new(n: u8) -> Self {
        Self { id: [n; 16], key: LeafKey::from_seed(&[n; 32]), session: [0; 32] }
    }

    pub(crate) fn register(&self, handle: &str, display_name: &str, challenge: [u8; 32]) -> Vec<u8> {
        self.register_with(handle, display_name, &[], challenge)
    }

    /// The same, and these bodies of issue requests along with it.
    pub(crate) fn register_with(
        &self,
        handle: &str,
        display_name: &str,
        names: &[Vec<u8>],
        challenge: [u8; 32],
    ) -> Vec<u8> {
        let request = Register {
            client_id: self.id,
            key: self.key.public(),
            handle: VLByteVec::new(handle.into()),
            display_name: VLByteVec::new(display_name.into()),
            names: names.iter().map(|name| VLByteVec::new(name.clone())).collect(),
            challenge,
            signature: [0; 64],
        };
        self.signed(&request, REGISTER_LABEL)
    }

    pub(crate) fn open(&self, challenge: [u8; 32]) -> Vec<u8> {
        self.signed(&OpenSession { client_id: self.id, challenge, signature: [0; 64] }, SESSION_LABEL)
    }

    pub(crate) fn signed(&self, request: &impl Serialize, label: &str) -> Vec<u8> {
        let mut bytes = request.tls_serialize_detached().unwrap();
        bytes.truncate(bytes.len() - 64);
        let signature = self.key.sign(&sign_content(label, &bytes));
        bytes.extend(signature);
        bytes
    }

    /// Has a pseudonym vouched for.
    pub(crate) async fn pseudonym(&self, house: &House, p: u8) -> ClientUri {
        let (client, body) = issue_request(p);
        let reply = house.post_as(&self.session, http::ISSUE_PSEUDONYM, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.reason());
        client
    }
}

pub(crate) fn leaf_key(p: u8) -> LeafKey {
    LeafKey::from_seed(&[p ^ 0x80; 32])
}

/// A request for pseudonym `p`, as a browser makes it.
pub(crate) fn issue_request(p: u8) -> (ClientUri, Vec<u8>) {
    issue_request_at(&domain(), p)
}

/// The same at another provider.
pub(crate) fn issue_request_at(domain: &ProviderDomain, p: u8) -> (ClientUri, Vec<u8>) {
    let uuid = doorstep_wire::uri::uuid_v4([p; 16]);
    let client = ClientUri::pseudonym(domain, uuid, uuid);
    let body = IssueRequest::new(client.clone(), &leaf_key(p), &NO_TOKEN, None).encode();
    (client, body)
}
