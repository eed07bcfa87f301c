//! `endRoom`: a member whose role has canDestroyRoom ends the room, and its knock room with it (ours; docs/PROTOCOL.md,
//! "Rooms that end").
//!
//! ```text
//! POST /client/v1/endRoom/{room}   browser → own provider, with its session
//! POST /mimi/v1/endRoom/{roomId}   follower → hub, with its certificate
//!
//! body    EndRoom, signed by a leaf of the current epoch
//! answer  200 empty: it is over; also when the same was asked before. With the word wrong-epoch: it is not, because the room
//!             is in another epoch
//!         404 no such room (any more), or none that the signer may end
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::Answer;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::{Body as _, EndRoom, RoomUri};
use sha2::{Digest, Sha256};

use super::{Caller, relay};
use crate::answers;
use crate::app::Shared;
use crate::ending;
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    end_room(&app, Caller::Client(client), &room, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    end_room(&app, Caller::Peer(peer), &room, body).await
}

/// The hub ends it, or the hub of the room is asked to.
async fn end_room<S: Store>(
    app: &Shared<S>,
    caller: Caller,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    if app.is_elsewhere(room) {
        return relay::pass(app, Endpoint::EndRoom, room, body).await;
    }
    let request = EndRoom::decode(&body).map_err(|_| ApiError::Malformed("EndRoom"))?;
    let digest: [u8; 32] = Sha256::digest(&body).into();
    let answer =
        ending::end(app, room.clone(), move |app, room, now| app.hub.end_room(room, &request, digest, now)).await;
    // Whoever has the signed request was told that it is over, or was to be.
    if matches!(answer, Err(ApiError::NotFound)) && app.store.ended_by(room).await? == Some(digest) {
        let Answer { body, reason, .. } = Answer::default();
        return Ok(answers::octets(body, reason));
    }
    caller.shown(app, room, answer).await
}
