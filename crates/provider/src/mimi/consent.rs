//! Consent between providers (mimi-protocol-06 §5.8). The answer is always 201: it says that the entry was received, and
//! nothing of whom it reached.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{IdentifierUri, Refusal};

use super::Peer;
use crate::answers;
use crate::app::Shared;
use crate::client_api::consent::{ask_or_cancel, decode, withdraw};
use crate::error::ApiError;
use crate::extract::Octets;

/// `POST requestConsent/{targetUser}`: `request` and `cancel`. The requester is the peer's, the target ours.
pub(super) async fn request<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(target): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = decode(&body)?;
    names(&target, &entry.target.clone().into())?;
    if entry.requester.host() != peer {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    if entry.target.host() != app.config.domain {
        return Err(ApiError::NotFound);
    }
    match entry.operation {
        ConsentOperation::Request | ConsentOperation::Cancel => ask_or_cancel(&app, entry, body).await?,
        ConsentOperation::Grant | ConsentOperation::Revoke => return Err(ApiError::Malformed("operation")),
    }
    Ok(answers::created())
}

/// `POST updateConsent/{requesterUser}`: `revoke` towards this hub, a knock withdrawn. The target is the peer's.
pub(super) async fn update<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(requester): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let ConsentEntry { operation, requester: named, target, room, .. } = decode(&body)?;
    names(&requester, &named)?;
    if target.host() != peer {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    if named.host() != app.config.domain {
        return Err(ApiError::NotFound);
    }
    match (operation, room) {
        (ConsentOperation::Revoke, Some(room)) if named.is_provider() && !app.is_elsewhere(&room) => {
            withdraw(&app, room, target).await?;
        }
        // Nobody here asked for what is granted or taken away: received, and nothing follows from it.
        (ConsentOperation::Grant | ConsentOperation::Revoke, _) => {}
        (ConsentOperation::Request | ConsentOperation::Cancel, _) => return Err(ApiError::Malformed("operation")),
    }
    Ok(answers::created())
}

/// The path says the same as the body.
fn names(path: &str, body: &IdentifierUri) -> Result<(), ApiError> {
    let same =
        path.parse::<IdentifierUri>().or_else(|_| format!("mimi://{path}").parse()).is_ok_and(|uri| uri == *body);
    if same { Ok(()) } else { Err(ApiError::Malformed("path and body differ")) }
}
