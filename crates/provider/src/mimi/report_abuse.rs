//! Reports of abuse by users of other providers (mimi-protocol-06 §5.9).

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::Caller;
use doorstep_hub::store::Store;

use super::{HubRoom, Peer};
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::Octets;
use crate::rate::Asker;
use crate::{answers, reports};

/// `POST reportAbuse/{roomId}`. 201: it was received, and nothing of what follows from it.
pub(super) async fn report_abuse<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    HubRoom(room): HubRoom,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    app.reports.take(Asker::Provider(peer.clone())).map_err(ApiError::TooOften)?;
    let caller = Caller { domain: peer, guest: false };
    let judged = reports::look_into(&app, &caller, &room, &body).await?;
    reports::keep(&app, judged, body).await?;
    Ok(answers::created())
}
