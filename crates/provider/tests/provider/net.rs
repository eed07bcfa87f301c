//! Several providers in one process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use doorstep_client_api::http::{self, OCTET_STREAM, REASON_HEADER};
use doorstep_peers::{Errand, PeerError, PeerName, Peers, Reply};
use doorstep_provider::MIMI;
use doorstep_wire::ProviderDomain;
use futures::future::BoxFuture;
use tower::ServiceExt as _;

use crate::harness::House;
use crate::rooms::set_clock;

/// What each provider answers to others.
pub(crate) type Listeners = Arc<Mutex<BTreeMap<ProviderDomain, Router>>>;

/// The other providers as one of them sees them.
pub(crate) struct Net {
    pub(crate) own: ProviderDomain,
    pub(crate) listeners: Listeners,
}

impl Peers for Net {
    fn send<'a>(&'a self, to: &'a ProviderDomain, errand: Errand) -> BoxFuture<'a, Result<Reply, PeerError>> {
        let listener = self.listeners.lock().unwrap().get(to).cloned();
        Box::pin(async move {
            let router = listener.ok_or(PeerError::NoDirectory)?;
            let template = format!("{MIMI}{}/{{subject}}", errand.endpoint.name());
            let request = Request::builder()
                .uri(http::path_with(&template, &errand.subject))
                .method(if errand.endpoint.is_read() { "GET" } else { "POST" })
                .header(header::CONTENT_TYPE, OCTET_STREAM)
                .extension(PeerName(self.own.clone()))
                .body(Body::from(errand.body))
                .unwrap();
            let (head, body) = router.oneshot(request).await.unwrap().into_parts();
            let reason = head.headers.get(REASON_HEADER).map(|value| value.to_str().unwrap().to_owned());
            let body = to_bytes(body, usize::MAX).await.unwrap();
            Ok(Reply { status: head.status.as_u16(), reason, retry_after: None, body })
        })
    }
}

/// Providers that reach each other, with the machine's time.
pub(crate) async fn houses<const N: usize>(domains: [&str; N]) -> [House; N] {
    let listeners = Listeners::default();
    let mut houses = Vec::new();
    for domain in domains {
        let own: ProviderDomain = domain.parse().unwrap();
        let net = Net { own: own.clone(), listeners: listeners.clone() };
        let house = House::at(own.clone(), Arc::new(net), |_| {}).await;
        set_clock(&house);
        listeners.lock().unwrap().insert(own, house.provider.mimi.clone());
        houses.push(house);
    }
    houses.try_into().unwrap_or_else(|_| panic!("as many as asked for"))
}
