//! Somebody is looked for by her handle, here or elsewhere (mimi-protocol-06 §5.8).

use axum::response::Response;
use doorstep_hub::identifier_query::{Wanted, answer, wanted};
use doorstep_hub::store::Store;
use doorstep_peers::{Endpoint, Reply};
use doorstep_wire::identifier::{IdentifierRequest, IdentifierResponse};
use doorstep_wire::{Body as _, ProviderDomain, Refusal};

use crate::answers;
use crate::app::App;
use crate::error::ApiError;
use crate::relay;

/// Seconds after which it makes sense to ask a provider again that answered with nonsense.
const NONSENSE: u64 = 60;

/// Looks among the accounts of this provider.
pub(crate) async fn here<S: Store>(app: &App<S>, body: &[u8]) -> Result<Response, ApiError> {
    let wanted = wanted(body, &app.config.domain)?;
    let found = match &wanted {
        Wanted::Account { handle, .. } => app.store.is_found(handle).await?,
        Wanted::Nobody | Wanted::Unsupported => false,
    };
    answers::tls(&answer(wanted, found))
}

/// Asks another provider for a user of its own.
pub(crate) async fn there<S: Store>(app: &App<S>, peer: &ProviderDomain, body: Vec<u8>) -> Result<Response, ApiError> {
    IdentifierRequest::decode(&body).map_err(|_| ApiError::Malformed("IdentifierRequest"))?;
    let reply = relay::send(app, peer, Endpoint::IdentifierQuery, peer.to_string(), body).await?;
    if reply.status == 200 && !is_answer(&reply, peer) {
        return Err(ApiError::Elsewhere(Refusal::ProviderFailed, NONSENSE));
    }
    relay::shown(reply)
}

/// A provider speaks for its own users only.
fn is_answer(reply: &Reply, peer: &ProviderDomain) -> bool {
    IdentifierResponse::decode(&reply.body).is_ok_and(|response| {
        let profiles = response.profiles.iter().map(|profile| &profile.stable_uri);
        response.uris.iter().chain(profiles).all(|user| user.host() == *peer)
    })
}
