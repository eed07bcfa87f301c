//! A connection to another provider: TCP, TLS, HTTP/1.1.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use doorstep_wire::ProviderDomain;
use futures::future::select_ok;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::PeerError;

/// Head start of one address of a host before the next is tried beside it (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);
/// Bytes of an answer's head.
const HEAD: usize = 64 << 10;

/// Connects to one of `addresses` and lets it prove `domain`.
pub(crate) async fn connect(
    addresses: Vec<SocketAddr>,
    domain: &ProviderDomain,
    tls: &Arc<ClientConfig>,
) -> Result<SendRequest<Full<Bytes>>, PeerError> {
    let name = ServerName::try_from(domain.as_str().to_owned()).map_err(|_| PeerError::Unreachable)?;
    let attempts = addresses.into_iter().zip(0_u32..).map(|(address, before)| {
        Box::pin(async move {
            tokio::time::sleep(HEAD_START * before).await;
            TcpStream::connect(address).await
        })
    });
    let (stream, _) = select_ok(attempts).await.map_err(|_| PeerError::Unreachable)?;
    stream.set_nodelay(true).map_err(|_| PeerError::Unreachable)?;
    let stream = TlsConnector::from(tls.clone()).connect(name, stream).await.map_err(sort)?;
    let mut http = http1::Builder::new();
    http.max_buf_size(HEAD);
    let (sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(|_| PeerError::Unreachable)?;
    // Ends with the sender, or when the other side closes.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to another provider ended");
        }
    });
    Ok(sender)
}

/// Whoever has no certificate for the domain, or one of nobody we believe, is somebody else; all other trouble may pass.
fn sort(error: io::Error) -> PeerError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => PeerError::NotItself,
        _ => PeerError::Unreachable,
    }
}
