//! Another provider looks for a user of this one (mimi-protocol-06 §5.8).

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_hub::store::Store;
use doorstep_wire::ProviderDomain;

use super::Peer;
use crate::app::Shared;
use crate::error::ApiError;
use crate::extract::Octets;
use crate::identifier_query;
use crate::rate::Asker;

/// `POST identifierQuery/{domain}`
pub(super) async fn query<S: Store>(
    State(app): State<Shared<S>>,
    Peer(peer): Peer,
    Path(domain): Path<String>,
    Octets(body): Octets,
) -> Result<Response, ApiError> {
    if domain.parse::<ProviderDomain>().ok().as_ref() != Some(&app.config.domain) {
        return Err(ApiError::NotFound);
    }
    app.queries.take(Asker::Provider(peer)).map_err(ApiError::TooOften)?;
    identifier_query::here(&app, &body).await
}
