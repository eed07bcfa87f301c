//! Rooms: the hub's operations, with a session before them. The hub judges; what is added here is that somebody speaks
//! only for users of her own, and that a private room answers strangers as an unknown one does.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::{CreateRooms, LinkJoined, LinkUse, LinkUses, RejectCommit};
use doorstep_hub::store::{Client, Store};
use doorstep_hub::{Answer, Caller, CommitRejection, TargetFacts, Visibility};
use doorstep_wire::group_info::GroupInfoResponse;
use doorstep_wire::submit::SubmitMessageRequest;
use doorstep_wire::{Body as _, Refusal, RoomUri, UnixMillis};
use tls_codec::Deserialize as _;

use crate::answers;
use crate::app::{App, Shared};
use crate::create;
use crate::error::ApiError;
use crate::extract::{GroupOctets, Octets, RoomPath, Session};
use crate::relay;
use crate::rooms::{judge, look, operate};

/// `POST /client/v1/rooms`
pub(super) async fn create<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    let request = CreateRooms::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("CreateRooms"))?;
    let caller = caller(&app, &client);
    let (outcome, reason) = create::rooms(&app, request, body, client, caller).await?;
    let bytes = tls_codec::Serialize::tls_serialize_detached(&outcome);
    Ok(answers::octets(bytes.map_err(|error| ApiError::Internal(error.to_string()))?, reason))
}

/// `POST /client/v1/groupInfo/{room}`
pub(super) async fn group_info<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return relay::group_info(&app, &client, &room, body).await;
    }
    let not_authorized = GroupInfoResponse::NotAuthorized { room: room.clone() };
    let target = target_of(&app, &room).await?;
    let caller = caller(&app, &client);
    let answer = judge(&app, room.clone(), move |app, room, keys, now, seed| {
        app.hub.group_info(room, &body, &caller, target.as_ref(), keys, now, seed)
    })
    .await;
    match shown(&app, &client, &room, answer).await {
        Err(ApiError::NotFound) => answers::tls(&not_authorized),
        shown => shown,
    }
}

/// `POST /client/v1/update/{room}`
pub(super) async fn update<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    handshake(&app, &client, &room, body).await
}

/// A commit or a proposal of whoever has a session.
pub(super) async fn handshake<S: Store>(
    app: &Shared<S>,
    client: &Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(room) {
        return relay::update(app, room, body).await;
    }
    let caller = caller(app, client);
    let answer = judge(app, room.clone(), move |app, room, keys, now, seed| {
        app.hub.update(room, &body, &caller, keys, now, seed)
    })
    .await;
    shown(app, client, room, answer).await
}

/// `POST /client/v1/submitMessage/{room}`
pub(super) async fn submit_message<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    message(&app, &client, &room, body).await
}

/// A message of whoever has a session.
pub(super) async fn message<S: Store>(
    app: &Shared<S>,
    client: &Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(room) {
        return relay::submit_message(app, client, room, body).await;
    }
    let request = SubmitMessageRequest::decode(&body).map_err(|_| ApiError::Malformed("SubmitMessageRequest"))?;
    if app.store.owner(&request.sending_uri).await? != Some(client.id) {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    let caller = caller(app, client);
    let answer =
        operate(app, room.clone(), move |app, room, now, seed| app.hub.submit_message(room, &body, &caller, now, seed))
            .await;
    shown(app, client, room, answer).await
}

/// `POST /client/v1/rejectCommit/{room}`
pub(super) async fn reject_commit<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return relay::reject_commit(&app, &room, body).await;
    }
    let RejectCommit { epoch, commit_hash, leaf_index, signature } =
        RejectCommit::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("RejectCommit"))?;
    let rejection = CommitRejection { epoch, commit_hash, leaf_index, signature };
    let answer =
        operate(&app, room.clone(), move |app, room, now, seed| app.hub.reject_commit(room, &rejection, now, seed))
            .await;
    shown(&app, &client, &room, answer).await
}

/// `GET /client/v1/linkUses/{room}`
pub(super) async fn link_uses<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return relay::link_uses(&app, &client, &room).await;
    }
    let users = app.store.users_of(client.id).await?;
    let now = UnixMillis(app.now());
    let uses = look(&app, &room, |room| app.hub.link_uses(room, &users, now)).await?.ok_or(ApiError::NotFound)??;
    answers::tls(&link_uses_page(uses))
}

/// What the hub tells of the use of links, as it travels.
pub(crate) fn link_uses_page(uses: Vec<doorstep_hub::LinkUse>) -> LinkUses {
    let link = |found: doorstep_hub::LinkUse| LinkUse {
        link_id: found.link_id,
        used: found.used,
        claimed: found.claimed,
        joined: found.joined.into_iter().map(|(user, at)| LinkJoined { user, at: at.0 }).collect(),
    };
    LinkUses { links: uses.into_iter().map(link).collect() }
}

/// What the hub has to know of the room behind a knock room.
pub(crate) async fn target_of<S: Store>(app: &App<S>, room: &RoomUri) -> Result<Option<TargetFacts>, ApiError> {
    match look(app, room, |room| room.target().cloned()).await?.flatten() {
        Some(target) => look(app, &target, doorstep_hub::Room::target_facts).await,
        None => Ok(None),
    }
}

fn caller<S: Store>(app: &App<S>, client: &Client) -> Caller {
    Caller { domain: app.config.domain.clone(), guest: client.handle.is_none() }
}

/// What the caller may see of an answer. Whoever is not in a private room, does not get in, and has not shown that she
/// knows of it, learns as much of it as of a room that does not exist.
async fn shown<S: Store>(
    app: &App<S>,
    client: &Client,
    room: &RoomUri,
    answer: Result<Answer, ApiError>,
) -> Result<Response, ApiError> {
    let refused = match &answer {
        Ok(answer) => answer.reason.is_some() && !answer.knows_room,
        // The hub asks nobody to come again whom it would not let in.
        Err(ApiError::Internal(_) | ApiError::Busy(_)) => false,
        Err(_) => true,
    };
    if refused && is_hidden(app, client, room).await? {
        return Err(ApiError::NotFound);
    }
    let Answer { body, reason, .. } = answer?;
    Ok(answers::octets(body, reason))
}

async fn is_hidden<S: Store>(app: &App<S>, client: &Client, room: &RoomUri) -> Result<bool, ApiError> {
    let users = app.store.users_of(client.id).await?;
    let seen = look(app, room, |room| {
        room.visibility() != Visibility::Private || users.iter().any(|user| room.roster().count_of(user) > 0)
    });
    Ok(!seen.await?.unwrap_or(false))
}
