//! What a client of this provider asks of a room of another hub: carried there and back. The hub judges; what is added here
//! is that somebody speaks only for users of her own, and that mail of a room she comes into finds her.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use doorstep_client_api::door::Door;
use doorstep_client_api::http::OCTET_STREAM;
use doorstep_credential::CredentialIn;
use doorstep_hub::store::{Client, Store};
use doorstep_peers::{Endpoint, Errand, PeerError, Reply};
use doorstep_wire::group_info::{GroupInfoRequest, GroupInfoResponse};
use doorstep_wire::submit::SubmitMessageRequest;
use doorstep_wire::{Body as _, ClientUri, ProviderDomain, Refusal, RoomUri, UserUri};
use tls_codec::{Serialize as _, TlsDeserialize, TlsSerialize, TlsSize};

use crate::answers::say_why;
use crate::app::App;
use crate::error::ApiError;

/// Bytes of a door: a description of a room, and who reads knocks.
const LONGEST_DOOR: usize = 256 << 10;

/// `struct { UserUri users<V>; } LinkUsesRequest;` Those users of a follower whose word it is that they ask.
#[derive(Clone, Debug, PartialEq, Eq, TlsSerialize, TlsDeserialize, TlsSize)]
pub(crate) struct LinkUsesRequest {
    /// In the room, as far as the follower knows.
    pub(crate) users: Vec<UserUri>,
}

impl doorstep_wire::Body for LinkUsesRequest {}

/// `groupInfo`. Whoever gets one is on her way in: mail of the room is for her from now on.
pub(crate) async fn group_info<S: Store>(
    app: &App<S>,
    client: &Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let request = GroupInfoRequest::decode(&body).map_err(|_| ApiError::Malformed("GroupInfoRequest"))?;
    let credential = CredentialIn::decode(request.tbs.requesting_credential.content.as_slice())
        .map_err(|_| ApiError::Malformed("GroupInfoRequest"))?
        .remembered();
    is_own(app, client, &credential.user).await?;
    let reply = ask(app, Endpoint::GroupInfo, room, body).await?;
    let granted =
        reply.status == 200 && matches!(GroupInfoResponse::decode(&reply.body), Ok(GroupInfoResponse::Success(_)));
    if granted && !app.store.follow(room, &credential.client).await? {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    shown(reply)
}

/// `update`.
pub(crate) async fn update<S: Store>(app: &App<S>, room: &RoomUri, body: Vec<u8>) -> Result<Response, ApiError> {
    shown(ask(app, Endpoint::Update, room, body).await?)
}

/// `submitMessage`.
pub(crate) async fn submit_message<S: Store>(
    app: &App<S>,
    client: &Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let request = SubmitMessageRequest::decode(&body).map_err(|_| ApiError::Malformed("SubmitMessageRequest"))?;
    is_own(app, client, &request.sending_uri).await?;
    shown(ask(app, Endpoint::SubmitMessage, room, body).await?)
}

/// `rejectCommit`.
pub(crate) async fn reject_commit<S: Store>(app: &App<S>, room: &RoomUri, body: Vec<u8>) -> Result<Response, ApiError> {
    shown(ask(app, Endpoint::RejectCommit, room, body).await?)
}

/// `linkUses`. The hub hears of no other users of this client than those who follow the room.
pub(crate) async fn link_uses<S: Store>(app: &App<S>, client: &Client, room: &RoomUri) -> Result<Response, ApiError> {
    let own = app.store.users_of(client.id).await?;
    let mut users: Vec<UserUri> = app.store.followers(room).await?.iter().map(ClientUri::user).collect();
    users.retain(|user| own.contains(user));
    users.dedup();
    if users.is_empty() {
        return Err(ApiError::NotFound);
    }
    let body = LinkUsesRequest { users }.tls_serialize_detached();
    let body = body.map_err(|error| ApiError::Internal(error.to_string()))?;
    shown(ask(app, Endpoint::LinkUses, room, body).await?)
}

/// What strangers see of a room of another hub.
pub(crate) async fn door<S: Store>(app: &App<S>, room: &RoomUri) -> Result<Door, ApiError> {
    let reply = ask(app, Endpoint::Door, room, Vec::new()).await?;
    match reply.status {
        200 if reply.body.len() <= LONGEST_DOOR => {}
        200 | 400..=499 => return Err(ApiError::NotFound),
        _ => return Err(ApiError::Busy(u64::from(reply.retry_after.unwrap_or(10)))),
    }
    let door: Door = serde_json::from_slice(&reply.body).map_err(|_| ApiError::NotFound)?;
    let knock_there = |uri: &String| uri.parse::<RoomUri>().is_ok_and(|knock| knock.host() == room.host());
    let is_it = door.room == room.as_str()
        && door.hub == room.host().as_str()
        && door.slug == room.slug()
        && door.knock_room.iter().all(knock_there);
    if is_it { Ok(door) } else { Err(ApiError::NotFound) }
}

async fn is_own<S: Store>(app: &App<S>, client: &Client, user: &UserUri) -> Result<(), ApiError> {
    if app.store.owner(user).await? == Some(client.id) { Ok(()) } else { Err(ApiError::Forbidden(Refusal::NotYours)) }
}

/// Asks the hub of a room.
pub(crate) async fn ask<S: Store>(
    app: &App<S>,
    endpoint: Endpoint,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Reply, ApiError> {
    send(app, &room.host(), endpoint, room.to_string(), body).await
}

/// Asks a provider.
pub(crate) async fn send<S: Store>(
    app: &App<S>,
    peer: &ProviderDomain,
    endpoint: Endpoint,
    subject: String,
    body: Vec<u8>,
) -> Result<Reply, ApiError> {
    let errand = Errand { endpoint, subject, recipients: None, body: body.into() };
    app.peers.send(peer, errand).await.map_err(|error| {
        tracing::debug!(%error, ?endpoint, "an errand was not carried out");
        match error {
            PeerError::NotAllowed => ApiError::Forbidden(Refusal::ProviderNotAllowed),
            PeerError::NoDirectory | PeerError::NotOffered => ApiError::Forbidden(Refusal::ProviderUnknown),
            PeerError::NotItself => ApiError::Elsewhere(Refusal::ProviderNotItself, 60),
            PeerError::Unreachable | PeerError::TooLong => ApiError::Elsewhere(Refusal::ProviderUnreachable, 2),
        }
    })
}

/// The hub's answer for the client: its status as far as the client API has it, its word, its body.
pub(crate) fn shown(reply: Reply) -> Result<Response, ApiError> {
    let Reply { status, reason, retry_after, body } = reply;
    let after = u64::from(retry_after.unwrap_or(10));
    let status = match status {
        200 | 201 | 400 | 403 | 404 | 409 | 413 => status,
        429 => return Err(ApiError::TooOften(after)),
        503 => return Err(ApiError::Busy(after)),
        _ => return Err(ApiError::Elsewhere(Refusal::ProviderFailed, after)),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| ApiError::Internal(error.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(OCTET_STREAM));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(refusal) = reason.as_deref().and_then(Refusal::heard) {
        say_why(&mut response, &refusal);
    }
    Ok(response)
}
