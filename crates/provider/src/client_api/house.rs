//! What this provider says of itself.

use axum::extract::State;
use axum::response::Response;
use doorstep_hub::store::Store;

use crate::answers;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::From;

/// `GET /client/v1/house`
pub(super) async fn house<S: Store>(State(app): State<Shared<S>>, From(address): From) -> Result<Response, ApiError> {
    app.count(&app.addresses, address)?;
    answers::json(&app.house().await?)
}
