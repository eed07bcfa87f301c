//! Rooms are made here.

use axum::extract::State;
use axum::response::Response;
use doorstep_client_api::http::CreateRooms;
use doorstep_hub::store::Store;
use tls_codec::Deserialize as _;

use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{GroupOctets, Session};
use crate::rooms::Caller;
use crate::{answers, create};

/// `POST /client/v1/rooms`
pub(super) async fn create_rooms<S: Store>(
    State(app): State<Shared<S>>,
    Session(client): Session,
    GroupOctets(body): GroupOctets,
) -> Result<Response, ApiError> {
    let request = CreateRooms::tls_deserialize_exact(&body).map_err(|_| ApiError::Malformed("CreateRooms"))?;
    let caller = Caller::Client(client.clone()).to_hub(&app);
    let (outcome, reason) = create::rooms(&app, request, body, client, caller).await?;
    let bytes = tls_codec::Serialize::tls_serialize_detached(&outcome);
    Ok(answers::octets(bytes.map_err(|error| ApiError::Internal(error.to_string()))?, reason))
}
