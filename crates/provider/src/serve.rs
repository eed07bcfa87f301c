//! A provider on a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use doorstep_hub::store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::provider::Provider;

/// What is under way has this long to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until the process is told to stop (SIGTERM or SIGINT); then takes no new connections, ends event streams,
/// finishes what is under way, and returns.
///
/// # Errors
/// The address is in use, or signals cannot be heard.
pub async fn serve<S: Store>(provider: Provider<S>, listen: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let provider = Arc::new(provider);
    let stopped = provider.stopped();
    let caretaker = tokio::spawn({
        let provider = provider.clone();
        async move { provider.look_after().await }
    });
    let courier = tokio::spawn({
        let provider = provider.clone();
        async move { provider.carry_letters().await }
    });
    let told = provider.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        told.stop();
    });
    tracing::info!(%listen, "listening");
    let service = provider.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    let ended = stopped.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { ended.cancelled().await });
    let overdue = async {
        stopped.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended?,
        () = overdue => tracing::warn!("some connections did not end in time"),
    }
    caretaker.await?;
    courier.await?;
    tracing::info!("stopped");
    Ok(())
}
