//! `identifierQuery`: somebody is looked for by their handle or name, here or elsewhere (mimi-protocol-06 §5.8).
//!
//! ```text
//! POST /client/v1/identifierQuery/{domain}   browser → own provider, with its session
//! POST /mimi/v1/identifierQuery/{domain}     provider → that provider, with its certificate
//!
//! body    IdentifierRequest
//! answer  200 IdentifierResponse
//!         404 no such provider; of a provider: not this one
//!         429 too many questions
//! ```

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::identifier_query::{Wanted, answer, wanted};
use doorstep_hub::store::Store;
use doorstep_peers::{Endpoint, Reply};
use doorstep_wire::identifier::{IdentifierRequest, IdentifierResponse};
use doorstep_wire::{Body as _, ProviderDomain, Refusal};

use super::{Caller, relay};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::mimi::Peer;

/// Seconds after which it makes sense to ask a provider again that answered with nonsense.
const NONSENSE: u64 = 60;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Path(domain): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let domain = domain.parse::<ProviderDomain>().map_err(|_| ApiError::NotFound)?;
    identifier_query(&app, &Caller::Client(client), &domain, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(domain): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let domain = domain.parse::<ProviderDomain>().map_err(|_| ApiError::NotFound)?;
    if domain != app.config.domain {
        return Err(ApiError::NotFound);
    }
    identifier_query(&app, &Caller::Peer(peer), &domain, body).await
}

async fn identifier_query<S: Store>(
    app: &App<S>,
    caller: &Caller,
    domain: &ProviderDomain,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    app.queries.take(caller.asker()).map_err(ApiError::TooOften)?;
    if *domain == app.config.domain { here(app, &body).await } else { elsewhere(app, domain, body).await }
}

/// Looks among the accounts of this provider.
async fn here<S: Store>(app: &App<S>, body: &[u8]) -> Result<Response, ApiError> {
    let wanted = wanted(body, &app.config.domain)?;
    let (handle, key) = match &wanted {
        Wanted::Account { handle, .. } => (handle.as_str(), ""),
        Wanted::Named { handle, key } => (handle.as_deref().unwrap_or_default(), key.as_str()),
        Wanted::Nobody | Wanted::Unsupported => ("", ""),
    };
    // Both are always looked for, so that the time says nothing of what there is.
    let is_found = app.store.is_found(handle).await?;
    let named = app.store.named(key, 2).await?;
    let found = if is_found { vec![handle.to_owned()] } else { named };
    answers::tls(&answer(&wanted, &app.config.domain, &found))
}

/// Asks another provider for a user of its own.
async fn elsewhere<S: Store>(app: &App<S>, peer: &ProviderDomain, body: Vec<u8>) -> Result<Response, ApiError> {
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
