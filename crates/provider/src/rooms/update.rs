//! `update`: a commit or a proposal for a room (mimi-protocol-06 §5.3).
//!
//! ```text
//! POST /client/v1/update/{room}   browser → own provider, with its session
//! POST /mimi/v1/update/{roomId}   follower → hub, with its certificate
//!
//! body    HandshakeBundle; as long as a group is
//! answer  200 UpdateRoomResponse
//!         404 no such room, or none that the caller may know of
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::RoomUri;

use super::Caller;
use super::at_hub::at_hub;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{GroupOctets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};
use crate::operate::judge;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    update(&app, Caller::Client(client), &room, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    app.meet(&peer).await?;
    update(&app, Caller::Peer(peer), &room, body).await
}

/// The hub takes it.
pub(crate) async fn update<S: Store>(
    app: &Shared<S>,
    caller: Caller,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    at_hub(app, &caller, Endpoint::Update, room, body, |from, body| {
        Ok(judge(app, room.clone(), move |app, room, keys, now, seed| {
            app.hub.update(room, &body, &from, keys, now, seed)
        }))
    })
    .await
}
