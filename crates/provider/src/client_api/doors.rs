//! What anybody may read.

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::store::Store;

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::{From, RoomPath};
use crate::relay;

/// `GET /client/v1/door/{room}`
pub(super) async fn door<S: Store>(
    State(app): State<Shared<S>>,
    From(address): From,
    RoomPath(room): RoomPath,
) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    let door = if app.is_elsewhere(&room) { Some(relay::door(&app, &room).await?) } else { app.door(&room).await? };
    answers::json(&door.ok_or(ApiError::NotFound)?)
}

/// `GET /client/v1/house`
pub(super) async fn house<S: Store>(State(app): State<Shared<S>>, From(address): From) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    answers::json(&app.house().await?)
}
