//! Outcomes and withdrawals of knocks, carried by the consent endpoints (docs/PROTOCOL.md, "Outcome of a knock";
//! mimi-protocol-06 §5.8). The answer is always 201: it says that the entry was received, and nothing of whom it reached.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::MailboxKind;
use doorstep_hub::store::{Client, Mail, Recipients, Store};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{Body as _, IdentifierUri, RoomUri, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{Serialize as _, TlsSerialize, TlsSize};

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::rooms::operate;

/// An outcome is 2304 bytes sealed, with three URIs.
const LONGEST: usize = 8 << 10;

/// `struct { IdentifierUri requesterUri; IdentifierUri targetUri; optional<RoomId> roomId; } ConsentScope;`
#[derive(TlsSerialize, TlsSize)]
struct Scope {
    requester: IdentifierUri,
    target: UserUri,
    room: Option<RoomUri>,
}

/// `POST /client/v1/requestConsent`: `request` and `cancel` by the requester's side.
pub(super) async fn request<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = entry(&body)?;
    let requester = entry.requester.as_user().ok_or(ApiError::Malformed("requester is no user"))?;
    owned(&app, &client, &requester).await?;
    let scope = scope(&entry)?;
    let now = app.now();
    match entry.operation {
        ConsentOperation::Request => app.store.ask_consent(scope, now).await?,
        ConsentOperation::Cancel => {
            let Some(room) = entry.room else { return Ok(answers::created()) };
            let kind = MailboxKind::Consent as u8;
            let mail = Mail { kind, room, to: Recipients::User(entry.target), body: body.into() };
            let wakes = app.store.cancel_consent(scope, &mail, now).await?;
            app.wakes.tell(&wakes);
        }
        ConsentOperation::Grant | ConsentOperation::Revoke => return Err(ApiError::Malformed("operation")),
    }
    Ok(answers::created())
}

/// `POST /client/v1/updateConsent`: `revoke` towards the room's hub, a knock withdrawn.
pub(super) async fn update<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = entry(&body)?;
    owned(&app, &client, &entry.target).await?;
    let (ConsentOperation::Revoke, Some(room)) = (entry.operation, entry.room) else {
        return Err(ApiError::Malformed("operation"));
    };
    if entry.requester != IdentifierUri::provider(&room.host()) {
        return Err(ApiError::Malformed("requester is not the room's hub"));
    }
    if room.host() == app.config.domain {
        let knocker = entry.target;
        match operate(&app, room, move |app, room, now, _| app.hub.withdraw(room, &knocker, now)).await {
            // Whether there is such a room is nobody's business.
            Ok(_) | Err(ApiError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(answers::created())
}

fn entry(body: &[u8]) -> Result<ConsentEntry, ApiError> {
    if body.len() > LONGEST {
        return Err(ApiError::TooLarge);
    }
    ConsentEntry::decode(body).map_err(|_| ApiError::Malformed("ConsentEntry"))
}

async fn owned<S: Store>(app: &App<S>, client: &Client, user: &UserUri) -> Result<(), ApiError> {
    match app.store.owner(user).await? {
        Some(owner) if owner == client.id => Ok(()),
        _ => Err(ApiError::Forbidden("not-yours")),
    }
}

fn scope(entry: &ConsentEntry) -> Result<[u8; 32], ApiError> {
    let ConsentEntry { requester, target, room, .. } = entry.clone();
    let bytes = Scope { requester, target, room }.tls_serialize_detached();
    Ok(Sha256::digest(bytes.map_err(|_| ApiError::Malformed("scope"))?).into())
}
