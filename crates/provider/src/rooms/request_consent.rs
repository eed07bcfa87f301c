//! `requestConsent`: somebody asks to be let add another, or takes that back (mimi-protocol-06 §5.7). A decline of a knock
//! travels in it (docs/PROTOCOL.md, "Outcome and withdrawal of a knock").
//!
//! ```text
//! POST /client/v1/requestConsent             browser → own provider, with its session
//! POST /mimi/v1/requestConsent/{targetUser}  requester's provider → target's, with its certificate
//!
//! body    ConsentEntry, request or cancel; the requester is a user of the caller's
//! answer  201 empty: it was received, and nothing of whom it reached
//!         403 another's user
//!         404 of a provider: the target is not here
//! ```

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_client_api::http::MailboxKind;
use doorstep_hub::store::{Mail, Recipients, Store};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{IdentifierUri, Refusal, RoomUri, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{Serialize as _, TlsSerialize, TlsSize};

use super::Caller;
use super::consent::{decode, names, write};
use crate::answers;
use crate::app::{App, Shared};
use crate::courier::REQUEST_CONSENT;
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::mimi::Peer;

/// `struct { IdentifierUri requesterUri; IdentifierUri targetUri; optional<RoomId> roomId; } ConsentScope;`
#[derive(TlsSerialize, TlsSize)]
struct Scope {
    requester: IdentifierUri,
    target: UserUri,
    room: Option<RoomUri>,
}

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

/// A request is remembered where the target is; a cancel takes it back there, and the target hears of it.
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
        ConsentOperation::Request => app.store.ask_consent(scope(&entry)?, app.now()).await?,
        ConsentOperation::Cancel => cancel(app, entry, body).await?,
    }
    Ok(answers::created())
}

async fn cancel<S: Store>(app: &App<S>, entry: ConsentEntry, body: Vec<u8>) -> Result<(), ApiError> {
    let scope = scope(&entry)?;
    let Some(room) = entry.room else { return Ok(()) };
    let kind = MailboxKind::Consent as u8;
    let mail = Mail { kind, room, to: Recipients::User(entry.target), body: body.into() };
    let wakes = app.store.cancel_consent(scope, &mail, app.now()).await?;
    app.wakes.tell(&wakes);
    Ok(())
}

fn scope(entry: &ConsentEntry) -> Result<[u8; 32], ApiError> {
    let ConsentEntry { requester, target, room, .. } = entry.clone();
    let bytes = Scope { requester, target, room }.tls_serialize_detached();
    Ok(Sha256::digest(bytes.map_err(|_| ApiError::Malformed("scope"))?).into())
}
