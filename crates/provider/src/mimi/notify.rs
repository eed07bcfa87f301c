//! What a hub fans out to this provider (mimi-protocol-06 §5.5): taken once, delivered to those who follow the room.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use doorstep_client_api::http::MailboxKind;
use doorstep_hub::store::{Mail, Recipients, Store};
use doorstep_peers::RECIPIENTS_HEADER;
use doorstep_wire::consent::{ConsentEntry, ConsentOperation};
use doorstep_wire::notify::FanoutMessage;
use doorstep_wire::{BareWelcome, Body as _, ClientUri, IdentifierUri, ProviderDomain, Restored, RoomEnded, RoomUri};
use sha2::{Digest, Sha256};

use super::TheirRoom;
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{GroupOctets, Octets};

/// Clients in one header.
const MOST: usize = 1_000;

/// `POST notify/{roomId}`: one `FanoutMessage` or more, behind one another.
pub(super) async fn notify<S: Store>(
    State(app): State<Shared<S>>,
    TheirRoom(peer, room): TheirRoom,
    headers: HeaderMap,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    let messages = FanoutMessage::decode_all(&body).map_err(|_| ApiError::Malformed("FanoutMessage"))?;
    let (header, recipients) = recipients(&headers)?;
    let mut mail = Vec::with_capacity(messages.len());
    for message in messages {
        let to = match message.bare_welcome() {
            Some(welcome) => {
                let welcome = BareWelcome::decode(welcome).map_err(|_| ApiError::Malformed("Welcome"))?;
                Recipients::Packages(welcome.new_members().map_err(|_| ApiError::Malformed("Welcome"))?)
            }
            None => Recipients::Followers(recipients.clone()),
        };
        let body = message.encode().map_err(|error| ApiError::Internal(error.to_string()))?;
        mail.push(Mail { kind: MailboxKind::Fanout as u8, room: room.clone(), to, body: body.into() });
    }
    receive(&app, MailboxKind::Fanout, &peer, &room, &header, &body, &mail).await
}

/// `POST restored/{roomId}`: the hub went back to an epoch because of a signed rejectCommit.
pub(super) async fn restored<S: Store>(
    State(app): State<Shared<S>>,
    TheirRoom(peer, room): TheirRoom,
    headers: HeaderMap,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    Restored::decode(&body).map_err(|_| ApiError::Malformed("Restored"))?;
    let (header, recipients) = recipients(&headers)?;
    let to = Recipients::Followers(recipients);
    let mail = Mail { kind: MailboxKind::Restored as u8, room: room.clone(), to, body: body.as_slice().into() };
    receive(&app, MailboxKind::Restored, &peer, &room, &header, &body, &[mail]).await
}

/// `POST roomEnded/{roomId}`: the room is over; nobody follows it from now on.
pub(super) async fn room_ended<S: Store>(
    State(app): State<Shared<S>>,
    TheirRoom(peer, room): TheirRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let said = RoomEnded::decode(&body).map_err(|_| ApiError::Malformed("RoomEnded"))?;
    // Whether the hub has signed it is for those who were in the room to see.
    if said.room != room {
        return Err(ApiError::Malformed("RoomEnded of another room"));
    }
    let kind = MailboxKind::Ended;
    let to = Recipients::Followers(None);
    let mail = Mail { kind: kind as u8, room: room.clone(), to, body: body.as_slice().into() };
    if let Some(wakes) = app.store.receive_last(digest(kind, &peer, &room, b"", &body), &mail, app.now()).await? {
        app.wakes.tell(&wakes);
    }
    Ok(answers::created())
}

/// `POST withdrawn/{roomId}`: a knock was taken back; for those who answer knocks.
pub(super) async fn withdrawn<S: Store>(
    State(app): State<Shared<S>>,
    TheirRoom(peer, room): TheirRoom,
    headers: HeaderMap,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    let entry = ConsentEntry::decode(&body).map_err(|_| ApiError::Malformed("ConsentEntry"))?;
    let of_the_hub = entry.operation == ConsentOperation::Revoke
        && entry.requester == IdentifierUri::provider(&peer)
        && entry.room.as_ref() == Some(&room);
    if !of_the_hub {
        return Err(ApiError::Malformed("ConsentEntry"));
    }
    let (header, recipients) = recipients(&headers)?;
    let to = Recipients::Followers(recipients);
    let mail = Mail { kind: MailboxKind::Consent as u8, room: room.clone(), to, body: body.as_slice().into() };
    receive(&app, MailboxKind::Consent, &peer, &room, &header, &body, &[mail]).await
}

/// Takes it, unless it came before: 201 either way.
async fn receive<S: Store>(
    app: &App<S>,
    kind: MailboxKind,
    peer: &ProviderDomain,
    room: &RoomUri,
    header: &[u8],
    body: &[u8],
    mail: &[Mail],
) -> Result<Response, ApiError> {
    if let Some(wakes) = app.store.receive(digest(kind, peer, room, header, body), mail, app.now()).await? {
        app.wakes.tell(&wakes);
    }
    Ok(answers::created())
}

/// By which what comes twice is known.
fn digest(kind: MailboxKind, peer: &ProviderDomain, room: &RoomUri, header: &[u8], body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [&[kind as u8][..], peer.as_bytes(), room.as_bytes(), header, body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Whom the hub names, and how; nobody: all who follow the room. Several headers are one list.
fn recipients(headers: &HeaderMap) -> Result<(Vec<u8>, Option<Vec<ClientUri>>), ApiError> {
    let lines: Vec<&[u8]> = headers.get_all(RECIPIENTS_HEADER).iter().map(HeaderValue::as_bytes).collect();
    let header = lines.join(&b","[..]);
    if lines.is_empty() {
        return Ok((header, None));
    }
    let text = str::from_utf8(&header).map_err(|_| ApiError::Malformed("recipients"))?;
    let clients: Result<Vec<ClientUri>, _> = text.split(',').map(ClientUri::from_canonical).collect();
    match clients {
        Ok(clients) if clients.len() <= MOST => Ok((header, Some(clients))),
        _ => Err(ApiError::Malformed("recipients")),
    }
}
