//! `updateConsent`: somebody grants that another adds them, or takes that back (mimi-protocol-06 §5.7). A knock is
//! withdrawn by it: towards the hub of the room (docs/PROTOCOL.md, "Outcome and withdrawal of a knock").
//!
//! ```text
//! POST /client/v1/updateConsent                browser → own provider, with its session
//! POST /mimi/v1/updateConsent/{requesterUser}  target's provider → requester's, with its certificate; also with the requester's
//!                                              domain in the path
//!
//! body    ConsentEntry, grant or revoke; the target is a user of the caller's
//! answer  201 empty: it was received, and nothing of whom it reached
//!         403 another's user
//!         404 of a provider: the requester is not here
//! ```

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::{ConsentKind, ConsentSaid, Store};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{IdentifierUri, RoomUri, UserUri};

use super::Caller;
use super::consent::{decode, names, reception, scope, told, write};
use crate::answers;
use crate::app::{App, Shared};
use crate::courier::UPDATE_CONSENT;
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::mimi::Peer;
use crate::operate::operate;

/// Of a browser: `revoke` towards the room's hub, a knock withdrawn; `grant` and `revoke` towards a user, who may add the
/// target from now on, or may not any more.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = decode(&body)?;
    Caller::Client(client).speaks_for(&app, &entry.target).await?;
    match entry.requester.as_user() {
        Some(requester) => grant_or_revoke(&app, &requester, entry, body).await?,
        None => withdraw_knock(&app, entry, body).await?,
    }
    Ok(answers::created())
}

/// Of another provider: `revoke` towards this hub, a knock withdrawn; `grant` and `revoke` towards a user here.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(requester): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = decode(&body)?;
    names(&requester, &entry.requester)?;
    Caller::Peer(peer).speaks_for(&app, &entry.target).await?;
    if entry.requester.host() != app.config.domain {
        return Err(ApiError::NotFound);
    }
    match (entry.operation, entry.requester.as_user()) {
        (ConsentOperation::Grant | ConsentOperation::Revoke, Some(requester)) => hear(&app, requester, entry).await?,
        (ConsentOperation::Revoke, None) => {
            if let Some(room) = entry.room.filter(|room| entry.requester.is_provider() && !app.is_elsewhere(room)) {
                withdraw(&app, room, entry.target).await?;
            }
        }
        // Nobody asked for what is granted: received, and nothing follows from it.
        (ConsentOperation::Grant, None) => {}
        (ConsentOperation::Request | ConsentOperation::Cancel, _) => return Err(ApiError::Malformed("operation")),
    }
    Ok(answers::created())
}

/// A person here hears that somebody elsewhere agrees that they add them, or agrees no longer: that only after it was
/// granted. An account that does not want to hear of them does not.
async fn hear<S: Store>(app: &App<S>, requester: UserUri, entry: ConsentEntry) -> Result<(), ApiError> {
    if reception(app, &requester, &entry.target).await?.blocked {
        return Ok(());
    }
    let (scope, operation, by) = (scope(&entry)?, entry.operation, entry.target.clone());
    let Some(mail) = told(app, &requester, entry)? else { return Ok(()) };
    let (kind, at) = (ConsentKind::Granted, app.now());
    let wakes = if operation == ConsentOperation::Grant {
        let said = ConsentSaid { kind, scope, person: requester, by: by.into(), at };
        app.store.say_consent(&said, &app.config.limits.consent, Some(&mail)).await?
    } else {
        app.store.end_consent(kind, scope, Some(&mail), at).await?
    };
    app.wakes.tell(&wakes);
    Ok(())
}

/// Who may add the target is remembered here, where their KeyPackages are. The requester's provider hears of a grant; that
/// consent is taken back is told to nobody. For a pseudonym consent is for one room (docs/PROTOCOL.md).
async fn grant_or_revoke<S: Store>(
    app: &App<S>,
    requester: &UserUri,
    entry: ConsentEntry,
    body: Vec<u8>,
) -> Result<(), ApiError> {
    // Whatever is said to a request is its answer: it waits no longer.
    app.store.end_consent(ConsentKind::Asked, scope(&entry)?, None, app.now()).await?;
    let ConsentEntry { operation, target, room, .. } = entry.clone();
    match operation {
        ConsentOperation::Grant if room.is_none() && target.is_pseudonym_path() => {
            Err(ApiError::Malformed("a pseudonym consents to one room"))
        }
        ConsentOperation::Grant => {
            app.store.give_consent(requester, &target, room.as_ref(), app.now()).await?;
            if requester.host() == app.config.domain {
                return hear(app, requester.clone(), entry).await;
            }
            write(app, requester.host(), UPDATE_CONSENT, room, body).await
        }
        ConsentOperation::Revoke => Ok(app.store.take_consent_back(requester, &target, room.as_ref()).await?),
        ConsentOperation::Request | ConsentOperation::Cancel => Err(ApiError::Malformed("operation")),
    }
}

/// The hub of the room withdraws the knock, or the hub of the room is written to.
async fn withdraw_knock<S: Store>(app: &Shared<S>, entry: ConsentEntry, body: Vec<u8>) -> Result<(), ApiError> {
    let (ConsentOperation::Revoke, Some(room)) = (entry.operation, entry.room) else {
        return Err(ApiError::Malformed("operation"));
    };
    if entry.requester != IdentifierUri::provider(&room.host()) {
        return Err(ApiError::Malformed("requester is not the room's hub"));
    }
    if app.is_elsewhere(&room) {
        write(app, room.host(), UPDATE_CONSENT, Some(room), body).await
    } else {
        withdraw(app, room, entry.target).await
    }
}

/// A knock in a room of this hub is withdrawn. Whether there is such a room is nobody's business.
async fn withdraw<S: Store>(app: &Shared<S>, room: RoomUri, knocker: UserUri) -> Result<(), ApiError> {
    match operate(app, room, move |app, room, now, seed| app.hub.withdraw(room, &knocker, now, seed)).await {
        Ok(_) | Err(ApiError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}
