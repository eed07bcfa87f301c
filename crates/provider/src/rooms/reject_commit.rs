//! `rejectCommit`: a member says that nobody can follow a commit, and the hub goes back to the epoch before it (ours;
//! docs/PROTOCOL.md, "Handshakes at the hub").
//!
//! ```text
//! POST /client/v1/rejectCommit/{room}   browser → own provider, with its session
//! POST /mimi/v1/rejectCommit/{roomId}   follower → hub, with its certificate
//!
//! body    RejectCommit, signed by a leaf of that epoch
//! answer  200 empty
//!         404 no such room, no such commit, or none that the signer may take back
//! ```

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::RejectCommit;
use doorstep_hub::CommitRejection;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::RoomUri;
use tls_codec::Deserialize as _;

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
    reject_commit(&app, Caller::Client(client), &room, body).await
}

/// Of another provider.
pub(crate) async fn by_peer<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    reject_commit(&app, Caller::Peer(peer), &room, body).await
}

/// The hub goes back.
async fn reject_commit<S: Store>(
    app: &Shared<S>,
    caller: Caller,
    room: &RoomUri,
    body: Vec<u8>,
) -> Result<Response, ApiError> {
    at_hub(app, &caller, Endpoint::RejectCommit, room, body, |_, body| {
        let RejectCommit { epoch, commit_hash, leaf_index, signature } =
            RejectCommit::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("RejectCommit"))?;
        let rejection = CommitRejection { epoch, commit_hash, leaf_index, signature };
        Ok(operate(app, room.clone(), move |app, room, now, seed| app.hub.reject_commit(room, &rejection, now, seed)))
    })
    .await
}
