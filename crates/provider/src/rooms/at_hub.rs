//! Where an operation on a room is carried out: here, if this is its hub, or there.

use axum::response::Response;
use doorstep_hub::Answer;
use doorstep_hub::store::Store;
use doorstep_peers::Endpoint;
use doorstep_wire::RoomUri;

use super::{Caller, relay};
use crate::app::Shared;
use crate::error::ApiError;

/// The hub of the room carries it out, or is asked to, with the same bytes; the caller is shown what they may see of the
/// answer. What `here` refuses before it begins is told to everybody.
pub(super) async fn at_hub<S, H, O>(
    app: &Shared<S>,
    caller: &Caller,
    endpoint: Endpoint,
    room: &RoomUri,
    body: Vec<u8>,
    here: H,
) -> Result<Response, ApiError>
where
    S: Store,
    H: FnOnce(doorstep_hub::Caller, Vec<u8>) -> Result<O, ApiError>,
    O: Future<Output = Result<Answer, ApiError>>,
{
    if app.is_elsewhere(room) {
        return relay::pass(app, endpoint, room, body).await;
    }
    let answer = here(caller.to_hub(app), body)?.await;
    caller.shown(app, room, answer).await
}
