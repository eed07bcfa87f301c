//! Rooms of this hub, for the users of another provider (mimi-protocol-06 §5.3, §5.4, §5.6).

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::RejectCommit;
use doorstep_hub::store::Store;
use doorstep_hub::{Answer, Caller, CommitRejection, Visibility};
use doorstep_wire::group_info::GroupInfoResponse;
use doorstep_wire::{Body as _, ProviderDomain, Refusal, RoomUri, UnixMillis};
use tls_codec::Deserialize as _;

use super::{HubRoom, Peer};
use crate::answers;
use crate::app::{App, Shared};
use crate::client_api::rooms::{link_uses_page, target_of};
use crate::error::ApiError;
use crate::extract::{GroupOctets, Octets};
use crate::relay::LinkUsesRequest;
use crate::rooms::{judge, look, operate};

/// `POST update/{roomId}`
pub(super) async fn update<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    app.meet(&peer).await?;
    let caller = caller(&peer);
    let answer = judge(&app, room.clone(), move |app, room, keys, now, seed| {
        app.hub.update(room, &body, &caller, keys, now, seed)
    })
    .await;
    shown(&app, &peer, &room, answer).await
}

/// `POST submitMessage/{roomId}`
pub(super) async fn submit_message<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let caller = caller(&peer);
    let answer = operate(&app, room.clone(), move |app, room, now, seed| {
        app.hub.submit_message(room, &body, &caller, now, seed)
    })
    .await;
    shown(&app, &peer, &room, answer).await
}

/// `POST groupInfo/{roomId}`
pub(super) async fn group_info<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    app.meet(&peer).await?;
    let target = target_of(&app, &room).await?;
    let caller = caller(&peer);
    let answer = judge(&app, room.clone(), move |app, room, keys, now, seed| {
        app.hub.group_info(room, &body, &caller, target.as_ref(), keys, now, seed)
    })
    .await;
    match shown(&app, &peer, &room, answer).await {
        Err(ApiError::NotFound) => answers::tls(&GroupInfoResponse::NotAuthorized { room }),
        shown => shown,
    }
}

/// `POST rejectCommit/{roomId}`
pub(super) async fn reject_commit<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let RejectCommit { epoch, commit_hash, leaf_index, signature } =
        RejectCommit::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("RejectCommit"))?;
    let rejection = CommitRejection { epoch, commit_hash, leaf_index, signature };
    let answer =
        operate(&app, room.clone(), move |app, room, now, seed| app.hub.reject_commit(room, &rejection, now, seed))
            .await;
    shown(&app, &peer, &room, answer).await
}

/// `POST linkUses/{roomId}`
pub(super) async fn link_uses<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let LinkUsesRequest { users } =
        LinkUsesRequest::decode(&body).map_err(|_| ApiError::Malformed("LinkUsesRequest"))?;
    if users.iter().any(|user| user.host() != peer) {
        return Err(ApiError::Forbidden(Refusal::NotYours));
    }
    let now = UnixMillis(app.now());
    let uses = look(&app, &room, |room| app.hub.link_uses(room, &users, now)).await?.ok_or(ApiError::NotFound)??;
    answers::tls(&link_uses_page(uses))
}

fn caller(peer: &ProviderDomain) -> Caller {
    Caller { domain: peer.clone(), guest: false }
}

/// What a peer may see of an answer: a refusal by a private room is that of an unknown one, unless somebody of that
/// provider is in it.
async fn shown<S: Store>(
    app: &App<S>,
    peer: &ProviderDomain,
    room: &RoomUri,
    answer: Result<Answer, ApiError>,
) -> Result<Response, ApiError> {
    let refused = match &answer {
        Ok(answer) => answer.reason.is_some() && !answer.knows_room,
        Err(ApiError::Internal(_) | ApiError::Busy(_)) => false,
        Err(_) => true,
    };
    if refused {
        let seen = look(app, room, |room| {
            room.visibility() != Visibility::Private || room.roster().users().any(|user| user.host() == *peer)
        });
        if !seen.await?.unwrap_or(false) {
            return Err(ApiError::NotFound);
        }
    }
    let Answer { body, reason, .. } = answer?;
    Ok(answers::octets(body, reason))
}
