//! `requestConsent`: somebody asks to be let add another, or takes that back (mimi-protocol-06 §5.7). A decline of a knock
//! travels in it (docs/PROTOCOL.md, "Outcome and withdrawal of a knock").
//!
//! ```text
//! POST /client/v1/requestConsent             browser → own provider, with its session
//! POST /mimi/v1/requestConsent/{targetUser}  requester's provider → target's, with its certificate; also with the target's
//!                                            domain in the path
//!
//! body    ConsentEntry, request or cancel; the requester is a user of the caller's
//! answer  201 empty: it was received, and nothing of whom it reached
//!         403 another's user
//!         404 of a provider: the target is not here
//! ```

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::{ConsentKind, ConsentSaid, Store};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{Refusal, component};

use super::Caller;
use super::consent::{decode, names, reception, scope, takes_requests, told, write};
use crate::answers;
use crate::app::{App, Shared};
use crate::courier::REQUEST_CONSENT;
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::mimi::Peer;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    request_consent(&app, &Caller::Client(client), decode(&body)?, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(target): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = decode(&body)?;
    names(&target, &entry.target.clone().into())?;
    request_consent(&app, &Caller::Peer(peer), entry, body).await
}

/// A request is remembered where the target is, and the target hears of it; so it is when a cancel takes it back.
async fn request_consent<S: Store>(
    app: &App<S>,
    caller: &Caller,
    entry: ConsentEntry,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let home = entry.target.host();
    match caller {
        Caller::Client(_) => {
            let requester = entry.requester.as_user().ok_or(ApiError::Malformed("requester is no user"))?;
            caller.speaks_for(app, &requester).await?;
        }
        Caller::Peer(peer) if entry.requester.host() != *peer => return Err(ApiError::Forbidden(Refusal::NotYours)),
        // What comes from another provider goes no further.
        Caller::Peer(_) if home != app.config.domain => return Err(ApiError::NotFound),
        Caller::Peer(_) => {}
    }
    match entry.operation {
        ConsentOperation::Grant | ConsentOperation::Revoke => return Err(ApiError::Malformed("operation")),
        ConsentOperation::Request | ConsentOperation::Cancel if home != app.config.domain => {
            write(app, home, REQUEST_CONSENT, entry.room, body).await?;
        }
        ConsentOperation::Request => ask(app, entry).await?,
        ConsentOperation::Cancel => cancel(app, entry).await?,
    }
    Ok(answers::created())
}

/// Remembered, so that it can be taken back, and told to the person, within the quotas. A request that brings the outcome of
/// a knock is told with the cancel that follows it.
async fn ask<S: Store>(app: &App<S>, entry: ConsentEntry) -> Result<(), ApiError> {
    if let Some(requester) = entry.requester.as_user()
        && !takes_requests(reception(app, &entry.target, &requester).await?)
    {
        return Ok(());
    }
    let said = ConsentSaid {
        kind: ConsentKind::Asked,
        scope: scope(&entry)?,
        person: entry.target.clone(),
        by: entry.requester.clone(),
        at: app.now(),
    };
    let is_outcome = entry.extensions.contains_key(&component::KNOCK_SEALING_KEY);
    let Some(mail) = told(app, &said.person, entry)? else { return Ok(()) };
    let wakes = app.store.say_consent(&said, &app.config.limits.consent, Some(&mail).filter(|_| !is_outcome)).await?;
    app.wakes.tell(&wakes);
    Ok(())
}

async fn cancel<S: Store>(app: &App<S>, entry: ConsentEntry) -> Result<(), ApiError> {
    let (scope, person) = (scope(&entry)?, entry.target.clone());
    let Some(mail) = told(app, &person, entry)? else { return Ok(()) };
    let wakes = app.store.end_consent(ConsentKind::Asked, scope, Some(&mail), app.now()).await?;
    app.wakes.tell(&wakes);
    Ok(())
}
