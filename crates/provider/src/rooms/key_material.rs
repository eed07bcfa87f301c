//! `keyMaterial`: KeyPackages of somebody who is to be added (mimi-protocol-06 §5.2): given out here, or asked for elsewhere.
//!
//! ```text
//! POST /client/v1/keyMaterial/{user}         browser → own provider, with its session
//! POST /mimi/v1/keyMaterial/{targetUser}     requester's provider → hub of the room → target's provider, with their
//!                                            certificates
//!
//! body    KeyMaterialRequest
//! answer  200 KeyMaterialResponse
//!         403 another's user, or not proven
//!         403 wrong-purpose: what the target's provider gave is for a first contact, and the room is not
//!         404 the requester is not in the room
//!         429 too many for one target
//! ```

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::Room;
use doorstep_hub::key_material::{Step, answer, fits, floor, incompatible, is_compatible, pools, verify, way};
use doorstep_hub::store::{Claim, Consent, Store};
use doorstep_peers::{Endpoint, Reply};
use doorstep_wire::ext::policy::RoomPurpose;
use doorstep_wire::key_material::{KeyMaterialRequest, KeyMaterialRequestTbs, KeyMaterialResponse};
use doorstep_wire::{Body as _, ProviderDomain, Refusal, UnixMillis, UserUri};

use super::consent::{reception, takes_requests};
use super::{Caller, relay};
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{Octets, Session};
use crate::mimi::Peer;
use crate::operate::look;

/// Seconds after which it makes sense to ask a provider again that answered with nonsense.
const NONSENSE: u64 = 60;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    Path(target): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let request = decode(&body, &target)?;
    Caller::Client(client).speaks_for(&app, &request.tbs.requester).await?;
    carry(&app, &app.config.domain, request, body).await
}

/// Of another provider: to the provider of the target, or to the hub between.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(target): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    let request = decode(&body, &target)?;
    carry(&app, &peer, request, body).await
}

/// Reads a request; it is for the user named in the path.
fn decode(body: &[u8], path: &str) -> Result<KeyMaterialRequest, ApiError> {
    let request = KeyMaterialRequest::decode(body).map_err(|_| ApiError::Malformed("KeyMaterialRequest"))?;
    let named = path.parse::<UserUri>().or_else(|_| format!("mimi://{path}").parse());
    if named.is_ok_and(|user| user == request.tbs.target) {
        Ok(request)
    } else {
        Err(ApiError::Malformed("path and body differ"))
    }
}

/// Does what this provider has to do with a request that came `from` another one, or from an own client of it.
async fn carry<S: Store>(
    app: &App<S>,
    from: &ProviderDomain,
    request: KeyMaterialRequest,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let step = way(&app.config.domain, from, &request.tbs)?;
    let purpose = is_in_the_room(app, &request.tbs).await?;
    match step {
        Step::Answer => answers::tls(&give_out(app, &request, purpose.as_ref()).await?),
        Step::Ask(peer) => {
            let target = request.tbs.target;
            let reply = relay::send(app, &peer, Endpoint::KeyMaterial, target.to_string(), body).await?;
            if reply.status == 200 {
                let nonsense = ApiError::Elsewhere(Refusal::ProviderFailed, NONSENSE);
                let response = is_answer(&reply, &target).ok_or(nonsense)?;
                if let Some(purpose) = &purpose {
                    fits(&response, purpose).map_err(ApiError::Forbidden)?;
                }
            }
            relay::shown(reply)
        }
    }
}

/// For a room of this hub only those ask who are in it. A room in which they are not is like none. What the room is for; none:
/// there is none, or it is another hub's.
async fn is_in_the_room<S: Store>(app: &App<S>, tbs: &KeyMaterialRequestTbs) -> Result<Option<RoomPurpose>, ApiError> {
    let Some(room) = tbs.room.as_ref().filter(|room| !app.is_elsewhere(room)) else { return Ok(None) };
    let is_in = |room: &Room| room.state().is_in(&tbs.requester).then(|| room.state().purpose().clone());
    match look(app, room, is_in).await?.flatten() {
        Some(purpose) => Ok(Some(purpose)),
        None => Err(ApiError::NotFound),
    }
}

/// Gives out what there is, each package once. Those who are not here and those who do not want are asked for alike.
async fn give_out<S: Store>(
    app: &App<S>,
    request: &KeyMaterialRequest,
    purpose: Option<&RoomPurpose>,
) -> Result<KeyMaterialResponse, ApiError> {
    let tbs = &request.tbs;
    app.key_material.take((tbs.requester.host(), tbs.target.clone())).map_err(ApiError::TooOften)?;
    app.meet(&tbs.requester.host()).await?;
    let now = UnixMillis(app.now());
    verify(request, &*app.peer_keys.issuers(), now)?;
    if !is_compatible(tbs) {
        return Ok(incompatible(tbs));
    }
    let consent = app.store.consent(&tbs.requester, &tbs.target, tbs.room.as_ref()).await?;
    let reception = reception(app, &tbs.target, &tbs.requester).await?;
    let consent = if reception.blocked { Consent::None } else { consent };
    // Of a room of another hub it is for that hub to know what it is for.
    let may_be_first = purpose.is_none_or(|purpose| matches!(purpose, RoomPurpose::Connection { .. }));
    let mut claims: Vec<Claim> = Vec::new();
    for pool in pools(consent, may_be_first && takes_requests(reception)) {
        claims = app.store.claim_packages(&tbs.target, *pool, floor(now)).await?;
        if !claims.is_empty() {
            break;
        }
    }
    Ok(answer(tbs, consent, claims)?)
}

/// Is this about the user who was asked for, and their clients?
fn is_answer(reply: &Reply, target: &UserUri) -> Option<KeyMaterialResponse> {
    KeyMaterialResponse::decode(&reply.body).ok().filter(|response| {
        response.user == *target && response.clients.iter().all(|client| client.client.user() == *target)
    })
}
