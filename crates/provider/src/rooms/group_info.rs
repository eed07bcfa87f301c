//! `groupInfo`: what somebody outside needs to come in (mimi-protocol-06 §5.6).
//!
//! ```text
//! POST /client/v1/groupInfo/{room}   browser → own provider, with its session
//! POST /mimi/v1/groupInfo/{roomId}   follower → hub, with its certificate
//!
//! body    GroupInfoRequest; the requesting user is the caller's
//! answer  200 GroupInfoResponse; of a room that the caller may not know of, as of one that there is not: notAuthorized
//!         403 another's user
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_credential::CredentialIn;
use doorstep_hub::TargetFacts;
use doorstep_hub::store::{Client, Store};
use doorstep_peers::Endpoint;
use doorstep_wire::group_info::{GroupInfoRequest, GroupInfoResponse};
use doorstep_wire::{Body as _, Refusal, RoomUri};

use super::{Caller, relay};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};
use crate::operate::{judge, look};

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(&room) {
        return elsewhere(&app, client, &room, body).await;
    }
    here(&app, &Caller::Client(client), room, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    app.meet(&peer).await?;
    here(&app, &Caller::Peer(peer), room, body).await
}

/// Asks the hub of the room. Whoever gets a GroupInfo is on their way in: mail of the room is for them from now on.
async fn elsewhere<S: Store>(
    app: &App<S>,
    client: Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let request = GroupInfoRequest::decode(&body).map_err(|_| ApiError::Malformed("GroupInfoRequest"))?;
    let credential = CredentialIn::decode(request.tbs.requesting_credential.content.as_slice())
        .map_err(|_| ApiError::Malformed("GroupInfoRequest"))?
        .remembered();
    Caller::Client(client).speaks_for(app, &credential.user).await?;
    let reply = relay::ask(app, Endpoint::GroupInfo, room, body).await?;
    let granted =
        reply.status == 200 && matches!(GroupInfoResponse::decode(&reply.body), Ok(GroupInfoResponse::Success(_)));
    if granted && !app.store.follow(room, &credential.client).await? {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    relay::shown(reply)
}

/// The hub answers.
async fn here<S: Store>(app: &Shared<S>, caller: &Caller, room: RoomUri, body: Vec<u8>) -> Result<Response, ApiError> {
    let target = target_of(app, &room).await?;
    let from = caller.to_hub(app);
    let answer = judge(app, room.clone(), move |app, room, keys, now, seed| {
        app.hub.group_info(room, &body, &from, target.as_ref(), keys, now, seed)
    })
    .await;
    match caller.shown(app, &room, answer).await {
        Err(ApiError::NotFound) => answers::tls(&GroupInfoResponse::NotAuthorized { room }),
        shown => shown,
    }
}

/// What the hub has to know of the room behind a knock room.
async fn target_of<S: Store>(app: &App<S>, room: &RoomUri) -> Result<Option<TargetFacts>, ApiError> {
    match look(app, room, |room| room.target().cloned()).await?.flatten() {
        Some(target) => look(app, &target, doorstep_hub::Room::target_facts).await,
        None => Ok(None),
    }
}
