//! Public keys of providers. A provider alone answers for itself only.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_credential::KeySet;
use doorstep_hub::store::Store;
use doorstep_wire::ProviderDomain;

use crate::answers;
use crate::app::{App, Shared};
use crate::error::ApiError;

/// `GET /client/v1/issuerKeys/{domain}`
pub(super) async fn issuer<S: Store>(
    State(app): State<Shared<S>>,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    own(&app, &domain, &app.keys.issuer_set)
}

/// `GET /client/v1/hubKeys/{domain}`
pub(super) async fn hub<S: Store>(
    State(app): State<Shared<S>>,
    Path(domain): Path<String>,
) -> Result<Response, ApiError> {
    own(&app, &domain, &app.keys.hub_set)
}

fn own<S: Store>(app: &App<S>, domain: &str, keys: &KeySet) -> Result<Response, ApiError> {
    match domain.parse::<ProviderDomain>() {
        Ok(domain) if domain == app.config.domain => Ok(answers::public_cbor(keys.encode())),
        _ => Err(ApiError::NotFound),
    }
}
