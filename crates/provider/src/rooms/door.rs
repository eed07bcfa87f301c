//! `door`: what strangers see of a room (ours; docs/PROTOCOL.md, "Between providers").
//!
//! ```text
//! GET /client/v1/door/{room}   browser → own provider
//! GET /mimi/v1/door/{roomId}   any provider → hub
//!
//! answer  200 JSON Door
//!         404 no such room, or one that shows itself to nobody
//!         429 too many requests from one address
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::RoomUri;
use doorstep_wire::ext::door::Door;

use super::relay;
use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;
use crate::extract::{From, RoomPath};
use crate::mimi::HubRoom;

/// Bytes of a door: a description of a room, and who reads knocks.
const LONGEST_DOOR: usize = 256 << 10;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    RoomPath(room): RoomPath,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let door = if app.is_elsewhere(&room) { Some(elsewhere(&app, &room).await?) } else { app.door(&room).await? };
    answers::json(&door.ok_or(ApiError::NotFound)?)
}

/// Of another provider, with a certificate or without.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    HubRoom(room): HubRoom,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    answers::json(&app.door(&room).await?.ok_or(ApiError::NotFound)?)
}

/// Asks the hub of the room, which speaks for rooms of its own only.
async fn elsewhere<S: Store>(app: &App<S>, room: &RoomUri) -> Result<Door, ApiError> {
    let reply = relay::ask(app, Endpoint::Door, room, Vec::new()).await?;
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
