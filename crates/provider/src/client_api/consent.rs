//! Outcomes and withdrawals of knocks, carried by the consent endpoints (docs/PROTOCOL.md, "Outcome of a knock";
//! mimi-protocol-06 §5.8). The answer is always 201: it says that the entry was received, and nothing of whom it reached.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::MailboxKind;
use doorstep_hub::store::{Client, Mail, Recipients, Store};
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::{Body as _, IdentifierUri, ProviderDomain, Refusal, RoomUri, UserUri};
use sha2::{Digest, Sha256};
use tls_codec::{Serialize as _, TlsSerialize, TlsSize};

use crate::answers;
use crate::app::{App, Shared};
use crate::courier::{REQUEST_CONSENT, UPDATE_CONSENT};
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
    let entry = decode(&body)?;
    let requester = entry.requester.as_user().ok_or(ApiError::Malformed("requester is no user"))?;
    owned(&app, &client, &requester).await?;
    if matches!(entry.operation, ConsentOperation::Grant | ConsentOperation::Revoke) {
        return Err(ApiError::Malformed("operation"));
    }
    let peer = entry.target.host();
    if peer == app.config.domain {
        ask_or_cancel(&app, entry, body).await?;
    } else {
        write(&app, peer, REQUEST_CONSENT, entry.room, body).await?;
    }
    Ok(answers::created())
}

/// `POST /client/v1/updateConsent`: `revoke` towards the room's hub, a knock withdrawn; `grant` and `revoke` towards a user,
/// who may add the target from now on, or may not any more.
pub(super) async fn update<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let entry = decode(&body)?;
    owned(&app, &client, &entry.target).await?;
    if let Some(requester) = entry.requester.as_user() {
        grant_or_revoke(&app, &requester, entry, body).await?;
        return Ok(answers::created());
    }
    let (ConsentOperation::Revoke, Some(room)) = (entry.operation, entry.room) else {
        return Err(ApiError::Malformed("operation"));
    };
    if entry.requester != IdentifierUri::provider(&room.host()) {
        return Err(ApiError::Malformed("requester is not the room's hub"));
    }
    if app.is_elsewhere(&room) {
        write(&app, room.host(), UPDATE_CONSENT, Some(room), body).await?;
    } else {
        withdraw(&app, room, entry.target).await?;
    }
    Ok(answers::created())
}

/// Who may add the target is remembered here, where her KeyPackages are. The requester's provider hears of a grant; that
/// consent is taken back is told to nobody. For a pseudonym consent is for one room (docs/PROTOCOL.md).
async fn grant_or_revoke<S: Store>(
    app: &App<S>,
    requester: &UserUri,
    entry: ConsentEntry,
    body: Vec<u8>,
) -> Result<(), ApiError> {
    let ConsentEntry { operation, requester: _, target, room, key_packages, extensions: _ } = entry;
    match operation {
        ConsentOperation::Grant if !key_packages.is_empty() => Err(ApiError::Malformed("KeyPackages in a grant")),
        ConsentOperation::Grant if room.is_none() && target.is_pseudonym_path() => {
            Err(ApiError::Malformed("a pseudonym consents to one room"))
        }
        ConsentOperation::Grant => {
            app.store.give_consent(requester, &target, room.as_ref(), app.now()).await?;
            match room {
                Some(room) if requester.host() != app.config.domain => {
                    write(app, requester.host(), UPDATE_CONSENT, Some(room), body).await
                }
                _ => Ok(()),
            }
        }
        ConsentOperation::Revoke => Ok(app.store.take_consent_back(requester, &target, room.as_ref()).await?),
        ConsentOperation::Request | ConsentOperation::Cancel => Err(ApiError::Malformed("operation")),
    }
}

/// A request is remembered; a cancel takes it back, and the target hears of it.
pub(crate) async fn ask_or_cancel<S: Store>(app: &App<S>, entry: ConsentEntry, body: Vec<u8>) -> Result<(), ApiError> {
    let scope = scope(&entry)?;
    let now = app.now();
    if entry.operation == ConsentOperation::Request {
        return Ok(app.store.ask_consent(scope, now).await?);
    }
    let Some(room) = entry.room else { return Ok(()) };
    let kind = MailboxKind::Consent as u8;
    let mail = Mail { kind, room, to: Recipients::User(entry.target), body: body.into() };
    let wakes = app.store.cancel_consent(scope, &mail, now).await?;
    app.wakes.tell(&wakes);
    Ok(())
}

/// A knock in a room of this hub is withdrawn. Whether there is such a room is nobody's business.
pub(crate) async fn withdraw<S: Store>(app: &Shared<S>, room: RoomUri, knocker: UserUri) -> Result<(), ApiError> {
    match operate(app, room, move |app, room, now, seed| app.hub.withdraw(room, &knocker, now, seed)).await {
        Ok(_) | Err(ApiError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// An entry goes to another provider, by letter: whoever sent it need not wait for that.
async fn write<S: Store>(
    app: &App<S>,
    peer: ProviderDomain,
    kind: u8,
    room: Option<RoomUri>,
    body: Vec<u8>,
) -> Result<(), ApiError> {
    let room = room.ok_or(ApiError::Malformed("no room"))?;
    let mail = Mail { kind, room, to: Recipients::Peer { peer, clients: Vec::new() }, body: body.into() };
    app.store.commit(&[], &[mail], app.now()).await?;
    app.post.call();
    Ok(())
}

/// Reads an entry.
pub(crate) fn decode(body: &[u8]) -> Result<ConsentEntry, ApiError> {
    if body.len() > LONGEST {
        return Err(ApiError::TooLarge);
    }
    ConsentEntry::decode(body).map_err(|_| ApiError::Malformed("ConsentEntry"))
}

async fn owned<S: Store>(app: &App<S>, client: &Client, user: &UserUri) -> Result<(), ApiError> {
    match app.store.owner(user).await? {
        Some(owner) if owner == client.id => Ok(()),
        _ => Err(ApiError::Forbidden(Refusal::NotYours)),
    }
}

fn scope(entry: &ConsentEntry) -> Result<[u8; 32], ApiError> {
    let ConsentEntry { requester, target, room, .. } = entry.clone();
    let bytes = Scope { requester, target, room }.tls_serialize_detached();
    Ok(Sha256::digest(bytes.map_err(|_| ApiError::Malformed("scope"))?).into())
}
