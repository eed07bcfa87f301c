//! `submitMessage`: a message for everybody in a room (mimi-protocol-06 §5.4).
//!
//! ```text
//! POST /client/v1/submitMessage/{room}   browser → own provider, with its session
//! POST /mimi/v1/submitMessage/{roomId}   follower → hub, with its certificate
//!
//! body    SubmitMessageRequest; the sender is a user of the caller's
//! answer  200 SubmitMessageResponse
//!         403 another's user
//!         404 no such room, or none that the caller may know of
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::store::{Client, Store};
use doorstep_peers::Endpoint;
use doorstep_wire::submit::SubmitMessageRequest;
use doorstep_wire::{Body as _, RoomUri};

use super::Caller;
use super::at_hub::at_hub;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{Octets, RoomPath, Session};
use crate::mimi::{HubRoom, Peer};
use crate::operate::operate;

/// Of a browser.
pub(crate) async fn by_client<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    RoomPath(room): RoomPath,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    of_client(&app, client, &room, body).await
}

/// Of another provider. The hub sees to it that the sender is a user of its own.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    submit_message(&app, Caller::Peer(peer), &room, body).await
}

/// Of whoever has a session.
pub(crate) async fn of_client<S: Store>(
    app: &Shared<S>,
    client: Client,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    let request = SubmitMessageRequest::decode(&body).map_err(|_| ApiError::Malformed("SubmitMessageRequest"))?;
    let caller = Caller::Client(client);
    caller.speaks_for(app, &request.sending_uri).await?;
    submit_message(app, caller, room, body).await
}

/// The hub takes it.
async fn submit_message<S: Store>(
    app: &Shared<S>,
    caller: Caller,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    at_hub(app, &caller, Endpoint::SubmitMessage, room, body, |from, body| {
        Ok(operate(app, room.clone(), move |app, room, now, seed| {
            app.hub.submit_message(room, &body, &from, now, seed)
        }))
    })
    .await
}
