//! KeyPackages for other providers (mimi-protocol-06 §5.2): as the provider of the target, or as the hub between.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::Store;

use super::Peer;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::Octets;
use crate::key_material::{carry, decode};

/// `POST keyMaterial/{targetUser}`
pub(super) async fn key_material<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(target): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let request = decode(&body, &target)?;
    carry(&app, &peer, request, body).await
}
