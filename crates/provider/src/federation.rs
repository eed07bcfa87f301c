//! The way to other providers, and the way in for them.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use doorstep_peers::{Identity, ListenerLimits, Lists, Network, PeerAddress, Peers, ServerTls};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, PeerConfig};
use crate::settings::PeerFiles;

/// This provider's certificate, and both ends of what is spoken with it.
#[derive(Debug)]
pub struct Federation {
    pub(crate) listen: SocketAddr,
    identity: Arc<Identity>,
    tls: ServerTls,
    network: Arc<Network>,
}

impl Federation {
    /// Reads the files.
    ///
    /// # Errors
    /// A file is missing, or the certificate does not prove the domain now.
    pub fn new(config: &Config, files: &PeerFiles) -> Result<Self> {
        let identity = Identity::load(config.domain.clone(), &files.certificate, &files.key)
            .context("peers_certificate and peers_key")?;
        let identity = Arc::new(identity);
        let trust = files.roots.load().context("peers_roots")?;
        let lists = lists(&config.peers);
        let network =
            Network::new(identity.clone(), &trust, files.addresses.clone(), lists.clone(), Default::default())?;
        let tls = ServerTls::new(identity.clone(), &trust, lists, ListenerLimits::default())?;
        Ok(Self { listen: files.listen, identity, tls, network: Arc::new(network) })
    }

    /// The other providers.
    pub fn peers(&self) -> Arc<dyn Peers> {
        self.network.clone()
    }

    /// Serves other providers until `stop`. The certificate is read again when its files change and at SIGHUP.
    pub(crate) async fn serve(self, listener: TcpListener, mimi: Router, stop: CancellationToken) -> Result<()> {
        let mut hangup = signal(SignalKind::hangup())?;
        let told = Notify::new();
        let hangups = async {
            while hangup.recv().await.is_some() {
                told.notify_one();
            }
            core::future::pending::<()>().await;
        };
        let served = doorstep_peers::serve(listener, self.tls, mimi.layer(from_fn(place)), stop);
        tokio::select! {
            () = served => {}
            () = self.identity.keep_fresh(&told) => {}
            () = hangups => {}
        }
        Ok(())
    }
}

fn lists(config: &PeerConfig) -> Lists {
    let allow = (!config.allowed.is_empty()).then(|| config.allowed.iter().cloned().collect());
    Lists { allow, block: config.blocked.iter().cloned().collect() }
}

/// Where a request comes from is what its connection says: no proxy is in between, whatever a header says.
async fn place(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-forwarded-for");
    if let Some(PeerAddress(address)) = request.extensions().get().copied() {
        request.extensions_mut().insert(ConnectInfo(address));
        if let Ok(value) = HeaderValue::from_str(&address.ip().to_canonical().to_string()) {
            request.headers_mut().insert("x-forwarded-for", value);
        }
    }
    next.run(request).await
}
